"""What each processor and GPU needs of the engine, and the command that brings it."""

import msgspec
import pytest

from gemfit.machine import advice, install
from gemfit.machine.advice import for_cpu, for_gpu, wheels_for, with_advice
from gemfit.machine.types import Cpu, Disk, EngineBuild, EngineDevice, Gpu, Machine, Memory

GIB = 1 << 30
CPU = EngineDevice(name="CPU", description="AMD Ryzen 7 5800H", kind="cpu")
RTX = Gpu(
    name="NVIDIA GeForce RTX 3060",
    vendor="NVIDIA",
    total_bytes=12 * GIB,
    driver="550.54.15",
    cuda=12040,
    evidence={"name": "nvml"},
)
IRIS = Gpu(name="Intel Iris Xe Graphics", vendor="Intel", shared_memory=True)
ARC = Gpu(name="Intel Arc A770", vendor="Intel", total_bytes=16 * GIB)
RX = Gpu(name="AMD Radeon RX 7900 XTX", vendor="AMD", total_bytes=24 * GIB)
M2 = Gpu(name="Apple M2 Pro", vendor="Apple", shared_memory=True)


def machine(*gpus: Gpu, os: str = "Linux 6.1", arch: str = "x86_64", **engine: object) -> Machine:
    parts: dict = {"build": "b1", "devices": [CPU], "features": ["AVX2", "FMA"], **engine}
    return Machine(
        os=os,
        arch=arch,
        memory=Memory(total_bytes=16 * GIB, available_bytes=12 * GIB),
        cpu=Cpu(model="x", physical_cores=8, logical_cores=16, capabilities=["AVX2", "FMA"]),
        gpus=list(gpus),
        disk=Disk(path="/models", total_bytes=9, free_bytes=1),
        engine=EngineBuild(**parts),
    )


def device(name: str, description: str = "") -> EngineDevice:
    return EngineDevice(name=name, description=description, kind="gpu")


def driven(gpu: Gpu, by: str) -> Gpu:
    return msgspec.structs.replace(gpu, usable=True, engine_device=by)


