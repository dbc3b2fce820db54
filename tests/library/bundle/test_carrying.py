"""Bundles: made of verified files, carried as a folder or a .tar, imported and verified."""

import os
import tarfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from gemfit.catalog.load import parse_catalog
from gemfit.catalog.types import Superseded
from gemfit.library.bundle.export import export
from gemfit.library.bundle.load import judge
from gemfit.library.bundle.manifest import MANIFEST
from gemfit.library.bundle.plan import plan
from gemfit.library.bundle.reading import read_catalog, read_manifest
from gemfit.library.index import checked
from gemfit.library.reclaim import find as find_reclaimable
from gemfit.library.store import find
from gemfit.paths import data_dir as gemfit_data
from tests.library.bundle.parts import DATA, KINDS, SHA, files_in, make, refusal, stop_after, take, with_files
from tests.library.parts import COMMIT, FILE, REPO


@pytest.mark.parametrize("name", KINDS)
def test_weights_arrive_verified_with_licence_and_catalogue(tmp_path, catalog, weights, elsewhere, name):
    done = make(tmp_path / name, catalog, weights)
    assert [file.file for file in done.manifest.weights] == [FILE, "mmproj.gguf"]
    (licence,) = done.manifest.licences
    assert (licence.name, licence.models, licence.path) == ("Apache-2.0", ["Tiny"], "licences/Apache-2.0.txt")
    imported = take(tmp_path / name, elsewhere, catalog)
    assert [(one.state, one.judged.known) for one in imported] == [("imported", "published")] * 2
    assert (elsewhere / "Tiny" / "q4_0" / FILE).read_bytes() == DATA
    assert find(elsewhere, catalog, "Tiny").verified
    assert "Apache License" in (gemfit_data() / "licences" / "Apache-2.0.txt").read_text()
    assert parse_catalog(read_catalog(tmp_path / name)) == catalog
    assert files_in(elsewhere) == ["Tiny/q4_0/mmproj.gguf", f"Tiny/q4_0/{FILE}"]


def test_a_folder_holds_the_weights_as_they_are(tmp_path, catalog, weights):
    make(tmp_path / "bundle", catalog, weights)
    assert files_in(tmp_path / "bundle") == [
        "catalog.json",
        "licences/Apache-2.0.txt",
        "manifest.json",
        "weights/Tiny/q4_0/mmproj.gguf",
        f"weights/Tiny/q4_0/{FILE}",
    ]


def test_any_tar_program_can_read_it(tmp_path, catalog, weights):
    make(tmp_path / "b.tar", catalog, weights)
    with tarfile.open(tmp_path / "b.tar", "r:") as tar:
        assert tar.getnames()[0] == MANIFEST
        assert tar.extractfile(f"weights/Tiny/q4_0/{FILE}").read() == DATA


def test_the_manifest_pins_what_was_published(tmp_path, catalog, weights):
    make(tmp_path / "b.tar", catalog, weights)
    file = read_manifest(tmp_path / "b.tar").weights[0]
    assert (file.repo, file.revision, file.sha256, file.bytes) == (REPO, COMMIT, SHA, len(DATA))


def test_what_is_not_here_or_not_verified_is_not_exported(tmp_path, catalog, weights):
    assert refusal(plan, catalog, [("tiny", None)], tmp_path / "none").code == "not_here"
    (weights / "Tiny" / "q4_0" / FILE).write_bytes(DATA)  # the same size and another time: nobody has looked at it
    os.utime(weights / "Tiny" / "q4_0" / FILE, ns=(1, 1))
    assert refusal(plan, catalog, [("tiny", None)], weights).code == "not_verified"


