"""The table of all options: sorted by numbers, moved through by keys, every cell explained to eye and ear."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFont
from PySide6.QtWidgets import QToolTip

from gemfit.ui.home.cells import Column, memory_bytes
from gemfit.ui.home.options import OPTION_ROLE, OptionsTable
from tests.ui.conftest import KEY


@pytest.fixture
def table(ready, qtbot):
    table = OptionsTable(ready.machine)
    qtbot.addWidget(table)
    table.show_options(ready.machine.recommendation.options)
    table.resize(900, table.height())
    table.show()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    return table


def shown(table) -> list:
    return [table.model().index(row, 0).data(OPTION_ROLE) for row in range(table.model().rowCount())]


def test_there_is_a_row_for_every_model_in_every_format(table, catalog):
    assert {(o.model, o.build) for o in shown(table)} == {(m.id, b.id) for m in catalog.models for b in m.builds}


@pytest.mark.parametrize("column", [Column.MEMORY, Column.SPEED, Column.CONTEXT, Column.DOWNLOAD])
def test_a_click_on_a_title_sorts_by_numbers(table, qtbot, column):
    header = table.horizontalHeader()
    at = header.viewport().rect().center()
    at.setX(header.sectionViewportPosition(column) + 10)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    keys = [table.model().index(row, column).data(Qt.ItemDataRole.UserRole) for row in range(len(shown(table)))]
    assert keys in (sorted(keys), sorted(keys, reverse=True))
    assert len(set(keys)) > 3


def test_the_keyboard_sorts_by_the_column_in_hand(table, qtbot):
    table.pick(KEY, Column.MEMORY)
    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    sizes = [memory_bytes(option) for option in shown(table)]
    assert sizes == sorted(sizes)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [memory_bytes(option) for option in shown(table)] == sorted(sizes, reverse=True)
    assert (table.current().model, table.current().build) == KEY


def test_passing_by_with_the_tab_key_takes_no_other_option_in_hand(ready, qtbot):
    made = OptionsTable(ready.machine)
    qtbot.addWidget(made)
    made.show_options(ready.machine.recommendation.options)
    made.show()
    assert made.current() is None
    made.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: made.current() is not None)
    assert made.current() == ready.machine.best()


def test_the_recommended_one_stands_out_and_says_so(table, ready):
    bold = [
        row
        for row in range(table.model().rowCount())
        if table.model().index(row, Column.MODEL).data(Qt.ItemDataRole.FontRole).weight() > QFont.Weight.Normal
    ]
    assert [shown(table)[row] for row in bold] == [ready.machine.best()]
    explained = table.model().index(bold[0], Column.MODEL).data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert explained.startswith("This is the recommended one.")


def test_arrow_keys_move_from_cell_to_cell_and_each_says_something_else(table, qtbot):
    table.pick(KEY)
    said = []
    table.explained.connect(lambda title, text: said.append((title, text)))
    for _ in range(len(Column) - 1):
        qtbot.keyClick(table, Qt.Key.Key_Right)
    assert [title for title, _text in said] == [table.source.title(c) for c in list(Column)[1:]]
    assert all(text for _title, text in said)
    assert len({text for _title, text in said}) == len(said)


def test_a_move_by_keyboard_shows_what_the_mouse_would_show(table, qtbot):
    table.pick(KEY)
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert QToolTip.text() == table.currentIndex().data(Qt.ItemDataRole.ToolTipRole)
    QToolTip.hideText()


def test_a_screen_reader_gets_the_explanation_of_each_cell(table):
    interface = QAccessible.queryAccessibleInterface(table)
    spoken = [interface.child(number) for number in range(interface.childCount())]
    said = {cell.text(QAccessible.Text.Description): cell.text(QAccessible.Text.Name) for cell in spoken if cell}
    table.pick(KEY, Column.MEMORY)
    index = table.currentIndex()
    explained = index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert "KV cache" in explained
    assert said[explained] == index.data()


def test_other_figures_leave_the_cell_in_hand(table, ready, qtbot):
    table.pick(KEY, Column.SPEED)
    before = table.currentIndex()
    changed = [msgspec.structs.replace(o, total_bytes=o.total_bytes + 1) for o in ready.machine.recommendation.options]
    table.show_options(changed)
    assert table.currentIndex() == before
    assert table.current() in changed


def test_another_order_takes_the_cell_in_hand_along(table, ready, qtbot):
    table.pick(KEY, Column.SPEED)
    table.show_options(list(reversed(ready.machine.recommendation.options)))
    assert (table.current().model, table.current().build) == KEY
    assert table.currentIndex().column() == Column.SPEED


def test_where_there_is_little_room_the_least_important_columns_go(table):
    assert not any(table.isColumnHidden(column) for column in Column)
    table.resize(600, table.height())
    assert table.isColumnHidden(Column.DOWNLOAD)
    assert not table.isColumnHidden(Column.MEMORY)
    assert table.horizontalHeader().length() <= table.viewport().width()
