"""The chat page as a person uses it, with a real engine and a real store."""

import os
import signal

import msgspec
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gemfit import paths
from gemfit.chat.store import ChatStore
from gemfit.chat.tree import Message
from gemfit.engine.protocol import LoadPlan, Stats
from gemfit.engine.state_files import state_file
from gemfit.ui.chat.message import AnswerView, QuestionView
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

from .conftest import WAIT_MS, settle

TITLE = "Gemma 4 E2B · Q4_0 QAT"


def write(qtbot: QtBot, page: ChatPage, text: str) -> None:
    qtbot.keyClicks(page.composer.field, text)
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Return)


def answer(page: ChatPage) -> AnswerView:
    found = page.transcript.views()[-1]
    assert isinstance(found, AnswerView)
    return found


def answered(qtbot: QtBot, page: ChatPage, text: str = "Say it again") -> AnswerView:
    """Ask, let some words come, stop."""
    write(qtbot, page, text)
    qtbot.waitUntil(lambda: len(answer(page).message.text) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(page.controller.finished, timeout=WAIT_MS):
        qtbot.keyClick(page.composer.field, Qt.Key.Key_Escape)
    drawn(qtbot, page)
    return answer(page)


def drawn(qtbot: QtBot, page: ChatPage) -> None:
    qtbot.waitUntil(lambda: not page.transcript.working, timeout=WAIT_MS)


def kept(store: ChatStore, qtbot: QtBot, page: ChatPage, *messages: Message, title: str = "Sky") -> None:
    """Put a conversation into the store and open it."""
    store.create("c1", title)
    for message in messages:
        store.save("c1", message)
    store.choose("c1", messages[-1].id)
    page.controller.refresh()
    page.open_chat("c1")
    settle(qtbot, store)
    drawn(qtbot, page)


def question(text: str = "Why is the sky blue?", name: str = "q1", parent: str | None = None) -> Message:
    return Message(id=name, parent=parent, role="user", text=text)


def reply(text: str = "Because.", name: str = "a1", parent: str = "q1", **more: object) -> Message:
    return Message(id=name, parent=parent, role="assistant", text=text, title=TITLE, **more)  # type: ignore[arg-type]


def test_without_a_model_the_page_says_what_to_do(qtbot: QtBot, page: ChatPage, models: list[Selection]):
    models.clear()
    page.empty.refresh()
    (get,) = page.empty.offers()
    with qtbot.waitSignal(page.models_wanted):
        qtbot.mouseClick(get, Qt.MouseButton.LeftButton)


def test_a_message_without_a_model_is_kept_and_the_choice_offered(qtbot: QtBot, page: ChatPage):
    write(qtbot, page, "Hello")
    assert page.composer.text == "Hello"
    assert "No model is loaded" in page.bar.text
    assert page.bar.isVisible()


def test_a_model_of_this_computer_is_one_click_away(qtbot: QtBot, page: ChatPage, engine: EngineSession):
    (offer,) = page.empty.offers()
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        qtbot.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert page.focusWidget() is page.composer.field
    assert page.picker.text() == "Copycat · F16"
    assert page.empty.offers() == []
    texts = [action.text() for action in page.picker.actions_for(page.picker.menu())]
    assert texts == ["Copycat · F16", "", "Unload, and give the memory back", "Get more models…"]


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen windows have no keyboard to grab
def test_the_menu_of_models_loads_and_gives_back(qtbot: QtBot, page: ChatPage, engine: EngineSession):
    page.picker.open_menu()
    (menu,) = page.picker.findChildren(QMenu)
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        menu.actions()[0].trigger()
    menu.close()
    page.picker.open_menu()
    menu = page.picker.findChildren(QMenu)[-1]
    assert menu.actions()[0].isChecked()
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        menu.actions()[2].trigger()
    menu.close()
    qtbot.waitUntil(lambda: engine.state == "idle", timeout=WAIT_MS)
    assert page.picker.text() == "Choose a model"


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen windows have no keyboard to grab
def test_the_menu_of_a_chat_renames_and_deletes(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    chats = page.conversations.list
    at = chats.visualItemRect(chats.item(0)).center()
    chats.customContextMenuRequested.emit(at)
    (menu,) = page.conversations.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert [action.text() for action in menu.actions()] == ["Rename", "Delete"]
    menu.actions()[0].trigger()
    assert chats.state() == chats.State.EditingState
    menu.actions()[1].trigger()
    menu.close()
    settle(qtbot, store)
    assert chats.count() == 0


def test_a_paste_of_some_length_stays_beside_the_field(qtbot: QtBot, page: ChatPage):
    mime = QMimeData()
    mime.setText("line\n" * 2000)
    page.composer.field.insertFromMimeData(mime)
    assert page.composer.field.toPlainText() == ""
    assert "2,001" in page.composer._chip_label.text() or "2001 lines" in page.composer._chip_label.text()
    qtbot.keyClicks(page.composer.field, "Look:")
    assert page.composer.text == "Look:\n\n" + "line\n" * 2000
    page.composer.remove_attachment.click()
    assert page.composer.text == "Look:"


def test_the_field_grows_to_eight_lines(qtbot: QtBot, page: ChatPage):
    field = page.composer.field
    one = field.height()
    for _ in range(4):
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    five = field.height()
    for _ in range(20):
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert one < five < field.height() == 8 * field.fontMetrics().lineSpacing() + 12


def test_an_answer_streams_stops_and_is_kept(qtbot: QtBot, loaded: ChatPage, store: ChatStore):
    view = answered(qtbot, loaded)
    assert view.message.state == "interrupted"
    assert "tokens/s" in view.figures.text()
    assert "Copycat · F16" in view.figures.text()
    assert loaded.composer.text == ""
    (summary,) = store.conversations().result(5)
    assert summary.title == "Say it again"
    conversation = store.load(summary.id).result(5)
    assert conversation is not None
    assert conversation.tree == loaded.controller.tree


def test_a_message_sent_while_the_model_loads_is_answered_after(
    qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection
):
    engine.load(copycat)
    write(qtbot, page, "At once")
    assert answer(page).message.state == "streaming"
    qtbot.waitUntil(lambda: len(answer(page).message.text) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(page.controller.finished, timeout=WAIT_MS):
        qtbot.mouseClick(page.composer.send, Qt.MouseButton.LeftButton)


def test_another_answer_stands_beside_the_first(qtbot: QtBot, loaded: ChatPage):
    first = answered(qtbot, loaded).message
    qtbot.mouseClick(answer(loaded).again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS):
        loaded.controller.stop()
    drawn(qtbot, loaded)
    assert answer(loaded)._place.text() == "2/2"
    qtbot.mouseClick(answer(loaded)._older, Qt.MouseButton.LeftButton)
    assert answer(loaded).message.id == first.id
    assert answer(loaded)._place.text() == "1/2"


def test_up_in_the_empty_composer_edits_the_last_question(qtbot: QtBot, loaded: ChatPage):
    answered(qtbot, loaded, "First words")
    qtbot.keyClick(loaded.composer.field, Qt.Key.Key_Up)
    assert loaded.composer.text == "First words"
    answered(qtbot, loaded, " and more")
    path = loaded.controller.tree.path()
    assert [m.text for m in path if m.role == "user"] == ["First words and more"]
    assert len(loaded.controller.tree.messages) == 4


def test_escape_leaves_an_edit_without_a_trace(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Up)
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Escape)
    assert page.composer.text == ""
    assert len(page.controller.tree.messages) == 2


def test_an_answer_that_was_stopped_goes_on_where_it_was(qtbot: QtBot, loaded: ChatPage):
    before = answered(qtbot, loaded).message
    qtbot.mouseClick(answer(loaded).go_on_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > len(before.text), timeout=WAIT_MS)
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS):
        loaded.controller.stop()
    after = answer(loaded).message
    assert after.id == before.id
    assert after.text.startswith(before.text)


def test_when_the_engine_is_killed_the_answer_goes_on_by_itself_where_it_was(
    qtbot: QtBot, loaded: ChatPage, engine: EngineSession, store: ChatStore
):
    write(qtbot, loaded, "Say it again")
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(engine.recovering, timeout=WAIT_MS):
        os.kill(engine.pid or 0, signal.SIGKILL)
    before = answer(loaded).message
    assert "is being loaded again" in loaded.bar.text
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > len(before.text), timeout=WAIT_MS)
    assert answer(loaded).message.id == before.id
    assert answer(loaded).message.text.startswith(before.text)
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS):
        loaded.controller.stop()


