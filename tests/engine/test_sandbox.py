"""What the child may touch: real processes that try."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from gemfit.engine import limits, sandbox

needs_landlock = pytest.mark.skipif(not sandbox.version(), reason="this system has no Landlock in force")


def run(folder: Path, code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    enter = (
        f"from pathlib import Path; from gemfit.engine import sandbox\nprint(sandbox.enter(Path({str(folder)!r})))\n"
    )
    command = [sys.executable, "-c", enter + code]
    env = os.environ | environment
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)


def confined(folder: Path, code: str, **environment: str) -> str:
    """What `code` prints after the process has gone into the sandbox."""
    done = run(folder, code, **environment)
    assert done.returncode == 0, done.stderr
    first, _, rest = done.stdout.partition("\n")
    assert first == f"landlock {sandbox.version()}"
    return rest.strip()


TRY = """
def tried(what):
    try:
        what()
    except OSError as error:
        print(type(error).__name__)
    else:
        print("done")
"""


@needs_landlock
@pytest.mark.parametrize(
    "what",
    [
        "Path({0!r}).write_text('x')",
        "Path({0!r}).mkdir()",
        "Path({0!r}).symlink_to('/')",
        "Path({1!r}).unlink()",
        "Path({1!r}).rename({0!r})",
        "Path({1!r}).write_text('x')",
        "__import__('os').truncate({1!r}, 0)",
        "open({1!r}, 'ab')",
    ],
)
def test_nothing_outside_the_folder_is_written(tmp_path: Path, what: str):
    there = tmp_path / "there"
    there.write_text("kept")
    new = tmp_path / "new"
    code = f"{TRY}\ntried(lambda: {what.format(str(new), str(there))})"
    assert confined(tmp_path / "cache", code) == "PermissionError"
    assert not new.exists()
    assert there.read_text() == "kept"


@needs_landlock
def test_everything_can_be_read_and_the_folder_written_to(tmp_path: Path):
    there = tmp_path / "there"
    there.write_text("kept")
    code = f"""
cache = Path({str(tmp_path / "cache")!r})
(cache / "below").mkdir()
(cache / "below" / "a").write_text(Path({str(there)!r}).read_text())
(cache / "below" / "a").rename(cache / "b")
import os, tempfile
print((cache / "b").read_text(), Path(tempfile.mkdtemp()).parent == cache)
Path(os.devnull).write_text("x")
"""
    assert confined(tmp_path / "cache", code) == "kept True"


@needs_landlock
def test_a_folder_more_can_be_allowed(tmp_path: Path):
    more = tmp_path / "more"
    more.mkdir()
    code = f"{TRY}\ntried(lambda: Path({str(more / 'x')!r}).write_text('x'))"
    assert confined(tmp_path / "cache", code, **{sandbox.MORE: str(more)}) == "done"


@pytest.mark.skipif(sandbox.version() < 4, reason="Landlock knows sockets from version 4 on")
@pytest.mark.parametrize("what", ["connect(('127.0.0.1', 9))", "bind(('127.0.0.1', 0))"])
def test_no_connection_is_made_or_taken(tmp_path: Path, what: str):
    code = f"{TRY}\nimport socket\ntried(lambda: socket.socket().{what})"
    assert confined(tmp_path / "cache", code) == "PermissionError"


@pytest.mark.skipif(sandbox.version() < 6, reason="Landlock knows signals from version 6 on")
def test_no_process_outside_is_signalled(tmp_path: Path):
    code = f"{TRY}\nimport os\ntried(lambda: os.kill({os.getpid()}, 0))"
    assert confined(tmp_path / "cache", code) == "PermissionError"


@needs_landlock
def test_it_holds_for_threads_and_for_programs_that_are_started(tmp_path: Path):
    code = f"""{TRY}
import subprocess, threading
thread = threading.Thread(target=lambda: tried(lambda: Path({str(tmp_path / "x")!r}).write_text("x")))
thread.start(); thread.join()
print(subprocess.run(["touch", {str(tmp_path / "y")!r}], capture_output=True).returncode)
"""
    assert confined(tmp_path / "cache", code) == "PermissionError\n1"


@needs_landlock
def test_a_folder_that_cannot_be_made_leaves_nothing_to_write_to(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    done = run(tmp_path / "file" / "cache", f"Path({str(tmp_path / 'x')!r}).write_text('x')")
    assert "PermissionError" in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_system_without_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert sandbox.enter(tmp_path / "cache") == ""
    assert not (tmp_path / "cache").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_the_child_volunteers_leaves_no_core_and_can_stand_back():
    code = (
        "from gemfit.engine import limits; import os, resource, threading\n"
        "stop = threading.Event(); threading.Thread(target=stop.wait).start()\n"
        "limits.apply(); limits.lower_priority()\n"
        "print(open('/proc/self/oom_score_adj').read().strip(), resource.getrlimit(resource.RLIMIT_CORE)[0],\n"
        "      {os.getpriority(os.PRIO_PROCESS, int(t)) for t in os.listdir('/proc/self/task')})\n"
        "stop.set()"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout
    niceness = max(limits.LOW_NICENESS, psutil.Process().nice())
    assert said.split(maxsplit=2) == [str(limits.MOST_WILLING), "0", f"{{{niceness}}}\n"]
