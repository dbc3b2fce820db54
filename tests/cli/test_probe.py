"""`gemfit probe`, as a person and as a program uses it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gemfit.cli.main import main
from gemfit.cli.probe import page
from gemfit.machine.saved import parse_machine
from gemfit.machine.types import Cpu, Disk, EngineBuild, EngineDevice, Gpu, Machine, Memory

GIB = 1 << 30


def machine(**more: object) -> Machine:
    parts: dict = {
        "os": "Linux 6.1",
        "arch": "x86_64",
        "memory": Memory(
            total_bytes=16 * GIB, available_bytes=12 * GIB, evidence={"total_bytes": "/proc/meminfo MemTotal"}
        ),
        "cpu": Cpu(model="AMD Ryzen 7 5800H", physical_cores=8, logical_cores=16, features=["AVX2", "FMA"]),
        "disk": Disk(path="/models", total_bytes=500 * GIB, free_bytes=90 * GIB),
        "engine": EngineBuild(build="b1", devices=[EngineDevice(name="CPU", description="AMD Ryzen", kind="cpu")]),
    }
    return Machine(**{**parts, **more})


def test_prints_one_object_with_the_keys_promised(tmp_path: Path):
    command = [sys.executable, "-m", "gemfit", "probe", "--json", "--weights-dir", str(tmp_path)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    found = json.loads(printed.stdout)
    assert printed.stderr == ""
    assert {"total_bytes", "available_bytes", "evidence"} <= found["memory"].keys()
    assert {"model", "physical_cores", "features", "evidence"} <= found["cpu"].keys()
    assert {"free_bytes", "evidence"} <= found["disk"].keys()
    assert {"build", "devices", "evidence"} <= found["engine"].keys()
    assert isinstance(found["gpus"], list)
    assert type(found["memory"]["total_bytes"]) is int
    assert all(found[room]["evidence"] for room in ("memory", "cpu", "disk", "engine"))
    assert found["disk"]["path"] == str(tmp_path)
    assert parse_machine(printed.stdout.encode()).memory.total_bytes == found["memory"]["total_bytes"]


def test_prints_a_page_for_people(capsys: pytest.CaptureFixture[str], home: Path):
    assert main(["probe"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("System ")
    for word in ("Memory", "Processor", "GPU", "Disk", "Engine", "available", "llama_print_system_info"):
        assert word in printed
    assert str(home) in printed


def test_looks_at_the_disk_of_the_folder_in_the_settings(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (home / "config").mkdir()
    (home / "config/settings.json").write_text(json.dumps({"schema": 1, "weights_dir": str(tmp_path / "weights")}))
    assert main(["probe", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["disk"]["path"] == str(tmp_path / "weights")


def test_a_saved_probe_has_no_home_folder_in_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    home = Path("/home/marylou-was-here")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    assert main(["probe", "--json", "--weights-dir", str(home / "models")]) == 0
    printed = capsys.readouterr().out
    assert "marylou" not in printed
    assert Path(parse_machine(printed.encode()).disk.path) == Path("~/models")


def test_each_number_stands_beside_its_evidence():
    lines = page(machine())
    assert any("16.0 GiB" in line and line.endswith("/proc/meminfo MemTotal") for line in lines)
    assert "GPU        none found" in lines
    assert any("96.6 GB free at /models" in line for line in lines)


def test_a_gpu_that_cannot_be_used_says_what_to_install():
    gpu = Gpu(
        name="NVIDIA GeForce RTX 3060",
        total_bytes=12 * GIB,
        free_bytes=11 * GIB,
        driver="550.54.15",
        cuda=12040,
        advice="Set Gemfit up again with: make run WHEELS=cu124",
        evidence={"name": "nvml", "total_bytes": "nvml", "free_bytes": "nvml", "driver": "nvml"},
    )
    text = "\n".join(page(machine(gpus=[gpu])))
    assert "not usable by this engine" in text
    assert "driver 550.54.15" in text
    assert "CUDA 12.4 at most" in text
    assert "NVIDIA GeForce RTX 3060: Set Gemfit up again with: make run WHEELS=cu124" in text


def test_a_gpu_that_can_be_used_says_as_what():
    chip = Gpu(name="Apple M2 Pro", shared_memory=True, total_bytes=11 * GIB, usable=True, engine_device="MTL0")
    iris = Gpu(name="Intel Iris Xe", shared_memory=True)
    text = "\n".join(page(machine(gpus=[chip, iris])))
    assert "usable as MTL0" in text
    assert "11.0 GiB shared with the system" in text
    assert "memory shared with the system" in text


def test_surroundings_and_problems_are_said():
    assert "in a Docker container" in " ".join(page(machine(environment="Docker container"))[:3])
    assert "in WSL 2" in " ".join(page(machine(environment="WSL 2"))[:3])
    lines = page(machine(problems=["NVIDIA's driver crashed when it was asked (SIGSEGV)."], engine=EngineBuild()))
    assert lines[-1] == "NVIDIA's driver crashed when it was asked (SIGSEGV)."
    assert "The engine could not be asked which instruction sets it uses." in lines[-3]
    assert any(line.split() == ["Engine", "not", "known"] for line in lines)


def test_qt_is_not_imported():
    code = "import sys; from gemfit.cli.main import main; main(['probe']); assert 'PySide6' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=120)


def test_people_see_which_catalogue_is_in_force(capsys, monkeypatch, tmp_path):
    assert main(["probe"]) == 0
    assert "Catalogue: Gemma 4 (2026-11, from published pages), comes with Gemfit" in capsys.readouterr().out
    monkeypatch.setenv("GEMFIT_CATALOG", str(tmp_path / "none.json"))
    assert main(["probe"]) == 0
    assert "cannot be read" in capsys.readouterr().out
