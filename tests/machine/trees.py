"""Folders that stand for `/`, with the files of real machines in them."""

from pathlib import Path


def plant(root: Path, files: dict[str, str]) -> Path:
    """Write each text under its path below `root`."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


GIB = 1 << 30

MEMINFO = """\
MemTotal:       32596276 kB
MemFree:         2203940 kB
MemAvailable:   20484512 kB
Buffers:          912344 kB
Cached:         15893508 kB
SwapTotal:       8388604 kB
HugePages_Total:       0
"""

CGROUP_V2_MOUNT = (
    "31 24 0:27 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
)

CPUINFO_RYZEN = """\
processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 80
model name\t: AMD Ryzen 7 5800H with Radeon Graphics
cpu cores\t: 8
flags\t\t: fpu vme de pse avx2 fma

processor\t: 1
vendor_id\t: AuthenticAMD
model name\t: AMD Ryzen 7 5800H with Radeon Graphics
"""

CPUINFO_PI = """\
processor\t: 0
BogoMIPS\t: 108.00
Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x4
CPU part\t: 0xd0b
CPU revision\t: 1

Revision\t: d04170
Model\t\t: Raspberry Pi 5 Model B Rev 1.0
"""

CPUINFO_BIG_LITTLE = """\
processor\t: 0
CPU implementer\t: 0x41
CPU part\t: 0xd05

processor\t: 4
CPU implementer\t: 0x41
CPU part\t: 0xd0b
"""

CPUINFO_GENERIC_ARM = "processor\t: 0\nmodel name\t: ARMv7 Processor rev 3 (v7l)\nHardware\t: BCM2711\n"

PCI_IDS = """\
# List of PCI ID's
1002  Advanced Micro Devices, Inc. [AMD/ATI]
\t1638  Cezanne [Radeon Vega Series / Radeon Vega Mobile Series]
\t744c  Navi 31 [Radeon RX 7900 XT/7900 XTX/7900 GRE/7900M]
\t\t1002 0e3b  RX 7900 GRE [Hellhound]
10de  NVIDIA Corporation
\t2504  GA106 [GeForce RTX 3060 Lite Hash Rate]
8086  Intel Corporation
\t46a6  Alder Lake-P GT2 [Iris Xe Graphics]
\t56a0  DG2 [Arc A770]
\t9999  Something without brackets
C 00  Unclassified device
\t744c  not a device of a vendor
"""


def card(number: int, vendor: str, device: str, slot: str, driver: str, **files: str) -> dict[str, str]:
    """One card under `/sys/class/drm`, with a connector beside it."""
    folder = f"sys/class/drm/card{number}"
    uevent = f"DRIVER={driver}\nPCI_CLASS=30000\nPCI_ID={vendor}:{device}\nPCI_SLOT_NAME={slot}\n"
    return {
        f"{folder}/device/vendor": f"0x{vendor}\n",
        f"{folder}/device/device": f"0x{device}\n",
        f"{folder}/device/uevent": uevent,
        f"sys/class/drm/card{number}-HDMI-A-1/status": "connected\n",
        **{f"{folder}/{name.replace('__', '/')}": text for name, text in files.items()},
    }


RX_7900 = card(
    1,
    "1002",
    "744c",
    "0000:03:00.0",
    "amdgpu",
    device__mem_info_vram_total=f"{24 * GIB}\n",
    device__mem_info_vram_used=f"{2 * GIB}\n",
    device__mem_info_gtt_total=f"{16 * GIB}\n",
    device__mem_info_gtt_used="0\n",
)
CEZANNE = card(
    0,
    "1002",
    "1638",
    "0000:07:00.0",
    "amdgpu",
    device__mem_info_vram_total=f"{GIB // 2}\n",
    device__mem_info_vram_used=f"{GIB // 4}\n",
    device__mem_info_gtt_total=f"{8 * GIB}\n",
    device__mem_info_gtt_used=f"{GIB}\n",
)
IRIS = card(0, "8086", "46a6", "0000:00:02.0", "i915")
ARC = card(1, "8086", "56a0", "0000:03:00.0", "xe", device__tile0__physical_vram_size_bytes=hex(16 * GIB))
NOUVEAU = card(0, "10de", "2504", "0000:01:00.0", "nouveau")
VIRTIO = card(0, "1af4", "1050", "0000:00:01.0", "virtio-pci")
