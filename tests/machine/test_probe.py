"""The whole probe, with the real engine and what this computer has, and with what it has not."""

import sys
from pathlib import Path

import msgspec
import pytest

from gemfit import paths
from gemfit.machine.ask import Answer
from gemfit.machine.probe import engine_build, probe
from gemfit.machine.types import EngineBuild, Machine
from gemfit.words import say
from tests.machine import trees
from tests.machine.trees import GIB, plant


def test_finds_this_computer(tmp_path: Path):
    machine = probe(tmp_path / "models", timeout_s=60.0)
    assert machine.problems == []
    assert machine.memory.total_bytes >= machine.memory.available_bytes > 0
    assert machine.engine.build
    assert any(device.kind == "cpu" for device in machine.engine.devices)
    assert machine.cpu.features == machine.engine.features != []
    assert machine.cpu.evidence["features"].startswith("ggml")
    assert machine.disk.path == str(tmp_path / "models")
    assert machine.os
    assert machine.arch
    assert msgspec.json.decode(msgspec.json.encode(machine), type=Machine) == machine


@pytest.mark.skipif(sys.platform != "linux", reason="the folder stands for Linux's /")
def test_finds_another_computer_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    tree = {"proc/meminfo": trees.MEMINFO, ".dockerenv": "", **trees.RX_7900, **trees.CEZANNE}
    tree["usr/share/misc/pci.ids"] = trees.PCI_IDS
    machine = probe(tmp_path, root=plant(tmp_path, tree), timeout_s=60.0)
    assert machine.environment == "Docker container"
    assert machine.evidence["environment"] == "/.dockerenv"
    inside, card = machine.gpus
    assert (inside.shared_memory, card.shared_memory) == (True, False)
    assert card.total_bytes == 24 * GIB
    assert not card.usable
    assert "make run WHEELS=vulkan" in card.advice


def test_children_that_crash_cost_their_lines_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    crash = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"]
    monkeypatch.setattr(paths, "self_command", lambda: crash)
    machine = probe(tmp_path, root=plant(tmp_path, trees.CEZANNE))
    assert [problem.split(" ")[0] for problem in machine.problems] == ["The", "NVIDIA's"]
    assert all("SIGSEGV" in problem for problem in machine.problems)
    assert [str(sentence) for sentence in machine.problem_sentences] == machine.problems
    assert machine.engine.problem == machine.problems[0]
    assert machine.cpu.features == []
    assert machine.memory.total_bytes > 0
    assert len(machine.gpus) == 1
    assert "could not be asked" in machine.gpus[0].advice


def test_children_that_hang_cost_their_lines_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paths, "self_command", lambda: [sys.executable, "-c", "import time; time.sleep(600)"])
    machine = probe(tmp_path, timeout_s=0.5)
    assert len(machine.problems) == 2
    assert all("did not answer within 0.5 s" in problem for problem in machine.problems)


def test_a_disk_that_cannot_be_asked_costs_its_line_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def broken(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("shutil.disk_usage", broken)
    machine = probe(tmp_path, timeout_s=60.0)
    assert (machine.disk.total_bytes, machine.disk.free_bytes) == (0, 0)
    assert "could not be asked: Input/output error." in machine.problems[0]


def test_a_list_of_gpus_that_cannot_be_read_costs_its_line_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def broken(root: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("gemfit.machine.drm.probe_drm", broken)
    monkeypatch.setattr("gemfit.machine.windows.probe_windows", lambda: broken(tmp_path))
    machine = probe(tmp_path, timeout_s=60.0)
    assert "list of GPUs could not be read: Permission denied." in machine.problems[0]


def test_an_engine_that_says_something_else_is_nonsense():
    problems: list = []
    built = engine_build(Answer({"devices": "all of them"}), problems)
    assert built == EngineBuild(problem="The engine answered nonsense. Everything else was looked at.")
    assert [str(problem) for problem in problems] == [built.problem]


def test_an_engine_that_could_not_be_asked_says_why():
    problems: list = []
    assert engine_build(Answer(None, say("It crashed.")), problems).problem == "It crashed."
    assert problems == [say("It crashed.")]
