"""Where conversations are kept: one SQLite file, touched by one thread.

Every call returns at once; reads give a `Future`. Jobs are done in the order in which they were asked for, so a read
sees every write before it. The text of a running answer is gathered and written twice a second: a SIGKILL loses no
more than that. A file that cannot be used is never a reason not to start: it is moved aside, or left alone, and a
sentence says so.
"""

import contextlib
import logging
import queue
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import msgspec

from gemfit.chat import schema
from gemfit.chat.options import ChatOptions
from gemfit.chat.tree import Draft, Message, Tree
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

SAVE_INTERVAL_S = 0.5
RETRY_INTERVAL_S = 5.0
UNUSED_S = 600.0
"""An attachment that no message names is deleted at the next start, when it is older than this."""
NEW_CHAT = ""
"""Stands for the conversation that has no message yet; only its draft is kept."""

_log = logging.getLogger(__name__)
T = TypeVar("T")
_Job = Callable[[sqlite3.Connection], None]
_Save = tuple[str, Message]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list of conversations; the time in seconds since the epoch."""

    id: str
    title: str
    updated_s: float


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """All of one conversation. `options` None: nobody has chosen any."""

    id: str
    title: str
    draft: Draft
    tree: Tree
    options: ChatOptions | None = None


class ChatStore:
    """Keeps conversations in `path`, or in memory alone for None; their pictures and sounds in `attachments`,
    or for None in a folder that is gone when it is closed.

    `on_trouble` is told, on the store's thread, when something cannot be kept; `opened` holds what the opening had
    to say, None when all is well. `close` must be called, and waits until everything is written.
    """

    def __init__(
        self,
        path: Path | None,
        on_trouble: Callable[[Sentence], None] | None = None,
        *,
        attachments: Path | None = None,
    ) -> None:
        self._path = path
        self._passing = None if attachments is not None else tempfile.TemporaryDirectory(prefix="gemfit-")
        self.attachments: Path = attachments or Path(self._passing.name if self._passing is not None else "")
        self._listeners = [on_trouble] if on_trouble is not None else []
        self._jobs: queue.SimpleQueue[_Job | _Save | None] = queue.SimpleQueue()
        self._unsaved: dict[str, _Save] = {}
        self._in_trouble = False
        self.opened: Future[Sentence | None] = Future()
        self._thread = threading.Thread(target=self._run, name="chat-store", daemon=True)
        self._thread.start()

    def close(self, timeout_s: float = 10.0) -> None:
        """Write everything and end. No other call may follow."""
        self._jobs.put(None)
        self._thread.join(timeout_s)
        if self._passing is not None:
            self._passing.cleanup()

    def add_listener(self, on_trouble: Callable[[Sentence], None]) -> None:
        """Another one to be told, on the store's thread."""
        self._listeners = [*self._listeners, on_trouble]

    def remove_listener(self, on_trouble: Callable[[Sentence], None]) -> None:
        """That one is told nothing more: it is going."""
        self._listeners = [listener for listener in self._listeners if listener is not on_trouble]

    # What is asked of it.

    def conversations(self, search: str = "") -> "Future[list[Summary]]":
        """The conversations that are not deleted, newest first; with `search`, those that hold it anywhere."""
        return self._ask(lambda database: _conversations(database, search))

    def load(self, conversation_id: str) -> "Future[Conversation | None]":
        """One conversation, deleted or not; None when there is none of that id."""
        return self._ask(lambda database: _load(database, conversation_id))

    def create(self, conversation_id: str, title: str) -> "Future[None]":
        now = time.time()
        return self._do(
            "INSERT OR IGNORE INTO conversations (id, title, created_s, updated_s) VALUES (?, ?, ?, ?)",
            (conversation_id, title, now, now),
        )

    def rename(self, conversation_id: str, title: str) -> "Future[None]":
        return self._do("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation_id))

    def delete(self, conversation_id: str) -> "Future[None]":
        """Put away; `restore` brings it back until the program starts anew, when it is gone for good."""
        return self._do("UPDATE conversations SET deleted_s = ? WHERE id = ?", (time.time(), conversation_id))

    def restore(self, conversation_id: str) -> "Future[None]":
        return self._do("UPDATE conversations SET deleted_s = NULL WHERE id = ?", (conversation_id,))

    def choose(self, conversation_id: str, leaf: str | None) -> "Future[None]":
        """Remember the end of the active path."""
        return self._do("UPDATE conversations SET leaf = ? WHERE id = ?", (leaf, conversation_id))

    def draft(self) -> "Future[Draft]":
        """The draft of the chat that has not begun yet."""
        return self._ask(_new_draft)

    def save_draft(self, conversation_id: str, draft: Draft) -> "Future[None]":
        media = schema.to_json(draft.media)
        if conversation_id == NEW_CHAT:
            statement = "INSERT OR REPLACE INTO notes (name, value) VALUES ('draft', ?), ('draft_media', ?)"
            return self._do(statement, (draft.text, media or ""))
        statement = "UPDATE conversations SET draft = ?, draft_media = ? WHERE id = ?"
        return self._do(statement, (draft.text, media, conversation_id))

    def save_options(self, conversation_id: str, options: ChatOptions) -> "Future[None]":
        """How its answers are asked for, from now on."""
        text = msgspec.json.encode(options).decode()
        return self._do("UPDATE conversations SET options = ? WHERE id = ?", (text, conversation_id))

    def save(self, conversation_id: str, message: Message) -> None:
        """Keep a message: within half a second while it is streaming, at once otherwise."""
        self._jobs.put((conversation_id, message))

    # The thread's own side.

    def _ask(self, read: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        future: Future[T] = Future()

        def job(database: sqlite3.Connection) -> None:
            try:
                future.set_result(read(database))
            except sqlite3.Error as error:
                self._trouble(error)
                future.set_exception(error)

        self._jobs.put(job)
        return future

    def _do(self, statement: str, values: tuple[object, ...]) -> "Future[None]":
        def write(database: sqlite3.Connection) -> None:
            database.execute(statement, values)

        return self._ask(write)

    def _run(self) -> None:
        database, sentence = _open(self._path)
        self.opened.set_result(sentence)
        if sentence is None and self._passing is None:  # a file put aside still names its own
            _sweep(self.attachments, database)
        due: float | None = None
        with contextlib.closing(database):
            while True:
                try:
                    job = self._jobs.get(timeout=None if due is None else max(due - time.monotonic(), 0))
                except queue.Empty:
                    job = _nothing
                if isinstance(job, tuple):
                    self._unsaved[job[1].id] = job
                    if job[1].state == "streaming":
                        due = due or time.monotonic() + SAVE_INTERVAL_S
                        continue
                    job = _nothing
                due = None if self._flush(database) else time.monotonic() + RETRY_INTERVAL_S
                if job is None:
                    return
                job(database)

    def _flush(self, database: sqlite3.Connection) -> bool:
        if not self._unsaved:
            return True
        try:
            _write(database, list(self._unsaved.values()))
        except sqlite3.Error as error:
            self._trouble(error)
            return False
        self._unsaved = {}
        self._in_trouble = False
        return True

    def _trouble(self, error: sqlite3.Error) -> None:
        _log.error("conversations: %s %s", type(error).__name__, getattr(error, "sqlite_errorname", ""))
        if not self._in_trouble:
            for listener in self._listeners:
                listener(_cannot_write(error))
        self._in_trouble = True


def _nothing(_: sqlite3.Connection) -> None:
    """What is gathered is written before any job; this one is only the occasion."""


def _open(path: Path | None) -> tuple[sqlite3.Connection, Sentence | None]:
    """Open `path`; a damaged file is moved aside first. What cannot be opened at all is kept in memory alone."""
    if path is None:
        return _connect(None), None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _connect(path), None
    except schema.NewerVersionError:
        return _connect(None), say(
            QT_TRANSLATE_NOOP(
                "gemfit",
                "Your conversations were kept by a newer Gemfit. They are untouched, and new ones are not kept now. "
                "Install the newer version to see them again.",
            )
        )
    except sqlite3.OperationalError as error:
        return _connect(None), _cannot_write(error)
    except OSError as error:
        return _connect(None), _cannot_write(error)
    except sqlite3.DatabaseError:
        _log.error("conversations: the file is damaged")
        return _start_anew(path)


def _start_anew(path: Path) -> tuple[sqlite3.Connection, Sentence]:
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y-%m-%d-%H%M%S')}")
    try:
        for suffix in ("", "-wal", "-shm"):
            source = path.with_name(path.name + suffix)
            if source.exists():
                source.replace(aside.with_name(aside.name + suffix))
        database = _connect(path)
    except (OSError, sqlite3.Error) as error:
        return _connect(None), _cannot_write(error)
    return database, say(
        QT_TRANSLATE_NOOP(
            "gemfit",
            "The file with your conversations is damaged. It is kept as {path}, and a new one was begun. "
            "If you have a backup, put it in its place and start again.",
        ),
        path=str(aside),
    )


def _connect(path: Path | None) -> sqlite3.Connection:
    """Open `path`, or a database in memory for None. Raises NewerVersionError and sqlite3.Error."""
    database = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=5.0)
    try:
        schema.prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _write(database: sqlite3.Connection, messages: list[tuple[str, Message]]) -> None:
    """All or none of the messages, with the time of their conversations."""
    now = time.time()
    database.execute("BEGIN IMMEDIATE")
    try:
        for conversation_id, message in messages:
            database.execute(schema.SAVE_MESSAGE, schema.to_row(conversation_id, message))
            database.execute("UPDATE conversations SET updated_s = ? WHERE id = ?", (now, conversation_id))
        database.execute("COMMIT")
    except BaseException:
        database.rollback()
        raise


def _conversations(database: sqlite3.Connection, search: str) -> list[Summary]:
    statement = "SELECT id, title, updated_s FROM conversations c WHERE deleted_s IS NULL"
    values: tuple[str, ...] = ()
    if search.strip():
        escaped = search.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = f"%{escaped}%"
        statement += (
            " AND (title LIKE ? ESCAPE '\\' OR EXISTS"
            " (SELECT 1 FROM messages WHERE conversation = c.id AND text LIKE ? ESCAPE '\\'))"
        )
        values = (pattern, pattern)
    rows = database.execute(f"{statement} ORDER BY updated_s DESC, created_s DESC", values)
    return [Summary(id=row[0], title=row[1], updated_s=row[2]) for row in rows]


def _load(database: sqlite3.Connection, conversation_id: str) -> Conversation | None:
    statement = "SELECT title, draft, leaf, draft_media, options FROM conversations WHERE id = ?"
    found = database.execute(statement, (conversation_id,))
    row = found.fetchone()
    if row is None:
        return None
    tree = schema.read_tree(database, conversation_id, row[2])
    draft = Draft(row[1], schema.from_json(row[3]))
    options = msgspec.json.decode(row[4], type=ChatOptions) if row[4] else None
    return Conversation(id=conversation_id, title=row[0], draft=draft, tree=tree, options=options)


def _new_draft(database: sqlite3.Connection) -> Draft:
    notes = dict(database.execute("SELECT name, value FROM notes WHERE name IN ('draft', 'draft_media')"))
    return Draft(notes.get("draft", ""), schema.from_json(notes.get("draft_media")))


def _sweep(folder: Path, database: sqlite3.Connection) -> None:
    """Delete the attachments that no message names any more: their conversations were deleted."""
    try:
        in_use = schema.hashes_in_use(database)
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.stem not in in_use and time.time() - path.stat().st_mtime > UNUSED_S:
                path.unlink()
    except (OSError, sqlite3.Error, msgspec.DecodeError) as error:
        _log.warning("attachments: %s", type(error).__name__)


def _cannot_write(error: Exception) -> Sentence:
    return say(
        QT_TRANSLATE_NOOP(
            "gemfit",
            "Your conversations cannot be kept at the moment ({reason}). What is on screen stays until you close "
            "Gemfit. Check that the disk has room and that its folder can be written to.",
        ),
        reason=str(error),
    )
