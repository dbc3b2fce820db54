"""What PCI numbers say about graphics processors: who made them, and whether they share the processor's memory."""

VENDORS = {0x1002: "AMD", 0x8086: "Intel", 0x10DE: "NVIDIA"}

# AMD's processors with graphics. Source: AMD_IS_APU and the IP discovery of drivers/gpu/drm/amd/amdgpu in Linux, with
# the names of the PCI ID database.
AMD_APUS = {
    0x15DD: "Radeon Vega (Raven Ridge)",
    0x15D8: "Radeon Vega (Picasso)",
    0x1636: "Radeon Graphics (Renoir)",
    0x1638: "Radeon Graphics (Cezanne)",
    0x164C: "Radeon Graphics (Lucienne)",
    0x15E7: "Radeon Graphics (Barcelo)",
    0x163F: "Radeon Graphics (Van Gogh)",
    0x1435: "Radeon Graphics (Van Gogh)",
    0x164D: "Radeon 600M (Rembrandt)",
    0x1681: "Radeon 600M (Rembrandt)",
    0x164E: "Radeon Graphics (Raphael)",
    0x1506: "Radeon 610M (Mendocino)",
    0x15BF: "Radeon 700M (Phoenix)",
    0x15C8: "Radeon 700M (Phoenix)",
    0x1900: "Radeon 700M (Hawk Point)",
    0x1901: "Radeon 700M (Hawk Point)",
    0x13C0: "Radeon Graphics (Granite Ridge)",
    0x150E: "Radeon 800M (Strix Point)",
    0x1114: "Radeon 800M (Krackan Point)",
    0x1586: "Radeon 8060S (Strix Halo)",
}
# Where Intel's processors keep their graphics; a card of Intel's sits elsewhere.
INTEL_INTEGRATED_SLOT = "00:02.0"


def integrated(vendor: int, device: int, slot: str) -> bool:
    """Whether this is graphics inside a processor. `slot` like `0000:00:02.0`, empty if not known."""
    if vendor == 0x1002:
        return device in AMD_APUS
    return vendor == 0x8086 and slot.endswith(INTEL_INTEGRATED_SLOT)


def name(vendor: int, device: int, database: str = "") -> str:
    """The name of a device, out of the text of a `pci.ids` file if there is one."""
    found = lookup(database, vendor, device)
    if not found and vendor == 0x1002:
        found = AMD_APUS.get(device, "")
    maker = VENDORS.get(vendor, f"{vendor:04x}")
    return f"{maker} {found or f'graphics ({vendor:04x}:{device:04x})'}"


def lookup(database: str, vendor: int, device: int) -> str:
    """The device's name in the text of a `pci.ids` file, the part in brackets where there is one; else empty.

    Format: a vendor's line begins with four hexadecimal digits, its devices' lines with a tab and four digits.
    """
    inside = False
    for line in database.splitlines():
        if line.startswith(f"{vendor:04x}  "):
            inside = True
        elif inside and line.startswith(f"\t{device:04x}  "):
            full = line[7:].strip()
            _, bracket, short = full.partition("[")
            return short.rstrip("]") if bracket else full
        elif inside and line and line[0] not in "\t#":
            break
    return ""
