"""Bundles: made of verified files, carried as a folder or a .tar, and believed in nothing when they come back."""

import contextlib
import hashlib
import io
import os
import random
import sys
import tarfile
import threading
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gemfit.catalog.load import parse_catalog
from gemfit.catalog.types import Catalog, CatalogFile, Superseded
from gemfit.errors import GemfitError
from gemfit.library.bundle import copying, ustar
from gemfit.library.bundle.export import export
from gemfit.library.bundle.load import judge, load
from gemfit.library.bundle.manifest import KIND, MANIFEST, SCHEMA, Manifest, Weights, decode, encode
from gemfit.library.bundle.plan import plan
from gemfit.library.bundle.reading import opened, read_catalog, read_manifest
from gemfit.library.index import checked
from gemfit.library.reclaim import find as find_reclaimable
from gemfit.library.store import find, verify
from gemfit.paths import data_dir as gemfit_data
from tests.library.parts import COMMIT, FILE, REPO, tiny_catalog

DATA = random.Random(3).randbytes(1_000_001)
EYES = random.Random(4).randbytes(70_000)
SHA = hashlib.sha256(DATA).hexdigest()
KINDS = ("bundle", "bundle.tar")


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    """Told of every 64 KiB, so that a test can stop anywhere."""
    monkeypatch.setattr(copying, "BUFFER_BYTES", 64 << 10)
    monkeypatch.setattr(copying, "INTERVAL_S", 0.0)


@pytest.fixture
def catalog():
    return with_projector(tiny_catalog(DATA))


@pytest.fixture
def weights(tmp_path, catalog):
    """A weights folder with the model and its projector, verified."""
    folder = tmp_path / "from"
    put(folder, catalog, DATA)
    put(folder, catalog, EYES, "mmproj.gguf")
    return folder


@pytest.fixture
def elsewhere(tmp_path):
    """The weights folder of another machine."""
    return tmp_path / "to"


def with_projector(catalog: Catalog) -> Catalog:
    """The projector of Tiny, with its size and hash."""
    model = catalog.models[0]
    sha256 = hashlib.sha256(EYES).hexdigest()
    eyes = replace(model.builds[0].files[1], bytes=len(EYES), sha256=sha256)
    return with_files(catalog, [model.builds[0].files[0], eyes])


def with_files(catalog: Catalog, files: list[CatalogFile]) -> Catalog:
    model = catalog.models[0]
    return replace(catalog, models=[replace(model, builds=[replace(model.builds[0], files=files)])])


def put(folder: Path, catalog: Catalog, data: bytes, name: str = FILE) -> Path:
    path = folder / "Tiny" / "q4_0" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    verify(path, folder, catalog)
    return path


def make(target: Path, catalog: Catalog, weights: Path, **kwargs):
    return export(plan(catalog, [("tiny", None)], weights), target, reserve_bytes=0, **kwargs)


def take(bundle: Path, folder: Path, catalog: Catalog, **kwargs):
    return load(bundle, folder, catalog, reserve_bytes=0, **kwargs)


def refusal(act, *args, **kwargs) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        act(*args, **kwargs)
    return caught.value


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def stop_after(n_bytes: int):
    """An event, and something to call with each progress, that sets it after so many bytes."""
    stopped = threading.Event()

    def look(progress):
        if progress.done_bytes >= n_bytes:
            stopped.set()

    return stopped, look


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


# Bundles that someone made by hand.


def manifest_of(*weights: Weights) -> Manifest:
    return Manifest(kind=KIND, schema=SCHEMA, made_at="", made_by="", weights=list(weights), extras=[], licences=[])


def claimed(data: bytes = DATA, **changes: object) -> Weights:
    sha256 = hashlib.sha256(data).hexdigest()
    return Weights(
        **{"model": "Tiny", "build": "q4_0", "role": "weights", "file": FILE, "bytes": len(data), "sha256": sha256}
        | changes
    )


def tar_of(path: Path, *entries: tuple[str, bytes]) -> Path:
    with path.open("wb") as file:
        for name, data in entries:
            file.write(ustar.pack(ustar.Header(name, len(data))) + data + bytes(ustar.padded(len(data)) - len(data)))
        file.write(ustar.END)
    return path


