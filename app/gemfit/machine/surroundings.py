"""The operating system, and what stands between it and the computer: WSL, a container."""

import platform
from pathlib import Path

from gemfit.machine.text import pairs, read

# What the cgroup paths and systemd's file call the tools that run containers.
CONTAINERS = {
    "docker": "Docker container",
    "podman": "Podman container",
    "libpod": "Podman container",
    "kubepods": "Kubernetes container",
    "lxc": "LXC container",
    "containerd": "container",
    "systemd-nspawn": "systemd-nspawn container",
}


def system_name(root: Path = Path("/")) -> str:
    """`Linux 6.1.0 (Debian GNU/Linux 12)`, `Windows 11`, `macOS 15.1`."""
    if platform.system() == "Darwin":
        return f"macOS {platform.mac_ver()[0]}"
    name = f"{platform.system()} {platform.release()}"
    distribution = pairs(read(root / "etc/os-release"), "=").get("PRETTY_NAME", "").strip('"')
    return f"{name} ({distribution})" if distribution else name


def environment(root: Path = Path("/")) -> tuple[str, str]:
    """What the program runs inside, and the file that says so; two empty texts on a plain system."""
    kernel = read(root / "proc/sys/kernel/osrelease").lower()
    if "microsoft" in kernel:
        return "WSL 2" if "wsl2" in kernel else "WSL", "/proc/sys/kernel/osrelease"
    for file, name in ((".dockerenv", "Docker container"), ("run/.containerenv", "Podman container")):
        if (root / file).exists():
            return name, f"/{file}"
    for file in ("run/systemd/container", "proc/1/cgroup", "proc/self/cgroup"):
        text = read(root / file)
        for word, name in CONTAINERS.items():
            if word in text:
                return name, f"/{file}"
    return "", ""
