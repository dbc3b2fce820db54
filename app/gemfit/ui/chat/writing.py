"""What is written and not sent yet: the draft of its conversation, or a question that is asked in other words."""

from PySide6.QtCore import QObject, Signal, Slot

from gemfit.chat.tree import Draft
from gemfit.ui.chat.composer import Composer
from gemfit.ui.chat.controller import ChatController
from gemfit.ui.chat.media_ways import MediaWays


class Writing(QObject):
    """Knows which question is being changed, if one is. `begun()`: one is from now on, and waits for the keyboard."""

    begun = Signal()

    def __init__(self, controller: ChatController, composer: Composer, media: MediaWays, parent: QObject) -> None:
        super().__init__(parent)
        self._controller, self._composer, self._media = controller, composer, media
        self._editing: str | None = None
        controller.draft_changed.connect(self._draft_found)
        composer.edit_last.connect(self._edit_last)
        composer.edit_cancelled.connect(self.start_anew)
        composer.draft.connect(self._save_draft)

    def send(self, written: Draft) -> bool:
        """Ask it; returns whether that was possible. If not, it stays where it is."""
        editing = self._editing
        sent = self._controller.send(written) if editing is None else self._controller.edit(editing, written)
        if sent:
            self.start_anew()
            self._controller.save_draft(Draft())
        return sent

    def leave(self) -> None:
        """What was written and not sent stays with the conversation it was written in."""
        if self._editing is None:
            self._composer.save_draft()

    @Slot()
    def start_anew(self) -> None:
        """With nothing, as in a conversation that was just opened."""
        self._editing = None
        self._composer.set_editing(False)
        self._media.forget()
        self._composer.set_written(Draft())

    @Slot(str)
    def edit(self, message_id: str) -> None:
        self.leave()
        self._editing = message_id
        message = self._controller.tree.messages[message_id]
        self._media.forget()
        self._composer.set_written(Draft(message.text, message.media))
        self._composer.set_editing(True)
        self.begun.emit()

    @Slot()
    def _edit_last(self) -> None:
        questions = [message for message in self._controller.tree.path() if message.role == "user"]
        if questions and self._editing is None:
            self.edit(questions[-1].id)

    @Slot(object)
    def _draft_found(self, draft: Draft) -> None:
        """The store answers a moment later: what was written in the meantime stays."""
        if not self._composer.written:
            self._composer.set_written(draft)

    @Slot(object)
    def _save_draft(self, draft: Draft) -> None:
        if self._editing is None:
            self._controller.save_draft(draft)