def test_when_nothing_can_be_done_for_the_engine_the_text_stays_and_one_click_goes_on(
    qtbot: QtBot, loaded: ChatPage, engine: EngineSession, store: ChatStore
):
    write(qtbot, loaded, "Say it again")
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(loaded.controller.broken_off, timeout=WAIT_MS):
        os.kill(engine.pid or 0, signal.SIGILL)
    before = answer(loaded).message
    assert before.state == "interrupted"
    assert loaded.bar.isVisible()
    conversation = store.load(loaded.controller.conversation_id).result(5)
    assert conversation is not None
    assert conversation.tree.messages[before.id].text == before.text
    go_on = loaded.bar.buttons()[0]
    assert go_on.text() == "Go on"
    qtbot.mouseClick(go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > len(before.text), timeout=WAIT_MS)
    assert answer(loaded).message.text.startswith(before.text)
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS):
        loaded.controller.stop()


def test_an_engine_that_ends_between_two_answers_is_loaded_again_with_one_click(
    qtbot: QtBot, loaded: ChatPage, engine: EngineSession
):
    with qtbot.waitSignal(loaded.controller.engine_ended, timeout=WAIT_MS):
        os.kill(engine.pid or 0, signal.SIGKILL)
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        loaded.bar.buttons()[0].click()


