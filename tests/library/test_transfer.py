"""The rules of a download, without a socket, a clock or a disk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.library import transfer as t
from gemfit.library.transfer import Answer, Ask, Broke, Check, Discard, Ended, GiveUp, Receive, Transfer, Wait

TOTAL = 10_000_000


def held(n_bytes: int, **changes: object) -> Transfer:
    return Transfer(**{"total_bytes": TOTAL, "held_bytes": n_bytes, "etag": '"e"', "content": '"c"', **changes})


def action_of(state: Transfer, event: t.Event) -> t.Action:
    return t.step(state, event)[1]


def test_it_begins_with_everything_goes_on_with_the_rest_and_ends_with_the_check():
    assert t.begin(Transfer(total_bytes=TOTAL)) == Ask(0)
    assert t.begin(held(5)) == Ask(5, '"e"')
    assert t.begin(held(TOTAL)) == Check()


def test_a_weak_etag_cannot_be_a_condition():
    assert t.begin(held(5, etag='W/"e"')) == Ask(5, None)


def test_an_empty_file_is_complete_at_once():
    assert t.begin(Transfer(total_bytes=0)) == Check()


def test_a_whole_answer_to_a_request_for_the_rest_skips_what_is_here():
    state, action = t.step(held(100), Answer(status=200, etag='"e"', content='"c"', length=TOTAL))
    assert action == Receive()
    state, skipped = t.take(state, 60)
    assert (skipped, state.held_bytes) == (60, 100)
    state, skipped = t.take(state, 60)
    assert (skipped, state.held_bytes) == (40, 120)


@pytest.mark.parametrize("status", [200, 206])
def test_another_version_is_never_mixed_in(status):
    answer = Answer(status=status, etag='"other"', content='"other"', length=None, range_start=100, range_total=TOTAL)
    state, action = t.step(held(100), answer)
    assert isinstance(action, Discard)
    assert (state.held_bytes, state.etag, state.restarts) == (0, None, 1)


def test_a_whole_answer_that_names_no_version_starts_anew():
    assert isinstance(action_of(held(100), Answer(status=200, length=TOTAL)), Discard)


def test_the_same_content_under_another_etag_is_asked_once_more_for_the_rest():
    state, action = t.step(held(100), Answer(status=200, etag='"new"', content='"c"', length=TOTAL))
    assert action == Ask(100, '"new"')
    state, action = t.step(state, Answer(status=200, etag='"newer"', content='"c"', length=TOTAL))
    assert action == Ask(100, '"newer"')
    state, action = t.step(state, Answer(status=200, etag='"newest"', content='"c"', length=TOTAL))
    assert (action, state.skip_bytes) == (Receive(), 100)  # so be it: take the whole, skip what is here


def test_a_file_that_changes_again_and_again_is_given_up():
    state = held(100)
    for n in range(t.MAX_RESTARTS):
        state, action = t.step(state, Answer(status=206, etag=f'"{n}"', content=f'"{n}"', range_start=100))
        assert isinstance(action, Discard)
        state = t.replace(state, held_bytes=100, etag='"e"', content='"c"')
    action = action_of(state, Answer(status=206, etag='"x"', content='"x"', range_start=100))
    assert isinstance(action, GiveUp)
    assert action.code == "changing"


def test_failures_in_a_row_wait_longer_and_end():
    state, waits = held(100, arrived=True), []
    for _ in range(t.MAX_FAILURES):
        state, action = t.step(state, Broke("broken", "reset"))
        assert isinstance(action, Wait)
        waits.append(action.least_s + action.spread_s)
    assert waits == sorted(waits)
    assert waits[-1] <= t.MAX_WAIT_S
    action = action_of(state, Broke("broken", "reset"))
    assert isinstance(action, GiveUp)
    assert action.code == "network"
    assert "reset" in str(action.sentence)


def failures_until_given_up(state: Transfer, trouble: t.Trouble) -> int:
    for n in range(100):
        state, action = t.step(state, Broke(trouble))
        if isinstance(action, GiveUp):
            return n
    raise AssertionError("it never ends")


def test_patience_is_for_what_worked_before():
    assert failures_until_given_up(held(100, arrived=True), "broken") == t.MAX_FAILURES
    assert failures_until_given_up(held(100), "broken") == t.MAX_FAILURES_AT_FIRST
    assert failures_until_given_up(held(100), "stalled") == 2
    state, _ = t.take(held(100), 1)
    assert failures_until_given_up(state, "stalled") == 4


def test_a_gain_makes_the_failures_forgotten():
    state, _ = t.step(held(100), Broke("stalled"))
    state, _ = t.step(state, Answer(status=206, etag='"e"', range_start=100, range_total=TOTAL))
    state, _ = t.take(state, t.GAIN_BYTES - 1)
    assert state.failures == 2
    state, _ = t.take(state, 1)
    assert state.failures == 0


def test_a_body_that_ends_early_is_a_lost_connection():
    assert isinstance(action_of(held(100), Ended()), Wait)
    assert action_of(held(TOTAL), Ended()) == Check()


def test_a_piece_beyond_the_end_is_refused():
    with pytest.raises(t.TooLong):
        t.take(held(TOTAL - 1), 2)


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "not_signed_in"), (403, "not_allowed"), (404, "not_found"), (410, "not_found"), (204, "bad_answer")],
)
def test_what_waiting_cannot_help_is_given_up_at_once(status, code):
    action = action_of(held(100), Answer(status=status))
    assert isinstance(action, GiveUp)
    assert action.code == code


def test_a_cdn_that_refuses_gets_a_new_address():
    assert isinstance(action_of(held(100), Answer(status=403, from_endpoint=False)), Wait)


def test_a_server_says_when_to_come_back():
    assert action_of(held(0), Answer(status=429, retry_after_s=30.0)).least_s == 30
    action = action_of(held(0), Answer(status=503, retry_after_s=t.LONGEST_RETRY_AFTER_S + 1))
    assert isinstance(action, GiveUp)
    assert action.code == "busy"


def test_416_asks_for_everything_and_never_gives_up_what_is_here_for_it():
    state, action = t.step(held(100), Answer(status=416))
    assert (action, state.held_bytes) == (Ask(0), 100)
    state, action = t.step(state, Answer(status=200, etag='"e"', content='"c"', length=TOTAL))
    assert (action, state.skip_bytes) == (Receive(), 100)


answers = st.builds(
    Answer,
    status=st.sampled_from([200, 200, 206, 206, 206, 301, 401, 403, 404, 416, 429, 500, 503]),
    etag=st.sampled_from([None, '"e"', '"e"', '"f"', 'W/"e"']),
    content=st.sampled_from([None, '"c"', '"c"', '"d"']),
    length=st.none() | st.just(1000) | st.integers(0, 2000),
    range_start=st.none() | st.integers(0, 1000),
    range_total=st.none() | st.just(1000) | st.integers(0, 2000),
    retry_after_s=st.none() | st.floats(0, 1000),
    from_endpoint=st.booleans(),
)
events = st.lists(st.one_of(answers, st.just(Ended()), st.just(Broke("stalled")), st.integers(0, 500)), max_size=60)


@given(events)
def test_whatever_happens_the_counts_stay_right_and_it_comes_to_an_end(events):
    state, receiving = Transfer(total_bytes=1000), False
    for event in events:
        if isinstance(event, int):
            if not receiving:
                continue
            before = state
            try:
                state, skipped = t.take(state, event)
            except t.TooLong:
                return
            assert state.held_bytes - before.held_bytes == event - skipped
            assert before.skip_bytes - state.skip_bytes == skipped
        else:
            before = state
            state, action = t.step(state, event)
            receiving = isinstance(action, Receive)
            if isinstance(action, GiveUp | Check):
                return
            if isinstance(action, Discard):
                assert state.held_bytes == 0
            else:
                assert state.held_bytes == before.held_bytes
            if isinstance(action, Ask):
                assert action.start in (0, state.held_bytes)
        assert 0 <= state.held_bytes <= state.total_bytes
        assert state.failures <= t.MAX_FAILURES + 1
        assert state.restarts <= t.MAX_RESTARTS


def test_a_compressed_answer_is_not_the_file_and_is_asked_for_again():
    for status in (200, 206):
        answer = Answer(status=status, encoded=True, etag='"e"', content='"c"', range_start=100)
        state, action = t.step(held(100), answer)
        assert isinstance(action, Wait)
        assert state.held_bytes == 100
