"""What every test is held to: no leaked thread, no leaked child process, no log warning that it did not announce."""

import logging
import os
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
DATA = TESTS / "data"
# Where coverage hands its settings to the processes that tests start, and the tests whose subject runs in those alone.
COVERAGE = "COVERAGE_PROCESS_CONFIG"
MEASURED_CHILDREN = ("engine/", "machine/", "media/", "ui/test_program.py")
# How long an example takes depends on what else runs on the machine.
settings.register_profile("gemfit", deadline=None)
settings.load_profile("gemfit")

XDG = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA")


def pytest_configure(config: pytest.Config) -> None:
    """Workers start coverage themselves; where the environment asks for it too, a second one would run beneath."""
    if config.getoption("numprocesses", None):
        os.environ.pop(COVERAGE, None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Random examples run the same lines by the hundred, and four times as long while lines are counted.

    So they are not, and what counts as covered is what other tests ran. Not left to pytest-cov's `no_cover`: in a
    worker it runs two coverages, one above the other, and stops one.
    """
    if not item.get_closest_marker("hypothesis"):
        return (yield)
    counting = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(counting)


@pytest.fixture
def data_dir() -> Path:
    """The files that tests ship with: tiny models with a real template and tokenizer."""
    return DATA


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home for Gemfit and for the person, with the network's environment and other programs out of the way."""
    home = tmp_path_factory.mktemp("home")
    person = str(tmp_path_factory.mktemp("person"))
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, person)
    for name in ("HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS", "LLAMA_CACHE", "JAN_DATA_FOLDER", *XDG):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GEMFIT_HOME", str(home))
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    for name in ("HF_ENDPOINT", "HF_TOKEN", "HF_HUB_OFFLINE", "GEMFIT_CATALOG", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return home


@pytest.fixture(autouse=True)
def coverage_of_children(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures children where tests are about what runs in a child; elsewhere it would add half to each child's start.

    The engine's child is confined to its own folder; what coverage measures in it has to be written here.
    """
    if request.path.relative_to(TESTS).as_posix().startswith(MEASURED_CHILDREN):
        if COVERAGE in os.environ:
            monkeypatch.setenv("GEMFIT_ENGINE_WRITES", str(TESTS.parent))
    else:
        monkeypatch.delenv(COVERAGE, raising=False)


def children() -> list[psutil.Process]:
    """This process's children and theirs."""
    if hasattr(os, "waitid"):
        try:  # asks the kernel whether there is any, at a hundredth of what it costs to look at all processes
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return []
    return psutil.Process().children(recursive=True)


@pytest.fixture(autouse=True)
def no_leaks() -> Iterator[None]:
    """Fails the test that leaves a thread or a child process behind."""
    threads = set(threading.enumerate())
    before = {child.pid for child in children()}
    yield
    for thread in set(threading.enumerate()) - threads:
        thread.join(timeout=5)
    left = [t.name for t in set(threading.enumerate()) - threads]
    assert not left, f"threads left running: {left}"
    new = [child for child in children() if child.pid not in before]
    _, alive = psutil.wait_procs(new, timeout=5)
    names = [f"{p.pid} {' '.join(p.cmdline())}" for p in alive if p.status() != psutil.STATUS_ZOMBIE]
    assert not names, f"child processes left running: {names}"


@pytest.fixture(autouse=True)
def no_stray_logs(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test that logs a warning or worse, unless it is marked `logs_warnings`."""
    yield
    if request.node.get_closest_marker("logs_warnings"):
        return
    stray = [r for when in ("setup", "call") for r in caplog.get_records(when) if r.levelno >= logging.WARNING]
    assert not stray, f"unexpected log: {[(r.name, r.getMessage()) for r in stray]}"
