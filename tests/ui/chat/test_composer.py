"""The writing field: pastes, lines, and a question that is asked in other words."""

from PySide6.QtCore import QMimeData, Qt
from pytestqt.qtbot import QtBot

from gemfit.chat.store import ChatStore
from gemfit.ui.chat.page import ChatPage

from .parts import answered, kept, question, reply


def test_a_paste_of_some_length_stays_beside_the_field(qtbot: QtBot, page: ChatPage):
    mime = QMimeData()
    mime.setText("line\n" * 2000)
    page.composer.field.insertFromMimeData(mime)
    assert page.composer.field.toPlainText() == ""
    assert "2,001" in page.composer._chip_label.text() or "2001 lines" in page.composer._chip_label.text()
    qtbot.keyClicks(page.composer.field, "Look:")
    assert page.composer.text == "Look:\n\n" + "line\n" * 2000
    page.composer.remove_attachment.click()
    assert page.composer.text == "Look:"


def test_the_field_grows_to_eight_lines(qtbot: QtBot, page: ChatPage):
    field = page.composer.field
    one = field.height()
    for _ in range(4):
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    five = field.height()
    for _ in range(20):
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert one < five < field.height() == 8 * field.fontMetrics().lineSpacing() + 12


def test_up_in_the_empty_composer_edits_the_last_question(qtbot: QtBot, loaded: ChatPage):
    answered(qtbot, loaded, "First words")
    qtbot.keyClick(loaded.composer.field, Qt.Key.Key_Up)
    assert loaded.composer.text == "First words"
    answered(qtbot, loaded, " and more")
    path = loaded.controller.tree.path()
    assert [m.text for m in path if m.role == "user"] == ["First words and more"]
    assert len(loaded.controller.tree.messages) == 4


def test_escape_leaves_an_edit_without_a_trace(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Up)
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Escape)
    assert page.composer.text == ""
    assert len(page.controller.tree.messages) == 2
