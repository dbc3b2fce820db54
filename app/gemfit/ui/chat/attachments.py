"""Pictures and sounds of a message: what is shown of them, and taking them in.

Only thumbnails are shown, which a child of ours made; the files themselves are never opened in the window's process.
"""

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gemfit.media import intake
from gemfit.media.heads import is_video
from gemfit.media.intake import thumbnail_of
from gemfit.media.types import MOST_AUDIO_S, Attachment
from gemfit.ui import theme, words, worker
from gemfit.ui.chat.buttons import tool_button
from gemfit.ui.parts import Flow, clear

MOST_ATTACHMENTS = 8
"""Of one message: more is a mistake, and no context holds it."""
SMALL, LARGE = 40, 128
_NAME_WIDTH = 180


def described(attachment: Attachment) -> str:
    """`800 × 600`, `12 s`, and where only the beginning of a sound is taken, or only the sound of a video, that."""
    if attachment.kind == "image":
        return f"{attachment.width:,} × {attachment.height:,}"
    length = words.duration(attachment.seconds)
    if attachment.seconds > MOST_AUDIO_S:
        text = QCoreApplication.translate("AttachmentView", "the first {taken} of {length}")
        length = text.format(taken=words.duration(MOST_AUDIO_S), length=length)
    if is_video(attachment.name):
        return QCoreApplication.translate("AttachmentView", "only its sound, {length}").format(length=length)
    return length


class AttachmentView(QFrame):
    """One of them: a thumbnail or a sign, its name and its size. `removed()`: the person wants it out."""

    removed = Signal()

    def __init__(
        self, attachment: Attachment, folder: Path, parent: QWidget | None = None, *, removable: bool = False
    ) -> None:
        super().__init__(parent)
        self.attachment = attachment
        self.setProperty("kind", "card")
        picture = attachment.kind == "image"
        what = self.tr("Picture {name}, {size}") if picture else self.tr("Sound {name}, {size}")
        self.setAccessibleName(what.format(name=attachment.name, size=described(attachment)))
        self.setToolTip(attachment.name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP_XS, theme.GAP_XS, theme.GAP_S, theme.GAP_XS)
        row.setSpacing(theme.GAP_S)
        row.addWidget(self._sign(folder, SMALL if removable else LARGE))
        row.addLayout(self._words())
        self.remove: QToolButton | None = None
        if removable:
            self.remove = tool_button(self, "cross", self.tr("Remove {name}").format(name=attachment.name))
            self.remove.clicked.connect(self.removed)
            row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)

    def _sign(self, folder: Path, height: int) -> QWidget:
        path = thumbnail_of(folder, self.attachment)
        small = QPixmap(str(path)) if path is not None and path.is_file() else QPixmap()
        if small.isNull():
            sign = QToolButton(self)
            sign.setAutoRaise(True)
            sign.setEnabled(False)
            sign.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            sign.setFixedSize(SMALL, SMALL)
            theme.set_icon(sign, "sound" if self.attachment.kind == "audio" else "warning", "muted", 20)
            return sign
        label = QLabel(self)
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        ratio = self.devicePixelRatioF()
        side = round(height * ratio)
        label.setPixmap(small.scaled(min(side * 2, small.width()), min(side, small.height()), keep, smooth))
        label.pixmap().setDevicePixelRatio(ratio)
        return label

    def _words(self) -> QVBoxLayout:
        name, size = QLabel(self), QLabel(described(self.attachment), self)
        for label in (name, size):
            label.setTextFormat(Qt.TextFormat.PlainText)
        name.setText(name.fontMetrics().elidedText(self.attachment.name, Qt.TextElideMode.ElideMiddle, _NAME_WIDTH))
        size.setProperty("role", "muted")
        box = QVBoxLayout()
        box.setSpacing(0)
        box.addStretch(1)
        box.addWidget(name)
        box.addWidget(size)
        box.addStretch(1)
        return box


class AttachmentRow(QWidget):
    """Several of them: below each other at the right, as one's own words are; those that can be removed beside each
    other, in as many lines as they need. `changed()` when one was removed."""

    changed = Signal()

    def __init__(self, folder: Path, parent: QWidget | None = None, *, removable: bool = False) -> None:
        super().__init__(parent)
        self._folder, self._removable = folder, removable
        self._box: QLayout = Flow() if removable else QVBoxLayout()
        self._box.setContentsMargins(0, 0, 0, 0 if removable else theme.GAP_XS)
        self.setLayout(self._box)
        self.attachments: list[Attachment] = []
        self.views: list[AttachmentView] = []
        self.hide()

    def show_all(self, attachments: Sequence[Attachment]) -> None:
        """These, in place of those before."""
        self.attachments = list(attachments)
        clear(self._box)
        self.views = []
        for attachment in self.attachments:
            view = AttachmentView(attachment, self._folder, self, removable=self._removable)
            view.removed.connect(partial(self._remove, attachment))
            self.views.append(view)
            self._box.addWidget(view)
            if not self._removable:
                self._box.setAlignment(view, Qt.AlignmentFlag.AlignRight)
        self.setVisible(bool(self.attachments))

    def _remove(self, attachment: Attachment) -> None:
        self.show_all([one for one in self.attachments if one is not attachment])
        self.changed.emit()


class Intake(QObject):
    """Takes files in on a worker thread, one after the other.

    Signals: `taken(Attachment)`, `refused(str)` with a sentence, `busy_changed()`.
    """

    taken = Signal(object)
    refused = Signal(str)
    busy_changed = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._waiting: list[Path] = []
        self._pasted: dict[Path, tempfile.TemporaryDirectory[str]] = {}
        self._task: worker.Task | None = None
        self._serial = 0

    @property
    def busy(self) -> int:
        """How many are on their way."""
        return len(self._waiting) + (self._task is not None)

    def take(self, paths: Sequence[Path]) -> None:
        self._waiting += paths
        self._next()

    def take_image(self, image: QImage) -> None:
        """A picture from the clipboard, which is in no file."""
        folder = tempfile.TemporaryDirectory(prefix="gemfit-")
        path = Path(folder.name) / self.tr("Pasted picture.png")
        if image.isNull() or not image.save(str(path)):
            folder.cleanup()
            self.refused.emit(self.tr("The clipboard holds no picture that can be read. Copy it again, or save it."))
            return
        self._pasted[path] = folder
        self.take([path])

    def forget(self) -> None:
        """Take no more of what waits; what is on its way is dropped when it comes."""
        self._serial += 1
        for path in self._waiting:
            self._clean(path)
        self._waiting = []
        self.busy_changed.emit()

    def _next(self) -> None:
        if self._task is None and self._waiting:
            path = self._waiting.pop(0)
            work = partial(intake.take_in, path, self._folder)
            serial = self._serial
            self._task = worker.run(work, partial(self._came, path, serial), partial(self._failed, path, serial))
        self.busy_changed.emit()

    def _came(self, path: Path, serial: int, attachment: Attachment) -> None:
        self._clean(path)
        if serial == self._serial:
            self.taken.emit(attachment)
        self._task = None
        self._next()

    def _failed(self, path: Path, serial: int, error: Exception) -> None:
        self._clean(path)
        if serial == self._serial:
            self.refused.emit(words.error_text(error))
        self._task = None
        self._next()

    def _clean(self, path: Path) -> None:
        folder = self._pasted.pop(path, None)
        if folder is not None:
            folder.cleanup()


def local_files(source: QMimeData) -> list[Path]:
    """Of what is dropped or pasted, the files on this computer."""
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
