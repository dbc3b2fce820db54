"""The real program as real processes: it starts, is alone, survives its own murder, and ends in order."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from gemfit import paths
from gemfit.settings import Settings
from gemfit.ui import single
from gemfit.ui.program import language

START_MS = 60_000
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to end a program in order")


@pytest.fixture
def start(home: Path):
    """Start the program on the offscreen platform; ends what is left at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "GEMFIT_HOME": str(home)}
        process = subprocess.Popen([sys.executable, "-m", "gemfit"], env=environment, stderr=subprocess.PIPE)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


@pytest.fixture
def shown(qtbot):
    """Wait until the log says that a window was shown that many times."""

    def wait(times: int = 1) -> None:
        def there() -> bool:
            log = paths.log_file()
            return log.exists() and log.read_text().count("window shown") >= times

        qtbot.waitUntil(there, timeout=START_MS)

    return wait


def ended(process: subprocess.Popen[bytes]) -> int:
    return process.wait(START_MS / 1000)


@posix
def test_it_opens_and_ends_in_order_when_asked_to(start, shown):
    process = start()
    shown()
    process.send_signal(signal.SIGTERM)
    assert ended(process) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert (paths.state_dir() / "window.geometry").stat().st_size > 0


@posix
def test_a_second_start_brings_the_first_forward_and_ends(start, shown):
    first = start()
    shown()
    second = start()
    assert ended(second) == 0
    assert first.poll() is None
    assert "brought forward" in paths.log_file().read_text()
    first.send_signal(signal.SIGTERM)
    assert ended(first) == 0


def test_a_killed_window_is_no_obstacle_to_the_next(start, shown):
    first = start()
    shown()
    first.kill()
    ended(first)
    second = start()
    shown(times=2)
    assert second.poll() is None


def test_a_damaged_settings_file_does_not_stop_it(start, shown):
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text("{{{")
    process = start()
    shown()
    assert process.poll() is None
    assert paths.settings_file().with_name("settings.damaged.json").exists()


def test_without_a_first_window_nobody_hears(home):
    assert not single.ask_first_to_show()


def test_every_home_has_a_window_of_its_own(monkeypatch, tmp_path):
    names = set()
    for name in ("a", "b"):
        monkeypatch.setenv("GEMFIT_HOME", str(tmp_path / name))
        names.add(single.server_name())
    assert len(names) == 2


@pytest.mark.parametrize(
    ("system", "chosen", "spoken"), [("de_AT", "", "de"), ("fr_FR", "", "en"), ("de_DE", "en", "en")]
)
def test_the_language_is_the_one_set_else_the_systems_else_english(monkeypatch, system, chosen, spoken):
    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: QLocale(system)))
    assert language(Settings(language=chosen)) == spoken
