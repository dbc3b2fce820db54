"""Names from outside: what they can be, and that they never lead anywhere else."""

import ntpath
import unicodedata
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.errors import GemfitError
from gemfit.library.names import is_repo, is_safe, joined, place, refuse_collisions, same_as

GOOD = [
    "x.gguf",
    "MTP/x.gguf",
    "BF16/gemma-4-26B-A4B-it-BF16-00001-of-00002.gguf",
    "gemma 4 (made up)+v1,2.gguf",
    "modell-größe.gguf",
    "模型-q4_0.gguf",
    "модель-Q4_0.gguf",
    "λ-gemma.gguf",
    "con-artist.gguf",
    "comma.gguf",
    "a" * 240,
]
BAD = [
    "",
    ".",
    "..",
    "../x.gguf",
    "a/../x.gguf",
    "a/./x.gguf",
    "a//x.gguf",
    "a/",
    "/etc/passwd",
    "//server/share/x.gguf",
    "\\\\server\\share\\x.gguf",
    "..\\x.gguf",
    "a\\x.gguf",
    "C:x.gguf",
    "C:\\x.gguf",
    "c:/x.gguf",
    "x.gguf:stream",
    "x\0.gguf",
    "x\n.gguf",
    "x\x1b[2J.gguf",
    "x\x7f.gguf",
    "x\u202egguf.exe",
    "x\u200b.gguf",
    "\ufeffx.gguf",
    "\ud800.gguf",
    "CON",
    "con.gguf",
    "Nul.tar.gguf",
    "a/COM1/x.gguf",
    "lpt9.gguf",
    "COM0",
    "CONIN$",
    "nul .gguf",
    "COM¹.gguf",
    "x.gguf.",
    "x.gguf ",
    "a./x.gguf",
    "a /x.gguf",
    ".x.gguf",
    ".git/config",
    "~/x|y.gguf",
    'x".gguf',
    "x?.gguf",
    "x*.gguf",
    "<x>.gguf",
    "a" * 241,
    "a" * 300 + ".gguf",
    "ä" * 121,
    "/".join(["a" * 200] * 5),
    "/".join(["a"] * 17),
    "gemmа.gguf",
    "gοogle/x.gguf",
    "．．/x.gguf",
    "a／b.gguf",
    "ｘ.gguf",
    "x․gguf",
]


@pytest.mark.parametrize("name", GOOD)
def test_a_plain_name_goes_into_the_folder(tmp_path, name):
    assert place(tmp_path, name) == tmp_path.joinpath(*PurePosixPath(name).parts)


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_leads_elsewhere_or_that_a_system_cannot_hold_is_refused(tmp_path, name):
    with pytest.raises(GemfitError) as caught:
        place(tmp_path, name)
    assert caught.value.code == "unsafe_name"
    assert str(caught.value).isprintable()
    assert list(tmp_path.iterdir()) == []


ODD = st.sampled_from(
    ["..", ".", "/", "\\", ":", "\0", " ", "con", "NUL", "~", "é", "e\u0301", "а", "ａ", "\u202e", "C:"]
)
NAMES = st.one_of(st.text(max_size=30), st.lists(st.one_of(ODD, st.text(max_size=4)), max_size=8).map("".join))


@given(NAMES)
def test_whatever_the_name_it_stays_inside_on_every_system(name):
    folder = Path("/w/models")
    try:
        path = joined(folder, name)
    except GemfitError:
        return
    parts = path.relative_to(folder).parts
    assert parts
    assert not {"", ".", ".."} & set(parts)
    windows = ntpath.normpath(ntpath.join("D:\\models", *parts))
    assert windows.startswith("D:\\models\\")
    assert not ntpath.isreserved(windows) if hasattr(ntpath, "isreserved") else True
    assert all(part.isprintable() and unicodedata.is_normalized("NFC", part) for part in parts)


@given(NAMES)
def test_the_same_name_in_another_form_is_the_same_place(name):
    try:
        path = joined(Path("/w"), name)
    except GemfitError:
        return
    assert joined(Path("/w"), unicodedata.normalize("NFD", name)) == path


@given(NAMES)
def test_a_safe_name_can_be_made_as_a_file(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("names")
    try:
        path = place(folder, name)
    except GemfitError:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    assert [found for found in folder.rglob("*") if found.is_file()] == [path]


def test_a_link_on_the_way_must_not_lead_out(tmp_path):
    inside, outside = tmp_path / "models", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (inside / "E2B").symlink_to(outside)
    with pytest.raises(GemfitError) as caught:
        place(inside, "E2B/q4_0/x.gguf")
    assert caught.value.code == "leads_outside"
    assert list(outside.iterdir()) == []


def test_a_link_within_the_folder_or_to_it_is_no_harm(tmp_path):
    inside = tmp_path / "models"
    (inside / "E2B").mkdir(parents=True)
    (inside / "other").symlink_to(inside / "E2B")
    (tmp_path / "way").symlink_to(inside)
    assert place(inside, "other/x.gguf") == inside / "other" / "x.gguf"
    assert place(tmp_path / "way", "E2B/x.gguf") == tmp_path / "way" / "E2B" / "x.gguf"


def test_names_that_some_system_takes_for_one_are_refused_together():
    refuse_collisions(["a.gguf", "b.gguf", "a.gguf", "A/b.gguf"])
    for pair in (["a.gguf", "A.GGUF"], ["é.gguf", "e\u0301.gguf"], ["straße.gguf", "STRASSE.gguf"]):
        with pytest.raises(GemfitError) as caught:
            refuse_collisions(pair)
        assert caught.value.code == "unsafe_name"


@given(st.text(max_size=20))
def test_case_and_form_do_not_tell_names_apart(name):
    assert same_as(same_as(name)) == same_as(name)
    assert same_as(unicodedata.normalize("NFD", name)) == same_as(name)


@pytest.mark.parametrize("name", ["google/gemma-4-E2B", "a/b", "unsloth/gemma-4-12b-it-GGUF", "x1/y_z.v2"])
def test_repositories_are_owner_and_name(name):
    assert is_repo(name)


@pytest.mark.parametrize(
    "name", ["", "a", "a/b/c", "../b", "a/..", "a/b.git", "a--b/c", "a/b..c", "/a/b", "a/b\n", "а/b", "a/" + "b" * 96]
)
def test_what_is_no_repository_is_refused(name):
    assert not is_repo(name)


def test_safe_is_said_of_the_form_that_is_kept():
    assert is_safe(unicodedata.normalize("NFC", "größe.gguf"))
