"""Every model on each calibrated device."""

import pytest

from gemfit.catalog.load import load_catalog
from gemfit.fit.on_each import speeds_on_each
from gemfit.fit.types import SYSTEM_MEMORY, Calibration, DeviceRates
from gemfit.machine.types import Cpu, Disk, EngineBuild, EngineDevice, Gpu, Machine, Memory

GIB = 1 << 30


def rates(device: str, gbps: float) -> DeviceRates:
    return DeviceRates(
        device=device,
        threads=2,
        fixed_s=0.001,
        layer_s=1e-5,
        read_bps={"q4_0": gbps * 1e9, "bf16": gbps * 1e9},
        attention_s=1e-9,
        prompt_flops={"q4_0": gbps * 1e10, "bf16": gbps * 1e10},
    )


def made(*devices: DeviceRates) -> Calibration:
    return Calibration(engine_build="b1", machine_key="k", made_at="", took_s=1.0, devices=list(devices))


@pytest.fixture
def machine() -> Machine:
    """A card far too small for most models: speed and room are two questions."""
    return Machine(
        memory=Memory(total_bytes=8 * GIB, available_bytes=4 * GIB),
        cpu=Cpu(model="x", physical_cores=2, logical_cores=2),
        gpus=[Gpu(name="RTX", vendor="NVIDIA", total_bytes=4 * GIB, usable=True, engine_device="CUDA0")],
        disk=Disk(path="/", total_bytes=9, free_bytes=1),
        engine=EngineBuild(
            build="b1", formats=["gguf"], devices=[EngineDevice(name="CUDA0", description="RTX", kind="gpu")]
        ),
    )


def test_every_model_that_the_engine_runs_on_every_device(machine: Machine):
    catalog = load_catalog()
    found = speeds_on_each(machine, catalog, 8192, made(rates(SYSTEM_MEMORY, 20), rates("CUDA0", 400)))
    runnable = {(m.id, b.id) for m in catalog.models for b in m.builds if b.container == "gguf"}
    assert {(on.model, on.build) for on in found} == runnable
    assert len(found) == 2 * len(runnable)
    assert all(on.speed.source == "calibrated" and on.speed.prompt_tps for on in found)
    by_place = {on.device: on.speed.generation_tps or 0 for on in found if (on.model, on.build) == ("12B", "q4_0")}
    assert by_place["CUDA0"] > 2 * by_place[SYSTEM_MEMORY]


def test_a_context_that_a_model_does_not_have_is_its_longest(machine: Machine):
    catalog = load_catalog()
    longest = max(model.shape.context_tokens for model in catalog.models)
    found = speeds_on_each(machine, catalog, longest, made(rates(SYSTEM_MEMORY, 20)))
    assert all(on.speed.generation_tps for on in found)


def test_without_devices_there_is_nothing_to_say(machine: Machine):
    assert speeds_on_each(machine, load_catalog(), 4096, made()) == []
