"""Taking in what is elsewhere: how it may be taken, models in parts, bundles; and giving away one file of a model."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton

from gemfit.catalog.load import find_build
from gemfit.library.bundle.export import export
from gemfit.library.bundle.plan import plan
from gemfit.library.import_file import ways
from gemfit.library.queue_plan import Space
from gemfit.library.store import path_of, verify
from gemfit.library.stores.host import Host
from gemfit.ui.models.page import ModelsPage
from tests.gguf.split import split
from tests.ui.conftest import KEY


@pytest.fixture
def page(ready, qtbot):
    page = ModelsPage(ready)
    qtbot.addWidget(page)
    page.resize(1100, 760)
    page.show()
    return page


@pytest.fixture
def theirs(tmp_path: Path, weights: bytes) -> Path:
    path = tmp_path / "elsewhere" / "mine.gguf"
    path.parent.mkdir()
    path.write_bytes(weights)
    return path


@pytest.fixture
def parts(data_dir: Path, tmp_path: Path) -> list[Path]:
    return split(data_dir / "gemma4-tiny.gguf", tmp_path / "split", "big", tensors_each=30)


def shown(widget) -> list[str]:
    return [b.text() for b in widget.findChildren(QPushButton) if b.isVisible() and b.text()]


def press(widget, text: str) -> None:
    next(b for b in widget.findChildren(QPushButton) if b.isVisible() and b.text() == text).click()


def test_a_file_of_ones_own_can_be_left_copied_moved_or_linked(page, theirs, qtbot):
    page.import_files([theirs])
    panel = page.list.importing
    qtbot.waitUntil(lambda: shown(panel) == ["Use where it is", "Copy", "Move", "Link", "Not now"])
    press(panel, "Move")
    qtbot.waitUntil(lambda: "Imported" in panel.notice.text(), timeout=15_000)
    assert not theirs.exists()


def test_linked_it_is_in_both_places(page, ready, theirs, qtbot):
    page.import_files([theirs])
    panel = page.list.importing
    qtbot.waitUntil(lambda: "Link" in shown(panel))
    press(panel, "Link")
    qtbot.waitUntil(lambda: "Imported" in panel.notice.text(), timeout=15_000)
    (ours,) = ready.settings.weights_folder.rglob("*.gguf")
    assert ours.samefile(theirs)


def test_what_another_program_keeps_is_neither_moved_nor_linked(page, tmp_path, weights, monkeypatch, qtbot):
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    path = tmp_path / "person" / ".lmstudio" / "models" / "a" / "b" / "their.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(weights)
    page.import_files([path])
    panel = page.list.importing
    qtbot.waitUntil(lambda: shown(panel) == ["Use where it is", "Copy", "Not now"])
    assert "belongs to another program" in panel.notice.text()


def test_a_link_is_only_for_one_disk(tmp_path, theirs):
    host = Host(platform="linux", home=tmp_path / "person", environ={})
    assert ways([theirs], tmp_path / "weights", host) == ["leave", "copy", "move", "link"]
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == theirs.stat().st_dev:
        pytest.skip("needs a second disk")
    assert ways([theirs], other / "weights", host) == ["leave", "copy", "move"]


def test_a_model_in_parts_is_one_row_that_can_be_talked_to(on_the_processor, ready, page, parts, qtbot):
    page.import_files([parts[1]])
    panel = page.list.importing
    qtbot.waitUntil(lambda: "Copy" in shown(panel))
    press(panel, "Copy")
    qtbot.waitUntil(lambda: "Show its card" in shown(panel), timeout=15_000)
    (row,) = [row for row in page.list._rows.values() if row.title == "big.gguf"]
    assert row.chat.isVisible()
    assert "In 3 parts" in row._origin.text()
    assert "gemma4" not in row._state.text()
    press(panel, "Show its card")
    qtbot.waitUntil(lambda: ("Architecture", "gemma4") in page.details.header.lines(), timeout=15_000)
    assert {"Part 1 of 3", "Part 2 of 3", "Part 3 of 3"} <= {fact.name for fact in page.details.facts()}
    with qtbot.waitSignal(ready.engine.loaded, timeout=30_000):
        row.chat.click()


def test_a_part_that_is_missing_is_named_in_the_row(page, ready, parts, qtbot):
    folder = ready.settings.weights_folder / "mine"
    folder.mkdir(parents=True)
    for part in parts[:2]:
        shutil.copy(part, folder)
    ready.library.refresh()
    qtbot.waitUntil(lambda: any(row.title == "big.gguf" for row in page.list._rows.values()))
    (row,) = [row for row in page.list._rows.values() if row.title == "big.gguf"]
    assert "big-00003-of-00003.gguf" in row._state.text()
    assert not row.chat.isVisible()


def test_bf16_of_the_largest_comes_in_parts_as_one_entry(
    on_the_processor, page, ready, catalog, parts, hub, monkeypatch, qtbot
):
    space = Space(disk="d", free_bytes=1 << 40, total_bytes=1 << 40)
    monkeypatch.setattr("gemfit.library.queue_run.space_of", lambda _folder: space)
    monkeypatch.setattr("gemfit.library.web.OFFICIAL_ENDPOINT", hub.url)
    file = find_build(catalog, "31B", "bf16")[1].weights
    for part in parts:
        hub.add(file.repo, f"BF16/{part.name.replace('big', 'gemma-4-31B-it-BF16')}", part.read_bytes())
    hub.commits[file.repo] = file.revision
    key = ("31B", "bf16")
    qtbot.waitUntil(lambda: page.row(key) is not None and page.row(key).get.isVisible())
    assert "61.4 GB" in page.row(key)._size.text()
    lines = []
    ready.library.progressed.connect(
        lambda _key: lines.extend(t for r in page.list.queue.rows() for t in r.files.texts())
    )
    with qtbot.waitSignal(ready.library.downloads.arrived, timeout=20_000):
        page.row(key).get.click()
    local = ready.library.local(key)
    assert (local.parts, local.verified, len(local.pieces)) == (3, True, 3)
    assert any(line.startswith("Weights, part 3 of 3") for line in lines)
    qtbot.waitUntil(lambda: "In 3 parts" in page.row(key)._origin.text())
    assert page.row(key).chat.isVisible()


# Bundles


@pytest.fixture
def bundle(tmp_path: Path, catalog, weights) -> Path:
    """E2B, from another machine."""
    folder = tmp_path / "other machine"
    model, build = find_build(catalog, *KEY)
    path = path_of(folder, model, build, build.weights)
    path.parent.mkdir(parents=True)
    path.write_bytes(weights)
    verify(path, folder, catalog)
    export(plan(catalog, [KEY], folder), tmp_path / "stick.tar", reserve_bytes=0)
    return tmp_path / "stick.tar"


def test_a_bundle_is_shown_then_imported_and_verified(page, ready, bundle, qtbot):
    page.import_files([bundle])
    panel = page.list.bundles
    qtbot.waitUntil(lambda: shown(panel) == ["Import", "Not now"])
    assert "stick.tar" in panel.notice.text()
    assert "E2B" in panel.notice.text()
    assert "same SHA-256" in panel.notice.text()
    press(panel, "Import")
    qtbot.waitUntil(lambda: "Imported and verified" in panel.notice.text(), timeout=15_000)
    assert ready.library.local(KEY).verified
    qtbot.waitUntil(lambda: "Show its card" in shown(panel))
    press(panel, "Show its card")
    qtbot.waitUntil(page.details.isVisible)
    assert page.details.key == KEY


def test_a_bundle_that_was_imported_before_says_so(page, bundle, qtbot):
    panel = page.list.bundles
    for said in ("Imported and verified", "Here already"):
        panel.take_in(bundle)
        qtbot.waitUntil(lambda said=said: said in panel.notice.text(), timeout=15_000)
        qtbot.waitUntil(lambda: not panel.running)


def test_a_bundle_in_a_folder_is_taken_by_the_folder_or_by_its_manifest(page, catalog, bundle, tmp_path, qtbot):
    folder = tmp_path / "stick"
    export(plan(catalog, [KEY], tmp_path / "other machine"), folder, reserve_bytes=0)
    for chosen in (folder, folder / "manifest.json"):
        page.import_files([chosen])
        qtbot.waitUntil(lambda: "Import" in shown(page.list.bundles))
        assert "bundle stick?" in page.list.bundles.notice.text()
        press(page.list.bundles, "Not now")
        assert not page.list.bundles.isVisible()


def test_a_spoilt_bundle_says_so_and_leaves_nothing(page, ready, bundle, qtbot):
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    panel = page.list.bundles
    panel.take_in(bundle)
    qtbot.waitUntil(lambda: shown(panel) == ["Close"], timeout=15_000)
    assert "Imported" not in panel.notice.text()
    assert list(ready.settings.weights_folder.rglob("*.gguf")) == []


def test_something_else_that_ends_in_tar_is_no_bundle(page, tmp_path, qtbot):
    path = tmp_path / "holiday.tar"
    path.write_bytes(b"photos")
    page.import_files([path])
    qtbot.waitUntil(lambda: shown(page.list.bundles) == ["Close"])
    assert "not a bundle" in page.list.bundles.notice.text() or "no bundle" in page.list.bundles.notice.text()


def test_the_dialog_takes_bundles_too(page, bundle, qtbot):
    page.list.import_button.click()
    dialog = page.list.importing.findChild(QFileDialog)
    qtbot.waitUntil(dialog.isVisible)
    assert "*.tar" in dialog.nameFilters()[0]
    dialog.filesSelected.emit([str(bundle)])
    dialog.reject()
    qtbot.waitUntil(lambda: "Import" in shown(page.list.bundles))


# One file of a model


def test_one_file_of_a_model_is_removed_and_the_others_stay(page, ready, catalog, weights, trash, qtbot):
    folder = ready.settings.weights_folder
    model, build = find_build(catalog, *KEY)
    eyes = build.file_of("projector")
    for file, data in ((build.weights, weights), (eyes, b"eyes" * 1000)):
        path = path_of(folder, model, build, file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    ready.library.refresh()
    qtbot.waitUntil(lambda: len(ready.library.of(KEY)) == 2)
    page.show_details(KEY)
    name = f"Remove this file: {Path(eyes.file).name}"
    qtbot.waitUntil(lambda: any(b.accessibleName() == name for b in page.details.findChildren(QPushButton)))
    next(b for b in page.details.findChildren(QPushButton) if b.accessibleName() == name).click()
    assert "The other files of the model stay." in page.details.question.text()
    qtbot.waitUntil(lambda: "Keep" in shown(page.details.question))
    press(page.details.question, next(text for text in shown(page.details.question) if text.startswith("Remove")))
    qtbot.waitUntil(lambda: len(ready.library.of(KEY)) == 1, timeout=15_000)
    assert path_of(folder, model, build, build.weights).exists()
    assert not path_of(folder, model, build, eyes).exists()
    ready.keeping.undo()
    qtbot.waitUntil(lambda: len(ready.library.of(KEY)) == 2, timeout=15_000)
