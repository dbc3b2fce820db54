"""A report says what is needed to mend a bug, and nothing of the person who sends it."""

import logging
import sys
from pathlib import Path

import msgspec
import pytest

from gemfit import log, paths
from gemfit.engine import sandbox
from gemfit.fit.on_each import OnDevice
from gemfit.fit.types import Calibration, Component, DeviceRates, Outcome, Plan, Speed
from gemfit.machine.saved import load_machine
from gemfit.machine.types import Disk, Machine
from gemfit.personal import Personal, here
from gemfit.report import Findings, report, versions

MACHINES = Path(__file__).parent / "data" / "machines"
GIB = 1 << 30
ANNA = Personal(home="/home/anna", users=("anna",), hosts=("annas-pc",))
RATES = DeviceRates(
    device="",
    threads=2,
    fixed_s=0.002,
    layer_s=0.00015,
    read_bps={"q4_0": 21.3e9},
    attention_s=1e-9,
    prompt_flops={"q4_0": 110e9},
)
CALIBRATION = Calibration(
    engine_build="llama.cpp b1", machine_key="k", made_at="2026-01-02T03:04:05Z", took_s=41.0, devices=[RATES]
)
OUTCOME = Outcome(
    at="2026-01-03T10:00:00Z",
    engine_build="llama.cpp b1",
    model="E2B",
    build="q4_0",
    title="Gemma 4 E2B · Q4_0 QAT",
    plan=Plan(context_tokens=8192),
    predicted=[Component("weights", "", 1 * GIB), Component("kv", "", GIB // 2)],
    measured=[Component("weights", "", 1 * GIB), Component("kv", "", GIB // 2), Component("base", "", GIB // 4)],
    predicted_tps=20.0,
    generation_tps=22.0,
)
SPEED = OnDevice(
    "E2B", "q4_0", "", Speed(generation_tps=21.5, prompt_tps=95.0, tps_range=(15.0, 24.0), source="calibrated")
)


@pytest.fixture
def machine() -> Machine:
    return load_machine(MACHINES / "rtx-3060-12gb.json")


def told(**found: object) -> str:
    return report(Findings(**found), versions(Qt="6.11.3"), ANNA)


def test_it_names_the_versions():
    text = told()
    assert "- Gemfit 0." in text
    assert "- llama-cpp-python 0.3." in text
    assert "- Qt 6.11.3" in text
    assert f"- sandbox {sandbox.name() or 'none'}\n" in text
    assert "The machine is not known." in text


def test_it_says_every_number_with_its_evidence(machine: Machine):
    text = told(machine=machine)
    assert "| GPU | NVIDIA GeForce RTX 3060 |" in text
    assert "| nvml |" in text
    assert "This engine drives it through CUDA." in text


def test_it_has_the_calibration_and_what_follows_from_it():
    text = told(calibration=CALIBRATION, speeds=[SPEED])
    assert "Made 2026-01-02T03:04:05Z in 41 s with llama.cpp b1." in text
    assert "q4_0 21.3 GB/s" in text
    assert "| E2B | q4_0 | processor | 22 | 95 |" in text


def test_a_calibration_that_does_not_count_any_more_is_said_not_to():
    assert "it does not count" in told(calibration=CALIBRATION, stale=True)
    assert "Not made." in told()


def test_it_sets_predictions_beside_what_was_measured():
    text = told(outcomes=[OUTCOME])
    assert "| E2B q4_0 | 8192 | 1.5 GiB | 1.8 GiB | +16.7% | 20 | 22 |" in text
    assert "base – → 256 MiB" in text
    assert "None yet." in told()


def test_a_file_of_ones_own_is_not_named():
    own = msgspec.structs.replace(OUTCOME, model="", build="", title="love-letters.gguf")
    assert "love-letters" not in told(outcomes=[own])


def test_lines_of_the_log_lose_what_lies_in_the_home_folder():
    record = (
        "2026-01-01 10:00:00,000 ERROR gemfit: cannot read ~/My letters/to Bob.gguf: gone\n"
        '  File "~/src/gemfit/app/gemfit/ui/worker.py", line 60, in _run'
    )
    text = told(warnings=[record])
    assert "Bob" not in text
    assert "cannot read ~/…" in text
    assert 'File "…/ui/worker.py", line 60, in _run' in text


@pytest.mark.logs_warnings
def test_nobody_is_in_it(machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A user, a computer and a home folder planted wherever something could carry them."""
    home = tmp_path / "marylou"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setattr("getpass.getuser", lambda: "mlou77")
    monkeypatch.setattr("platform.node", lambda: "kitchen-pc.example")
    handler = log.start_logging()
    try:
        logging.getLogger("gemfit").warning("mlou77 on kitchen-pc: %s is gone", home / "Diary of May.gguf")
    finally:
        log.stop_logging(handler)
    machine = msgspec.structs.replace(
        machine,
        os="Linux 6.1 (built by mlou77@kitchen-pc)",
        disk=Disk(path=str(home / "models"), total_bytes=9, free_bytes=1, evidence={"free_bytes": str(home)}),
        problems=[f"{home}/.config is not readable by marylou on kitchen-pc.example."],
        evidence={"os": f"{home}/os-release"},
    )
    outcome = msgspec.structs.replace(OUTCOME, engine_build=f"{home}/libllama.so")
    found = Findings(
        machine=machine,
        calibration=CALIBRATION,
        speeds=[SPEED],
        outcomes=[outcome],
        warnings=log.last_warnings(paths.log_file()),
    )
    text = report(found, versions(), here())
    assert "is gone" not in text
    assert "(user) on (computer)" in text
    for word in ("marylou", "mlou77", "kitchen", "Diary", str(home), str(tmp_path)):
        assert word.lower() not in text.lower()
    assert sys.version.split()[0] in text
