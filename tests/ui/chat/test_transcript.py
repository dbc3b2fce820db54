"""What was said, on the page: folded, copied, scrolled, in the colours of the theme."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from gemfit.chat.store import ChatStore
from gemfit.ui.chat.message import AnswerView, QuestionView
from gemfit.ui.chat.page import ChatPage

from .parts import answer, kept, question, reply


def test_the_thoughts_are_folded_with_their_duration(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply(thinking="Let me see.", thinking_s=3.24))
    thinking = answer(page).thinking
    assert thinking.button.text() == "Thought for 3.2 s"
    assert thinking._text is None
    qtbot.mouseClick(thinking.button, Qt.MouseButton.LeftButton)
    assert thinking._text is not None
    assert thinking._text.toPlainText() == "Let me see."


def test_each_broken_state_has_its_sentence(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(
        store, qtbot, page, question(), reply(state="failed", text=""), question("More", "q2", "a1"),
        reply(name="a2", parent="q2", finish_reason="length"), question("More", "q3", "a2"),
        reply(name="a3", parent="q3", finish_reason="context"),
    )  # fmt: skip
    notes = [view.note.text() for view in page.transcript.views() if isinstance(view, AnswerView)]
    assert ["No answer" in notes[0], "limit of tokens" in notes[1], "context is full" in notes[2]] == [True] * 3


def test_copying_gives_the_text_as_it_was_written(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply("**bold** text\n\n```python\nprint(1)\n```\n"))
    qtbot.mouseClick(answer(page).copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith("**bold**")
    (code,) = [w for w in answer(page).findChildren(QAbstractButton) if w.accessibleName() == "Copy code"]
    qtbot.mouseClick(code, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "print(1)"


def test_a_long_question_is_folded(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question("line\n" * 400), reply())
    view = page.transcript.views()[0]
    assert isinstance(view, QuestionView)
    height = view.height()
    view._more.click()
    qtbot.waitUntil(lambda: view.height() > 4 * height, timeout=5000)


def test_the_reader_stays_where_they_are_until_they_ask_for_the_newest(qtbot: QtBot, page: ChatPage, store: ChatStore):
    text = "A paragraph.\n\n" * 100
    kept(store, qtbot, page, question(), reply(text, state="interrupted"))
    bar = page.transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: not page.transcript.working and bar.value() == bar.maximum() > 200, timeout=5000)
    bar.setValue(100)
    maximum = bar.maximum()
    page.transcript.update_message(reply(text + "More.\n\n" * 50, state="streaming"))
    qtbot.waitUntil(lambda: bar.maximum() > maximum, timeout=5000)
    assert bar.value() == 100
    qtbot.mouseClick(page.transcript.newest, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() and not page.transcript.newest.isVisible(), timeout=5000)


def test_a_long_conversation_opens_at_its_end(qtbot: QtBot, page: ChatPage, store: ChatStore):
    messages = [question(name="m0")]
    for number in range(1, 60):
        make = reply if number % 2 else question
        messages.append(make(f"Text {number}\n\n" * 5, name=f"m{number}", parent=f"m{number - 1}"))
    kept(store, qtbot, page, *messages)
    assert [view.message.id for view in page.transcript.views()] == [m.id for m in messages]
    bar = page.transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0, timeout=5000)


def test_the_colours_follow_a_change_of_theme(qtbot: QtBot, page: ChatPage, store: ChatStore, qapp):
    from gemfit.ui import theme

    kept(store, qtbot, page, question(), reply("Some **text**."))
    theme.apply(qapp, "dark")
    qtbot.waitUntil(lambda: not page.transcript.working, timeout=5000)
    view = answer(page).body._run
    assert view is not None
    colour = view.document().firstBlock().begin().fragment().charFormat().foreground().color()
    assert colour == theme.DARK.text
    theme.apply(qapp, "light")
    qtbot.waitUntil(lambda: not page.transcript.working, timeout=5000)
