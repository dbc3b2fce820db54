"""The flag that llama.cpp reads between the nodes of a graph, and the count of them."""

import ctypes
import sys

import pytest

from gemfit.engine.backends import abort
from gemfit.engine.backends.abort import Abort


def asked(flag: Abort) -> bool:
    """As llama.cpp asks."""
    function = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)(ctypes.cast(flag.callback, ctypes.c_void_p).value)
    return bool(function(flag.data))


@pytest.fixture(params=["linux", "darwin"])
def flag(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Abort:
    monkeypatch.setattr(sys, "platform", request.param)
    return Abort()


def test_it_is_seen_by_native_code_until_it_is_cleared(flag: Abort):
    assert not asked(flag)
    flag.set()
    assert asked(flag)
    assert flag.is_set()
    flag.clear()
    assert not asked(flag)
    assert not flag.is_set()


def test_nodes_are_counted_also_over_a_stop():
    flag = Abort()
    for _ in range(3):
        asked(flag)
    flag.set()
    asked(flag)
    flag.clear()
    asked(flag)
    assert flag.nodes() == 4


def test_the_count_goes_on_for_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(abort, "_FULL", 10)
    flag = Abort()
    for number in range(1, 100):
        assert not asked(flag)
        assert flag.nodes() == number
