"""What the system lists, beside what the engine can drive."""

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


def build(*devices: EngineDevice) -> EngineBuild:
    return EngineBuild(build="b1", devices=[CPU, *devices])


def device(name: str, description: str, total: int = 0, free: int = 0, kind: str = "gpu") -> EngineDevice:
    return EngineDevice(name=name, description=description, kind=kind, total_bytes=total, free_bytes=free)


def test_a_gpu_of_the_engines_list_is_usable_and_keeps_the_drivers_figures():
    (gpu,) = merge([RTX], build(device("CUDA0", "NVIDIA GeForce RTX 3060", 12 * GIB - 5, 10 * GIB)))
    assert (gpu.usable, gpu.engine_device) == (True, "CUDA0")
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
    (gpu,) = merge([chip], build(device("MTL0", "Apple M2 Pro", 11 * GIB, 11 * GIB)))
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
