"""Saved machines: the real thing, and everything else that a file may be."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.errors import GemfitError
from gemfit.machine.saved import FILE_CAP_BYTES, load_machine, parse_machine, without_personal
from gemfit.machine.types import Cpu, Disk, EngineBuild, Gpu, Machine, Memory
from gemfit.personal import Personal
from gemfit.words import say

GIB = 1 << 30
MACHINE = Machine(
    os="Linux 6.1",
    memory=Memory(total_bytes=16 * GIB, available_bytes=12 * GIB),
    cpu=Cpu(model="AMD Ryzen 7 5800H", physical_cores=8, logical_cores=16),
    disk=Disk(path="/models", total_bytes=500 * GIB, free_bytes=90 * GIB),
    gpus=[Gpu(name="NVIDIA GeForce RTX 3060", total_bytes=6 * GIB, free_bytes=5 * GIB, usable=True)],
)


def changed(**parts: object) -> bytes:
    return msgspec.json.encode({**msgspec.to_builtins(MACHINE), **parts})


def refusal(data: bytes) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        parse_machine(data, "machine.json")
    return caught.value


def test_what_was_saved_is_read(tmp_path: Path):
    path = tmp_path / "machine.json"
    path.write_bytes(msgspec.json.encode(MACHINE))
    assert load_machine(path) == MACHINE


def test_a_file_written_with_less_is_read():
    short = {
        "schema": 1,
        "memory": {"total_bytes": 8 * GIB, "available_bytes": 4 * GIB},
        "cpu": {"model": "x", "physical_cores": 2, "logical_cores": 2},
        "disk": {"path": "/", "total_bytes": 9, "free_bytes": 1},
    }
    assert parse_machine(msgspec.json.encode(short)).gpus == []


def test_a_file_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(GemfitError, match=r"^gone\.json cannot be read: No such file") as caught:
        load_machine(tmp_path / "gone.json")
    assert caught.value.code == "machine_unreadable"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"[]",
        b"{}",
        b'{"schema": "one"}',
        b'{"schema": 1}',
        b"\xff\xfe",
        b" " * (FILE_CAP_BYTES + 1),
        changed(schema=0),
        changed(memory={"total_bytes": "16 GiB", "available_bytes": 1}),
        changed(memory={"total_bytes": -1, "available_bytes": -2}),
        changed(memory={"total_bytes": 0, "available_bytes": 0}),
        changed(memory={"total_bytes": 5, "available_bytes": 6}),
        changed(memory={"total_bytes": 1 << 61, "available_bytes": 6}),
        changed(cpu={"model": "x", "physical_cores": 0, "logical_cores": 0}),
        changed(cpu={"model": "x", "physical_cores": 8, "logical_cores": 4}),
        changed(disk={"path": "/", "total_bytes": 5, "free_bytes": -5}),
        changed(gpus=[{"name": "x", "total_bytes": -5}]),
        changed(gpus="none"),
        changed(engine={"devices": [{"name": "x", "description": "y", "kind": "gpu", "free_bytes": -1}]}),
    ],
)
def test_anything_else_is_refused_with_what_to_do(data: bytes):
    error = refusal(data)
    assert error.code == "machine_invalid"
    assert str(error).startswith("machine.json is not a saved machine: ")
    assert "gemfit probe --json > machine.json" in str(error)


def test_the_place_of_the_mistake_is_named():
    assert "$.memory.total_bytes" in str(refusal(changed(memory={"total_bytes": "16 GiB", "available_bytes": 1})))


def test_a_newer_file_asks_for_a_newer_gemfit():
    error = refusal(changed(schema=2, memory="in another form"))
    assert error.code == "machine_newer"
    assert "Update Gemfit" in str(error)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_machine_or_a_sentence(data: bytes):
    assert refusal(data).code in ("machine_invalid", "machine_newer")


def test_a_machine_to_give_away_names_nobody():
    who = Personal(home="/home/anna", users=("anna",), hosts=("annas-pc",))
    told = msgspec.structs.replace(
        MACHINE,
        os="Linux 6.1 annas-pc",
        memory=Memory(
            total_bytes=2,
            available_bytes=1,
            evidence={"limit_bytes": f"/sys/fs/cgroup/docker/{'0af3' * 16}/memory.max"},
        ),
        disk=Disk(path="/home/anna/models", total_bytes=9, free_bytes=1),
        engine=EngineBuild(problem="/home/anna/.venv/bin/python crashed"),
        problems=["anna"],
        problem_sentences=[say("{path} is gone.", path="/home/anna/x")],
    )
    given = without_personal(told, who)
    text = msgspec.json.encode(given).decode()
    assert not any(word in text for word in ("anna", "0af3"))
    assert given.disk.path == "~/models"
    assert given.memory.evidence["limit_bytes"] == "/sys/fs/cgroup/docker/(id)/memory.max"
    assert str(given.problem_sentences[0]) == "~/x is gone."
    assert (given.cpu, given.gpus) == (MACHINE.cpu, MACHINE.gpus)
    assert parse_machine(text.encode()) == given
