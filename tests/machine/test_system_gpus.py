"""GPUs as Linux, Windows and macOS list them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.machine import apple, pci, windows
from gemfit.machine.drm import probe_drm
from tests.machine import trees
from tests.machine.trees import GIB, plant

PCI_FILE = {"usr/share/misc/pci.ids": trees.PCI_IDS}


def test_a_card_of_amds_has_its_own_memory(tmp_path: Path):
    (gpu,) = probe_drm(plant(tmp_path, {**trees.RX_7900, **PCI_FILE}))
    assert gpu.name == "AMD Radeon RX 7900 XT/7900 XTX/7900 GRE/7900M"
    assert (gpu.vendor, gpu.driver, gpu.shared_memory) == ("AMD", "amdgpu", False)
    assert (gpu.total_bytes, gpu.free_bytes) == (24 * GIB, 22 * GIB)
    assert gpu.evidence["total_bytes"] == "amdgpu mem_info_vram"


def test_graphics_inside_an_amd_processor_share_the_systems_memory(tmp_path: Path):
    (gpu,) = probe_drm(plant(tmp_path, trees.CEZANNE))
    assert gpu.name == "AMD Radeon Graphics (Cezanne)"
    assert gpu.shared_memory
    assert (gpu.total_bytes, gpu.free_bytes) == (8 * GIB + GIB // 2, 7 * GIB + GIB // 4)
    assert gpu.evidence["free_bytes"] == "amdgpu mem_info_vram + mem_info_gtt"


def test_the_card_tells_its_own_name_where_it_knows_it(tmp_path: Path):
    tree = {**trees.RX_7900, "sys/class/drm/card1/device/product_name": "Radeon Pro W7900\n"}
    (gpu,) = probe_drm(plant(tmp_path, tree))
    assert gpu.name == "Radeon Pro W7900"
    assert gpu.evidence["name"] == "amdgpu product_name"


def test_intels_graphics_and_intels_card_are_told_apart(tmp_path: Path):
    iris, arc = probe_drm(plant(tmp_path, {**trees.IRIS, **trees.ARC, **PCI_FILE}))
    assert (iris.name, iris.shared_memory, iris.total_bytes) == ("Intel Iris Xe Graphics", True, None)
    assert (arc.name, arc.shared_memory, arc.total_bytes) == ("Intel Arc A770", False, 16 * GIB)
    assert arc.evidence["total_bytes"] == "xe or i915 sysfs"
    assert "total_bytes" not in iris.evidence


def test_an_nvidia_card_without_nvidias_driver_is_seen(tmp_path: Path):
    (gpu,) = probe_drm(plant(tmp_path, trees.NOUVEAU))
    assert (gpu.name, gpu.vendor, gpu.driver) == ("NVIDIA graphics (10de:2504)", "NVIDIA", "nouveau")
    assert gpu.total_bytes is None


def test_what_a_virtual_machine_draws_with_is_no_gpu(tmp_path: Path):
    assert probe_drm(plant(tmp_path, {**trees.VIRTIO, "sys/class/drm/version": "drm 1.1.0\n"})) == []
    assert probe_drm(tmp_path / "none") == []


def test_cards_come_in_the_systems_order(tmp_path: Path):
    tree = {}
    for number in (10, 2, 0):
        tree.update(trees.card(number, "1002", "744c", f"0000:{number:02x}:00.0", "amdgpu"))
    tree["sys/class/drm/card2/device/mem_info_vram_total"] = f"{8 * GIB}"
    gpus = probe_drm(plant(tmp_path, tree))
    assert [gpu.total_bytes for gpu in gpus] == [None, 8 * GIB, None]
    assert gpus[1].free_bytes is None


def test_nonsense_in_the_systems_files_is_nothing_known(tmp_path: Path):
    tree = {**trees.RX_7900, "sys/class/drm/card1/device/mem_info_vram_total": "a lot\n"}
    tree |= trees.card(3, "1002", "what", "0000:09:00.0", "amdgpu")
    (gpu,) = probe_drm(plant(tmp_path, tree))
    assert (gpu.total_bytes, gpu.free_bytes) == (None, None)


@pytest.mark.parametrize(
    ("vendor", "device", "name"),
    [
        (0x10DE, 0x2504, "GeForce RTX 3060 Lite Hash Rate"),
        (0x8086, 0x9999, "Something without brackets"),
        (0x8086, 0x744C, ""),
        (0x1234, 0x1111, ""),
    ],
)
def test_looks_names_up(vendor: int, device: int, name: str):
    assert pci.lookup(trees.PCI_IDS, vendor, device) == name


@given(text=st.text(max_size=100), vendor=st.integers(0, 0xFFFF), device=st.integers(0, 0xFFFF))
def test_every_device_has_some_name(text: str, vendor: int, device: int):
    assert len(pci.name(vendor, device, text)) > 4


def adapter(name: str, ids: str, **more: object) -> dict[str, object]:
    return {"DriverDesc": name, "MatchingDeviceId": f"PCI\\{ids}&SUBSYS_1", "DriverVersion": "32.0.1", **more}


QW = "HardwareInformation.qwMemorySize"


def test_windows_64_bit_number_is_taken():
    old = {"HardwareInformation.MemorySize": (4 << 30) - 1}
    card = adapter("AMD Radeon RX 7900 XTX", "VEN_1002&DEV_744C", **{QW: 24 * GIB}, **old)
    (gpu,) = windows.to_gpus([card])
    assert (gpu.name, gpu.vendor, gpu.total_bytes, gpu.shared_memory) == (
        "AMD Radeon RX 7900 XTX",
        "AMD",
        24 * GIB,
        False,
    )
    assert gpu.driver == "32.0.1"
    assert gpu.evidence["total_bytes"] == "registry qwMemorySize"


@pytest.mark.parametrize(
    ("value", "n_bytes"),
    [
        (8 * GIB, 8 * GIB),
        ((8 * GIB).to_bytes(8, "little"), 8 * GIB),
        (0, None),
        (None, None),
        (b"abc", None),
        ("8", None),
    ],
)
def test_windows_number_comes_in_two_forms(value: object, n_bytes: int | None):
    assert windows.memory_bytes(value) == n_bytes


@pytest.mark.parametrize(
    ("name", "ids", "shared"),
    [
        ("Intel(R) UHD Graphics 770", "VEN_8086&DEV_4680", True),
        ("Intel(R) Arc(TM) Graphics", "VEN_8086&DEV_7D55", True),
        ("Intel(R) Arc(TM) 140V GPU (16GB)", "VEN_8086&DEV_64A0", True),
        ("Intel(R) Arc(TM) A770 Graphics", "VEN_8086&DEV_56A0", False),
        ("Intel(R) Arc(TM) Pro B50 Graphics", "VEN_8086&DEV_E212", False),
        ("AMD Radeon(TM) Graphics", "VEN_1002&DEV_FFFF", True),
        ("AMD Radeon(TM) 780M", "VEN_1002&DEV_15BF", True),
        ("AMD Radeon 890M Graphics", "VEN_1002&DEV_FFFF", True),
        ("AMD Radeon RX 6600", "VEN_1002&DEV_73FF", False),
        ("AMD Radeon Pro W7900", "VEN_1002&DEV_7448", False),
        ("NVIDIA GeForce RTX 4070 Laptop GPU", "VEN_10DE&DEV_2820", False),
    ],
)
def test_windows_names_tell_what_is_inside_a_processor(name: str, ids: str, shared: bool):
    (gpu,) = windows.to_gpus([adapter(name, ids, **{QW: GIB})])
    assert gpu.shared_memory is shared
    assert gpu.total_bytes == (None if shared else GIB)


def test_windows_own_adapters_are_no_gpus():
    basic = {"DriverDesc": "Microsoft Basic Display Adapter", "MatchingDeviceId": "PCI\\CC_0300"}
    assert windows.to_gpus([basic, {}, adapter("Matrox", "VEN_102B&DEV_0522")]) == []
    (gpu,) = windows.to_gpus([adapter("", "ven_1002&dev_744c")])
    assert gpu.name == "AMD graphics (1002:744c)"


def test_there_is_no_registry_elsewhere():
    assert windows.probe_windows() == []


M2 = {
    "SPDisplaysDataType": [
        {
            "_name": "Apple M2 Pro",
            "sppci_model": "Apple M2 Pro",
            "sppci_cores": "19",
            "spdisplays_vendor": "sppci_vendor_Apple",
        }
    ]
}
INTEL_MAC = {
    "SPDisplaysDataType": [
        {
            "_name": "kHW_IntelUHDGraphics630Item",
            "sppci_model": "Intel UHD Graphics 630",
            "spdisplays_vendor": "Intel",
            "spdisplays_vram_shared": "1536 MB",
        },
        {
            "sppci_model": "AMD Radeon Pro 5500M",
            "spdisplays_vendor": "sppci_vendor_amd",
            "spdisplays_vram": "8 GB",
        },
    ]
}


@pytest.mark.parametrize(
    ("memory", "share"), [(16 * GIB, 16 * GIB * 2 // 3), (36 * GIB, 27 * GIB), (64 * GIB, 48 * GIB)]
)
def test_an_apple_chip_uses_a_share_of_the_memory(memory: int, share: int):
    (gpu,) = apple.to_gpus(M2, memory)
    assert (gpu.name, gpu.vendor, gpu.shared_memory, gpu.total_bytes) == ("Apple M2 Pro", "Apple", True, share)
    assert gpu.evidence == {"name": "system_profiler", "total_bytes": "Metal's default share of the memory"}


def test_older_macs_have_cards():
    inside, card = apple.to_gpus(INTEL_MAC, 16 * GIB)
    assert (inside.vendor, inside.shared_memory, inside.total_bytes) == ("Intel", True, None)
    assert (card.vendor, card.shared_memory, card.total_bytes) == ("AMD", False, 8 * GIB)


@pytest.mark.parametrize("report", [{}, {"SPDisplaysDataType": "none"}, {"SPDisplaysDataType": [3]}])
def test_a_mac_that_lists_no_displays_has_no_gpu_to_speak_of(report: dict):
    assert apple.to_gpus(report, 8 * GIB) == []


@pytest.mark.parametrize(("text", "n_bytes"), [("8 GB", 8 * GIB), ("1536 MB", 1536 << 20), ("lots", None), ("", None)])
def test_reads_apples_sizes(text: str, n_bytes: int | None):
    assert apple.parse_vram(text) == n_bytes
    (gpu,) = apple.to_gpus({"SPDisplaysDataType": [{"spdisplays_vendor": "Matrox"}]}, 8 * GIB)
    assert (gpu.name, gpu.vendor) == ("Apple GPU", "Apple")
