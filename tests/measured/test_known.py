"""What is known of this machine: of others nothing."""

import msgspec

from gemfit.fit.types import Component, Outcome, Plan
from gemfit.machine.types import Cpu, Disk, EngineBuild, Gpu, Machine, Memory
from gemfit.measured.known import load_known
from gemfit.measured.machine_key import machine_key
from gemfit.measured.outcomes import remember

HERE = Machine(
    memory=Memory(total_bytes=16 << 30, available_bytes=9 << 30),
    cpu=Cpu(model="Ryzen 7 5800H", physical_cores=8, logical_cores=16, features=["AVX2", "FMA"]),
    gpus=[Gpu(name="RTX 3060", engine_device="CUDA0", free_bytes=1)],
    disk=Disk(path="/srv", total_bytes=1, free_bytes=1),
    engine=EngineBuild(build="b1"),
)


def load(number: int, key: str) -> Outcome:
    ids = {"engine_build": "b1", "model": "E2B", "build": "q4_0", "title": "E2B", "machine_key": key}
    parts = [Component("weights", "", 1)]
    return Outcome(at=f"2026-01-0{number}T00:00:00+00:00", plan=Plan(), predicted=parts, measured=parts, **ids)


def test_loads_of_other_machines_are_not_known_here():
    here, elsewhere = load(1, machine_key(HERE)), load(2, "another")
    remember(here)
    remember(elsewhere)
    known = load_known(frozenset({("E2B", "q4_0")}), HERE)
    assert known.outcomes == [here]
    assert known.installed == {("E2B", "q4_0")}
    assert known.calibration is None


def test_a_machine_stays_itself_whatever_is_free_and_becomes_another_with_another_gpu():
    memory = msgspec.structs.replace(HERE.memory, available_bytes=1)
    assert machine_key(msgspec.structs.replace(HERE, memory=memory)) == machine_key(HERE)
    assert machine_key(msgspec.structs.replace(HERE, gpus=[])) != machine_key(HERE)
    cpu = msgspec.structs.replace(HERE.cpu, features=["FMA", "AVX2"])
    assert machine_key(msgspec.structs.replace(HERE, cpu=cpu)) == machine_key(HERE)
