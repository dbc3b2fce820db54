"""NVIDIA's GPUs through the real binding: without a driver, and with a stand-in for the driver's library."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gemfit.machine.ask import Answer, ask
from gemfit.machine.nvidia import NvmlGpu, NvmlReport, problem, to_gpus
from gemfit.machine.probe import nvml_report

GIB = 1 << 30
CHILD = [sys.executable, "-m", "gemfit", "--child", "nvml"]


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library that behaves as `FAKE_NVML` says."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("the stand-in for the driver needs Linux and a C compiler")
    folder = tmp_path_factory.mktemp("driver")
    library = folder / "libnvidia-ml.so.1"
    source = Path(__file__).with_name("fake_nvml.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return folder


def answer_of(driver: Path, mode: str, monkeypatch: pytest.MonkeyPatch, timeout_s: float = 30.0) -> Answer:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(driver))
    monkeypatch.setenv("FAKE_NVML", mode)
    return ask(CHILD, "NVIDIA's driver", timeout_s)


def report_of(driver: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> NvmlReport:
    problems: list = []
    return nvml_report(answer_of(driver, mode, monkeypatch), problems)


def test_a_machine_without_the_driver_has_no_such_gpu_and_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "libnvidia-ml.so.1").write_text("not a library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    answer = ask(CHILD, "NVIDIA's driver", 30.0)
    assert answer.value == {"gpus": [], "driver": "", "cuda": None, "missing": True, "problem": ""}


def test_reads_what_the_driver_knows_whatever_it_prints(driver: Path, monkeypatch: pytest.MonkeyPatch):
    report = report_of(driver, "", monkeypatch)
    assert report == NvmlReport(
        [NvmlGpu("NVIDIA GeForce RTX 3060", 12 * GIB, 11 * GIB), NvmlGpu("Tesla T4", 12 * GIB, 11 * GIB)],
        "550.54.15",
        12040,
    )


def test_a_driver_that_crashes_costs_its_answer(driver: Path, monkeypatch: pytest.MonkeyPatch):
    answer = answer_of(driver, "crash", monkeypatch)
    assert str(answer.problem).startswith("NVIDIA's driver crashed when it was asked (SIGSEGV).")


def test_a_driver_that_hangs_costs_its_answer(driver: Path, monkeypatch: pytest.MonkeyPatch):
    answer = answer_of(driver, "hang", monkeypatch, timeout_s=2.0)
    assert str(answer.problem).startswith("NVIDIA's driver did not answer within 2.0 s")


def test_a_library_that_is_not_the_drivers_is_said_with_what_to_do(driver: Path, monkeypatch: pytest.MonkeyPatch):
    report = report_of(driver, "mismatch", monkeypatch)
    assert report.gpus == []
    assert "could not be asked: RM has detected an NVML/RM version mismatch. Everything" in str(problem(report))
    assert "restart the computer" in str(problem(report))


def test_a_driver_that_is_not_loaded_is_none(driver: Path, monkeypatch: pytest.MonkeyPatch):
    report = report_of(driver, "not_loaded", monkeypatch)
    assert report.missing
    assert problem(report) is None


def test_a_gpu_that_fell_off_the_bus_hides_no_other(driver: Path, monkeypatch: pytest.MonkeyPatch):
    report = report_of(driver, "lost", monkeypatch)
    assert [gpu.name for gpu in report.gpus] == ["Tesla T4"]
    assert "GPU is lost" in report.problem


def test_a_chip_that_shares_the_systems_memory_has_none_of_its_own(driver: Path, monkeypatch: pytest.MonkeyPatch):
    gpu = to_gpus(report_of(driver, "shared", monkeypatch))[0]
    assert (gpu.total_bytes, gpu.free_bytes, gpu.shared_memory) == (None, None, True)
    assert set(gpu.evidence) == {"name", "driver", "cuda"}


def test_a_driver_without_a_version_is_a_problem(driver: Path, monkeypatch: pytest.MonkeyPatch):
    report = report_of(driver, "no_version", monkeypatch)
    assert report.problem


def test_every_number_says_that_it_is_nvmls():
    first, second = to_gpus(NvmlReport([NvmlGpu("Tesla T4", 16 * GIB, 15 * GIB), NvmlGpu("NVIDIA L4")], "550.54.15"))
    assert (first.name, first.vendor, first.total_bytes, first.free_bytes) == (
        "NVIDIA Tesla T4",
        "NVIDIA",
        16 * GIB,
        15 * GIB,
    )
    assert first.evidence == {"name": "nvml", "total_bytes": "nvml", "free_bytes": "nvml", "driver": "nvml"}
    assert second.name == "NVIDIA L4"


def test_a_report_of_another_shape_is_nonsense():
    problems: list = []
    assert nvml_report(Answer({"gpus": "many"}), problems) == NvmlReport()
    assert "NVIDIA's driver answered nonsense" in str(problems[0])
