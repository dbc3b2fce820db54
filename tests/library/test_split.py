"""Weights in several parts, from the Hub to the disk and on: listed, fetched as one, verified, kept, given away."""

import argparse
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from gemfit.catalog.types import Build, Catalog, CatalogFile
from gemfit.cli.chosen import chosen_paths
from gemfit.errors import GemfitError
from gemfit.gguf.check import check_file
from gemfit.library import queue as ops
from gemfit.library import store
from gemfit.library.bundle.export import export
from gemfit.library.bundle.load import load
from gemfit.library.bundle.plan import plan
from gemfit.library.check_all import check_all, verify_model
from gemfit.library.get import get
from gemfit.library.handover import lmstudio, ollama
from gemfit.library.handover.subject import of_build
from gemfit.library.header_fetch import HubFile, fetch_header
from gemfit.library.index import forget
from gemfit.library.mend import mend
from gemfit.library.queue_entries import entry_of_model
from gemfit.library.queue_run import QueueRunner
from gemfit.library.queue_store import QueueStore
from gemfit.library.removal import remove, undo
from gemfit.library.source import Source
from gemfit.library.split import parts_of
from gemfit.library.stores.host import Host
from gemfit.library.updates import look
from tests.fakes.hub import FakeHub, Fault
from tests.gguf.split import split
from tests.library.parts import COMMIT, REPO, rules, tiny_catalog

FIRST = "BF16/tiny-BF16-00001-of-00002.gguf"
"""What the catalogue takes the first part to be called; there are three."""


@pytest.fixture
def parts(data_dir: Path, tmp_path: Path) -> list[Path]:
    return split(data_dir / "gemma4-tiny.gguf", tmp_path / "publisher", "tiny-BF16", tensors_each=30)


@pytest.fixture
def published(hub: FakeHub, parts: list[Path]) -> FakeHub:
    for part in parts:
        hub.add(REPO, f"BF16/{part.name}", part.read_bytes())
    hub.add(REPO, "tiny-Q4_0.gguf", b"another")
    hub.add(REPO, "mmproj-BF16.gguf", b"eyes" * 100)
    return hub


@pytest.fixture
def catalog() -> Catalog:
    catalog = tiny_catalog(b"")
    files = [
        CatalogFile(file=FIRST, repo=REPO, revision=COMMIT, approx_bytes=2_000_000),
        CatalogFile(file="mmproj-BF16.gguf", role="projector", repo=REPO, revision=COMMIT),
    ]
    build = Build(id="bf16", format="bf16", title="BF16", publisher="acme", split=True, files=files)
    return replace(catalog, models=[replace(catalog.models[0], builds=[build])])


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return tmp_path / "weights"


