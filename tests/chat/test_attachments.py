"""Pictures and sounds are kept with their conversation, and go with it."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gemfit.chat import schema
from gemfit.chat.context import to_send
from gemfit.chat.store import NEW_CHAT, ChatStore
from gemfit.chat.tree import Draft, Message, title_of
from gemfit.engine.protocol import ChatMessage, Media
from gemfit.media.types import Attachment

PICTURE = Attachment(sha256="a" * 64, kind="image", name="holiday.jpg", n_bytes=9, width=800, height=600)
SOUND = Attachment(sha256="b" * 64, kind="audio", name="memo.ogg", n_bytes=9, seconds=41.5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "attachments"
    made.mkdir()
    for one in (PICTURE, SOUND):
        (made / one.sha256).write_bytes(b"something")
    (made / f"{PICTURE.sha256}.png").write_bytes(b"small")
    return made


@pytest.fixture
def opened(tmp_path: Path, folder: Path) -> Iterator[Callable[[], ChatStore]]:
    stores: list[ChatStore] = []

    def open_store() -> ChatStore:
        for store in stores:
            store.close()
        stores.append(ChatStore(tmp_path / "chats.sqlite3", attachments=folder))
        return stores[-1]

    yield open_store
    for store in stores[-1:]:
        store.close()


def made_old(folder: Path) -> None:
    for path in folder.iterdir():
        os.utime(path, (time.time() - 86_400, time.time() - 86_400))


def names(folder: Path) -> list[str]:
    return sorted(path.name[:1] + path.suffix for path in folder.iterdir())


def test_they_come_back_after_a_restart(opened):
    store = opened()
    store.create("c1", "Look")
    question = Message(id="q1", parent=None, role="user", text="Look", media=[PICTURE, SOUND])
    store.save("c1", question)
    store.save_draft("c1", Draft("and", [SOUND]))
    store.save_draft(NEW_CHAT, Draft("", [PICTURE]))
    again = opened()
    conversation = again.load("c1").result(5)
    assert conversation.tree.messages["q1"] == question
    assert conversation.draft == Draft("and", [SOUND])
    assert again.draft().result(5) == Draft("", [PICTURE])


def test_files_that_no_message_names_are_gone_at_the_next_start(opened, folder):
    store = opened()
    store.create("c1", "Look")
    store.save("c1", Message(id="q1", parent=None, role="user", media=[PICTURE]))
    store.conversations().result(5)
    made_old(folder)
    assert opened().conversations().result(5)
    assert names(folder) == ["a", "a.png"]


def test_with_a_deleted_conversation_its_files_go_at_the_next_start_and_not_before(opened, folder):
    store = opened()
    store.create("c1", "Look")
    store.save("c1", Message(id="q1", parent=None, role="user", media=[PICTURE]))
    store.save_draft(NEW_CHAT, Draft("", [SOUND]))
    store.delete("c1").result(5)
    made_old(folder)
    assert names(folder) == ["a", "a.png", "b"]
    opened().conversations().result(5)
    assert names(folder) == ["b"]


def test_a_draft_that_was_emptied_again_is_in_nobodys_way(opened, folder):
    store = opened()
    store.save_draft(NEW_CHAT, Draft("", [PICTURE]))
    store.save_draft(NEW_CHAT, Draft("")).result(5)
    made_old(folder)
    assert opened().draft().result(5) == Draft("")
    assert names(folder) == []


def test_what_was_just_taken_in_is_not_swept_up(opened, folder):
    opened().conversations().result(5)
    assert names(folder) == ["a", "a.png", "b"]


def test_where_conversations_are_not_kept_neither_are_they():
    store = ChatStore(None)
    (store.attachments / "x").write_bytes(b"picture")
    store.close()
    assert not store.attachments.exists()


def test_a_file_of_the_first_version_gets_the_new_columns_and_keeps_its_messages(tmp_path, folder):
    """As 1.0 wrote it: without media and draft_media."""
    path = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(FIRST_VERSION)
        database.execute("INSERT INTO conversations VALUES ('c1', 'Old', 'draft', 'q1', 1.0, 1.0, NULL)")
        database.execute(
            "INSERT INTO messages VALUES (1, 'q1', 'c1', NULL, 'user', 'Hello', '', 0.0, 'complete', '', '', '', "
            "NULL, NULL, NULL, 1.0)"
        )
    store = ChatStore(path, attachments=folder)
    try:
        assert store.opened.result(5) is None
        store.save("c1", Message(id="q2", parent="q1", role="user", media=[PICTURE]))
        conversation = store.load("c1").result(5)
    finally:
        store.close()
    assert conversation.draft == Draft("draft")
    assert conversation.tree.messages["q1"].text == "Hello"
    assert conversation.tree.messages["q2"].media == [PICTURE]
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (schema.MAJOR << 16 | schema.MINOR,)


FIRST_VERSION = """
CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, draft TEXT NOT NULL DEFAULT '', leaf TEXT,
    created_s REAL NOT NULL, updated_s REAL NOT NULL, deleted_s REAL) STRICT;
CREATE TABLE messages (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    parent TEXT REFERENCES messages(id) ON DELETE CASCADE, role TEXT NOT NULL, text TEXT NOT NULL,
    thinking TEXT NOT NULL, thinking_s REAL NOT NULL, state TEXT NOT NULL, title TEXT NOT NULL, model TEXT NOT NULL,
    build TEXT NOT NULL, stats TEXT, finish_reason TEXT, note TEXT, created_s REAL NOT NULL) STRICT;
CREATE INDEX messages_of_conversation ON messages(conversation, number);
CREATE INDEX messages_of_parent ON messages(parent);
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
PRAGMA user_version = 65536;
"""


# -- what is sent ------------------------------------------------------------------------------------------------------


def test_what_is_sent_names_the_files_and_what_a_picture_may_take(folder):
    path = [Message(id="q", parent=None, role="user", text="Look", media=[PICTURE, SOUND])]
    expected = [Media(str(folder / PICTURE.sha256), "image", 560), Media(str(folder / SOUND.sha256), "audio", 560)]
    assert to_send(path, attachments=folder, image_tokens=560) == [ChatMessage("user", "Look", expected)]


def test_two_questions_in_a_row_keep_the_pictures_of_both(folder):
    path = [
        Message(id=str(n), parent=None, role="user", text=text, media=[PICTURE]) for n, text in enumerate(("", "b"))
    ]
    (sent,) = to_send(path, attachments=folder)
    assert (sent.content, len(sent.media)) == ("b", 2)


def test_a_chat_that_begins_with_a_picture_alone_is_called_after_it():
    assert title_of(" ", [PICTURE]) == "holiday.jpg"
    assert title_of("Look at this", [PICTURE]) == "Look at this"
    assert not Draft(" \n")
    assert Draft("", [SOUND])
