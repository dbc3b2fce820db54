"""Bundles that someone made by hand: believed in nothing."""

import contextlib
import io
import os
import sys
import tarfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemfit.errors import GemfitError
from gemfit.library.bundle import ustar
from gemfit.library.bundle.load import load
from gemfit.library.bundle.manifest import KIND, MANIFEST, SCHEMA, decode, encode
from gemfit.library.bundle.reading import opened
from tests.library.bundle.parts import (
    DATA,
    EYES,
    claimed,
    files_in,
    folder_of,
    make,
    manifest_of,
    refusal,
    take,
    tar_of,
)
from tests.library.parts import FILE, tiny_catalog


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