@pytest.fixture
def source(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setattr("gemfit.library.web.OFFICIAL_ENDPOINT", hub.url)
    return Source(endpoint=hub.url, official=hub.url)


@pytest.fixture
def here(published, catalog, weights, source):
    """The model on this disk, as the library sees it."""
    get(catalog, "Tiny", "bf16", weights_dir=weights, source=source, rules=rules())
    (model,) = (file for file in store.scan(weights, catalog) if file.model == "Tiny")
    return model


def refusal(act, *args, **kwargs) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        act(*args, **kwargs)
    return caught.value


# Which parts there are


def test_the_listing_of_the_hub_says_which_parts_there_are(published, catalog, parts, source):
    found = parts_of(catalog.models[0].builds[0].weights, source, rules=rules())
    assert [file.file for file in found] == [f"BF16/{part.name}" for part in parts]
    assert [file.bytes for file in found] == [part.stat().st_size for part in parts]
    assert [file.sha256 for file in found] == [published.sha256(part) for part in parts]
    assert {file.revision for file in found} == {COMMIT}


def test_parts_of_the_name_in_the_catalogue_come_before_others(published, catalog, source):
    for number in (1, 2):
        published.add(REPO, f"BF16/tiny-BF16-0000{number}-of-00002.gguf", b"older")
    found = parts_of(catalog.models[0].builds[0].weights, source, rules=rules())
    assert [file.file for file in found] == [FIRST, FIRST.replace("00001", "00002")]


def test_weights_that_are_in_one_file_after_all_are_that_file(hub, catalog, source):
    hub.add(REPO, "BF16/tiny-BF16.gguf", b"whole")
    assert [file.file for file in parts_of(catalog.models[0].builds[0].weights, source, rules=rules())] == [
        "BF16/tiny-BF16.gguf"
    ]


def test_what_is_not_there_or_not_whole_is_refused_with_the_page(hub, catalog, source, parts):
    hub.add(REPO, "other-Q8_0.gguf", b"x")
    error = refusal(parts_of, catalog.models[0].builds[0].weights, source, rules=rules())
    assert error.code == "not_found"
    assert f"{hub.url}/{REPO}" in str(error)
    hub.add(REPO, f"BF16/{parts[0].name}", b"x")
    error = refusal(parts_of, catalog.models[0].builds[0].weights, source, rules=rules())
    assert error.code == "not_for_this"
    assert parts[1].name in str(error)


# Getting and keeping


def test_a_split_model_comes_whole_and_verified_and_is_one_model(here, weights, parts):
    folder = weights / "Tiny" / "bf16" / "BF16"
    assert [piece.path for piece in here.pieces] == [str(folder / part.name) for part in parts]
    assert (here.path, here.parts, here.complete, here.verified) == (here.pieces[0].path, 3, True, True)
    assert here.bytes == sum(part.stat().st_size for part in parts)
    assert check_file(here.path).architecture == "gemma4"


def test_it_is_found_under_its_own_names_and_not_fetched_again(here, published, catalog, weights, source):
    assert store.find(weights, catalog, "Tiny", "bf16") == here
    before = len(published.requests("cdn"))
    again = get(catalog, "Tiny", "bf16", weights_dir=weights, source=source, rules=rules())
    assert [file.path for file in again] == [piece.path for piece in here.pieces]
    assert len(published.requests("cdn")) == before


def test_a_missing_part_is_named_and_alone_fetched(here, published, catalog, weights, source):
    lost = Path(here.pieces[1].path)
    lost.unlink()
    (model,) = (file for file in store.scan(weights, catalog) if file.model == "Tiny")
    assert (model.complete, model.usable, model.missing) == (False, False, [lost.name])
    assert lost.name in str(model.note)
    assert store.find(weights, catalog, "Tiny", "bf16") is None
    before = len(published.requests("cdn"))
    get(catalog, "Tiny", "bf16", weights_dir=weights, source=source, rules=rules())
    assert {Path(request.path).name.split("?")[0] for request in published.requests("cdn")[before:]} == {lost.name}
    assert store.find(weights, catalog, "Tiny", "bf16").verified


def test_parts_in_another_folder_are_used_there_when_all_are(published, catalog, weights, source, parts, tmp_path):
    (model,) = (f for f in store.scan(weights, catalog) if f.model) if weights.exists() else (None,)
    assert model is None
    there = weights / "mine"
    there.mkdir(parents=True)
    for part in parts:
        shutil.copy(part, there)
    got = get(catalog, "Tiny", "bf16", weights_dir=weights, source=source, rules=rules())
    assert [Path(file.path).parent for file in got] == [there] * 3
    assert published.requests("cdn") == []


def test_a_part_that_is_elsewhere_alone_is_of_no_use_there(published, catalog, weights, source, parts):
    there = weights / "mine"
    there.mkdir(parents=True)
    shutil.copy(parts[0], there)
    got = get(catalog, "Tiny", "bf16", weights_dir=weights, source=source, rules=rules())
    assert {Path(file.path).parent for file in got} == {weights / "Tiny" / "bf16" / "BF16"}


@pytest.fixture
def carried_out(published, catalog, weights, source):
    """What comes of the queue, in this process alone or from the file of all."""

    def run(queue_store: QueueStore | None):
        runner = QueueRunner(catalog, store=queue_store, source=lambda: source, rules=rules())
        entry = entry_of_model(catalog, "Tiny", "bf16", weights_dir=weights, parts=("weights", "projector"))
        assert [file.unlisted for file in entry.files] == [True, False]
        runner.do(lambda queue: ops.add(queue, entry))
        runner.run(lambda queue: all(one.state in ("done", "failed") for one in queue))
        return runner.queue.entry(entry.id)

    return run


@pytest.mark.parametrize("shared", [False, True])
def test_the_queue_has_them_as_one_entry_with_a_file_for_each_part(carried_out, parts, shared):
    entry = carried_out(QueueStore() if shared else None)
    assert entry.state == "done"
    assert [file.name for file in entry.files] == [*(f"BF16/{part.name}" for part in parts), "mmproj-BF16.gguf"]
    assert entry.total_bytes == sum(part.stat().st_size for part in parts) + 400
    assert all(not file.unlisted and Path(file.path).is_file() for file in entry.files)


def test_a_hub_that_cannot_be_asked_for_the_parts_is_a_state(carried_out, published):
    published.fault(Fault("api", "status", status=403, times=-1))
    entry = carried_out(None)
    assert (entry.state, entry.code) == ("failed", "not_allowed")
    assert entry.files[0].unlisted  # it is asked again when it is tried again


def test_asking_again_for_what_is_listed_adds_nothing(carried_out, catalog, weights):
    entry = carried_out(None)
    again = entry_of_model(catalog, "Tiny", "bf16", weights_dir=weights)
    paused = replace(entry, files=(replace(entry.files[0], state="waiting"), *entry.files[1:]))
    queue = ops.add(ops.Queue(entries=(paused,)), again)
    assert [file.name for file in queue.entries[0].files] == [file.name for file in entry.files]


# Checking, repairing, removing, giving away


def test_it_is_checked_and_damage_in_one_part_is_damage_of_the_model(here, catalog, weights, source):
    second = Path(here.pieces[1].path)
    data = bytearray(second.read_bytes())
    data[-5] ^= 1
    second.write_bytes(data)
    verify_model(here, weights, catalog)
    (model,) = (file for file in store.scan(weights, catalog) if file.model == "Tiny")
    assert (model.complete, model.verified, model.usable) == (True, False, False)
    assert store.find(weights, catalog, "Tiny", "bf16") is None
    mend(second, weights, catalog, source, rules=rules())
    assert store.find(weights, catalog, "Tiny", "bf16").verified


def test_all_parts_are_checked_with_progress_in_total(here, catalog, weights):
    told = []
    found = verify_model(here, weights, catalog, on_progress=told.append)
    assert [file.verified for file in found] == [True] * 3
    assert (told[-1].done_bytes, told[-1].total_bytes) == (here.bytes, here.bytes)
    assert len(check_all([here], weights, catalog).files) == 3


def test_parts_that_nobody_verified_are_verified_one_by_one(here, catalog, weights):
    forget(Path(here.pieces[2].path))
    (model,) = (file for file in store.scan(weights, catalog) if file.model == "Tiny")
    assert (model.verified, model.usable) == (False, True)
    assert "2 are verified" in str(model.note)
    assert store.find(weights, catalog, "Tiny", "bf16") == model


@pytest.mark.parametrize("named", ["model", "part"])
def test_its_parts_are_removed_together_and_come_back_together(here, catalog, weights, named):
    target = "Tiny" if named == "model" else here.pieces[1].path
    args = argparse.Namespace(target=target, format="bf16" if named == "model" else None)
    chosen = chosen_paths(args, catalog, weights)
    assert [str(path) for path in chosen] == [piece.path for piece in here.pieces]
    remove(chosen, weights)
    assert not any(Path(piece.path).exists() for piece in here.pieces)
    undo()
    assert store.find(weights, catalog, "Tiny", "bf16").verified


def test_newer_uploads_of_its_parts_are_seen(here, published, catalog, source):
    assert {update.finding for update in look([here], catalog, source)} == {"current"}
    published.add(REPO, f"BF16/{Path(here.pieces[2].path).name}", b"newer")
    assert [update.finding for update in look([here], catalog, source)] == ["current", "current", "newer"]


@pytest.mark.parametrize("name", ["bundle", "bundle.tar"])
def test_a_bundle_carries_all_parts(here, catalog, weights, tmp_path, name):
    export(plan(catalog, [("Tiny", "bf16")], weights), tmp_path / name, reserve_bytes=0)
    done = load(tmp_path / name, tmp_path / "other", catalog, reserve_bytes=0)
    assert [one.state for one in done] == ["imported"] * 3
    there = store.find(tmp_path / "other", catalog, "Tiny", "bf16")
    assert (there.parts, there.verified) == (3, True)
    assert check_file(there.path).architecture == "gemma4"


def test_lm_studio_gets_all_parts_and_ollama_is_told_why_not(here, catalog, weights, tmp_path):
    subject = of_build(catalog, "Tiny", "bf16", weights)
    home = tmp_path / "person"
    (home / ".lmstudio" / "models").mkdir(parents=True)
    put = lmstudio.link(subject, host=Host(platform="linux", home=home, environ={}))
    assert len(put) == 3
    linked = [Path(one.path) for one in put]
    assert check_file(linked[0]).architecture == "gemma4"
    offer = ollama.offer(subject, 4096)
    assert not offer.possible
    assert "llama-gguf-split --merge" in " ".join(map(str, offer.notes))


# Before the download


def test_the_headers_of_all_parts_are_fetched_into_one_folder(published, parts, source):
    fetched = fetch_header(HubFile(REPO, f"BF16/{parts[1].name}", COMMIT), source=source, rules=rules())
    assert fetched.path.name == parts[0].name
    assert sorted(path.name for path in fetched.path.parent.iterdir()) == [part.name for part in parts]
    assert len(check_file(fetched.path).tensors) == 68
    again = fetch_header(HubFile(REPO, f"BF16/{parts[0].name}", COMMIT), source=source, rules=rules())
    assert (again.path, again.fetched_bytes) == (fetched.path, 0)


def test_the_headers_of_a_build_of_the_catalogue_are_found_under_their_own_names(published, catalog, parts, source):
    file = catalog.models[0].builds[0].weights
    fetched = fetch_header(HubFile(REPO, file.file, COMMIT, split=True), source=source, rules=rules())
    assert fetched.path.name == parts[0].name
    assert len(check_file(fetched.path).tensors) == 68
