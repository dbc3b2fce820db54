"""What comes of the text of a LiteRT-LM session: thoughts apart, stop texts hidden, prompts in calls that have room."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.engine.backends.litert_pace import CALL_S, FIRST_TOKENS, MOST_TOKENS, PrefillPace
from gemfit.engine.backends.litert_text import ChannelText, StopTexts, held_back
from gemfit.litertlm.types import Channel

THOUGHT = Channel("thought", "<think>", "</think>")
GEMMA = Channel("thought", "<|channel>", "<channel|>")


def parts(channels: list[Channel], *chunks: str) -> tuple[str, str]:
    """Text and thinking of an answer that comes in chunks."""
    told = ChannelText(channels)
    found = [part for chunk in chunks for part in told.feed(chunk)] + told.finish()
    return "".join(part.text for part in found), "".join(part.thinking for part in found)


def test_a_thought_is_told_apart() -> None:
    assert parts([THOUGHT], "<think>", "Paris", ".</think>", "It is", " Paris.") == ("It is Paris.", "Paris.")


def test_the_name_of_gemma_4s_channel_is_not_for_the_reader() -> None:
    assert parts([GEMMA], "<|channel>", "thought", "\n", "Hm.", "<channel|>", "Yes.") == ("Yes.", "Hm.")
    assert parts([GEMMA], "<|channel>Hm.\nHm.<channel|>Yes.") == ("Yes.", "Hm.\nHm.")
    assert parts([GEMMA], "<|channel>thought\n<channel|>Yes.") == ("Yes.", "")


def test_a_thought_that_never_ends_and_a_beginning_that_is_none() -> None:
    assert parts([THOUGHT], "<think>so ", "on </thi") == ("", "so on </thi")
    assert parts([THOUGHT], "a < b", " <thin") == ("a < b <thin", "")


def test_without_channels_everything_is_text() -> None:
    assert parts([], "<think>", "x") == ("<think>x", "")
    assert parts([Channel("x", "", "")], "abc") == ("abc", "")


@settings(deadline=None)
@given(text=st.text("<think>/ ab", max_size=40), cuts=st.lists(st.integers(0, 40), max_size=6))
def test_how_it_is_cut_changes_nothing(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    chunks = [text[a:b] for a, b in pairwise(places)]
    assert parts([THOUGHT], *chunks) == parts([THOUGHT], text)


def test_a_stop_text_is_never_shown_and_what_was_held_back_is() -> None:
    stops = StopTexts(["END", "stop"])
    assert stops.feed("one E") == "one "
    assert stops.feed("N") == ""
    assert stops.feed("X st") == "ENX "
    assert stops.feed("op and more") == ""
    assert stops.found
    assert stops.finish() == ""
    other = StopTexts(["END"])
    assert other.feed("the EN") + other.finish() == "the EN"
    assert StopTexts([]).feed("all") == "all"


@settings(deadline=None)
@given(text=st.text("aEND", max_size=30), cut=st.integers(0, 30))
def test_what_is_shown_is_what_comes_before_the_first_stop(text: str, cut: int) -> None:
    stops = StopTexts(["END", "NDa"])
    shown = stops.feed(text[:cut]) + stops.feed(text[cut:]) + stops.finish()
    places = [text.find(stop) for stop in ("END", "NDa") if stop in text]
    assert shown == (text[: min(places)] if places else text)


def test_only_a_beginning_of_a_marker_is_held_back() -> None:
    assert held_back("ab<thi", ["<think>"]) == 4
    assert held_back("ab<think>", ["<think>"]) == 0
    assert held_back("", ["x"]) == 0


@settings(deadline=None)
@given(
    lengths=st.sampled_from([(), (16, 128), (128, 1024), (1024,)]),
    context=st.integers(2048, 8192),
    kept=st.integers(0, 8192),
    total=st.integers(1, 8192),
    speed=st.floats(10, 10_000),
)
def test_every_call_has_room_and_all_is_processed(
    lengths: tuple[int, ...], context: int, kept: int, total: int, speed: float
) -> None:
    total = min(total, context - 1)
    pace = PrefillPace(lengths, context)
    at = pace.kept(min(kept, total - 1), total)
    while at < total:
        tokens = pace.next(at, total)
        assert 0 < tokens <= min(total - at, MOST_TOKENS)
        if lengths:
            longest, shortest = max(lengths), min(lengths)
            runs = tokens // longest * longest
            rest = tokens - runs
            padded = min((n for n in lengths if n >= rest), default=longest) if rest else 0
            roomy = at + runs + padded <= context
            assert roomy or at + tokens <= shortest
        pace.took(tokens, tokens / speed)
        at += tokens


def test_calls_grow_while_they_are_short_and_shrink_when_they_take_long() -> None:
    pace = PrefillPace((128,), 0)
    assert pace.next(0, 10_000) == FIRST_TOKENS
    pace.took(FIRST_TOKENS, CALL_S / 10)
    assert pace.next(0, 10_000) == 2 * FIRST_TOKENS
    pace.took(2 * FIRST_TOKENS, CALL_S * 2)
    assert pace.next(0, 10_000) == FIRST_TOKENS
