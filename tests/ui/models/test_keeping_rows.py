"""Rows of files that are damaged, and of files that were imported in their place."""

import pytest

from gemfit.catalog.load import find_build
from gemfit.library import imported
from gemfit.library.store import path_of, verify
from gemfit.ui.models.page import ModelsPage
from tests.ui.conftest import KEY
from tests.ui.test_models import choose, look, offered


@pytest.fixture
def page(session, qtbot):
    page = ModelsPage(session)
    qtbot.addWidget(page)
    page.show()
    return page


def at_rest(session, qtbot):
    qtbot.waitUntil(lambda: not session.library.any_running() and not session.library._scanning)


def test_a_damaged_file_can_be_repaired_from_its_row(page, session, catalog, weights, hub, qtbot):
    model, build = find_build(catalog, *KEY)
    folder = session.settings.weights_folder
    place = path_of(folder, model, build, build.weights)
    place.parent.mkdir(parents=True)
    place.write_bytes(weights)
    assert verify(place, folder, catalog).verified
    place.write_bytes(b"x" + weights[1:])
    assert verify(place, folder, catalog).damaged
    look(session, qtbot)
    qtbot.waitUntil(lambda: page.row(KEY) is not None and "Repair" in offered(page.row(KEY)))
    at_rest(session, qtbot)
    choose(page.row(KEY), "Repair")
    qtbot.waitUntil(lambda: session.library.local(KEY) is not None and session.library.local(KEY).verified)
    assert place.read_bytes() == weights
    at_rest(session, qtbot)


def test_what_was_imported_in_its_place_is_taken_out_of_the_list_and_stays(page, session, tmp_path, weights, qtbot):
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF mine")
    imported.remember(path)
    look(session, qtbot)
    key = ("", str(path))
    qtbot.waitUntil(lambda: page.row(key) is not None)
    at_rest(session, qtbot)
    choose(page.row(key), "Take out of the list")
    qtbot.waitUntil(lambda: page.row(key) is None)
    assert imported.imported() == []
    assert path.read_bytes() == b"GGUF mine"
    at_rest(session, qtbot)