def test_an_answer_goes_on_in_its_own_conversation_while_another_is_open(
    qtbot: QtBot, loaded: ChatPage, store: ChatStore
):
    write(qtbot, loaded, "Say it again")
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > 5, timeout=WAIT_MS)
    name = loaded.controller.conversation_id
    loaded.new_chat()
    settle(qtbot, store)
    assert loaded.transcript.views() == []
    write(qtbot, loaded, "Me too")
    assert "Another answer" in loaded.bar.text
    loaded.open_chat(name)
    settle(qtbot, store)
    qtbot.waitUntil(lambda: loaded.controller.answering_here and not loaded.transcript._waiting, timeout=WAIT_MS)
    length = len(answer(loaded).message.text)
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > length, timeout=WAIT_MS)
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS):
        loaded.controller.stop()


@pytest.fixture
def narrow(qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection) -> ChatPage:
    """The page with a model that has a context of 4,096 tokens."""
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.load(msgspec.structs.replace(copycat, plan=LoadPlan(context_tokens=4096, threads=1)))
    return page


def test_what_cannot_fit_the_context_is_not_sent_and_not_lost(qtbot: QtBot, narrow: ChatPage):
    mime = QMimeData()
    mime.setText("word " * 20_000)
    narrow.composer.field.insertFromMimeData(mime)
    qtbot.keyClick(narrow.composer.field, Qt.Key.Key_Return)
    assert "4,096 tokens" in narrow.bar.text
    assert narrow.composer.text == "word " * 20_000
    assert narrow.controller.tree.messages == {}


def test_what_does_not_fit_by_the_engines_count_gives_a_sentence(qtbot: QtBot, narrow: ChatPage):
    mime = QMimeData()
    mime.setText("a b c d e f g h " * 700)
    narrow.composer.field.insertFromMimeData(mime)
    with qtbot.waitSignal(narrow.controller.finished, timeout=WAIT_MS):
        qtbot.keyClick(narrow.composer.field, Qt.Key.Key_Return)
    view = answer(narrow)
    qtbot.waitUntil(lambda: not narrow.transcript.working, timeout=WAIT_MS)
    assert view.message.state == "failed"
    assert "4,096" in view.note.text()


