"""Where no window can be opened, one line says so and how to chat without one."""

import os
import subprocess
import sys

import pytest

from gemfit.ui import display


@pytest.fixture
def linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_no_display(linux):
    assert "no display" in (display.display_problem() or "")


def test_a_display_that_does_not_answer(linux):
    linux.setenv("DISPLAY", ":4321")
    problem = display.display_problem() or ""
    assert ":4321 does not answer" in problem or "needs the library" in problem


def test_a_missing_library_is_named(linux, tmp_path):
    linux.setenv("DISPLAY", ":4321")
    linux.setattr(display, "_plugin", lambda: tmp_path / "libqxcb.so")
    assert "needs the library" in (display.display_problem() or "")


def test_wayland_or_a_chosen_platform_is_left_to_qt(linux):
    linux.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert display.display_problem() is None
    linux.delenv("WAYLAND_DISPLAY")
    linux.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.display_problem() is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
def test_the_program_says_it_in_one_line_and_never_imports_qt():
    environment = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run([sys.executable, "-m", "gemfit"], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "gemfit chat --model" in done.stderr