def folder_of(path: Path, manifest: Manifest, files: dict[str, bytes]) -> Path:
    for name, data in {MANIFEST: encode(manifest), **files}.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return path


@pytest.mark.parametrize("kind", ["folder", "tar"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1] + b"X",
        lambda data: data[:-1],
        lambda data: data + b"more",
        lambda _data: b"",
    ],
    ids=["flipped", "short", "long", "empty"],
)
def test_weights_that_are_not_what_the_manifest_says_are_refused(tmp_path, catalog, elsewhere, kind, spoil):
    manifest, path = manifest_of(claimed()), f"weights/Tiny/q4_0/{FILE}"
    if kind == "tar":
        bundle = tar_of(tmp_path / "b.tar", (MANIFEST, encode(manifest)), (path, spoil(DATA)))
    else:
        bundle = folder_of(tmp_path / "b", manifest, {path: spoil(DATA)})
    assert refusal(take, bundle, elsewhere, catalog).code == "bundle_damaged"
    assert files_in(elsewhere) == []


def test_a_missing_file_and_one_too_many_are_refused(tmp_path, catalog, elsewhere):
    manifest, path = encode(manifest_of(claimed())), f"weights/Tiny/q4_0/{FILE}"
    missing = tar_of(tmp_path / "1.tar", (MANIFEST, manifest))
    more = tar_of(tmp_path / "2.tar", (MANIFEST, manifest), ("../../evil.gguf", b"x"), (path, DATA))
    twice = tar_of(tmp_path / "3.tar", (MANIFEST, manifest), (path, DATA), (path, DATA))
    gone = folder_of(tmp_path / "4", manifest_of(claimed()), {})
    for bundle in (missing, more, twice, gone):
        assert refusal(take, bundle, elsewhere, catalog).code == "bundle_damaged", bundle.name
    assert not (tmp_path.parent / "evil.gguf").exists()


def test_a_tar_that_was_cut_off_is_refused_and_leaves_nothing(tmp_path, catalog, weights, elsewhere):
    whole = Path(make(tmp_path / "b.tar", catalog, weights).path).read_bytes()
    for length in (0, 100, 600, 5000, len(whole) // 2, len(whole) - 1024 - len(EYES)):
        cut = tmp_path / "cut.tar"
        cut.write_bytes(whole[:length])
        assert refusal(take, cut, elsewhere, catalog).code in ("not_a_bundle", "bundle_damaged")
        assert not [name for name in files_in(elsewhere) if not name.endswith(FILE)]


@pytest.mark.parametrize(
    "entry",
    [
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.LNKTYPE, "linkname": "manifest.json"},
        {"type": tarfile.CHRTYPE},
        {"type": tarfile.BLKTYPE},
        {"type": tarfile.FIFOTYPE},
        {"type": tarfile.DIRTYPE},
        {"type": tarfile.GNUTYPE_SPARSE},
        {"type": tarfile.XHDTYPE},
        {"type": tarfile.GNUTYPE_LONGNAME},
    ],
    ids=["symlink", "hardlink", "device", "block device", "fifo", "folder", "sparse", "pax", "long name"],
)
@pytest.mark.parametrize("first", [True, False], ids=["in front", "behind the manifest"])
def test_a_tar_holds_plain_files_and_nothing_else(tmp_path, catalog, elsewhere, entry, first):
    manifest = encode(manifest_of(claimed()))
    with tarfile.open(tmp_path / "b.tar", "w:", format=tarfile.USTAR_FORMAT) as tar:
        if not first:
            plain = tarfile.TarInfo(MANIFEST)
            plain.size = len(manifest)
            tar.addfile(plain, io.BytesIO(manifest))
        odd = tarfile.TarInfo(f"weights/Tiny/q4_0/{FILE}")
        for name, value in entry.items():
            setattr(odd, name, value)
        tar.addfile(odd)
    error = refusal(take, tmp_path / "b.tar", elsewhere, catalog)
    assert error.code == ("not_a_bundle" if first else "bundle_damaged")
    assert files_in(elsewhere) == []


