"""All of the active path is sent, or nothing, with a sentence that says why."""

import pytest

from gemfit.chat.context import MOST_CHARACTERS_PER_TOKEN, check, to_send
from gemfit.chat.tree import Message
from gemfit.engine.protocol import ChatMessage
from gemfit.errors import GemfitError


def turn(role: str, text: str, thinking: str = "") -> Message:
    return Message(id=text, parent=None, role=role, text=text, thinking=thinking)  # type: ignore[arg-type]


def test_thoughts_of_earlier_turns_are_not_sent():
    path = [turn("user", "Why?"), turn("assistant", "Because.", "Let me think."), turn("user", "Really?")]
    assert to_send(path) == [
        ChatMessage("user", "Why?"),
        ChatMessage("assistant", "Because."),
        ChatMessage("user", "Really?"),
    ]


def test_the_system_text_comes_first():
    assert to_send([turn("user", "Hi")], "Be brief.")[0] == ChatMessage("system", "Be brief.")
    assert to_send([turn("user", "Hi")], "  ")[0].role == "user"


def test_questions_around_a_failed_answer_become_one():
    path = [turn("user", "One"), turn("assistant", ""), turn("user", "Two")]
    assert to_send(path) == [ChatMessage("user", "One\n\nTwo")]


def test_what_cannot_possibly_fit_is_not_sent():
    fitting = [ChatMessage("user", "x" * 100 * MOST_CHARACTERS_PER_TOKEN)]
    check(fitting, 100)
    with pytest.raises(GemfitError, match="100 tokens") as caught:
        check([*fitting, ChatMessage("user", "y")], 100)
    assert caught.value.code == "context_full"
