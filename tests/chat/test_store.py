"""Conversations are there after a restart and after a SIGKILL; nothing about the file stops the program."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemfit.chat import schema
from gemfit.chat.store import NEW_CHAT, ChatStore
from gemfit.chat.tree import Draft, Message, Tree
from gemfit.engine.protocol import Stats
from gemfit.words import Sentence, say

Open = Callable[..., ChatStore]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "chats.sqlite3"


@pytest.fixture
def opened(path: Path) -> Iterator[Open]:
    stores: list[ChatStore] = []

    def open_store(on_trouble: Callable[[Sentence], None] | None = None, at: Path | None = path) -> ChatStore:
        stores.append(ChatStore(at, on_trouble))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


def question(name: str = "q1", parent: str | None = None, text: str = "Why is the sky blue?") -> Message:
    return Message(id=name, parent=parent, role="user", text=text)


def answer(name: str = "a1", parent: str | None = "q1", **more: object) -> Message:
    return Message(id=name, parent=parent, role="assistant", **more)  # type: ignore[arg-type]


def tree_of(store: ChatStore, name: str = "c1") -> Tree:
    conversation = store.load(name).result(5)
    assert conversation is not None
    return conversation.tree


def test_everything_of_a_message_comes_back_after_a_restart(opened: Open):
    full = answer(
        text="Because.",
        thinking="Hm.",
        thinking_s=1.5,
        state="failed",
        title="Gemma 4 E2B · Q4_0 QAT",
        model="e2b",
        build="q4_0",
        stats=Stats(generated_tokens=7, generation_tps=12.5),
        finish_reason="length",
        note=say("It took {elapsed_s}.", elapsed_s=3.5),
        created_s=12.25,
    )
    store = opened()
    assert store.opened.result(5) is None
    store.create("c1", "Sky")
    store.save("c1", question())
    store.save("c1", full)
    store.choose("c1", "a1")
    store.close()
    conversation = opened().load("c1").result(5)
    assert conversation is not None
    assert conversation.title == "Sky"
    assert conversation.tree == Tree({"q1": question(), "a1": full}, "a1")


def test_an_answer_that_was_streaming_is_interrupted_when_opened_again(opened: Open):
    store = opened()
    store.create("c1", "Sky")
    store.save("c1", question())
    store.save("c1", answer(text="Bec", state="streaming"))
    store.close()
    found = tree_of(opened()).messages["a1"]
    assert (found.state, found.text) == ("interrupted", "Bec")


def test_a_read_sees_every_write_before_it(opened: Open):
    store = opened()
    store.create("c1", "Sky")
    store.save("c1", question())
    for length in range(1, 50):
        store.save("c1", answer(text="x" * length, state="streaming"))
    assert tree_of(store).messages["a1"].text == "x" * 49


def test_streaming_text_reaches_the_disk_without_being_asked(opened: Open, path: Path):
    store = opened()
    store.create("c1", "Sky")
    store.save("c1", question())
    store.conversations().result(5)
    store.save("c1", answer(text="half", state="streaming"))
    with closing(sqlite3.connect(path)) as other:
        read = "SELECT text FROM messages WHERE id = 'a1'"
        assert _eventually(lambda: other.execute(read).fetchone()) == ("half",)


def _eventually(read: Callable[[], object]) -> object:
    found = None
    while not found:
        found = read()
    return found


def test_the_newest_conversation_comes_first_and_search_finds_title_and_text(opened: Open):
    store = opened()
    for name, title, text in (("c1", "Sky", "blue 100%"), ("c2", "Sea", "deep_water")):
        store.create(name, title)
        store.save(name, question(f"q{name}", text=text))
        store.conversations().result(5)
    assert [c.id for c in store.conversations().result(5)] == ["c2", "c1"]
    store.save("c1", question("more", "qc1"))
    assert [c.id for c in store.conversations().result(5)] == ["c1", "c2"]
    for search, expected in (("sky", ["c1"]), ("deep", ["c2"]), ("100%", ["c1"]), ("p_w", ["c2"]), ("%", ["c1"])):
        assert [c.id for c in store.conversations(search).result(5)] == expected, search


def test_rename_and_drafts(opened: Open):
    store = opened()
    assert store.draft().result(5) == Draft()
    store.save_draft(NEW_CHAT, Draft("not yet sent"))
    store.create("c1", "Sky")
    store.rename("c1", "Heaven")
    store.save_draft("c1", Draft("and then"))
    store.close()
    again = opened()
    conversation = again.load("c1").result(5)
    assert conversation is not None
    assert (conversation.title, conversation.draft) == ("Heaven", Draft("and then"))
    assert again.draft().result(5) == Draft("not yet sent")
    assert again.load("nowhere").result(5) is None


def test_a_deleted_conversation_can_be_brought_back_until_the_next_start(opened: Open):
    store = opened()
    for name in ("c1", "c2"):
        store.create(name, name)
        store.save(name, question(f"q{name}"))
        store.delete(name)
    assert store.conversations().result(5) == []
    store.restore("c1")
    assert [c.id for c in store.conversations().result(5)] == ["c1"]
    store.close()
    again = opened()
    assert [c.id for c in again.conversations().result(5)] == ["c1"]
    assert again.load("c2").result(5) is None


_texts = st.text(max_size=200)
_states = st.sampled_from(["complete", "interrupted", "failed"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.tuples(st.integers(0, 8), _texts, _texts, _states), max_size=9))
def test_any_tree_of_any_text_comes_back_the_same(tmp_path: Path, turns: list[tuple[int, str, str, str]]):
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite3"
    store = ChatStore(path)
    store.create("c1", "any")
    tree = Tree()
    for place, (parent, text, thinking, state) in enumerate(turns):
        at = None if parent >= place else f"m{parent}"
        message = answer(f"m{place}", at, text=text, thinking=thinking, state=state)
        tree = tree.add(message)
        store.save("c1", message)
    store.choose("c1", tree.leaf)
    store.close()
    again = ChatStore(path)
    found = tree_of(again)
    again.close()
    assert found == tree


def test_without_a_file_nothing_is_kept(opened: Open):
    store = opened(at=None)
    store.create("c1", "in memory")
    assert [c.title for c in store.conversations().result(5)] == ["in memory"]


def test_half_of_a_surrogate_pair_does_not_stop_the_saving(opened: Open):
    store = opened()
    store.create("c1", "odd")
    store.save("c1", question(text="a\ud83d!"))
    assert tree_of(store).messages["q1"].text == "a?!"


@pytest.mark.logs_warnings
@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_file_is_moved_aside_and_said_so(opened: Open, path: Path, damage: bytes):
    path.parent.mkdir(parents=True)
    path.write_bytes(damage)
    store = opened()
    sentence = store.opened.result(5)
    assert sentence is not None
    kept = Path(str(sentence.values["path"]))
    assert kept.read_bytes() == damage
    assert kept.name.startswith("chats.sqlite3.damaged-20")
    store.create("c1", "new")
    assert [c.title for c in store.conversations().result(5)] == ["new"]


def test_a_file_of_a_newer_major_version_is_left_untouched(opened: Open, path: Path):
    opened().close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {(schema.MAJOR + 1) << 16}")
    before = path.read_bytes()
    store = opened()
    sentence = store.opened.result(5)
    assert sentence is not None
    assert "newer Gemfit" in str(sentence)
    store.create("c1", "only now")
    assert [c.title for c in store.conversations().result(5)] == ["only now"]
    store.close()
    assert path.read_bytes() == before


def test_a_file_of_a_newer_minor_version_is_used(opened: Open, path: Path):
    opened().close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {schema.MAJOR << 16 | schema.MINOR + 1}")
    assert opened().opened.result(5) is None


@pytest.mark.parametrize("inside", [False, True])
def test_a_place_that_cannot_hold_a_file_costs_only_the_keeping(opened: Open, tmp_path: Path, inside: bool):
    taken = tmp_path / "taken"
    if inside:
        taken.write_text("a file where a folder should be")
    else:
        taken.mkdir()
    store = opened(at=taken / "chats.sqlite3" if inside else taken)
    sentence = store.opened.result(5)
    assert sentence is not None
    assert "cannot be kept" in str(sentence)
    store.create("c1", "in memory")
    assert [c.title for c in store.conversations().result(5)] == ["in memory"]


@pytest.mark.logs_warnings
def test_a_write_that_fails_is_said_once_and_tried_again(opened: Open, path: Path, caplog: pytest.LogCaptureFixture):
    told: list[Sentence] = []
    store = opened(told.append)
    store.create("c1", "Sky").result(5)
    with closing(sqlite3.connect(path)) as other:
        other.execute("ALTER TABLE messages RENAME TO gone")
    store.save("c1", question())
    store.save("c1", answer(text="Because."))
    store.conversations().result(5)
    assert len(told) == 1
    assert "cannot be kept" in str(told[0])
    assert "Because" not in caplog.text
    with closing(sqlite3.connect(path)) as other:
        other.execute("ALTER TABLE gone RENAME TO messages")
    assert tree_of(store).messages["a1"].text == "Because."


@pytest.mark.logs_warnings
def test_a_read_that_fails_gives_its_error(opened: Open, path: Path):
    store = opened()
    store.opened.result(5)
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE notes")
    with pytest.raises(sqlite3.Error):
        store.draft().result(5)


WRITER = """
import sys
from pathlib import Path
from gemfit.chat.store import ChatStore
from gemfit.chat.tree import Draft, Message

store = ChatStore(Path(sys.argv[1]))
store.create("c1", "Sky")
store.save("c1", Message(id="q1", parent=None, role="user", text="Why?"))
words = ""
for number in range(10**9):
    words += f"{number} "
    store.save("c1", Message(id="a1", parent="q1", role="assistant", text=words, state="streaming"))
    if sys.stdin.readline() == "":
        break
    print(len(words), flush=True)
"""


def test_a_sigkill_in_the_middle_of_an_answer_loses_only_the_last_moment(opened: Open, path: Path):
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child:
        on_disk = ""
        while on_disk.count(" ") < 3:
            child.stdin.write("\n")
            child.stdin.flush()
            child.stdout.readline()
            on_disk = _text_on_disk(path)
        os.kill(child.pid, signal.SIGKILL)
        child.stdin.close()
    found = tree_of(opened()).messages["a1"]
    assert found.state == "interrupted"
    assert found.text.startswith(on_disk)


def _text_on_disk(path: Path) -> str:
    if not path.exists():
        return ""
    with closing(sqlite3.connect(path)) as database:
        try:
            row = database.execute("SELECT text FROM messages WHERE id = 'a1'").fetchone()
        except sqlite3.OperationalError:
            return ""
    return str(row[0]) if row else ""