def test_a_size_that_is_not_there_is_no_reason_to_make_room(tmp_path, catalog, elsewhere):
    huge = claimed(bytes=1 << 60)
    bundle = tmp_path / "b.tar"
    manifest = encode(manifest_of(huge))
    head = (
        ustar.pack(ustar.Header(MANIFEST, len(manifest)))
        + manifest
        + bytes(ustar.padded(len(manifest)) - len(manifest))
    )
    bundle.write_bytes(head + ustar.pack(ustar.Header(huge.path, 1 << 60)) + b"little")
    assert refusal(take, bundle, elsewhere, catalog).code == "disk_full"
    bundle.write_bytes(head + ustar.pack(ustar.Header(huge.path, 7)) + b"little")
    assert refusal(take, bundle, elsewhere, catalog).code == "disk_full"
    assert not elsewhere.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")
@pytest.mark.parametrize("trick", ["link", "folder link", "pipe", "manifest link"])
def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path, catalog, elsewhere, trick):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / FILE).write_bytes(DATA)
    bundle = folder_of(tmp_path / "b", manifest_of(claimed()), {"weights/Tiny/x": b""})
    (bundle / "weights/Tiny/x").unlink()
    if trick == "folder link":
        (bundle / "weights/Tiny/q4_0").symlink_to(secret, target_is_directory=True)
    elif trick == "manifest link":
        (bundle / MANIFEST).rename(tmp_path / "m.json")
        (bundle / MANIFEST).symlink_to(tmp_path / "m.json")
    else:
        (bundle / "weights/Tiny/q4_0").mkdir()
        path = bundle / "weights/Tiny/q4_0" / FILE
        path.symlink_to(secret / FILE) if trick == "link" else os.mkfifo(path)
    assert refusal(take, bundle, elsewhere, catalog).code in ("bundle_damaged", "leads_outside", "not_readable")
    assert files_in(elsewhere) == []


def test_a_link_in_the_weights_folder_leads_nothing_out_of_it(tmp_path, catalog, weights, elsewhere):
    make(tmp_path / "b.tar", catalog, weights)
    outside = tmp_path / "outside"
    outside.mkdir()
    elsewhere.mkdir()
    (elsewhere / "Tiny").symlink_to(outside, target_is_directory=True)
    assert refusal(take, tmp_path / "b.tar", elsewhere, catalog).code == "leads_outside"
    assert files_in(outside) == []


HOSTILE_NAMES = [
    "../x.gguf",
    "/etc/x.gguf",
    "a/../../x.gguf",
    "C:/x.gguf",
    "a\\b.gguf",
    "x\0.gguf",
    "con.gguf",
    ".hidden.gguf",
    "x" * 300 + ".gguf",
    "x.gguf ",
    "\u0440aper.gguf",
    "x.exe",
    "x.gguf/y",
    "",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_makes_the_whole_bundle_refused(tmp_path, catalog, elsewhere, name):
    bundle = folder_of(tmp_path / "b", manifest_of(claimed(), claimed(file=name)), {f"weights/Tiny/q4_0/{FILE}": DATA})
    assert refusal(take, bundle, elsewhere, catalog).code == "bundle_invalid"
    assert not elsewhere.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "../Tiny"},
        {"model": ""},
        {"build": "."},
        {"build": "q4/0"},
        {"bytes": 0},
        {"bytes": -1},
        {"sha256": "0" * 63},
        {"sha256": "G" * 64},
    ],
    ids=str,
)
def test_a_manifest_that_cannot_be_right_is_refused(changes):
    assert refusal(decode, encode(manifest_of(claimed(**changes)))).code == "bundle_invalid"


def test_two_names_that_are_one_on_some_system_are_refused():
    both = manifest_of(claimed(), claimed(file=FILE.upper()))
    assert refusal(decode, encode(both)).code == "unsafe_name"
    assert refusal(decode, encode(manifest_of(claimed(), claimed()))).code == "bundle_invalid"


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"kind": "other", "schema": 1}', b'{"kind": 1}'])
def test_something_else_is_no_bundle(tmp_path, catalog, elsewhere, data):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / MANIFEST).write_bytes(data)
    tar = tar_of(tmp_path / "b.tar", (MANIFEST, data))
    for bundle in (tmp_path / "b", tar):
        assert refusal(take, bundle, elsewhere, catalog).code == "not_a_bundle"


