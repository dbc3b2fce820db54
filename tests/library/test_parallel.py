"""A download over several connections, without a socket, a clock or a disk: whatever happens, the bytes are right."""

import pytest

from gemfit.library import parallel as p
from gemfit.library.parallel import (
    Answered,
    Ask,
    Came,
    Discard,
    Done,
    Ended,
    Failed,
    HangUp,
    Receive,
    Start,
    Wait,
)
from gemfit.library.pieces import Layout, full
from gemfit.library.transfer import Answer, Broke, GiveUp

LAYOUT = Layout(1000, 100)
NOTHING = (0,) * 10


def begun(connections: int = 3, held: tuple[int, ...] = NOTHING, layout: Layout = LAYOUT) -> tuple[p.Fetch, Ask]:
    """A download whose first request is on its way."""
    state, (ask,) = p.step(p.fresh(layout, held, connections, etag='"e"', content='"c"'), Start())
    assert isinstance(ask, Ask)
    return state, ask


def answer_to(ask: Ask, **changes: object) -> Answered:
    good = {
        "status": 206 if ask.ranged else 200,
        "etag": '"e"',
        "content": '"c"',
        "length": ask.end - ask.start,
        "range_start": ask.start if ask.ranged else None,
        "range_total": 1000 if ask.ranged else None,
    }
    return Answered(ask.line, ask.asked, Answer(**{**good, **changes}))


def of(kind: type, actions: tuple) -> list:
    return [action for action in actions if isinstance(action, kind)]


def three_lines() -> tuple[p.Fetch, list[Ask]]:
    state, first = begun()
    state, actions = p.step(state, answer_to(first))
    return state, [first, *of(Ask, actions)]


def test_one_line_asks_first_and_the_others_follow_its_answer():
    state, first = begun()
    assert (first.start, first.end, first.ranged, first.anew) == (0, 100, True, True)
    state, actions = p.step(state, answer_to(first))
    assert of(Receive, actions) == [Receive(0, first.asked, 0, 100, NOTHING)]
    assert [(ask.start, ask.end, ask.anew, ask.if_range) for ask in of(Ask, actions)] == [
        (100, 200, False, '"e"'),
        (200, 300, False, '"e"'),
    ]


def test_a_single_line_asks_for_everything_that_is_missing():
    _, ask = begun(1)
    assert (ask.start, ask.end, ask.ranged) == (0, 1000, False)
    _, ask = begun(1, (100, 40) + (0,) * 8)
    assert (ask.start, ask.end, ask.ranged, ask.if_range) == (140, 1000, True, '"e"')


def test_a_line_that_is_done_goes_on_with_the_first_piece_that_nobody_has():
    state, asks = three_lines()
    state, _ = p.step(state, Came(0, asks[0].asked, 100))
    state, actions = p.step(state, Ended(0, asks[0].asked))
    assert [(ask.start, ask.end) for ask in of(Ask, actions)] == [(300, 400)]
    assert state.held_bytes == 100


def test_what_is_here_is_not_asked_for():
    held = (100, 0, 100, 30, *(100,) * 6)
    state, first = begun(4, held)
    assert (first.start, first.end) == (100, 200)
    state, actions = p.step(state, answer_to(first))
    assert [(ask.start, ask.end) for ask in of(Ask, actions)] == [(330, 400)]


def whole(ask: Ask, **changes: object) -> Answered:
    return answer_to(ask, status=200, length=1000, range_start=None, range_total=None, **changes)


def asked_again(state: p.Fetch, event: Answered) -> tuple[p.Fetch, Ask]:
    """Nothing is read of that answer, and the endpoint is asked for the same bytes, whatever their version."""
    before = state.lines[event.line]
    state, actions = p.step(state, event)
    (ask,) = actions
    assert isinstance(ask, Ask)
    assert (ask.line, ask.start, ask.end, ask.anew, ask.if_range) == (event.line, before.at, before.end, True, None)
    return state, ask


def test_a_server_without_ranges_is_read_from_the_beginning_by_one_line():
    state, ask = begun()
    state, actions = p.step(state, whole(ask))
    assert of(Receive, actions) == [Receive(0, ask.asked, 0, 1000, NOTHING)]
    assert not of(Ask, actions)
    state, _ = p.step(state, Came(0, ask.asked, 1000))
    assert p.step(state, Ended(0, ask.asked))[1] == (Done(),)


def test_a_range_that_one_server_ignores_is_asked_for_again_and_then_left_to_the_others():
    state, asks = three_lines()
    state, _ = p.step(state, Came(0, asks[0].asked, 60))
    state, ask = asked_again(state, whole(asks[1]))
    state, ask = asked_again(state, whole(ask))
    state, actions = p.step(state, whole(ask))
    assert not of(HangUp, actions)
    assert [line.doing for line in state.lines] == ["receiving", "retired", "asking"]


def test_a_server_that_has_no_ranges_any_more_is_read_through_and_nothing_here_is_written_again():
    state, ask = begun(1, (60, *(0,) * 9))
    state, ask = asked_again(state, whole(ask))
    state, ask = asked_again(state, whole(ask))
    state, actions = p.step(state, whole(ask))
    assert of(Receive, actions) == [Receive(0, ask.asked, 0, 1000, (60, *(0,) * 9))]
    state, _ = p.step(state, Came(0, ask.asked, 1000))
    assert p.step(state, Ended(0, ask.asked))[1] == (Done(),)