def test_a_draft_stays_with_its_conversation(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    qtbot.keyClicks(page.composer.field, "half a thou")
    page.new_chat()
    settle(qtbot, store)
    assert page.composer.text == ""
    qtbot.keyClicks(page.composer.field, "something new")
    page.open_chat("c1")
    settle(qtbot, store)
    assert page.composer.text == "half a thou"
    page.new_chat()
    settle(qtbot, store)
    assert page.composer.text == "something new"


def test_what_is_typed_before_the_draft_is_found_stays(qtbot: QtBot, page: ChatPage, store: ChatStore):
    page.new_chat()
    qtbot.keyClicks(page.composer.field, "Write a")  # the store has not answered yet
    settle(qtbot, store)
    assert page.composer.text == "Write a"


def test_a_deleted_chat_comes_back_with_undo(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    qtbot.keyClick(page.conversations.list, Qt.Key.Key_Delete)
    settle(qtbot, store)
    assert page.conversations.list.count() == 0
    assert page.transcript.views() == []
    qtbot.mouseClick(page.bar.buttons()[0], Qt.MouseButton.LeftButton)
    settle(qtbot, store)
    assert page.conversations.list.count() == 1
    assert page.controller.title == "Sky"


def test_search_rename_and_open_by_keyboard(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    store.create("c2", "Sea")
    qtbot.keyClicks(page.conversations.search, "sea")
    settle(qtbot, store)
    assert [page.conversations.list.item(0).text(), page.conversations.list.count()] == ["Sea", 1]
    page.conversations.list.setCurrentRow(0)
    page.conversations.list.item(0).setText("Ocean")
    qtbot.keyClick(page.conversations.list, Qt.Key.Key_Return)
    settle(qtbot, store)
    assert (page.controller.conversation_id, page.controller.title) == ("c2", "Ocean")


def test_the_thoughts_are_folded_with_their_duration(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply(thinking="Let me see.", thinking_s=3.24))
    thinking = answer(page).thinking
    assert thinking.button.text() == "Thought for 3.2 s"
    assert thinking._text is None
    qtbot.mouseClick(thinking.button, Qt.MouseButton.LeftButton)
    assert thinking._text is not None
    assert thinking._text.toPlainText() == "Let me see."


def test_each_broken_state_has_its_sentence(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(
        store, qtbot, page, question(), reply(state="failed", text=""), question("More", "q2", "a1"),
        reply(name="a2", parent="q2", finish_reason="length"), question("More", "q3", "a2"),
        reply(name="a3", parent="q3", finish_reason="context"),
    )  # fmt: skip
    notes = [view.note.text() for view in page.transcript.views() if isinstance(view, AnswerView)]
    assert ["No answer" in notes[0], "limit of tokens" in notes[1], "context is full" in notes[2]] == [True] * 3


def test_copying_gives_the_text_as_it_was_written(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply("**bold** text\n\n```python\nprint(1)\n```\n"))
    qtbot.mouseClick(answer(page).copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith("**bold**")
    (code,) = [w for w in answer(page).findChildren(QAbstractButton) if w.accessibleName() == "Copy code"]
    qtbot.mouseClick(code, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "print(1)"


def test_a_long_question_is_folded(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question("line\n" * 400), reply())
    view = page.transcript.views()[0]
    assert isinstance(view, QuestionView)
    height = view.height()
    view._more.click()
    qtbot.waitUntil(lambda: view.height() > 4 * height, timeout=5000)


def test_the_reader_stays_where_they_are_until_they_ask_for_the_newest(qtbot: QtBot, page: ChatPage, store: ChatStore):
    text = "A paragraph.\n\n" * 100
    kept(store, qtbot, page, question(), reply(text, state="interrupted"))
    bar = page.transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: not page.transcript.working and bar.value() == bar.maximum() > 200, timeout=5000)
    bar.setValue(100)
    maximum = bar.maximum()
    page.transcript.update_message(reply(text + "More.\n\n" * 50, state="streaming"))
    qtbot.waitUntil(lambda: bar.maximum() > maximum, timeout=5000)
    assert bar.value() == 100
    qtbot.mouseClick(page.transcript.newest, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() and not page.transcript.newest.isVisible(), timeout=5000)


def test_a_long_conversation_opens_at_its_end(qtbot: QtBot, page: ChatPage, store: ChatStore):
    messages = [question(name="m0")]
    for number in range(1, 60):
        make = reply if number % 2 else question
        messages.append(make(f"Text {number}\n\n" * 5, name=f"m{number}", parent=f"m{number - 1}"))
    kept(store, qtbot, page, *messages)
    assert [view.message.id for view in page.transcript.views()] == [m.id for m in messages]
    bar = page.transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0, timeout=5000)


def test_the_readout_says_what_it_paints(qtbot: QtBot, loaded: ChatPage, engine: EngineSession):
    answered(qtbot, loaded)
    loaded.update_readout()
    lines = dict(loaded.readout.lines())
    assert lines["Context"].endswith("/ 8,192")  # what the model was trained for
    assert "tokens/s" in lines["Generation"]
    assert lines["Engine memory"].endswith("MiB")
    assert "Generation: " in loaded.readout.accessibleDescription()
    loaded.readout.grab()


def test_the_gpu_is_read_out_where_there_is_one(qtbot: QtBot, loaded: ChatPage, engine: EngineSession):
    loaded.update_readout()
    assert "GPU memory" not in dict(loaded.readout.lines())
    assert engine.selection is not None
    engine.selection = msgspec.structs.replace(engine.selection, gpu_total_bytes=6 << 30)
    engine.last_stats = Stats(device_bytes=1 << 30)
    loaded.update_readout()
    assert dict(loaded.readout.lines())["GPU memory"] == "1.0 GiB of 6.0 GiB"


def test_thinking_is_offered_where_the_model_can(qtbot: QtBot, loaded: ChatPage, engine: EngineSession):
    assert engine.loaded_info is not None
    assert loaded.composer.think.isVisible() == engine.loaded_info.supports_thinking
    loaded.composer.think.setChecked(True)
    assert loaded.controller.answering.think


def test_the_side_columns_give_way_on_a_narrow_page(qtbot: QtBot, page: ChatPage):
    page.resize(720, 520)
    assert (page.width(), page.conversations.isVisible(), page.readout.isVisible()) == (720, False, False)
    qtbot.mouseClick(page.show_list, Qt.MouseButton.LeftButton)
    assert page.conversations.isVisible()
    qtbot.mouseClick(page.show_readout, Qt.MouseButton.LeftButton)
    assert page.readout.isVisible()


def test_every_control_has_a_name(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply("Text\n\n```\ncode\n```\n", thinking="Hm.", stats=Stats()))
    nameless = [
        f"{type(w).__name__} {w.objectName()}"
        for w in page.findChildren(QWidget)
        if w.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not w.objectName().startswith("qt_")
        and not w.accessibleName()
        and not (isinstance(w, QAbstractButton) and w.text())
    ]
    assert nameless == []


def test_the_colours_follow_a_change_of_theme(qtbot: QtBot, page: ChatPage, store: ChatStore, qapp):
    from gemfit.ui import theme

    kept(store, qtbot, page, question(), reply("Some **text**."))
    theme.apply(qapp, "dark")
    qtbot.waitUntil(lambda: not page.transcript.working, timeout=5000)
    view = answer(page).body._run
    assert view is not None
    colour = view.document().firstBlock().begin().fragment().charFormat().foreground().color()
    assert colour == theme.DARK.text
    theme.apply(qapp, "light")
    qtbot.waitUntil(lambda: not page.transcript.working, timeout=5000)


@pytest.mark.logs_warnings
def test_trouble_with_the_store_is_said_on_the_page(qtbot: QtBot, page: ChatPage, store: ChatStore):
    with qtbot.waitSignal(page.controller.trouble, timeout=5000):
        store._do("INSERT INTO nowhere VALUES (1)", ())
    assert "cannot be kept" in page.bar.text


def test_a_load_shows_what_it_does_and_esc_stops_it(
    qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection
):
    engine.load(copycat)
    qtbot.waitUntil(lambda: engine.state in ("starting", "loading"), timeout=WAIT_MS)
    assert "Copycat · F16" in page.loading.text
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: engine.state == "idle", timeout=WAIT_MS)
    assert not page.loading.isVisible()
    assert not page.bar.isVisible()


def test_a_question_that_waits_for_a_load_that_is_stopped_is_kept(
    qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection
):
    engine.load(copycat)
    write(qtbot, page, "Why?")
    with qtbot.waitSignal(page.controller.finished, timeout=WAIT_MS):
        page.loading.stop.click()
    assert answer(page).message.state == "interrupted"
    qtbot.waitUntil(lambda: engine.state == "idle", timeout=WAIT_MS)
    assert page.controller.regenerate(answer(page).message.id)
    qtbot.waitUntil(lambda: len(answer(page).message.text) > 5, timeout=WAIT_MS)
    page.controller.stop()


def test_a_model_that_rested_comes_back_with_the_next_question(qtbot: QtBot, loaded: ChatPage, engine: EngineSession):
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        engine.idle_limit.set_minutes(0)
    engine.idle_limit.set_minutes(None)
    assert len(answered(qtbot, loaded, "Are you there?").message.text) > 5


def test_a_chat_that_is_deleted_leaves_nothing_that_was_computed_of_it(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    file = state_file(paths.states_dir(), "c1")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"tokens")
    page.controller.delete("c1")
    assert not file.exists()