def test_a_newer_bundle_says_so(tmp_path):
    assert refusal(decode, msgspec.json.encode({"kind": KIND, "schema": SCHEMA + 1})).code == "newer_bundle"


def test_an_extra_that_belongs_into_no_bundle_is_refused(tmp_path):
    for path in ("settings.json", "licences/../x.txt", "licences/a/b.txt", "weights/Tiny/q4_0/run.sh"):
        extra = {"path": path, "bytes": 1, "sha256": "0" * 64}
        plain = msgspec.to_builtins(manifest_of(claimed()))
        assert refusal(decode, msgspec.json.encode({**plain, "extras": [extra]})).code == "bundle_invalid", path


@given(data=st.binary(max_size=3000))
@settings(max_examples=200, deadline=None)
def test_whatever_a_manifest_holds_it_is_read_or_refused(data):
    assert refused_with(data) in (None, "not_a_bundle", "newer_bundle", "bundle_invalid", "unsafe_name")


def refused_with(data: bytes) -> str | None:
    """The code with which a manifest is refused; None if it is not."""
    try:
        decode(data)
    except GemfitError as error:
        return error.code
    return None


text = st.text(max_size=30) | st.sampled_from(["..", "/", "Tiny", "q4_0", FILE, "con", "a/b.gguf", "\u202e.gguf"])


@given(model=text, build=text, file=text | text.map(lambda stem: stem + ".gguf"))
@settings(max_examples=300, deadline=None)
def test_whatever_is_let_in_stays_inside_the_folder(model, build, file):
    weights = claimed(model=model, build=build, file=file)
    if code := refused_with(encode(manifest_of(weights))):
        assert code in ("bundle_invalid", "unsafe_name")
        return
    path = weights.path
    parts = path.split("/")
    assert ".." not in parts
    assert not {"", "."} & set(parts)
    assert os.path.normpath(path).replace(os.sep, "/") == path


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_to_a_tar_only_right_files_come_out_of_it(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fuzz")
    small = b"small weights"
    catalog = tiny_catalog(small)
    bundle = tar_of(
        folder / "b.tar", (MANIFEST, encode(manifest_of(claimed(small)))), (f"weights/Tiny/q4_0/{FILE}", small)
    )
    whole = bytearray(bundle.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    bundle.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with contextlib.suppress(GemfitError):
        load(bundle, folder / "to", catalog, reserve_bytes=0)
    for name in files_in(folder / "to"):
        assert (name.endswith(".gguf"), (folder / "to" / name).read_bytes()) == (True, small)


@given(
    name=st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1), n_bytes=st.integers(0, 1 << 80)
)
@settings(max_examples=300, deadline=None)
def test_a_header_says_what_was_packed_and_tar_programs_agree(name, n_bytes):
    try:
        block = ustar.pack(ustar.Header(name, n_bytes))
    except ValueError:
        assert len(name.encode()) > 100
        return
    assert ustar.unpack(block) == ustar.Header(name, n_bytes)
    info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    assert (info.size, info.isreg()) == (n_bytes, True)
    assert info.name == name


def test_a_long_path_is_split_where_a_folder_ends():
    long = "weights/Tiny/q4_0/" + "f" * 60 + "/" + "g" * 90 + ".gguf"
    block = ustar.pack(ustar.Header(long, 5))
    assert ustar.unpack(block) == ustar.Header(long, 5)
    assert tarfile.TarInfo.frombuf(block, "utf-8", "strict").name == long
    with pytest.raises(ValueError, match="too long"):
        ustar.pack(ustar.Header("x" * 101, 5))


@given(block=st.binary(min_size=0, max_size=512))
def test_whatever_a_header_holds_it_is_read_or_refused(block):
    try:
        ustar.unpack(block)
    except ValueError:
        return
    assert block == bytes(512)


def test_a_bundle_is_read_from_where_a_link_points(tmp_path, catalog, weights):
    make(tmp_path / "b.tar", catalog, weights)
    (tmp_path / "link.tar").symlink_to(tmp_path / "b.tar")
    with opened(tmp_path / "link.tar") as bundle:
        assert len(bundle.manifest.weights) == 2