def test_a_busy_server_gets_fewer_lines():
    state, asks = three_lines()
    state, actions = p.step(state, answer_to(asks[1], status=503))
    assert not of(Wait, actions)
    assert [line.doing for line in state.lines] == ["receiving", "retired", "asking"]
    state, actions = p.step(state, Failed(2, asks[2].asked, Broke("broken", "refused")))
    assert [line.doing for line in state.lines] == ["receiving", "retired", "retired"]
    assert not of(GiveUp, actions)
    state, _ = p.step(state, Came(0, asks[0].asked, 100))
    state, actions = p.step(state, Ended(0, asks[0].asked))
    assert (of(Ask, actions)[0].start, of(Ask, actions)[0].end) == (100, 1000)  # alone now


def test_a_line_that_worked_and_broke_waits_and_goes_on():
    state, asks = three_lines()
    state, _ = p.step(state, Came(0, asks[0].asked, 60))
    state, actions = p.step(state, Failed(0, asks[0].asked, Broke("broken", "reset")))
    (wait,) = of(Wait, actions)
    state, actions = p.step(state, p.Waited(0, wait.asked))
    (ask,) = of(Ask, actions)
    assert (ask.start, ask.end, ask.anew) == (60, 100, True)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_by_the_endpoint_is_final(status):
    state, ask = begun()
    (action,) = p.step(state, answer_to(ask, status=status))[1]
    assert isinstance(action, GiveUp)


def test_a_signed_address_that_ran_out_is_renewed_where_no_other_line_works():
    state, ask = begun()
    state, actions = p.step(state, answer_to(ask, status=403, from_endpoint=False))
    (wait,) = of(Wait, actions)
    _, actions = p.step(state, p.Waited(0, wait.asked))
    assert of(Ask, actions)[0].anew


def test_another_version_on_any_line_discards_all():
    state, asks = three_lines()
    state, _ = p.step(state, Came(0, asks[0].asked, 100))
    state, actions = p.step(state, answer_to(asks[2], etag='"f"', content='"d"'))
    assert {hang.line for hang in of(HangUp, actions)} == {0, 1, 2}
    assert of(Discard, actions)
    assert (state.held_bytes, state.etag, state.running) == (0, None, False)
    assert p.step(state, Came(1, asks[1].asked, 200))[0] == state  # too late


def test_a_strange_etag_of_the_cdn_is_a_question_to_the_endpoint():
    state, asks = three_lines()
    state, ask = asked_again(state, answer_to(asks[1], etag='"f"', content=None, asked_endpoint=False))
    state, actions = p.step(state, answer_to(ask, etag='"f"'))
    assert of(Receive, actions)[0].line == 1


def test_once_a_version_has_two_names_both_are_taken_and_none_is_a_condition():
    state, asks = three_lines()
    state, _ = p.step(state, answer_to(asks[1], etag='"f"'))
    for etag in ('"e"', '"f"', 'W/"e"'):
        again, actions = p.step(state, answer_to(asks[2], etag=etag, content=None, asked_endpoint=False))
        assert of(Receive, actions)[0].line == 2
    state, _ = p.step(again, Came(1, asks[1].asked, 200))
    state, actions = p.step(state, Ended(1, asks[1].asked))
    assert [(ask.start, ask.if_range) for ask in of(Ask, actions)] == [(300, None)]
    assert state.etag == '"e"'


def test_where_the_hub_names_no_version_another_etag_must_be_said_three_times():
    nameless = {"etag": '"f"', "content": None}
    state, (ask,) = p.step(p.fresh(LAYOUT, (60, *(0,) * 9), 1, etag='"e"'), Start())
    state, ask = asked_again(state, answer_to(ask, **nameless))
    state, ask = asked_again(state, answer_to(ask, **nameless))
    state, actions = p.step(state, answer_to(ask, **nameless))
    assert of(Discard, actions)
    assert state.held_bytes == 0


def test_416_is_asked_again_then_left_to_the_others_then_asked_without_a_range():
    state, asks = three_lines()
    state, ask = asked_again(state, answer_to(asks[1], status=416))
    state, ask = asked_again(state, answer_to(ask, status=416))
    state, actions = p.step(state, answer_to(ask, status=416))
    assert [line.doing for line in state.lines] == ["receiving", "retired", "asking"]
    state, _ = p.step(state, Failed(2, asks[2].asked, Broke("broken", "refused")))
    state, _ = p.step(state, Came(0, asks[0].asked, 100))
    state, actions = p.step(state, Ended(0, asks[0].asked))
    (ask,) = of(Ask, actions)
    state, ask = asked_again(state, answer_to(ask, status=416))
    state, ask = asked_again(state, answer_to(ask, status=416))
    state, actions = p.step(state, answer_to(ask, status=416))
    (ask,) = of(Ask, actions)
    assert (ask.start, ask.end, ask.ranged) == (0, 1000, False)


def test_a_range_longer_than_asked_is_refused():
    state, ask = begun()
    (action,) = p.step(state, answer_to(ask, length=101))[1]
    assert isinstance(action, GiveUp)
    assert action.code == "wrong_length"


def test_nothing_missing_is_done_at_once():
    state = p.fresh(LAYOUT, full(LAYOUT), 4)
    assert p.step(state, Start())[1] == (Done(),)
    empty = Layout(0, 100)
    assert p.step(p.fresh(empty, (), 4), Start())[1] == (Done(),)
