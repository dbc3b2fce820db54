"""Whether a file on the Hub fits this machine, before it is downloaded."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gemfit.errors import GemfitError
from gemfit.fit.types import Known
from gemfit.library.header_fetch import HubFile
from gemfit.library.source import Source
from gemfit.machine.types import Cpu, Disk, EngineBuild, Machine, Memory
from gemfit.measured.engine_word import ask_engine
from gemfit.measured.hub_fit import fit_of
from tests.fakes.hub import FakeHub
from tests.gguf.build import BOOL, STRING, Gguf, Tensor
from tests.library.parts import COMMIT, FILE, REPO

# The formula is for models of the usual size; with a tiny one the engine's own word counts, and that is logged.
pytestmark = pytest.mark.logs_warnings

GIB = 1 << 30
PROJECTOR = Gguf(
    entries={"general.architecture": (STRING, "clip"), "clip.has_vision_encoder": (BOOL, True)},
    tensors=(Tensor("v.patch_embd.weight"),),
)
WANTED = HubFile(REPO, FILE, COMMIT)


@pytest.fixture
def hub(tmp_path: Path, data_dir: Path) -> Iterator[FakeHub]:
    with FakeHub(tmp_path / "hub") as hub:
        hub.add(REPO, FILE, (data_dir / "gemma4-tiny.gguf").read_bytes())
        hub.add(REPO, "mmproj.gguf", PROJECTOR.bytes())
        yield hub


def with_memory(free_bytes: int) -> Machine:
    return Machine(
        os="Debian GNU/Linux 12",
        arch="x86_64",
        memory=Memory(total_bytes=16 * GIB, available_bytes=free_bytes, limit_bytes=16 * GIB),
        cpu=Cpu(model="Ryzen 7 5800H", physical_cores=8, logical_cores=16, features=["AVX2"]),
        disk=Disk(path="/", total_bytes=GIB, free_bytes=GIB),
        engine=EngineBuild(build="llama.cpp", formats=["gguf"]),
    )


def test_the_engines_figures_decide(hub, data_dir):
    found = fit_of(WANTED, with_memory(8 * GIB), context_tokens=1024, hub=Source(endpoint=hub.url))
    word = ask_engine(data_dir / "gemma4-tiny.gguf", found.plan)
    assert found.components == word.components
    assert found.total_bytes == word.total_bytes
    assert (found.verdict, found.card.architecture, found.context_tokens) == ("fits", "gemma4", 1024)
    assert found.file_bytes == (data_dir / "gemma4-tiny.gguf").stat().st_size
    assert found.max_context == found.trained_tokens >= 1024
    assert found.device == "Ryzen 7 5800H"
    assert found.reasons == []


def test_only_the_header_is_fetched_and_only_once(hub):
    source = Source(endpoint=hub.url)
    first = fit_of(WANTED, with_memory(8 * GIB), hub=source)
    assert first.fetched_bytes == sum(request.sent_bytes for request in hub.requests("cdn")) > 0
    hub.close()
    again = fit_of(WANTED, with_memory(8 * GIB), hub=source)
    assert again.fetched_bytes == 0
    assert again.components == first.components


def test_what_does_not_fit_says_how_much_is_missing(hub):
    found = fit_of(WANTED, with_memory(1 << 20), hub=Source(endpoint=hub.url))
    assert (found.verdict, found.max_context) == ("no", 0)
    assert "Needs" in str(found.reasons[0])


def test_a_context_beyond_what_the_model_was_trained_for_is_cut(hub):
    found = fit_of(WANTED, with_memory(8 * GIB), context_tokens=10_000_000, hub=Source(endpoint=hub.url))
    assert found.context_tokens == found.plan.context_tokens == found.trained_tokens


def test_the_speed_comes_from_what_is_published_where_nothing_was_calibrated(hub):
    found = fit_of(WANTED, with_memory(8 * GIB), known=Known(), hub=Source(endpoint=hub.url))
    assert found.speed.source == "published"
    assert found.speed.generation_tps


def test_a_projector_is_no_model(hub):
    with pytest.raises(GemfitError) as caught:
        fit_of(HubFile(REPO, "mmproj.gguf", COMMIT), with_memory(8 * GIB), hub=Source(endpoint=hub.url))
    assert caught.value.code == "no_model"


def test_it_can_be_stopped(hub):
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(GemfitError) as caught:
        fit_of(WANTED, with_memory(8 * GIB), hub=Source(endpoint=hub.url), stopped=stopped)
    assert caught.value.code == "cancelled"
