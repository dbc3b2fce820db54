"""Memory, with and without a container's limit."""

from pathlib import Path

import psutil
from hypothesis import given
from hypothesis import strategies as st

from gemfit.machine.cgroup import memory_share, parse_mounts, parse_own_groups
from gemfit.machine.memory import parse_meminfo, probe_memory
from tests.machine.trees import CGROUP_V2_MOUNT, GIB, MEMINFO, plant

TOTAL, AVAILABLE = 32596276 * 1024, 20484512 * 1024


def test_this_machine_has_memory():
    memory = probe_memory()
    assert 0 < memory.available_bytes <= memory.total_bytes <= psutil.virtual_memory().total
    assert set(memory.evidence) >= {"total_bytes", "available_bytes"}


def test_takes_the_kernels_figures(tmp_path: Path):
    memory = probe_memory(plant(tmp_path, {"proc/meminfo": MEMINFO}), "linux")
    assert (memory.total_bytes, memory.available_bytes, memory.limit_bytes) == (TOTAL, AVAILABLE, None)
    assert memory.evidence == {
        "total_bytes": "/proc/meminfo MemTotal",
        "available_bytes": "/proc/meminfo MemAvailable",
    }


def test_asks_psutil_where_the_kernel_does_not_say(tmp_path: Path):
    for platform in ("linux", "darwin", "win32"):
        memory = probe_memory(tmp_path, platform)
        assert memory.total_bytes == psutil.virtual_memory().total
        assert memory.evidence == {"total_bytes": "psutil", "available_bytes": "psutil"}


def test_half_a_meminfo_is_none():
    assert parse_meminfo("") is None
    assert parse_meminfo("MemTotal: 5 kB\n") is None
    assert parse_meminfo("MemTotal: many kB\nMemAvailable: 4 kB") is None
    assert parse_meminfo("MemTotal: 5\nMemAvailable: 4") is None


def test_a_container_with_its_own_view_of_version_2(tmp_path: Path):
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "0::/\n",
        "proc/self/mountinfo": CGROUP_V2_MOUNT,
        "sys/fs/cgroup/memory.max": f"{4 * GIB}\n",
        "sys/fs/cgroup/memory.high": "max\n",
        "sys/fs/cgroup/memory.current": f"{3 * GIB}\n",
        "sys/fs/cgroup/memory.stat": f"anon 1\ninactive_file {GIB // 2}\nactive_file {GIB // 4}\nslab 9\n",
    }
    memory = probe_memory(plant(tmp_path, files), "linux")
    assert memory.total_bytes == memory.limit_bytes == 4 * GIB
    assert memory.available_bytes == GIB + GIB // 2 + GIB // 4
    assert memory.evidence["total_bytes"] == "/sys/fs/cgroup/memory.max"
    assert memory.evidence["available_bytes"] == "/sys/fs/cgroup/memory.max less what is used"


def test_the_smallest_limit_of_nested_groups_counts(tmp_path: Path):
    base = "sys/fs/cgroup/user.slice/app.slice/run-7.scope"
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "0::/user.slice/app.slice/run-7.scope\n",
        "proc/self/mountinfo": CGROUP_V2_MOUNT,
        "sys/fs/cgroup/user.slice/memory.max": f"{16 * GIB}",
        "sys/fs/cgroup/user.slice/memory.current": f"{15 * GIB}",
        f"{base}/memory.max": "max",
        f"{base}/memory.high": f"{8 * GIB}",
        f"{base}/memory.current": f"{GIB}",
    }
    memory = probe_memory(plant(tmp_path, files), "linux")
    assert memory.limit_bytes == 8 * GIB
    assert memory.evidence["limit_bytes"] == "/sys/fs/cgroup/user.slice/app.slice/run-7.scope/memory.high"
    assert memory.available_bytes == GIB, "the group above has no more than that left"
    assert memory.evidence["available_bytes"] == "/sys/fs/cgroup/user.slice/memory.max less what is used"


V1 = "35 32 0:30 {root} /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory\n"
UNLIMITED = "9223372036854771712\n"


def test_a_docker_container_of_version_1_that_shows_the_hosts_paths(tmp_path: Path):
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "9:name=systemd:/docker/3f\n4:memory:/docker/3f\n0::/\n",
        "proc/self/mountinfo": V1.format(root="/docker/3f"),
        "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2 * GIB}\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{GIB}\n",
        "sys/fs/cgroup/memory/memory.stat": f"cache 5\ntotal_inactive_file {GIB // 2}\ntotal_active_file 0\n",
    }
    memory = probe_memory(plant(tmp_path, files), "linux")
    assert memory.total_bytes == memory.limit_bytes == 2 * GIB
    assert memory.available_bytes == GIB + GIB // 2


def test_version_1_without_a_limit_changes_nothing(tmp_path: Path):
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "4:memory:/user.slice\n",
        "proc/self/mountinfo": V1.format(root="/"),
        "sys/fs/cgroup/memory/memory.limit_in_bytes": UNLIMITED,
        "sys/fs/cgroup/memory/user.slice/memory.limit_in_bytes": UNLIMITED,
    }
    memory = probe_memory(plant(tmp_path, files), "linux")
    assert (memory.total_bytes, memory.limit_bytes) == (TOTAL, None)


def test_a_limit_above_what_the_machine_has_is_none(tmp_path: Path):
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "0::/\n",
        "proc/self/mountinfo": CGROUP_V2_MOUNT,
        "sys/fs/cgroup/memory.max": f"{900 * GIB}",
        "sys/fs/cgroup/memory.current": f"{GIB}",
    }
    memory = probe_memory(plant(tmp_path, files), "linux")
    assert (memory.total_bytes, memory.available_bytes, memory.limit_bytes) == (TOTAL, AVAILABLE, None)


def test_a_group_outside_of_what_is_mounted_is_looked_for_at_the_mount(tmp_path: Path):
    files = {
        "proc/self/cgroup": "0::/../../other\n",
        "proc/self/mountinfo": CGROUP_V2_MOUNT,
        "sys/fs/cgroup/memory.max": "4096",
        "sys/fs/cgroup/memory.current": "8192",
    }
    share = memory_share(plant(tmp_path, files))
    assert (share.limit_bytes, share.available_bytes) == (4096, 0), "more than all of it is used: nothing is left"


def test_lines_that_are_something_else_are_passed_over():
    assert parse_own_groups("nonsense\n3:cpu,cpuacct:/a:b\n") == {"cpu": "/a:b", "cpuacct": "/a:b"}
    assert parse_mounts("22 27 0:21 / /proc rw - proc proc rw\nnonsense\n\n1 2 - cgroup2\n") == []


@given(text=st.text(max_size=200))
def test_no_text_is_too_odd(text: str):
    parse_own_groups(text)
    parse_mounts(text)
    parse_meminfo(text)
