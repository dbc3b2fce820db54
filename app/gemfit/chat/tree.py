"""A conversation is a tree: editing a question or asking again makes a sibling, and nothing is overwritten.

The active path runs from the root to `leaf`; it is what is shown and what is sent. All values are frozen; every
change returns a new tree.
"""

from typing import Literal

import msgspec

from gemfit.engine.protocol import FinishReason, Role, Stats
from gemfit.media.types import Attachment
from gemfit.words import Sentence

State = Literal["complete", "streaming", "interrupted", "failed"]

TITLE_LENGTH = 60


class LeftOut(msgspec.Struct, frozen=True):
    """So many `messages` at the beginning of the active path are not sent; `summary` by the model stands for them."""

    messages: int = 0
    summary: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One turn. `title` names model and format for people, `model` and `build` name them in the catalogue.

    `media` are pictures and sounds that go with it, before the text. `thinking_s` is how long the thinking took, in
    seconds. `note` says what went wrong, when something did. `created_s` is seconds since the epoch.
    `left_out`: of an answer, when from here on less of what was before is sent.
    """

    id: str
    parent: str | None
    role: Role
    text: str = ""
    media: list[Attachment] = []
    thinking: str = ""
    thinking_s: float = 0.0
    state: State = "complete"
    title: str = ""
    model: str = ""
    build: str = ""
    stats: Stats | None = None
    finish_reason: FinishReason | None = None
    note: Sentence | None = None
    created_s: float = 0.0
    left_out: LeftOut | None = None


class Draft(msgspec.Struct, frozen=True):
    """What is written and not sent."""

    text: str = ""
    media: list[Attachment] = []

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.media)


class Tree(msgspec.Struct, frozen=True):
    """Messages by id, in the order in which they were made, and the id of the last one of the active path."""

    messages: dict[str, Message] = {}
    leaf: str | None = None

    def path(self) -> list[Message]:
        """The active path, oldest first."""
        return self.path_to(self.leaf)

    def path_to(self, message_id: str | None) -> list[Message]:
        """The messages from the root to `message_id`, both included, oldest first."""
        found: list[Message] = []
        while message_id is not None:
            message = self.messages[message_id]
            found.append(message)
            message_id = message.parent
        return found[::-1]

    def children(self, parent: str | None) -> list[Message]:
        """The answers to `parent`, or the beginnings of the conversation for None, oldest first."""
        return [message for message in self.messages.values() if message.parent == parent]

    def siblings(self, message_id: str) -> list[Message]:
        """All versions of this turn, itself included, oldest first."""
        return self.children(self.messages[message_id].parent)

    def families(self) -> dict[str | None, list[str]]:
        """The ids of the children of every message, in one pass: for showing a whole path."""
        found: dict[str | None, list[str]] = {}
        for message in self.messages.values():
            found.setdefault(message.parent, []).append(message.id)
        return found

    def add(self, message: Message) -> "Tree":
        """Put in a new message and make it the end of the active path.

        An edit or another answer is a message with the parent of the one it stands beside. Raises ValueError for an
        id that is taken or a parent that is not there.
        """
        if message.id in self.messages:
            raise ValueError(f"message {message.id} is there already")
        if message.parent is not None and message.parent not in self.messages:
            raise ValueError(f"message {message.id} has no parent {message.parent}")
        return Tree({**self.messages, message.id: message}, message.id)

    def replace(self, message: Message) -> "Tree":
        """Put a newer state of a message in its place. Raises ValueError when that would move it."""
        if message.id not in self.messages or self.messages[message.id].parent != message.parent:
            raise ValueError(f"message {message.id} is not there, or under another parent")
        return Tree({**self.messages, message.id: message}, self.leaf)

    def choose(self, message_id: str) -> "Tree":
        """Lead the active path through `message_id`, and from there to its newest end."""
        if self.leaf is not None and message_id in {message.id for message in self.path()}:
            return self
        families = self.families()
        leaf = self.messages[message_id].id
        while leaf in families:
            leaf = families[leaf][-1]
        return Tree(self.messages, leaf)

    def step(self, message_id: str, offset: int) -> "Tree":
        """Choose the sibling `offset` places from `message_id`; at either end it stays."""
        ids = [message.id for message in self.siblings(message_id)]
        return self.choose(ids[min(max(ids.index(message_id) + offset, 0), len(ids) - 1)])


def title_of(text: str, media: list[Attachment] | None = None) -> str:
    """The first words of a first message, on one line: at most `TITLE_LENGTH` characters, cut between words.

    Without words, the name of the first picture or sound.
    """
    text = text if text.strip() or not media else media[0].name
    line = " ".join(text[: 20 * TITLE_LENGTH].split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[: TITLE_LENGTH - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,.;:") + "…"
