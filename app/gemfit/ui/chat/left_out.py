"""Above an answer: what of the conversation the model no longer sees from here on, and what it sees instead."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gemfit.chat import limit
from gemfit.chat.tree import LeftOut
from gemfit.ui import theme, words
from gemfit.ui.chat.buttons import word_button
from gemfit.ui.parts import hairline


class LeftOutLine(QFrame):
    """A sentence under a hairline; the summary, if there is one, unfolds below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left_out = LeftOut()
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setProperty("role", "muted")
        theme.small(self.text)
        self.show_summary = word_button(self, self.tr("Show the summary"))
        self.show_summary.setCheckable(True)
        self.show_summary.toggled.connect(self._unfold)
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.summary.setAccessibleName(self.tr("Summary by the model"))
        self.summary.hide()
        row = QHBoxLayout()
        row.addWidget(self.text, 1)
        row.addWidget(self.show_summary, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, theme.GAP_S)
        box.setSpacing(theme.GAP_XS)
        box.addWidget(hairline())
        box.addLayout(row)
        box.addWidget(self.summary)
        self.hide()

    def show_left_out(self, left_out: LeftOut | None) -> None:
        """None: nothing changes here."""
        self.setVisible(left_out is not None)
        if left_out is None or left_out == self._left_out:
            return
        self._left_out = left_out
        self.text.setText(words.text(limit.sentence(left_out)))
        self.setAccessibleName(self.text.text())
        self.show_summary.setVisible(bool(left_out.summary))
        self.summary.setText(left_out.summary)
        self.summary.setVisible(bool(left_out.summary) and self.show_summary.isChecked())

    def _unfold(self, is_open: bool) -> None:
        self.show_summary.setText(self.tr("Hide the summary") if is_open else self.tr("Show the summary"))
        self.summary.setVisible(is_open)
