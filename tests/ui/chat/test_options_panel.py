"""How answers are made: what is empty is as the model has it; what is chosen is kept with the chat."""

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from pytestqt.qtbot import QtBot

from gemfit.chat.options import ChatOptions
from gemfit.chat.store import ChatStore
from gemfit.chat.tree import Draft
from gemfit.engine.protocol import Sampling
from gemfit.ui.chat.options_panel import OptionsPanel
from gemfit.ui.chat.page import ChatPage

from .conftest import WAIT_MS, settle

FULL = ChatOptions(
    system="Be brief.",
    sampling=Sampling(
        temperature=0.7,
        top_k=20,
        top_p=0.9,
        min_p=0.05,
        repeat_penalty=1.1,
        presence_penalty=0.5,
        frequency_penalty=-0.5,
        seed=12345,
    ),
    max_tokens=100,
    stop=["END", "###"],
    json_schema='{"type": "object"}',
    when_full="drop",
)


@pytest.fixture
def panel(qtbot: QtBot, themed: None) -> OptionsPanel:
    panel = OptionsPanel()
    qtbot.addWidget(panel)
    panel.show_defaults(Sampling(temperature=1.0, top_k=64, top_p=0.95, min_p=0.0, repeat_penalty=1.0), "stop")
    panel.show()
    return panel


def test_what_is_shown_is_what_is_written(panel: OptionsPanel):
    for options in (FULL, ChatOptions(), ChatOptions(grammar='root ::= "yes"')):
        panel.show_options(options)
        assert panel.written() == options


def test_the_models_defaults_stand_where_nothing_is_chosen(panel: OptionsPanel):
    panel.show_options(ChatOptions())
    assert panel.numbers["temperature"].placeholderText() == "1 (the model's)"
    assert panel.numbers["top_k"].placeholderText() == "64 (the model's)"
    assert panel.numbers["presence_penalty"].placeholderText() == "0 (the model's)"
    assert panel.when_full.itemText(0) == "As in the settings: stop"


def test_numbers_are_written_as_the_language_writes_them(qtbot: QtBot, panel: OptionsPanel):
    before = QLocale()
    QLocale.setDefault(QLocale("de"))
    try:
        field = OptionsPanel().numbers["temperature"]
        qtbot.keyClicks(field, "0,7")
        assert field.value() == 0.7
    finally:
        QLocale.setDefault(before)


def test_a_change_is_told_a_moment_later(qtbot: QtBot, panel: OptionsPanel):
    panel.show_options(ChatOptions())
    with qtbot.waitSignal(panel.changed, timeout=WAIT_MS) as changed:
        qtbot.keyClicks(panel.numbers["temperature"], "0.2")
    assert changed.args[0].sampling.temperature == 0.2


def test_what_is_out_of_range_cannot_be_entered(qtbot: QtBot, panel: OptionsPanel):
    panel.show_options(ChatOptions())
    qtbot.keyClicks(panel.numbers["top_p"], "7")
    assert panel.written().sampling.top_p is None


def test_a_schema_that_is_no_json_is_said_and_not_taken(qtbot: QtBot, panel: OptionsPanel):
    panel.show_options(FULL)
    panel.shape_text.setPlainText('{"type": ')
    with qtbot.assertNotEmitted(panel.changed):
        panel.apply()
    assert "is no JSON" in panel.problem.text()
    panel.shape_text.setPlainText('{"type": "array"}')
    with qtbot.waitSignal(panel.changed):
        panel.apply()
    assert not panel.problem.isVisible()


def test_a_schema_comes_from_a_file(panel: OptionsPanel, tmp_path: Path):
    file = tmp_path / "schema.json"
    file.write_text('{"type": "string"}')
    panel.shape.setCurrentIndex(1)
    panel.read_file(file)
    assert panel.written().json_schema == '{"type": "string"}'
    panel.read_file(tmp_path / "gone.json")
    assert "could not be read" in panel.problem.text()


def test_all_goes_back_to_the_model(qtbot: QtBot, panel: OptionsPanel):
    panel.show_options(FULL)
    with qtbot.waitSignal(panel.changed) as changed:
        panel.reset()
    assert changed.args == [ChatOptions()]


def test_every_field_has_a_name(panel: OptionsPanel):
    fields = [*panel.numbers.values(), panel.system, panel.stop, panel.shape, panel.shape_text, panel.when_full]
    assert all(field.accessibleName() or field.toolTip() for field in fields)


def test_the_options_hold_for_the_next_answer_and_stay_with_the_chat(qtbot: QtBot, loaded: ChatPage, store: ChatStore):
    qtbot.mouseClick(loaded.show_options, Qt.MouseButton.LeftButton)
    assert loaded.options_panel.isVisible()
    loaded.options_panel.max_tokens.setText("7")  # and sent before it was told
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS) as finished:
        loaded.composer.set_written(Draft("Hello"))
        qtbot.keyClick(loaded.composer.field, Qt.Key.Key_Return)
    assert finished.args[0].stats.generated_tokens == 7
    conversation_id = loaded.controller.conversation_id
    loaded.new_chat()
    assert loaded.options_panel.max_tokens.value() is None
    loaded.open_chat(conversation_id)
    settle(qtbot, store)
    assert loaded.options_panel.max_tokens.value() == 7
    qtbot.keyClick(loaded.options_panel.max_tokens, Qt.Key.Key_Escape)
    assert not loaded.options_panel.isVisible()


def test_what_was_just_typed_holds_for_another_answer_and_stays_with_the_chat_that_is_left(
    qtbot: QtBot, loaded: ChatPage, store: ChatStore
):
    loaded.options_panel.max_tokens.setText("7")
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS) as finished:
        loaded.composer.set_written(Draft("Hello"))
        qtbot.keyClick(loaded.composer.field, Qt.Key.Key_Return)
    loaded.options_panel.max_tokens.setText("5")
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS) as again:
        loaded.transcript.regenerate.emit(finished.args[0].id)
    assert again.args[0].stats.generated_tokens == 5
    conversation_id = loaded.controller.conversation_id
    loaded.options_panel.max_tokens.setText("3")
    loaded.new_chat()
    loaded.open_chat(conversation_id)
    settle(qtbot, store)
    assert loaded.options_panel.max_tokens.value() == 3


def test_an_answer_ends_before_a_text_of_ones_own(qtbot: QtBot, loaded: ChatPage):
    loaded.controller.set_options(ChatOptions(sampling=Sampling(seed=1), max_tokens=40))
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS) as finished:
        loaded.controller.send(Draft("Say it again"))
    first = finished.args[0]
    text = first.text
    stop = text[len(text) // 2 :][:6]
    loaded.controller.set_options(ChatOptions(sampling=Sampling(seed=1), max_tokens=40, stop=[stop]))
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS) as finished:
        loaded.controller.regenerate(first.id)
    assert finished.args[0].text == text[: text.index(stop)]
