"""Builds of the engine beside each other: a second, real copy of the binding, made of hard links."""

import os
import queue
import shutil
import sys
from collections.abc import Callable
from datetime import date
from importlib.metadata import distribution
from pathlib import Path

import pytest

from gemfit import paths
from gemfit.engine import builds
from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import EngineExit, Event, Failed, Hello, Loaded, LoadPlan
from gemfit.errors import GemfitError

WAIT_S = 60


def copy_of_ours(folder: Path, version: str = "") -> None:
    """What `pip install --target` leaves, linked instead of copied where the disk can."""
    found = distribution(builds.BINDING)
    for file in found.files or []:
        if file.parts[0] != "llama_cpp" and not file.parts[0].endswith(".dist-info"):
            continue
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(str(found.locate_file(file)), target)
        except OSError:
            shutil.copy2(str(found.locate_file(file)), target)
    if version:
        metadata = next(folder.glob("*.dist-info")) / "METADATA"
        text = metadata.read_text().replace(f"Version: {builds.pinned()}", f"Version: {version}")
        metadata.unlink()
        metadata.write_text(text)


def broken(how: str) -> Callable[[Path], None]:
    """A build whose import goes wrong."""

    def install(folder: Path) -> None:
        copy_of_ours(folder)
        module = folder / "llama_cpp" / "llama_cpp.py"
        module.unlink()
        module.write_text(how)

    return install


@pytest.fixture
def second() -> builds.Build:
    return builds.add("second", copy_of_ours)


def first_events(client: EngineClient, events: "queue.SimpleQueue[Event | EngineExit]") -> Hello:
    event = events.get(timeout=WAIT_S)
    assert isinstance(event, Hello), event
    return event


def test_a_build_that_works_is_added_and_says_what_it_is(second: builds.Build) -> None:
    assert second.folder == paths.engines_dir() / "second"
    assert second.problem is None
    assert second.says["commit"] in second.says["build"]
    assert "CPU" in second.says["backends"]
    assert [(b.name, b.in_use) for b in builds.listed()] == [("own", True), ("second", False)]


def test_a_child_runs_the_build_that_was_chosen(second: builds.Build, data_dir: Path) -> None:
    builds.use("second")
    events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
    client = EngineClient(events.put)
    client.start()
    assert first_events(client, events).problem is None
    client.load(data_dir / "gemma4-tiny.gguf", LoadPlan(context_tokens=256, threads=1))
    while not isinstance(event := events.get(timeout=WAIT_S), Loaded | Failed | EngineExit):
        pass
    assert isinstance(event, Loaded)
    if sys.platform == "linux":
        mapped = Path(f"/proc/{client.pid}/maps").read_text()
        assert f"{second.folder}/llama_cpp/lib" in mapped
    client.close()
    assert [b.name for b in builds.listed() if b.in_use] == ["second"]
    builds.use("own")
    assert paths.engine_in_use() is None


@pytest.mark.parametrize("how", ["raise ImportError('libcudart.so.12: not found')", "import os; os.abort()"])
@pytest.mark.logs_warnings
def test_our_own_runs_where_a_chosen_build_is_broken(second: builds.Build, data_dir: Path, how: str) -> None:
    builds.use("second")
    assert second.folder is not None
    module = second.folder / "llama_cpp" / "llama_cpp.py"
    module.unlink()
    module.write_text(how)
    events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
    client = EngineClient(events.put)
    client.start()
    client.load(data_dir / "gemma4-tiny.gguf", LoadPlan(context_tokens=256, threads=1))  # before it has said anything
    problem = first_events(client, events).problem
    assert problem is not None
    assert str(problem).startswith("The engine second did not start (")
    while not isinstance(event := events.get(timeout=WAIT_S), Loaded | Failed | EngineExit):
        pass
    assert isinstance(event, Loaded)
    exit_ = client.close()
    assert exit_ is not None
    assert exit_.expected


def test_a_build_that_does_not_work_is_not_kept() -> None:
    with pytest.raises(GemfitError, match="libcudart") as caught:
        builds.add("cuda", broken("raise ImportError('libcudart.so.12: not found')"))
    assert caught.value.code == "engine_broken"
    assert [b.name for b in builds.listed()] == ["own"]
    assert list(paths.engines_dir().iterdir()) == []


def test_a_build_of_another_version_is_not_used() -> None:
    with pytest.raises(GemfitError, match=f"0.3.0, and {builds.pinned()} is needed"):
        builds.add("old", lambda folder: copy_of_ours(folder, "0.3.0"))


def test_a_build_that_is_removed_is_no_longer_used(second: builds.Build) -> None:
    builds.use("second")
    builds.remove("second")
    assert paths.engine_in_use() is None
    assert [b.name for b in builds.listed()] == ["own"]
    with pytest.raises(GemfitError) as caught:
        builds.remove("own")
    assert caught.value.code == "own_engine"


@pytest.mark.parametrize("name", ["own", "", "../up", "Up", ".hidden", "a/b", "x" * 40])
def test_names_that_could_mean_another_folder_are_refused(name: str) -> None:
    with pytest.raises(GemfitError) as caught:
        builds.add(name, copy_of_ours)
    assert caught.value.code == "bad_name"


@pytest.mark.parametrize("name", ["../..", "/", "gone", "in-use", "a\0b", ""])
def test_a_choice_that_makes_no_sense_is_no_choice(name: str) -> None:
    paths.engines_dir().mkdir(parents=True)
    paths.engine_in_use_file().write_text(name)
    assert paths.engine_in_use() is None


def test_a_name_that_is_taken_is_said(second: builds.Build) -> None:
    with pytest.raises(GemfitError) as caught:
        builds.add("second", copy_of_ours)
    assert caught.value.code == "engine_exists"
    with pytest.raises(GemfitError) as caught:
        builds.use("third")
    assert caught.value.code == "no_such_engine"


def test_pip_is_asked_for_exactly_the_version_that_the_program_drives(tmp_path: Path) -> None:
    start = [sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(tmp_path)]
    ready = builds.pip_command(tmp_path, index="https://wheels.example/cu124")
    assert ready[:7] == start
    assert ready[-2:] == ["https://wheels.example/cu124", f"llama-cpp-python=={builds.pinned()}"]
    assert "--only-binary" in ready
    assert "--no-binary" in builds.pip_command(tmp_path, cmake="-DGGML_VULKAN=on")
    assert builds.pip_command(tmp_path, wheel=tmp_path / "a.whl")[-2:] == ["--no-index", str(tmp_path / "a.whl")]


def test_what_pip_cannot_install_leaves_nothing(tmp_path: Path) -> None:
    wheel = tmp_path / "llama_cpp_python-0.3.36-py3-none-any.whl"
    wheel.write_bytes(b"no wheel")
    with pytest.raises(GemfitError) as caught:
        builds.add("mine", builds.pip(wheel=wheel))
    assert caught.value.code == "engine_not_installed"
    assert list(paths.engines_dir().iterdir()) == []


def test_the_age_of_a_commit() -> None:
    assert builds.age_days("0c1e570", date(2026, 10, 31)) == 30
    assert builds.age_days("abcdef0", date(2026, 10, 31)) is None
