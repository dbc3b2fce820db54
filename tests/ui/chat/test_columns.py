"""The columns beside a chat."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gemfit.ui.chat.page import ChatPage


def test_the_side_columns_give_way_on_a_narrow_page(qtbot: QtBot, page: ChatPage):
    page.resize(720, 520)
    assert (page.width(), page.conversations.isVisible(), page.readout.isVisible()) == (720, False, False)
    qtbot.mouseClick(page.show_list, Qt.MouseButton.LeftButton)
    assert page.conversations.isVisible()
    qtbot.mouseClick(page.show_readout, Qt.MouseButton.LeftButton)
    assert page.readout.isVisible()