@pytest.mark.parametrize("name", KINDS)
def test_a_file_that_changed_since_it_was_verified_stops_the_export(tmp_path, catalog, weights, name):
    made = plan(catalog, [("tiny", None)], weights)
    (weights / "Tiny" / "q4_0" / FILE).write_bytes(DATA[:-1] + b"X")
    assert refusal(export, made, tmp_path / name, reserve_bytes=0).code == "hash_mismatch"
    assert refusal(take, tmp_path / name, tmp_path / "to", catalog).code in ("not_a_bundle", "not_found")


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("n_bytes", [1, 300_000, 1_050_000])
def test_an_export_that_was_stopped_goes_on(tmp_path, catalog, weights, elsewhere, name, n_bytes):
    stopped, look = stop_after(n_bytes)
    made = plan(catalog, [("tiny", None)], weights)
    assert (
        refusal(export, made, tmp_path / name, cancelled=stopped, on_progress=look, reserve_bytes=0).code == "cancelled"
    )
    assert refusal(take, tmp_path / name, elsewhere, catalog).code in ("not_a_bundle", "not_found")
    done = make(tmp_path / name, catalog, weights)
    assert done.kept_bytes >= (1_000_000 if n_bytes > 1_000_001 else 0)
    assert len(take(tmp_path / name, elsewhere, catalog)) == 2


@pytest.mark.parametrize("name", KINDS)
def test_what_was_spoilt_in_an_unfinished_export_is_written_again(tmp_path, catalog, weights, elsewhere, name):
    stopped, look = stop_after(1_060_000)
    made = plan(catalog, [("tiny", None)], weights)
    refusal(export, made, tmp_path / name, cancelled=stopped, on_progress=look, reserve_bytes=0)
    written = tmp_path / "bundle.tar.part" if name.endswith(".tar") else tmp_path / name / f"weights/Tiny/q4_0/{FILE}"
    with written.open("r+b") as file:
        file.seek(written.stat().st_size // 2)
        file.write(b"spoilt")
    make(tmp_path / name, catalog, weights)
    assert {one.state for one in take(tmp_path / name, elsewhere, catalog)} == {"imported"}


@pytest.mark.parametrize("name", KINDS)
def test_an_export_never_overwrites(tmp_path, catalog, weights, name):
    make(tmp_path / name, catalog, weights)
    before = files_in(tmp_path)
    assert refusal(make, tmp_path / name, catalog, weights).code == "exists"
    assert files_in(tmp_path) == before


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path, catalog, weights):
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "letter.txt").write_text("dear")
    (tmp_path / "x.tar.part").write_text("something else that someone keeps here")
    assert refusal(make, tmp_path / "bundle", catalog, weights).code == "exists"
    assert refusal(make, tmp_path / "x.tar", catalog, weights).code == "exists"
    assert (tmp_path / "x.tar.part").read_text().startswith("something")


@pytest.mark.parametrize("name", KINDS)
def test_room_is_looked_for_first(tmp_path, catalog, weights, elsewhere, name, monkeypatch):
    make(tmp_path / name, catalog, weights)
    for room in ("export", "load"):
        monkeypatch.setattr(f"gemfit.library.bundle.{room}.free_bytes", lambda _folder: 100_000)
    assert refusal(make, tmp_path / f"2{name}", catalog, weights).code == "disk_full"
    assert refusal(take, tmp_path / name, elsewhere, catalog).code == "disk_full"
    assert not elsewhere.exists()


@pytest.mark.parametrize("name", KINDS)
def test_importing_twice_changes_nothing(tmp_path, catalog, weights, elsewhere, name):
    make(tmp_path / name, catalog, weights)
    take(tmp_path / name, elsewhere, catalog)
    before = (elsewhere / "Tiny" / "q4_0" / FILE).stat()
    assert [one.state for one in take(tmp_path / name, elsewhere, catalog)] == ["there", "there"]
    after = (elsewhere / "Tiny" / "q4_0" / FILE).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_in_the_way_is_left_and_the_rest_is_imported(tmp_path, catalog, weights, elsewhere):
    make(tmp_path / "b.tar", catalog, weights)
    other = elsewhere / "Tiny" / "q4_0" / FILE
    other.parent.mkdir(parents=True)
    other.write_bytes(b"someone's")
    first, second = take(tmp_path / "b.tar", elsewhere, catalog)
    assert (first.state, second.state) == ("left", "imported")
    assert other.read_bytes() == b"someone's"
    assert "Move it away" in str(first.note)


