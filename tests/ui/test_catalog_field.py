"""Settings say which catalogue is in force, and take another one by file."""

import pytest
from PySide6.QtWidgets import QWidget

from gemfit.catalog.load import kept_file, load_catalog
from gemfit.paths import resources_dir
from gemfit.ui import worker
from gemfit.ui.catalog_field import CatalogField

EXAMPLE = resources_dir() / "catalog.example.json"


@pytest.fixture
def field(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    field = CatalogField(parent)
    parent.setLayout(field.line)
    field.line.addWidget(field.state)
    parent.show()
    settle(qtbot)
    return field


def settle(qtbot):
    qtbot.waitUntil(lambda: not worker._running)


def test_the_shipped_one_is_named_and_there_is_nothing_to_give_up(field):
    assert field.shown.text() == "Gemma 4 (2026-11, from published pages), comes with Gemfit"
    assert not field.shipped.isVisible()


def test_a_file_is_taken_and_given_up_again(field, qtbot):
    field.take(EXAMPLE)
    settle(qtbot)
    assert field.shown.text() == "Models of Example Ltd (2026-11, by the platform team), brought by file"
    assert "next start" in field.state.text()
    assert load_catalog().title == "Models of Example Ltd"
    field.shipped.click()
    settle(qtbot)
    assert "comes with Gemfit" in field.shown.text()
    assert not kept_file().exists()


def test_a_file_that_is_no_catalogue_is_explained(field, qtbot, data_dir):
    for name in ("gemma4-tiny.gguf", "none.tar"):
        field.take(data_dir / name)
        settle(qtbot)
        assert name in field.state.text()
        assert "comes with Gemfit" in field.shown.text()


def test_a_kept_one_that_is_damaged_is_said_and_can_be_given_up(qtbot):
    kept_file().parent.mkdir(parents=True)
    kept_file().write_text("{")
    parent = QWidget()
    qtbot.addWidget(parent)
    field = CatalogField(parent)
    parent.setLayout(field.line)
    field.line.addWidget(field.state)
    parent.show()
    settle(qtbot)
    assert str(kept_file()) in field.state.text()
    assert field.shipped.isVisible()


def test_every_control_has_a_name(field):
    assert [one.accessibleName() for one in (field.use, field.shipped)] == ["Use a file…", "Use the one of Gemfit"]
