"""The shape of the conversations file, its version, and the rows in and out of it.

The version is packed into SQLite's `user_version`: major << 16 | minor. A newer minor version can still be read and
written by this program, a newer major one cannot and is left untouched.
"""

import sqlite3
from typing import Any

import msgspec

from gemfit.chat.tree import LeftOut, Message, Tree
from gemfit.engine.protocol import Stats
from gemfit.media.types import Attachment
from gemfit.words import Sentence

MAJOR, MINOR = 1, 2

_SCHEMA = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    draft TEXT NOT NULL DEFAULT '',
    draft_media TEXT,
    leaf TEXT,
    created_s REAL NOT NULL,
    updated_s REAL NOT NULL,
    deleted_s REAL,
    options TEXT
) STRICT;
CREATE TABLE messages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    parent TEXT REFERENCES messages(id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    thinking TEXT NOT NULL,
    thinking_s REAL NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    model TEXT NOT NULL,
    build TEXT NOT NULL,
    stats TEXT,
    finish_reason TEXT,
    note TEXT,
    created_s REAL NOT NULL,
    media TEXT,
    left_out TEXT
) STRICT;
CREATE INDEX messages_of_conversation ON messages(conversation, number);
CREATE INDEX messages_of_parent ON messages(parent);
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""

# From each minor version to the next. A program of the older version leaves the new columns as they are.
_STEPS = (
    """
ALTER TABLE conversations ADD COLUMN draft_media TEXT;
ALTER TABLE messages ADD COLUMN media TEXT;
""",
    """
ALTER TABLE conversations ADD COLUMN options TEXT;
ALTER TABLE messages ADD COLUMN left_out TEXT;
""",
)

_COLUMNS = (
    "id, parent, role, text, thinking, thinking_s, state, title, model, build, stats, finish_reason, note, created_s, "
    "media, left_out"
)
SAVE_MESSAGE = f"""
INSERT INTO messages (conversation, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(id) DO UPDATE SET text = excluded.text, thinking = excluded.thinking, thinking_s = excluded.thinking_s,
    state = excluded.state, title = excluded.title, model = excluded.model, build = excluded.build,
    stats = excluded.stats, finish_reason = excluded.finish_reason, note = excluded.note, left_out = excluded.left_out
"""


class NewerVersionError(Exception):
    """The file was written by a newer program."""


def prepare(database: sqlite3.Connection) -> None:
    """Check or create the schema, and tidy up after the last run.

    Raises NewerVersionError, and sqlite3.DatabaseError for a damaged file.
    """
    (packed,) = database.execute("PRAGMA user_version").fetchone()
    if packed >> 16 > MAJOR:
        raise NewerVersionError
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA secure_delete = ON")
    if packed >> 16 == 0 or packed & 0xFFFF < MINOR:
        changes = _SCHEMA if packed == 0 else "".join(_STEPS[packed & 0xFFFF :])
        version = f"PRAGMA user_version = {MAJOR << 16 | MINOR};"
        database.executescript(f"BEGIN; {changes} {version} COMMIT;")
    database.execute("UPDATE messages SET state = 'interrupted' WHERE state = 'streaming'")
    database.execute("DELETE FROM conversations WHERE deleted_s IS NOT NULL")


def to_row(conversation_id: str, message: Message) -> tuple[object, ...]:
    """The values for `SAVE_MESSAGE`."""
    m = message
    return (
        conversation_id, m.id, m.parent, m.role, _storable(m.text), _storable(m.thinking), m.thinking_s, m.state,
        m.title, m.model, m.build, _json(m.stats), m.finish_reason, _json(m.note), m.created_s, to_json(m.media),
        _json(m.left_out),
    )  # fmt: skip


def read_tree(database: sqlite3.Connection, conversation_id: str, leaf: str | None) -> Tree:
    """All messages of a conversation, in the order in which they were made."""
    rows = database.execute(
        f"SELECT {_COLUMNS} FROM messages WHERE conversation = ? ORDER BY number", (conversation_id,)
    )
    messages = {row[0]: _message(row) for row in rows}
    if leaf not in messages:
        leaf = next(reversed(messages), None)
    return Tree(messages, leaf)


def _message(row: tuple[object, ...]) -> Message:
    names = _COLUMNS.split(", ")
    values = dict(zip(names, row, strict=True))
    for name, kind in (("stats", Stats), ("note", Sentence), ("left_out", LeftOut)):
        text = values[name]
        values[name] = msgspec.json.decode(text, type=kind) if isinstance(text, str) else None
    values["media"] = from_json(values["media"])
    return msgspec.convert(values, Message)


def to_json(media: list[Attachment]) -> str | None:
    """For a column: NULL where there are none."""
    return msgspec.json.encode(media).decode() if media else None


def from_json(text: Any) -> list[Attachment]:
    """From such a column; a note of a draft without any is empty."""
    return msgspec.json.decode(text, type=list[Attachment]) if text else []


def hashes_in_use(database: sqlite3.Connection) -> set[str]:
    """Of every picture and sound of a message, and of what is written and not sent."""
    rows = database.execute(
        "SELECT media FROM messages WHERE media IS NOT NULL UNION SELECT draft_media FROM conversations "
        "WHERE draft_media IS NOT NULL UNION SELECT value FROM notes WHERE name = 'draft_media'"
    )
    return {attachment.sha256 for (text,) in rows for attachment in from_json(text)}


def _json(value: msgspec.Struct | None) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _storable(text: str) -> str:
    """Half of a surrogate pair (a paste can hold one) cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
