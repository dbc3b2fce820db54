"""Messages survive the pipe, one a line, and nonsense is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.engine import protocol
from gemfit.engine.protocol import (
    Cancel,
    ChatMessage,
    Delta,
    Failed,
    Generate,
    Load,
    LoadPlan,
    Quit,
    Resize,
    SaveState,
    Stats,
)
from gemfit.words import say

texts = st.text()


@given(texts, texts, st.booleans(), st.integers(0, 2**31))
def test_requests_come_back_as_they_were_on_one_line(path: str, text: str, think: bool, number: int) -> None:
    for request in (
        Load(path, LoadPlan(context_tokens=number)),
        Generate(request_id=number, messages=[ChatMessage("user", text)], think=think, prefill=text),
        Generate(request_id=number, messages=[], stop=[text], grammar=text, json_schema=text),
        Resize(request_id=number, context_tokens=number),
        SaveState(request_id=number, name=text),
        Cancel(number),
        Quit(),
    ):
        line = protocol.encode(request)
        assert line.count(b"\n") == 1
        assert protocol.decode_request(line) == request


@given(texts, texts)
def test_events_come_back_as_they_were_on_one_line(text: str, thinking: str) -> None:
    for event in (
        Delta(request_id=1, text=text, thinking=thinking, stats=Stats()),
        Failed(code="x", sentence=say("{a}", a=text)),
    ):
        line = protocol.encode(event)
        assert line.count(b"\n") == 1
        assert protocol.decode_event(line) == event


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b"noise from a driver", b'{"type": "\x80"}', b'{"type": "load"}', b'{"type": "launch"}']
)
def test_nonsense_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):
        protocol.decode_request(line)
    with pytest.raises(ValueError):
        protocol.decode_event(line)
