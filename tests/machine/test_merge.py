"""What the system lists, beside what the engine can drive."""

import pytest

from gemfit.machine.advice import wheels_for
from gemfit.machine.merge import merge
from gemfit.machine.types import EngineBuild, EngineDevice, Gpu

GIB = 1 << 30
CPU = EngineDevice(name="CPU", description="AMD Ryzen 7 5800H", kind="cpu")
RTX = Gpu(
    name="NVIDIA GeForce RTX 3060",
    vendor="NVIDIA",
    total_bytes=12 * GIB,
    free_bytes=11 * GIB,
    evidence={"name": "nvml", "total_bytes": "nvml", "free_bytes": "nvml"},
)
IRIS = Gpu(name="Intel Iris Xe Graphics", vendor="Intel", shared_memory=True, evidence={"name": "pci ids"})
RX = Gpu(name="AMD graphics (1002:744c)", vendor="AMD", total_bytes=24 * GIB, evidence={"name": "pci ids"})


def build(*devices: EngineDevice, problem: str = "") -> EngineBuild:
    return EngineBuild(build="b1", devices=[CPU, *devices], problem=problem)


def device(name: str, description: str, total: int = 0, free: int = 0, kind: str = "gpu") -> EngineDevice:
    return EngineDevice(name=name, description=description, kind=kind, total_bytes=total, free_bytes=free)


def test_a_gpu_of_the_engines_list_is_usable_and_keeps_the_drivers_figures():
    (gpu,) = merge([RTX], build(device("CUDA0", "NVIDIA GeForce RTX 3060", 12 * GIB - 5, 10 * GIB)))
    assert (gpu.usable, gpu.engine_device, gpu.advice) == (True, "CUDA0", "")
    assert (gpu.total_bytes, gpu.free_bytes) == (12 * GIB, 11 * GIB)
    assert gpu.evidence == {"name": "nvml", "total_bytes": "nvml", "free_bytes": "nvml", "usable": "ggml"}


def test_the_engine_gives_the_figures_that_the_system_has_not():
    (gpu,) = merge([RX], build(device("Vulkan0", "AMD Radeon RX 7900 XTX (RADV NAVI31)", 24 * GIB, 20 * GIB)))
    assert gpu.usable
    assert (gpu.name, gpu.free_bytes, gpu.evidence["free_bytes"]) == (RX.name, 20 * GIB, "ggml")


def test_graphics_that_share_memory_take_the_engines_word_for_it():
    (gpu,) = merge([IRIS], build(device("Vulkan0", "Intel(R) Graphics (ADL GT2)", 11 * GIB, 9 * GIB, "igpu")))
    assert (gpu.usable, gpu.shared_memory, gpu.total_bytes, gpu.free_bytes) == (True, True, 11 * GIB, 9 * GIB)


def test_an_apple_chips_exact_share_is_metals():
    chip = Gpu(name="Apple M2 Pro", vendor="Apple", shared_memory=True, total_bytes=10 * GIB)
    (gpu,) = merge([chip], build(device("MTL0", "Apple M2 Pro", 11 * GIB, 11 * GIB)), system="darwin")
    assert (gpu.usable, gpu.total_bytes, gpu.evidence["total_bytes"]) == (True, 11 * GIB, "ggml")


def test_two_of_the_same_are_two():
    cuda = [device("CUDA0", "NVIDIA GeForce RTX 3060", GIB), device("CUDA1", "NVIDIA GeForce RTX 3060", GIB)]
    assert [gpu.engine_device for gpu in merge([RTX, RTX], build(*cuda))] == ["CUDA0", "CUDA1"]
    assert [gpu.engine_device for gpu in merge([RTX], build(*cuda))] == ["CUDA0", "CUDA1"]


def test_one_seen_through_two_backends_is_one():
    both = build(device("CUDA0", "NVIDIA GeForce RTX 3060"), device("Vulkan0", "NVIDIA GeForce RTX 3060"))
    (gpu,) = merge([RTX], both)
    assert gpu.engine_device == "CUDA0"


def test_a_laptop_with_both_keeps_them_apart():
    engine = build(
        device("Vulkan0", "Intel(R) Iris(R) Xe Graphics (ADL GT2)", 11 * GIB, 9 * GIB, "igpu"),
        device("Vulkan1", "NVIDIA GeForce RTX 3060 Laptop GPU", 6 * GIB, 5 * GIB),
    )
    laptop = Gpu(name="NVIDIA GeForce RTX 3060 Laptop GPU", vendor="NVIDIA", total_bytes=6 * GIB, free_bytes=5 * GIB)
    first, second = merge([laptop, IRIS], engine)
    assert (first.engine_device, second.engine_device) == ("Vulkan1", "Vulkan0")


