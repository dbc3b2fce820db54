"""How pictures and sounds come to the composer, and what is said where the model cannot take them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from gemfit.media.heads import PICTURE_SUFFIXES, SOUND_SUFFIXES, VIDEO_SUFFIXES
from gemfit.media.intake import kind_of
from gemfit.media.types import Attachment, Kind
from gemfit.ui import words
from gemfit.ui.chat.attachments import MOST_ATTACHMENTS, Intake
from gemfit.ui.chat.buttons import InlineBar
from gemfit.ui.chat.composer import Composer
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

_SUFFIXES = " ".join(f"*{suffix}" for suffix in (*PICTURE_SUFFIXES, *SOUND_SUFFIXES, *VIDEO_SUFFIXES))


class Projectors(Protocol):
    """Where the part of a model for pictures and sound comes from."""

    def download_bytes(self, selection: Selection) -> int:
        """What would have to be fetched; 0 where there is none, or where it is here already."""
        ...

    def get(self, selection: Selection) -> None:
        """Fetch it, and load the model again with it."""
        ...


class MediaWays(QObject):
    """The attach button, dropping and pasting; sentences go to the bar above the composer."""

    def __init__(
        self,
        engine: EngineSession,
        folder: Path,
        composer: Composer,
        bar: InlineBar,
        projectors: Projectors | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine, self._composer, self._bar, self._projectors = engine, composer, bar, projectors
        self.intake = Intake(folder, self)
        self.intake.taken.connect(composer.add_attachment)
        self.intake.refused.connect(bar.say)
        self.intake.busy_changed.connect(lambda: composer.set_taking(self.intake.busy))
        composer.attach_wanted.connect(self.choose)
        composer.files_given.connect(self.give)
        composer.image_given.connect(self.give_image)
        engine.state_changed.connect(self._show)
        self._show()

    def forget(self) -> None:
        """The composer turned to something else: what is still being read does not belong to it."""
        self.intake.forget()

    @Slot()
    def choose(self) -> None:
        """Ask for files."""
        if not self._can(None):
            self._refuse(None)
            return
        dialog = QFileDialog(self._composer, self.tr("Attach a picture or a sound"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.tr("Pictures and sounds ({suffixes})").format(suffixes=_SUFFIXES))
        dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
        dialog.filesSelected.connect(lambda names: self.give([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(object)
    def give(self, paths: Sequence[Path]) -> None:
        """Take files in."""
        unfit = next((kind for kind in map(kind_of, paths) if not self._can(kind)), None)
        if unfit is not None:
            self._refuse(unfit)
        elif self._room_for(len(paths)):
            self.intake.take(paths)

    @Slot(object)
    def give_image(self, image: QImage) -> None:
        """Take in what was copied."""
        if not self._can("image"):
            self._refuse("image")
        elif self._room_for(1):
            self.intake.take_image(image)

    def sendable(self, attachments: Sequence[Attachment]) -> bool:
        """Whether the model takes all of them; says why not."""
        unfit = next((one.kind for one in attachments if not self._can(one.kind)), None)
        if unfit is not None:
            self._refuse(unfit)
        return unfit is None

    def _room_for(self, count: int) -> bool:
        if len(self._composer.media.attachments) + self.intake.busy + count <= MOST_ATTACHMENTS:
            return True
        most = MOST_ATTACHMENTS
        text = self.tr("A message takes at most %n pictures and sounds. Send the others with the next.", "", most)
        self._bar.say(text)
        return False

    def _can(self, kind: Kind | None) -> bool:
        """Whether the loaded model takes that kind (None: any). Before one is loaded everything may be attached."""
        info = self._engine.loaded_info
        if info is None:
            return True
        return info.audio if kind == "audio" else info.images if kind == "image" else info.images or info.audio

    def _refuse(self, kind: Kind | None) -> None:
        """Why the model cannot take it, and the way to change that."""
        info, selection = self._engine.loaded_info, self._engine.selection
        assert info is not None
        assert selection is not None
        n_bytes = self._projectors.download_bytes(selection) if self._projectors is not None else 0
        if kind is not None and (info.images or info.audio):
            text = self.tr("This model takes text and pictures, but no sound. Gemma 4 E2B, E4B and 12B can listen.")
            if kind == "image":
                text = self.tr("This model takes text and sound, but no pictures.")
            self._bar.say(text)
        elif info.media_problem is not None:
            self._bar.say(words.text(info.media_problem))
        elif n_bytes and self._projectors is not None:
            text = self.tr("For pictures and sound {title} needs one more file, which is not here yet.")
            get = self.tr("Get it · {size}").format(size=words.size_gb(n_bytes))
            projectors = self._projectors
            self._bar.say(text.format(title=self._engine.title), (get, lambda: projectors.get(selection)))
        else:
            text = self.tr("{title} takes text alone, as it is loaded now. Gemma 4 takes pictures and sound.")
            self._bar.say(text.format(title=self._engine.title))

    @Slot()
    def _show(self, _: str = "") -> None:
        """The button says beforehand where it leads."""
        attach = self._composer.attach
        name = self.tr("Attach a picture or a sound")
        if not self._can(None):
            name = self.tr("Attach a picture or a sound: not with this model as it is loaded")
        attach.setToolTip(name)
        attach.setAccessibleName(name)
