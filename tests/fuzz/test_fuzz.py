"""Damaged files and lines: never a crash, never more than a bound of time and memory (`fuzz.py` says which).

500 cases each, always the same ones; `make fuzz` has 50,000 others.
"""

import os
import queue
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from gemfit.engine import client
from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import EngineExit, Event, Failed, LoadPlan, Measured, Quit, encode
from gemfit.errors import GemfitError
from gemfit.gguf.check import check_file
from gemfit.gguf.reader import read_header
from gemfit.paths import self_command
from tests.fuzz.fuzz import TARGETS
from tests.fuzz.mutate import damaged

CASES = int(os.environ.get("FUZZ_CASES", "500"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
PATIENCE_S = 120

pytestmark = [pytest.mark.timeout(7200), pytest.mark.skipif(os.name == "nt", reason="bounds are of POSIX systems")]


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_damage_is_read_or_refused_within_bounds(target: str, tmp_path: Path):
    command = [sys.executable, "-m", "tests.fuzz.fuzz", target, str(CASES), str(SEED), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0, done.stderr
    cases, _, refused, *_ = done.stdout.split()
    assert int(cases) == CASES
    assert int(refused) < 0.95 * CASES, "what is refused at the door is no test of what is behind it"


class Asked:
    """The engine, as often as it takes."""

    def __init__(self) -> None:
        self.ends: list[EngineExit] = []
        self.client: EngineClient | None = None

    def measure(self, path: Path) -> Event | EngineExit:
        if self.client is None:
            self.events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
            self.client = EngineClient(self.events.put)
            self.client.start()
        self.client.measure(path, LoadPlan(context_tokens=512))
        while not isinstance(event := self.events.get(timeout=PATIENCE_S), Measured | Failed | EngineExit):
            pass
        if isinstance(event, EngineExit):
            self.ends.append(event)
            self.client = None
        return event

    def close(self) -> None:
        if self.client is not None:
            self.client.close()


def test_what_passes_the_check_may_end_the_engine_and_nothing_else(data_dir: Path, tmp_path: Path):
    """The header of a whole model with damaged numbers, to llama.cpp itself where our own check finds nothing."""
    whole = data_dir / "gemma4-tiny-moe.gguf"
    head, size = whole.read_bytes()[: read_header(whole).data_offset], whole.stat().st_size
    path = tmp_path / "case.gguf"
    engine = Asked()
    passed = 0
    try:
        for number in range(CASES):
            path.write_bytes(damaged(head, Random(f"native {SEED} {number}"), end=4000))
            os.truncate(path, size)
            try:
                check_file(path)
            except GemfitError:
                continue
            passed += 1
            engine.measure(path)
        assert isinstance(engine.measure(whole), Measured)
    finally:
        engine.close()
    assert passed > CASES / 20
    for end in engine.ends:
        assert end.cause in ("assertion", "crash", "out_of_memory"), (end.cause, end.stderr_tail)
        assert str(end.sentence)


@pytest.mark.logs_warnings
def test_lines_that_are_none_end_a_client_with_a_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    hello = b'{"type":"hello","protocol":2,"backend":"llama","build":"b","pid":1}\n'
    delta = b'{"type":"delta","request_id":1,"text":"x","stats":{}}\n'
    for number in range(20):
        random = Random(f"client {SEED} {number}")
        file = tmp_path / "said"
        file.write_bytes(hello + b"".join(damaged(delta, random) for _ in range(50)) + b"\xff\n")
        monkeypatch.setattr(client, "engine_command", lambda *_a, **_n: ["cat", str(file)])  # noqa: B023
        events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
        one = EngineClient(events.put)
        one.start()
        while not isinstance(event := events.get(timeout=PATIENCE_S), EngineExit):
            pass
        assert event.cause in ("bad_message", "ended")
        assert one.close() == event


def test_lines_that_are_none_end_a_child_with_a_reason():
    for number in range(3):
        random = Random(f"child {SEED} {number}")
        line = random.randbytes(random.randint(1, 2000)).replace(b"\n", b"") + b"\n"
        command = [*self_command(), "--child", "engine"]
        done = subprocess.run(
            command, input=line + encode(Quit()), capture_output=True, timeout=PATIENCE_S, check=False
        )
        assert done.returncode == 1
        assert b"Traceback" in done.stderr
