"""A growing answer on the page: what is painted is laid out, and stands where it belongs."""

import msgspec
import pytest
from PySide6.QtCore import QEvent, QObject
from pytestqt.qtbot import QtBot

from gemfit.chat.tree import Message, Tree
from gemfit.ui.chat.blocks import ProseView
from gemfit.ui.chat.message import AnswerView
from gemfit.ui.chat.transcript import Transcript

PART = "## Heading\n\nA **paragraph** of words, long enough to be wrapped over lines.\n\n- a\n- b\n\n```\ncode\n```\n\n"
TEXT = PART * 6
QUESTION = Message(id="q", parent=None, role="user", text="Why?")
ANSWER = Message(id="a", parent="q", role="assistant", state="streaming")


@pytest.fixture
def transcript(qtbot: QtBot, themed: None) -> Transcript:
    transcript = Transcript()
    qtbot.addWidget(transcript)
    transcript.resize(700, 400)
    with qtbot.waitExposed(transcript):
        transcript.show()
    transcript.show_path(Tree().add(QUESTION).add(ANSWER))
    qtbot.waitUntil(lambda: not transcript.working)
    return transcript


class Painted(QObject):
    """Where the page stood at each painting: how far from its end, and how much of the last lines was cut off."""

    def __init__(self, transcript: Transcript) -> None:
        super().__init__()
        self._transcript = transcript
        self.seen: list[tuple[int, int]] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._transcript and event.type() == QEvent.Type.UpdateRequest:
            bar = self._transcript.verticalScrollBar()
            self.seen.append((bar.maximum() - bar.value(), self._cut_off()))
        return False

    def _cut_off(self) -> int:
        answer = self._transcript.view("a")
        assert isinstance(answer, AnswerView)
        views = [view for view in answer.body.findChildren(ProseView) if view.isVisible()]
        return sum(max(0, view.geometry().bottom() - answer.body.rect().bottom()) for view in views)


def test_no_painting_shows_an_answer_that_is_not_laid_out(qtbot: QtBot, transcript: Transcript):
    painted = Painted(transcript)
    transcript.installEventFilter(painted)
    for end in range(0, len(TEXT), 30):
        transcript.update_message(msgspec.structs.replace(ANSWER, text=TEXT[: end + 30]))
        before = len(painted.seen)
        qtbot.waitUntil(lambda: not transcript.working and len(painted.seen) > before)  # noqa: B023 - called at once
    transcript.removeEventFilter(painted)
    assert transcript.verticalScrollBar().maximum() > 400
    assert set(painted.seen) == {(0, 0)}


def test_what_comes_while_an_answer_is_drawn_is_drawn_together(qtbot: QtBot, transcript: Transcript):
    drawn: list[str] = []
    view = transcript.view("a")
    assert isinstance(view, AnswerView)
    set_text = view.body.set_text
    view.body.set_text = lambda text, *, final: (drawn.append(text), set_text(text, final=final))  # type: ignore[method-assign,assign,return-value]
    for end in range(10):
        transcript.update_message(msgspec.structs.replace(ANSWER, text="word " * (end + 1)))
    qtbot.waitUntil(lambda: not transcript.working)
    assert drawn == ["word " * 10]
