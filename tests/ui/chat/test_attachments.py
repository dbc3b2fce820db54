"""Pictures and sounds in the composer and in the conversation, with a real store, a real child and real files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from gemfit.chat.options import ChatOptions
from gemfit.chat.store import ChatStore
from gemfit.chat.tree import Draft
from gemfit.engine.protocol import LoadPlan, Sampling
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection
from tests.media import make
from tests.ui.chat.conftest import WAIT_MS, settle

OPTIONS = ChatOptions(sampling=Sampling(seed=1), max_tokens=8)
MODEL = "gemma4-tiny.gguf"


class Projectors:
    """One that could be got."""

    def __init__(self) -> None:
        self.n_bytes = 986_833_728
        self.got: list[str] = []

    def download_bytes(self, _: Selection) -> int:
        return self.n_bytes

    def get(self, selection: Selection) -> None:
        self.got.append(selection.title)


@pytest.fixture
def projectors() -> Projectors:
    return Projectors()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChatStore]:
    store = ChatStore(tmp_path / "chats.sqlite3", attachments=tmp_path / "attachments")
    yield store
    store.close()


@pytest.fixture
def page(
    qtbot: QtBot, themed: None, engine: EngineSession, store: ChatStore, projectors: Projectors
) -> Iterator[ChatPage]:
    page = ChatPage(engine, store, list, lambda: OPTIONS, projectors=projectors)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    with qtbot.waitExposed(page):
        page.show()
    settle(qtbot, store)
    yield page
    settle(qtbot, store)


@pytest.fixture
def seeing(qtbot: QtBot, page: ChatPage, engine: EngineSession, data_dir: Path) -> ChatPage:
    """With a model that takes pictures and sound."""
    return load(qtbot, page, engine, data_dir, data_dir / "gemma4-mmproj.gguf")


@pytest.fixture
def blind(qtbot: QtBot, page: ChatPage, engine: EngineSession, data_dir: Path) -> ChatPage:
    """With the same model, and no projector."""
    return load(qtbot, page, engine, data_dir, None)


def load(qtbot: QtBot, page: ChatPage, engine: EngineSession, data_dir: Path, projector: Path | None) -> ChatPage:
    plan = LoadPlan(context_tokens=2048, threads=1)
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.load(Selection(path=data_dir / MODEL, plan=plan, title="Tiny", projector=projector))
    return page


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def attached(page: ChatPage) -> list[str]:
    return [view.attachment.name for view in page.composer.media.views]


def give(qtbot: QtBot, page: ChatPage, *paths: Path) -> None:
    page.composer.field.insertFromMimeData(mime(*paths))
    qtbot.waitUntil(lambda: not page.media.intake.busy, timeout=WAIT_MS)


def test_dropped_files_are_taken_in_and_shown_with_what_they_are(qtbot, page, tmp_path):
    paths = [make.picture(tmp_path / "holiday.png", 80, 60), make.sound(tmp_path / "memo.wav", 41)]
    data, where = mime(*paths), QPointF(20, 20)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where.toPoint(), Qt.DropAction.CopyAction, data, buttons, keys)
    page.composer.dragEnterEvent(enter)
    assert enter.isAccepted()
    page.composer.dropEvent(QDropEvent(where, Qt.DropAction.CopyAction, data, buttons, keys))
    assert not page.composer.send.isEnabled(), "nothing is sent before they are there"
    qtbot.waitUntil(lambda: attached(page) == ["holiday.png", "memo.wav"], timeout=WAIT_MS)
    said = [view.accessibleName() for view in page.composer.media.views]
    assert said == ["Picture holiday.png, 80 × 60", "Sound memo.wav, the first 30 s of 41 s"]
    assert page.composer.send.isEnabled()
    assert page.composer.media.isVisible()


def test_what_a_telephone_made_is_taken_in(qtbot, page, tmp_path):
    """Photograph, memo and film."""
    photo = make.heic(tmp_path / "IMG_1.HEIC", Image.new("RGB", (80, 64), "teal"))
    memo = make.soundtrack(tmp_path / "memo.m4a", 440, seconds=2.0)
    film = make.soundtrack(tmp_path / "film.mp4", 440, seconds=32.0, video=True)
    give(qtbot, page, photo, memo, film)
    said = [view.accessibleName() for view in page.composer.media.views]
    assert said[:2] == ["Picture IMG_1.HEIC, 80 × 64", "Sound memo.m4a, 2.0 s"]
    assert said[2] == "Sound film.mp4, only its sound, the first 30 s of 32 s"


def test_the_files_dialog_offers_what_can_be_taken(page):
    page.media.choose()
    dialog = page.composer.findChild(QFileDialog)
    offered = dialog.nameFilters()[0]
    for suffix in ("jpg", "heic", "m4a", "webm", "mp4", "opus"):
        assert f"*.{suffix}" in offered
    dialog.reject()


def test_a_copied_picture_is_pasted_as_one(qtbot, page):
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    page.composer.field.paste()
    qtbot.waitUntil(lambda: attached(page) == ["Pasted picture.png"], timeout=WAIT_MS)
    assert page.composer.media.views[0].attachment.width == 40
    page.composer.field.insertPlainText("text is pasted as ever")
    assert page.composer.text == "text is pasted as ever"


def test_one_is_removed_with_the_keyboard(qtbot, page, tmp_path):
    give(qtbot, page, make.picture(tmp_path / "a.png", 9, 9), make.picture(tmp_path / "b.png", 9, 9, seed=1))
    remove = page.composer.media.views[0].remove
    assert remove.accessibleName() == "Remove a.png"
    remove.setFocus()
    qtbot.keyClick(remove, Qt.Key.Key_Space)
    assert attached(page) == ["b.png"]


def test_the_same_file_twice_is_one(qtbot, page, tmp_path):
    path = make.picture(tmp_path / "a.png", 9, 9)
    give(qtbot, page, path, path)
    assert attached(page) == ["a.png"]


def test_what_cannot_be_read_is_told_above_the_composer(qtbot, page, tmp_path):
    (tmp_path / "odd.png").write_text("no picture")
    give(qtbot, page, tmp_path / "odd.png")
    assert attached(page) == []
    assert "odd.png is damaged, or no picture" in page.bar.text


def test_a_message_takes_eight_at_most(qtbot, page, tmp_path):
    give(qtbot, page, *[tmp_path / f"{n}.png" for n in range(9)])
    assert attached(page) == []
    assert page.bar.isVisible()


def test_they_are_sent_shown_and_kept(qtbot, seeing, store, tmp_path):
    give(qtbot, seeing, make.picture(tmp_path / "a.png", 200, 100), make.sound(tmp_path / "b.flac", 1))
    seeing.composer.field.setPlainText("What is this?")
    with qtbot.waitSignal(seeing.controller.finished, timeout=WAIT_MS) as finished:
        qtbot.keyClick(seeing.composer.field, Qt.Key.Key_Return)
    (answer,) = finished.args
    assert answer.state == "complete"
    assert answer.stats.media_tokens > 70
    assert attached(seeing) == []
    question = seeing.controller.tree.path()[0]
    assert [one.name for one in question.media] == ["a.png", "b.flac"]
    view = seeing.transcript.view(question.id)
    qtbot.waitUntil(lambda: view.media.isVisible(), timeout=WAIT_MS)
    assert [one.remove for one in view.media.views] == [None, None]
    conversation = store.load(seeing.controller.conversation_id).result(5)
    assert conversation.tree.messages[question.id].media == question.media


def test_a_picture_without_a_word_can_be_sent(qtbot, seeing, tmp_path):
    give(qtbot, seeing, make.picture(tmp_path / "alone.png", 64, 64))
    with qtbot.waitSignal(seeing.controller.finished, timeout=WAIT_MS):
        seeing.composer.send.click()
    assert seeing.controller.title == "alone.png"


def test_editing_a_question_brings_its_pictures_back(qtbot, seeing, tmp_path):
    give(qtbot, seeing, make.picture(tmp_path / "a.png", 64, 64))
    with qtbot.waitSignal(seeing.controller.finished, timeout=WAIT_MS):
        seeing.composer.send.click()
    seeing.composer.edit_last.emit()
    assert attached(seeing) == ["a.png"]
    seeing.composer.edit_cancelled.emit()
    assert attached(seeing) == []


def test_what_is_attached_is_part_of_the_draft(qtbot, page, store, tmp_path):
    give(qtbot, page, make.picture(tmp_path / "a.png", 64, 64))
    page.composer.save_draft()
    draft = store.draft().result(5)
    assert [one.name for one in draft.media] == ["a.png"]
    page.composer.set_written(Draft())
    page.controller.new_chat()
    qtbot.waitUntil(lambda: attached(page) == ["a.png"], timeout=WAIT_MS)


# -- a model that cannot -----------------------------------------------------------------------------------------------


def buttons(page: ChatPage) -> list[QPushButton]:
    return page.bar.buttons()


def test_without_a_projector_the_button_says_why_and_offers_it(qtbot, blind, projectors):
    assert "not with this model" in blind.composer.attach.accessibleName()
    qtbot.mouseClick(blind.composer.attach, Qt.MouseButton.LeftButton)
    assert "needs one more file" in blind.bar.text
    (get,) = buttons(blind)
    assert get.text() == "Get it · 987 MB"
    get.click()
    assert projectors.got == ["Tiny"]


def test_where_there_is_none_to_get_that_is_said(qtbot, blind, projectors, tmp_path):
    projectors.n_bytes = 0
    blind.composer.field.insertFromMimeData(mime(tmp_path / "a.png"))
    assert "takes text alone" in blind.bar.text
    assert buttons(blind) == []
    assert attached(blind) == []


def test_what_was_attached_before_the_model_was_loaded_is_not_lost(qtbot, page, engine, data_dir, tmp_path):
    give(qtbot, page, make.picture(tmp_path / "a.png", 64, 64))
    load(qtbot, page, engine, data_dir, None)
    page.composer.send.click()
    assert "needs one more file" in page.bar.text
    assert attached(page) == ["a.png"]
    assert page.controller.tree.leaf is None


def test_a_projector_of_another_model_is_told(qtbot, page, engine, data_dir):
    load(qtbot, page, engine, data_dir, data_dir / "gemma4-tiny-moe.gguf")
    page.composer.attach.click()
    assert "is the projector of another model" in page.bar.text
