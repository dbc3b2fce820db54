"""The building blocks that all pages share."""

from functools import partial

from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import delete

from gemfit.ui.panel import Panel
from gemfit.ui.parts import Notice


def test_a_notice_that_says_the_same_again_does_what_was_meant_last(qtbot):
    notice, done = Notice(), []
    qtbot.addWidget(notice)
    notice.say("It did not work.", [("Try again", partial(done.append, "first"))])
    (button,) = notice.findChildren(QPushButton)
    notice.say("It did not work.", [("Try again", partial(done.append, "second"))])
    assert notice.findChildren(QPushButton) == [button]
    button.click()
    assert done == ["second"]


def test_a_panel_closes_also_where_what_had_the_focus_is_gone(qtbot):
    window, field = QWidget(), QLineEdit()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(field)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    field.setFocus()
    panel = Panel(window, "Anything")
    panel.open()
    delete(field)
    panel.close_panel()
    assert panel.isHidden()
