"""The token for the Hub: a part of Settings."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from gemfit import settings
from gemfit.ui import words, worker
from gemfit.ui.parts import button, label, row
from gemfit.words import Sentence


class TokenField(QObject):
    """The token: hidden while typed, kept in the keyring, never shown again."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.returnPressed.connect(self._save)
        self.field.setPlaceholderText(self.tr("Only for models that ask for one"))
        self.save = button(self.tr("Keep"), self._save)
        self.forget = button(self.tr("Forget"), self._forget)
        self.state = label(role="muted")
        self.line = row(self.field, stretch_last=True)
        self.line.addWidget(self.save)
        self.line.addWidget(self.forget)
        self._show(has_token=False)
        worker.run(settings.load_token, lambda token: self._show(has_token=bool(token)), self._failed)

    def _save(self) -> None:
        token = self.field.text().strip()
        if token:
            self.field.clear()
            worker.run(lambda: settings.save_token(token), self._saved, self._failed)

    def _forget(self) -> None:
        worker.run(settings.delete_token, lambda _none: self._show(has_token=False), self._failed)

    def _saved(self, problem: Sentence | None) -> None:
        self._show(has_token=True)
        if problem is not None:
            self.state.setText(words.text(problem))

    def _failed(self, error: Exception) -> None:
        self.state.setText(words.error_text(error))

    def _show(self, *, has_token: bool) -> None:
        self.state.setText(
            self.tr("A token is kept. It goes to the endpoint alone.") if has_token else self.tr("No token.")
        )
        self.forget.setEnabled(has_token)
