"""The system itself ends the child for want of memory, in a group of processes that may have only so much."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gemfit.engine.protocol import EngineExit, LoadPlan
from tests.engine.conftest import Engine

GROUPS = Path("/sys/fs/cgroup")


@pytest.fixture
def group() -> Iterator[Path]:
    """A control group of our own, of version 1 or 2; skips where none may be made."""
    parent = GROUPS / "memory" if (GROUPS / "memory").is_dir() else GROUPS
    made = parent / f"gemfit-test-{os.getpid()}"
    try:
        made.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    if not any((made / name).exists() for name in ("memory.max", "memory.limit_in_bytes")):
        made.rmdir()
        pytest.skip("the control groups here do not limit memory")
    yield made
    with contextlib.suppress(OSError):
        made.rmdir()


def test_it_is_put_down_to_memory_and_not_to_a_hand(engine: Engine, tiny: Path, group: Path) -> None:
    assert engine.client.pid is not None
    limit = next(path for name in ("memory.max", "memory.limit_in_bytes") if (path := group / name).exists())
    limit.write_text(str(4 << 20))
    (group / "cgroup.procs").write_text(str(engine.client.pid))
    engine.client.load(tiny, LoadPlan(context_tokens=8192, threads=1))
    while not isinstance(event := engine.next(), EngineExit):
        pass
    assert event.cause == "out_of_memory"
    assert event.doing == "loading"
    assert "ran out of memory" in str(event.sentence)
