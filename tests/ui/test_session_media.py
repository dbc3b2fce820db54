"""The part for pictures and sound: found beside the weights, given to the engine, or got."""

from pathlib import Path

import pytest

from gemfit.ui.session import MODELS, Session
from gemfit.ui.viewmodels.selection import Selection
from tests.ui.conftest import KEY

WAIT_MS = 30_000


@pytest.fixture
def files(home: Path, weights: bytes, data_dir: Path) -> None:
    """E2B's small weights, and a file of one's own with a projector beside it."""
    folder = home / "data" / "models"
    (folder / "E2B" / "q4_0").mkdir(parents=True)
    (folder / "E2B" / "q4_0" / "e2b.gguf").write_bytes(weights)
    (folder / "own.gguf").write_bytes(weights)
    (folder / "mmproj-own.gguf").write_bytes((data_dir / "gemma4-mmproj.gguf").read_bytes())


@pytest.fixture
def here(on_the_processor: None, files: None, ready: Session) -> Session:
    """The session that knows a machine without a GPU, and the files."""
    assert ready.library.local(KEY) is not None
    return ready


def selected(session: Session, title: str) -> Selection:
    return next(s for s in session.local_models() if title in s.title)


def test_the_one_beside_a_file_of_ones_own_goes_with_it(here, qtbot):
    selection = selected(here, "own")
    assert selection.projector is not None
    assert selection.projector.name == "mmproj-own.gguf"
    assert here.download_bytes(selection) == 0
    with qtbot.waitSignal(here.engine.loaded, timeout=WAIT_MS):
        here.loads.load(selection)
    assert here.engine.loaded_info.images
    assert not here.engine.selection.intent.plan.projector, "its memory is not planned for where it was not asked for"


def test_where_pictures_are_wished_for_the_plan_counts_them(here, qtbot):
    here.machine.set_media(True)
    with qtbot.waitSignal(here.engine.loaded, timeout=WAIT_MS):
        here.loads.load(selected(here, "own"))
    intent = here.engine.selection.intent
    assert intent.plan.projector
    assert [c.n_bytes > 1_000_000 for c in intent.predicted if c.name == "projector"] == [True]


def test_for_pictures_larger_than_a_micro_batch_the_model_is_loaded_again(here, qtbot):
    with qtbot.waitSignal(here.engine.loaded, timeout=WAIT_MS):
        here.loads.load(selected(here, "own"))
    assert here.engine.selection.plan.ubatch_tokens == 512
    with qtbot.waitSignal(here.engine.loaded, timeout=WAIT_MS):
        here.loads.look_closer(1120)
    assert here.engine.selection.plan.ubatch_tokens == 1120
    with qtbot.assertNotEmitted(here.engine.loaded, wait=200):
        here.loads.look_closer(560)


def test_one_that_is_not_here_is_offered_with_its_size_and_queued(here, qtbot):
    selection = selected(here, "E2B")
    assert selection.projector is None
    assert here.download_bytes(selection) > 900_000_000
    with qtbot.waitSignal(here.page_wanted, timeout=WAIT_MS) as wanted:
        here.get(selection)
    assert wanted.args == [MODELS]
    entry = here.library.downloads.entry(KEY)
    assert [file.role for file in entry.files] == ["projector"]
