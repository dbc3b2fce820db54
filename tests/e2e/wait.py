"""Waiting for what another process does: by asking again and again, never by guessing how long it takes."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PAUSE_S = 0.05


def wait_until(condition: Callable[[], T], timeout_s: float = 60.0, what: str = "") -> T:
    """Ask until `condition()` is true and return what it said. Fails the test after `timeout_s`, saying `what`."""
    deadline = time.monotonic() + timeout_s
    pause = threading.Event()
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {timeout_s:.0f} s: {what or condition}"
        pause.wait(PAUSE_S)
    return value