def test_the_better_name_wins():
    gpus = [
        Gpu(name="NVIDIA GeForce RTX 4060 Ti", vendor="NVIDIA", total_bytes=16 * GIB),
        Gpu(name="NVIDIA GeForce RTX 4060", vendor="NVIDIA", total_bytes=8 * GIB),
    ]
    first, second = merge(gpus, build(device("CUDA0", "NVIDIA GeForce RTX 4060", 8 * GIB)))
    assert (first.usable, second.usable) == (False, True)


def test_cards_of_one_maker_with_other_numbers_are_not_the_same():
    card = Gpu(name="AMD Radeon RX 6600", vendor="AMD", total_bytes=8 * GIB)
    other = device("Vulkan0", "AMD Radeon RX 7600", 8 * GIB)
    assert [gpu.usable for gpu in merge([card], build(other))] == [False, True]
    nameless = device("Vulkan0", "", 8 * GIB)
    assert [gpu.name for gpu in merge([card], build(nameless))] == ["AMD Radeon RX 6600", "Vulkan0"]


def test_a_device_that_the_system_does_not_list_is_there_all_the_same():
    (gpu,) = merge([], build(device("Vulkan0", "Microsoft Direct3D12 (NVIDIA RTX A2000)", 8 * GIB, 7 * GIB)))
    assert (gpu.vendor, gpu.usable, gpu.total_bytes, gpu.evidence["name"]) == ("NVIDIA", True, 8 * GIB, "ggml")


def test_the_processor_drawing_by_itself_is_no_gpu():
    assert merge([], build(device("Vulkan0", "llvmpipe (LLVM 15.0.6, 256 bits)", 8 * GIB))) == []
    assert merge([], build(device("BLAS", "OpenBLAS", kind="accel"))) == []


def advice_for(gpu: Gpu, engine: EngineBuild, cuda: int | None = None, system: str = "linux") -> str:
    (merged,) = merge([gpu], engine, cuda, system)
    assert not merged.usable
    assert str(merged.advice_sentence) == merged.advice
    return merged.advice


@pytest.mark.parametrize(
    ("cuda", "wheels"),
    [
        (13000, "cu125"),
        (12080, "cu125"),
        (12040, "cu124"),
        (12020, "cu122"),
        (11080, "cu118"),
        (11040, None),
        (None, None),
    ],
)
def test_the_driver_decides_which_cuda_build_runs(cuda: int | None, wheels: str | None):
    assert wheels_for(cuda) == wheels
    expected = f"make run WHEELS={wheels}" if wheels else "Install a current driver"
    assert expected in advice_for(RTX, build(), cuda)


def test_a_card_under_the_free_driver_needs_nvidias():
    card = Gpu(name="NVIDIA graphics (10de:2504)", vendor="NVIDIA", driver="nouveau", evidence={"name": "pci ids"})
    assert "NVIDIA's own driver is missing" in advice_for(card, build(), None)


def test_amds_cards_have_a_choice():
    assert "WHEELS=vulkan, or WHEELS=rocm72" in advice_for(RX, build())
    assert "WHEELS=hip-radeon" in advice_for(RX, build(), system="win32")


def test_intels_cards_have_another():
    arc = Gpu(name="Intel Arc A770", vendor="Intel", total_bytes=16 * GIB)
    assert "WHEELS=vulkan" in advice_for(arc, build())
    assert "DGGML_SYCL=on" in advice_for(arc, build())


def test_graphics_that_share_memory_are_no_great_loss():
    assert advice_for(IRIS, build()).startswith(
        "It shares the processor's memory, so answers are written about as fast"
    )


def test_a_mac_needs_metal():
    chip = Gpu(name="Apple M2 Pro", vendor="Apple", shared_memory=True)
    assert "WHEELS=metal" in advice_for(chip, build(), system="darwin")


def test_a_gpu_left_out_by_a_build_for_its_kind_may_be_too_old():
    old = Gpu(name="NVIDIA GeForce GT 710", vendor="NVIDIA", total_bytes=2 * GIB, evidence={"name": "nvml"})
    first, second = merge([old, RTX], build(device("CUDA0", "NVIDIA GeForce RTX 3060", 12 * GIB)), 12040)
    assert "drives other GPUs of this kind, but not this one" in first.advice
    assert second.usable


def test_without_the_engines_word_nothing_is_claimed():
    assert "The engine could not be asked" in advice_for(RTX, EngineBuild(problem="It crashed."), 12040)
    assert "The engine could not be asked" in advice_for(RTX, EngineBuild())
