"""A field for a number that may be left empty."""

from PySide6.QtCore import QLocale
from PySide6.QtGui import QDoubleValidator, QIntValidator
from PySide6.QtWidgets import QLineEdit

from gemfit.ui import theme


class NumberField(QLineEdit):
    """A number, or nothing; written as the person's language writes it."""

    def __init__(self, low: float, high: float, *, whole: bool) -> None:
        super().__init__()
        self._whole = whole
        if whole:
            self.setValidator(QIntValidator(int(low), int(high), self))
        else:
            validator = QDoubleValidator(low, high, 3, self)
            validator.setNotation(QDoubleValidator.Notation.StandardNotation)
            self.setValidator(validator)
        self.setFont(theme.tabular(self.font()))

    def value(self) -> float | int | None:
        """None when it is empty, or not finished yet."""
        if not self.text().strip() or not self.hasAcceptableInput():
            return None
        number, right = QLocale().toDouble(self.text())
        return (int(number) if self._whole else number) if right else None

    def set_value(self, value: float | None) -> None:
        self.setText("" if value is None else self.text_of(value))

    def text_of(self, value: float) -> str:
        """Without thousands' marks and needless zeros."""
        locale = QLocale()
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        return locale.toString(int(value)) if self._whole else locale.toString(float(value), "g", 6)
