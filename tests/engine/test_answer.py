"""Text out of tokens: UTF-8 is never split, thoughts are told apart."""

from hypothesis import given
from hypothesis import strategies as st

from gemfit.engine.answer import AnswerText, Text


@given(st.text(), st.lists(st.integers(1, 5), min_size=1))
def test_pieces_cut_anywhere_give_the_whole_text_and_never_half_a_character(text: str, cuts: list[int]) -> None:
    data, answer, shown = text.encode(), AnswerText(), ""
    at = turn = 0
    while at < len(data):
        step = cuts[turn % len(cuts)]
        new = answer.feed(data[at : at + step]).text
        assert "�" not in new or "�" in text
        shown += new
        at, turn = at + step, turn + 1
    assert shown + answer.finish().text == text


def test_bytes_that_are_no_utf8_are_shown_as_such() -> None:
    answer = AnswerText()
    assert answer.feed(b"a\xff").text == "a�"
    answer.feed("é".encode()[:1])
    assert answer.finish().text == "�"


def test_a_thought_is_told_apart_from_the_answer_and_loses_its_channel_name() -> None:
    answer = AnswerText()
    heard = [answer.open_channel()]
    heard += [answer.feed(piece) for piece in (b"thou", b"ght", b"\nFirst", b" second")]
    heard += [answer.close_channel(), answer.feed(b"The answer")]
    assert "".join(t.thinking for t in heard) == "First second"
    assert "".join(t.text for t in heard) == "The answer"


def test_a_thought_without_a_name_loses_nothing() -> None:
    answer = AnswerText()
    answer.open_channel()
    assert answer.feed(b"Paris is").thinking == "Paris is"


def test_markers_in_ordinary_tokens_are_ordinary_text() -> None:
    answer = AnswerText()
    assert answer.feed(b"<|channel>thought\n") == Text("<|channel>thought\n", "")


def test_a_thought_that_never_ends_is_still_given_out() -> None:
    answer = AnswerText()
    answer.open_channel()
    answer.feed(b"thought\n")
    answer.feed("é".encode()[:1])
    assert answer.finish() == Text("", "�")


def ends(text: str, stops: list[str]) -> str:
    """What is to be shown of a text, in plain words: all before the stop that is complete first."""
    for end in range(len(text) + 1):
        complete = [stop for stop in stops if stop and text[:end].endswith(stop)]
        if complete:
            return text[: end - len(max(complete, key=len))]
    return text


few = st.text(alphabet="abé", max_size=30)


@given(few, st.lists(st.text(alphabet="abé", max_size=4), max_size=3), st.lists(st.integers(1, 3), min_size=1))
def test_a_stop_text_is_never_shown_and_what_was_held_back_for_it_never_lost(
    text: str, stops: list[str], cuts: list[int]
) -> None:
    data, answer, shown = text.encode(), AnswerText(stops), ""
    at = turn = 0
    while at < len(data) and not answer.stopped:
        step = cuts[turn % len(cuts)]
        shown += answer.feed(data[at : at + step]).text
        assert not any(stop in shown for stop in stops if stop)
        at, turn = at + step, turn + 1
    shown += answer.finish().text
    assert shown == ends(text, stops)
    assert answer.stopped == (shown != text)


def test_nothing_comes_after_a_stop_text() -> None:
    answer = AnswerText(["END"])
    assert answer.feed(b"so ENDless").text == "so "
    assert (answer.stopped, answer.feed(b" more"), answer.finish()) == (True, Text("", ""), Text("", ""))


def test_a_thought_may_say_a_stop_text() -> None:
    answer = AnswerText(["\n\n"])
    answer.open_channel()
    assert answer.feed(b"thought\nOne\n\ntwo").thinking == "One\n\ntwo"
    answer.close_channel()
    assert answer.feed(b"Three\n").text == "Three"
    assert not answer.stopped
    assert answer.feed(b"\nfour").text == ""
    assert answer.stopped


def test_what_was_held_back_comes_before_a_thought() -> None:
    answer = AnswerText(["abc"])
    assert answer.feed(b"ab").text == ""
    assert answer.open_channel() == Text("ab", "")
