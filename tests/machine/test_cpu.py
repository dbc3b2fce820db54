"""The processor: names of several makers, cores under limits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gemfit.machine.cgroup import parse_quota
from gemfit.machine.cpu import count_cores, cpu_model, instruction_sets, parse_cpuinfo, printed, probe_cpu, usable_cpus
from gemfit.machine.instructions import LINUX_FLAGS, MACOS_FLAGS, from_sysctl
from gemfit.paths import self_command
from tests.machine import trees
from tests.machine.trees import plant


def test_this_machine_has_a_processor():
    cpu = probe_cpu()
    assert cpu.model
    assert 1 <= cpu.physical_cores <= cpu.logical_cores <= (os.cpu_count() or 1)
    assert {"model", "physical_cores", "logical_cores"} <= set(cpu.evidence) <= {*cpu.__struct_fields__}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (trees.CPUINFO_RYZEN, "AMD Ryzen 7 5800H with Radeon Graphics"),
        (trees.CPUINFO_PI, "Cortex-A76"),
        (trees.CPUINFO_BIG_LITTLE, "Cortex-A55 + Cortex-A76"),
        (trees.CPUINFO_GENERIC_ARM, "BCM2711"),
        ("cpu model\t: Loongson-3A6000\n", "Loongson-3A6000"),
        ("CPU implementer\t: 0x41\nCPU part\t: 0xfff\n", ""),
        ("", ""),
    ],
)
def test_finds_the_name(text: str, name: str):
    assert parse_cpuinfo(text) == name


def test_a_small_board_is_called_by_its_own_name(tmp_path: Path):
    files = {"proc/cpuinfo": trees.CPUINFO_PI, "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0"}
    root = plant(tmp_path, files)
    assert cpu_model(root, "linux")[0] == "Raspberry Pi 5 Model B Rev 1.0 (Cortex-A76)"


def test_a_board_is_better_than_no_name(tmp_path: Path):
    root = plant(tmp_path, {"proc/device-tree/model": "VisionFive 2\0"})
    assert cpu_model(root, "linux") == ("VisionFive 2", "/proc/device-tree/model")


def test_asks_python_where_no_file_says(tmp_path: Path):
    for system in ("linux", "darwin", "win32"):
        name, evidence = cpu_model(tmp_path, system)
        assert name
        assert evidence == "platform"


def test_two_processors_on_one_core_count_once():
    assert count_cores(["0,4", "1,5", "0,4", "1,5"]) == 2
    assert count_cores(["0", ""]) is None
    assert count_cores([]) is None


def test_counts_the_cores_of_the_processors_it_may_use(tmp_path: Path):
    numbers = usable_cpus()
    files = {f"sys/devices/system/cpu/cpu{n}/topology/thread_siblings_list": "0-63" for n in numbers}
    cpu = probe_cpu(plant(tmp_path, files))
    assert (cpu.physical_cores, cpu.logical_cores) == (1, len(numbers))
    assert cpu.evidence["physical_cores"].startswith("/sys/devices/system/cpu thread_siblings_list")


@pytest.mark.skipif(sys.platform != "linux", reason="affinity is Linux's")
def test_an_affinity_is_respected_and_said():
    before = os.sched_getaffinity(0)
    if len(before) < 2:
        pytest.skip("there is but one processor")
    os.sched_setaffinity(0, {min(before)})
    try:
        cpu = probe_cpu()
    finally:
        os.sched_setaffinity(0, before)
    assert (cpu.physical_cores, cpu.logical_cores) == (1, 1)
    assert "limited to 1 of" in cpu.evidence["logical_cores"]


@pytest.mark.parametrize(
    ("text", "cpus"),
    [("150000 100000", 1.5), ("max 100000", None), ("-1 100000", None), ("", None), ("1 2 3", None), ("5 0", None)],
)
def test_reads_quotas(text: str, cpus: float | None):
    assert parse_quota(text) == cpus


def test_a_containers_quota_of_version_2_is_respected_and_said(tmp_path: Path):
    files = {
        "proc/self/cgroup": "0::/\n",
        "proc/self/mountinfo": trees.CGROUP_V2_MOUNT,
        "sys/fs/cgroup/cpu.max": "50000 100000\n",
    }
    cpu = probe_cpu(plant(tmp_path, files), "linux")
    assert (cpu.physical_cores, cpu.logical_cores) == (1, 1)
    assert "limited to 0.5 by /sys/fs/cgroup/cpu.max" in cpu.evidence["physical_cores"]


def test_a_containers_quota_of_version_1_is_respected(tmp_path: Path):
    files = {
        "proc/self/cgroup": "2:cpu,cpuacct:/\n",
        "proc/self/mountinfo": "33 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "60000\n",
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    }
    cpu = probe_cpu(plant(tmp_path, files), "linux")
    assert cpu.logical_cores == 1
    assert "limited to 0.6 by /sys/fs/cgroup/cpu/cpu.cfs_quota_us" in cpu.evidence["logical_cores"]


@pytest.mark.parametrize(
    ("text", "has"),
    [
        (trees.CPUINFO_RYZEN, ["AVX2", "FMA"]),
        (trees.CPUINFO_PI, ["NEON", "FP16_VA", "DOTPROD"]),
        ("flags : fpu pni avx512f avx512_vnni amx_int8\n", ["SSE3", "AVX512", "AVX512_VNNI", "AMX_INT8"]),
        ("processor : 0\n", []),
    ],
)
def test_instruction_sets_go_by_the_engines_names(text: str, has: list[str], tmp_path: Path):
    root = plant(tmp_path, {"proc/cpuinfo": text})
    assert instruction_sets(root, "linux") == (has, "/proc/cpuinfo")


def test_apples_system_says_them_one_a_line():
    said = "hw.optional.arm.FEAT_DotProd: 1\nhw.optional.arm.FEAT_I8MM: 0\nhw.optional.arm.AdvSIMD: 1\n"
    assert from_sysctl(said) == ["NEON", "DOTPROD"]
    assert from_sysctl("hw.optional.avx2_0: 1\nhw.optional.avx512f: 0\nhw.optional.f16c: 1\n") == ["AVX2", "F16C"]


def test_what_this_engine_uses_this_processor_has():
    build = json.loads(
        subprocess.run([*self_command(), "--child", "devices"], capture_output=True, check=True, timeout=60).stdout
    )
    known = {*LINUX_FLAGS.values(), *MACOS_FLAGS.values()}
    assert known & set(build["features"]) <= set(probe_cpu().capabilities)


def test_a_small_program_of_the_system_may_be_missing_or_fail():
    assert printed([sys.executable, "-c", "print(' Apple M2 Pro ')"]) == "Apple M2 Pro"
    assert printed([sys.executable, "-c", "raise SystemExit(1)"]) == ""
    assert printed(["/nowhere/sysctl"]) == ""