@pytest.fixture(autouse=True)
def checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of a checkout under Linux, wherever the tests run."""
    monkeypatch.setattr(install, "has_makefile", lambda: True)
    monkeypatch.setattr(install.ready, "__kwdefaults__", {**install.ready.__kwdefaults__, "system": "linux"})
    monkeypatch.setattr(install.compiled, "__kwdefaults__", {**install.compiled.__kwdefaults__, "system": "linux"})


def commands(gpu: Gpu, of: Machine) -> list[tuple[str, str]]:
    return [(offer.api, offer.command) for offer in for_gpu(gpu, of).offers]


@pytest.mark.parametrize(
    ("cuda", "wheels"),
    [
        (13000, "cu125"),
        (12080, "cu125"),
        (12040, "cu124"),
        (12020, "cu122"),
        (11080, "cu118"),
        (11040, None),
    ],
)
def test_the_driver_decides_which_cuda_build_runs(cuda: int | None, wheels: str | None):
    assert wheels_for(cuda) == wheels
    card = msgspec.structs.replace(RTX, cuda=cuda)
    assert commands(card, machine(card)) == [("CUDA", f"make run WHEELS={wheels or 'cu124'}")]
    assert ("Install a current driver" in str(for_gpu(card, machine(card)))) == (wheels is None)


def test_an_old_probe_without_the_cuda_version_does_not_blame_the_driver():
    card = msgspec.structs.replace(RTX, cuda=None)
    assert "Install a current driver" not in str(for_gpu(card, machine(card)))
    assert commands(card, machine(card)) == [("CUDA", "make run WHEELS=cu124")]
    assert wheels_for(None) is None


def test_a_card_under_the_free_driver_needs_nvidias():
    card = Gpu(name="NVIDIA graphics (10de:2504)", vendor="NVIDIA", driver="nouveau", evidence={"name": "pci ids"})
    assert "NVIDIA's own driver is missing" in str(for_gpu(card, machine(card)))


def test_where_no_ready_build_is_made_it_is_compiled():
    grace = machine(RTX, arch="aarch64")
    assert commands(RTX, grace) == [("CUDA", "CMAKE_ARGS=-DGGML_CUDA=on make run")]


def test_amds_cards_have_a_choice():
    assert commands(RX, machine(RX)) == [("Vulkan", "make run WHEELS=vulkan"), ("ROCm", "make run WHEELS=rocm72")]
    assert ("ROCm", "make run WHEELS=hip-radeon") in commands(RX, machine(RX, os="Windows 11"))


def test_intels_cards_have_another():
    apis = commands(ARC, machine(ARC))
    assert apis[0] == ("Vulkan", "make run WHEELS=vulkan")
    assert apis[1][0] == "SYCL"
    assert "-DGGML_SYCL=on" in apis[1][1]


def test_a_maker_that_nobody_knows_is_tried_with_vulkan():
    assert commands(Gpu(name="Mali-G78"), machine()) == [("Vulkan", "make run WHEELS=vulkan")]


def test_graphics_that_share_memory_are_no_great_loss():
    said = for_gpu(IRIS, machine(IRIS))
    assert "answers are written about as fast without it" in str(said)
    assert [offer.api for offer in said.offers] == ["Vulkan"]


def test_a_mac_needs_metal():
    assert commands(M2, machine(M2, os="macOS 15.1", arch="arm64")) == [("Metal", "make run WHEELS=metal")]


def test_a_gpu_left_out_by_a_build_for_its_kind_may_be_too_old():
    said = for_gpu(RTX, machine(RTX, devices=[CPU, device("CUDA0", "NVIDIA H200")]))
    assert "drives other GPUs of this kind, but not this one" in str(said)
    assert said.offers == []


def test_a_build_that_finds_no_device_blames_the_driver_and_not_itself():
    said = for_gpu(RTX, machine(RTX, backends=["CUDA", "CPU"]))
    assert "was built with CUDA, but found no device" in str(said)
    assert said.offers == []


def test_without_the_engines_word_nothing_is_claimed():
    for engine in ({"problem": "It crashed."}, {"devices": []}):
        assert "The engine could not be asked" in str(for_gpu(RTX, machine(RTX, **engine)))


@pytest.mark.parametrize(
    ("gpu", "by", "os", "api"),
    [(RTX, "CUDA0", "Linux 6.1", "CUDA"), (RX, "ROCm0", "Linux 6.1", "ROCm"), (M2, "MTL0", "macOS 15.1", "Metal")],
)
def test_where_nothing_better_exists_that_is_said(gpu: Gpu, by: str, os: str, api: str):
    said = for_gpu(driven(gpu, by), machine(os=os, devices=[CPU, device(by)]))
    assert str(said) == f"This engine drives it through {api}. Nothing better exists for it."
    assert said.offers == []


@pytest.mark.parametrize(("gpu", "api"), [(RTX, "CUDA"), (RX, "ROCm"), (ARC, "SYCL")])
def test_a_card_driven_through_vulkan_may_do_better(gpu: Gpu, api: str):
    said = for_gpu(driven(gpu, "Vulkan0"), machine(devices=[CPU, device("Vulkan0")]))
    assert [offer.api for offer in said.offers] == [api]


def test_a_card_whose_driver_is_too_old_for_cuda_keeps_vulkan():
    old = msgspec.structs.replace(driven(RTX, "Vulkan0"), cuda=11000)
    assert "Nothing better exists" in str(for_gpu(old, machine(devices=[CPU, device("Vulkan0")])))


def test_an_engine_that_uses_all_of_the_processor_cannot_be_bettered():
    assert "uses every instruction set" in str(for_cpu(machine()))
    assert for_cpu(machine()).offers == []


def test_instruction_sets_that_lie_idle_are_named_with_the_way_to_use_them():
    said = for_cpu(machine(features=["AVX2"]))
    assert "also has FMA, which this engine does not use" in str(said)
    assert said.offers[0].command == "CMAKE_ARGS=-DGGML_NATIVE=on make run"


def test_a_build_for_the_processor_keeps_what_it_drives_besides():
    said = for_cpu(machine(features=["AVX2"], devices=[CPU, device("CUDA0")]))
    assert said.offers[0].command == "CMAKE_ARGS='-DGGML_CUDA=on -DGGML_NATIVE=on' make run"


def test_what_is_not_known_of_the_processor_is_said():
    assert "could not be asked" in str(for_cpu(machine(features=[])))
    blank = machine()
    blank = msgspec.structs.replace(blank, cpu=msgspec.structs.replace(blank.cpu, capabilities=[]))
    assert "does not say which instruction sets" in str(for_cpu(blank))


def test_only_gpus_that_cannot_be_used_carry_advice():
    first, second = with_advice(machine(RX, driven(RTX, "CUDA0"))).gpus
    assert "make run WHEELS=vulkan, or make run WHEELS=rocm72" in first.advice
    assert second.advice == ""


def test_what_drives_a_device_goes_by_the_name_people_know():
    assert [advice.api_of(name) for name in ("CUDA0", "MTL0", "Vulkan12", "CPU")] == ["CUDA", "Metal", "Vulkan", "CPU"]
