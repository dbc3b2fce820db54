"""Operating system, WSL, containers, and the disk."""

import shutil
from pathlib import Path

import pytest

from gemfit.machine.disk import nearest_existing, probe_disk
from gemfit.machine.surroundings import environment, system_name
from tests.machine.trees import plant


@pytest.mark.parametrize(
    ("files", "name", "evidence"),
    [
        ({}, "", ""),
        ({"proc/sys/kernel/osrelease": "6.1.0-18-amd64\n", "proc/1/cgroup": "0::/init.scope\n"}, "", ""),
        (
            {"proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2\n"},
            "WSL 2",
            "/proc/sys/kernel/osrelease",
        ),
        ({"proc/sys/kernel/osrelease": "4.4.0-19041-Microsoft\n"}, "WSL", "/proc/sys/kernel/osrelease"),
        ({".dockerenv": ""}, "Docker container", "/.dockerenv"),
        ({"run/.containerenv": ""}, "Podman container", "/run/.containerenv"),
        ({"run/systemd/container": "systemd-nspawn\n"}, "systemd-nspawn container", "/run/systemd/container"),
        ({"proc/1/cgroup": "0::/kubepods/besteffort/pod1\n"}, "Kubernetes container", "/proc/1/cgroup"),
        ({"proc/self/cgroup": "4:memory:/lxc/box\n"}, "LXC container", "/proc/self/cgroup"),
    ],
)
def test_says_what_stands_between_it_and_the_computer(tmp_path: Path, files: dict, name: str, evidence: str):
    assert environment(plant(tmp_path, files)) == (name, evidence)


def test_names_the_distribution(tmp_path: Path):
    root = plant(tmp_path, {"etc/os-release": 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'})
    assert system_name(root).endswith(" (Debian GNU/Linux 12 (bookworm))")
    assert system_name(tmp_path / "none")


def test_the_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path):
    disk = probe_disk(tmp_path / "not" / "yet")
    assert disk.path == str(tmp_path / "not" / "yet")
    assert disk.total_bytes == shutil.disk_usage(tmp_path).total
    assert 0 < disk.free_bytes <= disk.total_bytes
    assert set(disk.evidence) == {"total_bytes", "free_bytes"}


def test_a_file_in_the_way_is_no_folder(tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert nearest_existing(tmp_path / "file" / "models") == tmp_path
