"""Children that answer, crash, hang and talk nonsense: all of them real ones."""

import json
import signal
import subprocess
import sys
import textwrap
import tracemalloc

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.machine.ask import KEPT_BYTES, Answer, ask, how_it_ended, parse_object
from tests.e2e.wait import wait_until


def child(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


def asked(code: str, timeout_s: float = 30.0) -> Answer:
    return ask(child(code), "The driver", timeout_s)


def test_an_answer_is_its_value():
    answer = asked("print('{\"gpus\": [1, 2]}')")
    assert answer == Answer({"gpus": [1, 2]}, None, "")


def test_what_native_code_prints_beside_the_answer_does_not_matter():
    answer = asked(
        """
        import os, sys
        os.write(1, b"ggml_cuda_init: found 1 device\\n[1, 2]\\n\\xff\\xfe\\n")
        os.write(1, b'{"name": "CUDA0"}\\n')
        os.write(1, b"~cleanup\\n")
        os.write(2, b"warning: something\\n")
        """
    )
    assert answer.value == {"name": "CUDA0"}
    assert answer.stderr == "warning: something\n"


def test_an_answer_over_many_lines_is_read():
    assert asked("import json; print(json.dumps({'a': {'b': [1]}}, indent=2))").value == {"a": {"b": [1]}}


def test_a_crash_is_named():
    answer = asked("import os, signal; print('{}', flush=True); os.kill(os.getpid(), signal.SIGSEGV)")
    assert answer.value is None
    assert "The driver crashed when it was asked (SIGSEGV). Everything else" in str(answer.problem)


def test_an_abort_is_named_and_leaves_its_last_words():
    answer = asked("import os, sys; sys.stderr.write('x' * 9000 + 'GGML_ASSERT'); sys.stderr.flush(); os.abort()")
    assert "(SIGABRT)" in str(answer.problem)
    assert answer.stderr.endswith("GGML_ASSERT")
    assert len(answer.stderr) <= 4096


def ended(pid: int) -> bool:
    """Gone, or a zombie that whoever inherited it has not buried yet. A kill takes its moment."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_failure_is_named():
    assert "(exit code 3)" in str(asked("raise SystemExit(3)").problem)


@pytest.mark.parametrize("printed", ["", "no GPU here", "[1]", "17", "\\x00\\xff"])
def test_nonsense_is_called_so(printed: str):
    answer = asked(f"import os; os.write(1, b'{printed}')")
    assert answer.value is None
    assert str(answer.problem) == "The driver answered nonsense. Everything else was looked at."


def test_a_child_that_hangs_is_stopped_with_what_it_started():
    answer = asked(
        """
        import os, subprocess, sys, time
        grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(grandchild.pid, file=sys.stderr, flush=True)
        time.sleep(600)
        """,
        timeout_s=2.0,
    )
    assert answer.value is None
    assert "The driver did not answer within 2.0 s and was stopped." in str(answer.problem)
    wait_until(lambda: ended(int(answer.stderr)), what="the end of what the child started")


def test_a_child_that_ignores_signals_is_stopped():
    answer = asked(
        """
        import signal, time
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        time.sleep(600)
        """,
        timeout_s=1.0,
    )
    assert "did not answer" in str(answer.problem)


def test_what_a_child_leaves_running_is_ended_with_it():
    answer = asked(
        """
        import subprocess, sys
        left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print('{"pid": %d}' % left.pid)
        """
    )
    wait_until(lambda: ended(answer.value["pid"]), what="the end of what the child left")


def test_a_child_that_prints_without_end_costs_little():
    tracemalloc.start()
    answer = asked("import os\nwhile True: os.write(1, b'spam ' * 10000)", timeout_s=1.0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "did not answer" in str(answer.problem)
    assert peak < 4 * KEPT_BYTES


def test_a_program_that_is_not_there_is_said():
    answer = ask(["/nowhere/system_profiler"], "macOS")
    assert answer.value is None
    assert "macOS could not be asked: No such file or directory." in str(answer.problem)


def test_the_child_is_told_not_to_start_a_debugger():
    code = "import os; print('{\"set\": \"%s\"}' % os.environ['GGML_NO_BACKTRACE'])"
    assert asked(code).value == {"set": "1"}


@pytest.mark.parametrize(
    ("returncode", "words"),
    [(-signal.SIGSEGV, "SIGSEGV"), (-200, "signal 200"), (1, "exit code 1"), (0xC0000005, "0xC0000005")],
)
def test_ends_have_names(returncode: int, words: str):
    assert how_it_ended(returncode) == words


@given(noise=st.binary(max_size=60), value=st.dictionaries(st.text(max_size=5), st.integers(-9, 9), max_size=3))
def test_the_answer_is_found_after_any_noise(noise: bytes, value: dict):
    assert parse_object(noise + b"\n" + json.dumps(value).encode() + b"\n") == value


def test_the_engine_itself_is_asked_this_way():
    command = [sys.executable, "-m", "gemfit", "--child", "devices"]
    answer = ask(command, "The engine", 60.0)
    assert answer.problem is None
    assert any(device["kind"] == "cpu" for device in answer.value["devices"])
    assert subprocess.run([*command[:3], "--child", "nothing"], capture_output=True, check=False).returncode == 1
