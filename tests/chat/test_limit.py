"""What leaves the context: whole turns, the oldest first; the last question never, and never without a word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.chat import context, limit
from gemfit.chat.tree import LeftOut, Message

RATIO = 4.0


def turn(number: int, question: str = "q" * 400, answer: str = "a" * 400) -> list[Message]:
    return [
        Message(id=f"q{number}", parent=None, role="user", text=question),
        Message(id=f"a{number}", parent=None, role="assistant", text=answer),
    ]


def talk(turns: int, **more: str) -> list[Message]:
    """So many turns, and a question that is not answered yet."""
    asked = Message(id="last", parent=None, role="user", text="And now?")
    return [*(m for n in range(turns) for m in turn(n, **more)), asked]


def test_what_fits_stays():
    path = talk(3)
    assert not limit.is_full(path, LeftOut(), 4096, RATIO)
    assert limit.remaining(path, LeftOut()) == path


def test_the_oldest_turns_leave_until_half_of_the_context_is_free():
    path = talk(10)  # 20 messages of 108 tokens, and one of 10
    assert limit.is_full(path, LeftOut(), 2048, RATIO)
    left = limit.leave_out(path, LeftOut(), 2048, RATIO)
    assert left is not None
    kept = limit.remaining(path, left)
    assert limit.tokens(kept, RATIO) <= 1024
    assert limit.tokens(limit.remaining(path, LeftOut(left.messages - 2)), RATIO) > 1024
    assert kept[0].role == "user"
    assert kept[-1].id == "last"


def test_a_turn_that_is_too_long_by_itself_stays_when_it_is_the_last():
    path = [*talk(2)[:-1], Message(id="last", parent=None, role="user", text="x" * 100_000)]
    assert limit.leave_out(path, LeftOut(), 2048, RATIO) == LeftOut(4)
    assert limit.leave_out(path, LeftOut(4), 2048, RATIO) is None
    assert limit.leave_out(path[-1:], LeftOut(), 2048, RATIO) is None


def test_what_was_left_out_stays_out_for_the_turns_after_it():
    path = talk(3)
    path[3] = Message(id="a1", parent=None, role="assistant", text="Yes.", left_out=LeftOut(2, "They greeted."))
    assert limit.in_force(path) == LeftOut(2, "They greeted.")
    assert limit.in_force(path[:3]) == LeftOut()


def test_the_summary_stands_before_the_first_question_that_is_sent():
    kept = limit.remaining(talk(3), LeftOut(2, "They greeted."))
    assert kept[0].text.startswith("[Summary of our conversation so far]\nThey greeted.\n\nqqq")
    assert [m.role for m in context.to_send(kept)] == ["user", "assistant", "user", "assistant", "user"]


def test_what_leaves_is_summed_up_together_with_the_summary_before():
    path = talk(6)
    asked = limit.to_sum_up(path, LeftOut(2, "They greeted."), LeftOut(6), 4096, RATIO)
    assert asked[0].text.startswith("[Summary")
    assert [m.id for m in asked[:-1]] == ["q1", "a1", "q2", "a2"]
    assert asked[-1].text == limit.SUM_UP


def test_what_is_too_long_to_be_summed_up_loses_its_oldest_turns():
    asked = limit.to_sum_up(talk(20), LeftOut(), LeftOut(38), 600, RATIO)
    assert [m.id for m in asked[:-1]] == ["q17", "a17", "q18", "a18"]
    assert limit.tokens(asked, RATIO) <= 600
    assert asked[-1].text == limit.SUM_UP


def test_the_engines_count_corrects_the_ratio():
    path = talk(4)
    ratio = limit.corrected(path, 2000)
    assert limit.tokens(path, ratio) == pytest.approx(2000)
    assert limit.corrected([], 100) == limit.CHARACTERS_PER_TOKEN


def test_the_line_in_the_transcript_says_what_left():
    assert "no longer sees the first 6 messages" in str(limit.sentence(LeftOut(6)))
    assert "its own summary instead of the first 6 messages" in str(limit.sentence(LeftOut(6, "…")))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=12),
    st.integers(256, 8192),
    st.floats(0.5, 8),
    st.floats(0, 500),
)
def test_the_budget_is_kept_wherever_it_can_be(
    lengths: list[tuple[int, int]], context_tokens: int, ratio: float, extra: float
):
    path = [m for n, (q, a) in enumerate(lengths) for m in turn(n, "q" * q, "a" * a)]
    path.append(Message(id="last", parent=None, role="user", text="And now?"))
    left, steps = LeftOut(), 0
    while (found := limit.leave_out(path, left, context_tokens, ratio, extra)) is not None:
        kept = limit.remaining(path, found)
        assert found.messages > left.messages  # so it ends
        assert kept[0].role == "user"
        assert kept[-1].id == "last"
        only_the_last = len(limit.turns(kept)) == 1
        assert only_the_last or limit.tokens(kept, ratio) + extra <= context_tokens * limit.GOAL
        left, steps = found, steps + 1
        assert steps <= len(path)
    sent = context.to_send(limit.remaining(path, left), "Be brief.")
    assert sent[0].content == "Be brief."
    assert sent[-1].content.endswith("And now?")
