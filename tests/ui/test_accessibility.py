"""Every control of every page says its name and can be reached by the keyboard; every figure has words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QLineEdit,
    QProgressBar,
    QScrollBar,
    QWidget,
)

from gemfit.ui.home.bars import Bar
from gemfit.ui.session import CHAT, HOME, MACHINE, MODELS, SETTINGS
from gemfit.ui.window import MainWindow

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QAbstractSlider)
PAGES = {"Home": HOME, "Chat": CHAT, "Models": MODELS, "Machine": MACHINE, "Settings": SETTINGS}


@pytest.fixture
def window(ready, qtbot):
    window = MainWindow(ready)
    qtbot.addWidget(window)
    window.resize(1100, 760)
    window.show()
    return window


def parts_of_a_control(widget: QWidget) -> bool:
    """Qt's own inner parts: scroll bars, a header's views, the list behind a combo box, corner buttons."""
    parents = []
    parent = widget.parentWidget()
    while parent is not None:
        parents.append(parent)
        parent = parent.parentWidget()
    inner = any(isinstance(p, QComboBox | QAbstractItemView | QLineEdit) for p in parents)
    return inner or isinstance(widget, QScrollBar)


def controls(page: QWidget) -> list[QWidget]:
    return [w for kind in CONTROLS for w in page.findChildren(kind) if not parts_of_a_control(w)]


def reached_by_arrows(widget: QWidget) -> bool:
    """One of several that exclude each other: Tab goes to the one that holds, arrow keys to the others."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    holds = group.checkedButton() if group is not None and group.exclusive() else None
    return holds is not None and bool(holds.focusPolicy() & Qt.FocusPolicy.TabFocus)


def spoken_name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.text(QAccessible.Text.Name)


@pytest.mark.parametrize("name", PAGES)
def test_every_control_has_a_name(window, name):
    page = window.page(PAGES[name])
    assert controls(page)
    nameless = [f"{type(w).__name__} {w.objectName()}" for w in controls(page) if not spoken_name(w).strip()]
    assert not nameless


@pytest.mark.parametrize("name", PAGES)
def test_every_control_can_be_reached_by_the_keyboard(window, name):
    page = window.page(PAGES[name])
    unreachable = [
        spoken_name(w)
        for w in controls(page)
        if w.isEnabled() and not w.focusPolicy() & Qt.FocusPolicy.TabFocus and not reached_by_arrows(w)
    ]
    assert not unreachable


def test_the_sidebar_is_one_stop_of_the_tab_key_and_arrows_move_in_it(window, qtbot):
    buttons = [window.sidebar._group.button(number) for number in range(5)]
    assert all(spoken_name(button) for button in buttons)
    assert [bool(b.focusPolicy() & Qt.FocusPolicy.TabFocus) for b in buttons] == [True, False, False, False, False]
    buttons[HOME].setFocus()
    qtbot.keyClick(buttons[HOME], Qt.Key.Key_Down)
    assert buttons[CHAT].isChecked()
    assert window.stack.currentWidget() is window.page(CHAT)


def test_panels_name_their_controls(window):
    for panel in (window.goto, window.shortcuts, window.under_way.question):
        panel.open()
        assert panel.accessibleName()
        assert all(spoken_name(w) for w in controls(panel))


def test_painted_figures_are_put_in_words(window):
    bars = [b for b in window.page(HOME).findChildren(Bar) if b.isVisible()]
    assert bars
    assert "fit" in window.page(HOME).context.mark.accessibleName()
    for bar in bars:
        assert bar.accessibleName()
        assert "GiB" in bar.accessibleDescription()


def test_progress_is_named_while_it_runs(window, ready, qtbot, hub):
    from tests.fakes.hub import Fault
    from tests.ui.conftest import KEY

    hub.fault(Fault("cdn", "slow", times=1, bytes_per_s=400_000))
    ready.library.get(KEY)
    queue = window.page(MODELS).list.queue
    qtbot.waitUntil(lambda: bool(queue.rows()), timeout=15_000)
    qtbot.waitUntil(lambda: "MB" in queue.rows()[0].findChild(QProgressBar).accessibleName(), timeout=15_000)
    ready.library.stop(KEY)
    qtbot.waitUntil(lambda: not ready.library.busy(KEY), timeout=15_000)