@pytest.mark.parametrize("name", KINDS)
def test_an_import_that_was_stopped_leaves_nothing_half(tmp_path, catalog, weights, elsewhere, name):
    make(tmp_path / name, catalog, weights)
    stopped, look = stop_after(300_000)
    assert refusal(take, tmp_path / name, elsewhere, catalog, cancelled=stopped, on_progress=look).code == "cancelled"
    assert files_in(elsewhere) == []
    assert {one.state for one in take(tmp_path / name, elsewhere, catalog)} == {"imported"}


def test_whole_files_before_a_stop_stay(tmp_path, catalog, weights, elsewhere):
    make(tmp_path / "b.tar", catalog, weights)
    stopped, look = stop_after(1_060_000)
    refusal(take, tmp_path / "b.tar", elsewhere, catalog, cancelled=stopped, on_progress=look)
    assert files_in(elsewhere) == [f"Tiny/q4_0/{FILE}"]
    assert [one.state for one in take(tmp_path / "b.tar", elsewhere, catalog)] == ["there", "imported"]


def test_what_a_crash_left_is_cleared_away(tmp_path, catalog, weights, elsewhere):
    make(tmp_path / "b.tar", catalog, weights)
    crashed = elsewhere / "Tiny" / "q4_0" / f"{FILE}.part.import"
    crashed.parent.mkdir(parents=True)
    crashed.write_bytes(DATA[:1000])
    assert [one.path for one in find_reclaimable(elsewhere, catalog)] == [str(crashed)]
    take(tmp_path / "b.tar", elsewhere, catalog)
    assert files_in(elsewhere) == ["Tiny/q4_0/mmproj.gguf", f"Tiny/q4_0/{FILE}"]


def test_what_the_catalogue_here_says_is_shown(tmp_path, catalog, weights):
    manifest = make(tmp_path / "b.tar", catalog, weights).manifest
    first, eyes = catalog.models[0].builds[0].files

    def known(**changes: object) -> str:
        return judge(manifest, with_files(catalog, [replace(first, **changes), eyes]))[0].known

    assert known() == "published"
    assert known(sha256=None) == "no_hash"
    assert known(sha256="0" * 64) == "other_hash"
    assert known(file="another.gguf", sha256="1" * 64) == "unknown"
    old = replace(catalog, superseded=[Superseded(model="Tiny", file=FILE, repo=REPO, sha256=SHA)])
    assert judge(manifest, old)[0].known == "superseded"


@pytest.mark.parametrize("known", ["other_hash", "superseded"])
def test_a_file_that_is_not_the_published_one_is_not_imported(tmp_path, catalog, weights, elsewhere, known):
    make(tmp_path / "b.tar", catalog, weights)
    first, eyes = catalog.models[0].builds[0].files
    if known == "superseded":
        here = replace(catalog, superseded=[Superseded(model="Tiny", file=FILE, repo=REPO, sha256=SHA)])
    else:
        here = with_files(catalog, [replace(first, sha256="0" * 64), eyes])
    left, imported = take(tmp_path / "b.tar", elsewhere, here)
    assert (left.state, left.judged.known, imported.state) == ("left", known, "imported")
    assert files_in(elsewhere) == ["Tiny/q4_0/mmproj.gguf"]


def test_where_the_catalogue_has_no_hash_the_bundles_counts(tmp_path, catalog, weights, elsewhere):
    make(tmp_path / "b.tar", catalog, weights)
    first, eyes = catalog.models[0].builds[0].files
    here = with_files(catalog, [replace(first, sha256=None, bytes=None), eyes])
    take(tmp_path / "b.tar", elsewhere, here)
    assert find(elsewhere, here, "Tiny").verified


def test_the_word_of_a_bundle_alone_does_not_make_an_unknown_file_verified(tmp_path, catalog, weights, elsewhere):
    make(tmp_path / "b.tar", catalog, weights)
    first, _eyes = catalog.models[0].builds[0].files
    here = with_files(catalog, [replace(first, file="another.gguf", sha256="1" * 64)])
    one = take(tmp_path / "b.tar", elsewhere, here)[0]
    assert (one.state, one.judged.known) == ("imported", "unknown")
    assert checked(Path(one.path)).expected is None
