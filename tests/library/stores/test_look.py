"""All stores together: each file once, places that hang or refuse, and nothing changed."""

import errno
import hashlib
import os
import threading
from pathlib import Path

import pytest

from gemfit.library.stores import huggingface, lmstudio, look, ollama, patience, walk
from gemfit.library.stores.look import TITLES
from tests.library.stores.homes import host, put, put_in_hugging_face, put_in_ollama, sha256

DATA = b"GGUF and more"


def everything_below(folder: Path) -> dict[str, tuple[object, ...]]:
    """Every name with its bytes and its times, but for that of reading."""
    found = {}
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        content = path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else None
        found[str(path)] = (state.st_mtime_ns, state.st_ctime_ns, state.st_mode, state.st_nlink, state.st_ino, content)
    return found


@pytest.fixture
def full(tmp_path):
    """A home in which every program has a model."""
    here = host(tmp_path)
    put_in_hugging_face(here.home / ".cache/huggingface/hub", "unsloth/gemma-GGUF", "x.gguf", b"of the hub")
    put(here.home / ".lmstudio/models/unsloth/gemma/y.gguf", b"of the studio")
    put_in_ollama(here.home / ".ollama/models", "registry.ollama.ai/library/gemma4/e2b", ("model", b"of the llama"))
    put(here.data / "Jan/data/llamacpp/models/gemma/model.gguf", b"of jan")
    put(here.data / "nomic.ai/GPT4All/z.gguf", b"for all")
    put(here.cache / "llama.cpp/w.gguf", b"cached")
    return here


def test_every_program_is_looked_into(full):
    found = look.look(full).files
    assert {file.origin for file in found} == set(TITLES)
    assert len(found) == len(TITLES)
    assert look.look(full).problems == []


def test_looking_changes_nothing_of_anybody(full, tmp_path):
    before = everything_below(tmp_path)
    look.look(full, folders=[full.home], imported=[full.cache / "llama.cpp/w.gguf"])
    assert everything_below(tmp_path) == before


def test_a_file_under_two_names_is_there_once(tmp_path):
    here = host(tmp_path)
    first = put_in_hugging_face(here.home / ".cache/huggingface/hub", "a/b", "x.gguf", DATA)
    second = here.home / ".lmstudio/models/a/b/x.gguf"
    second.parent.mkdir(parents=True)
    second.symlink_to(first)
    third = second.with_name("again.gguf")
    third.hardlink_to(first.resolve())
    assert [file.path for file in look.look(here, folders=[here.home]).files] == [first]


def test_a_folder_and_a_file_of_ones_own(tmp_path):
    put(tmp_path / "share" / "deep" / "a.gguf")
    put(tmp_path / "share" / ".trash" / "b.gguf")
    put(tmp_path / "share" / "notes.txt")
    one = put(tmp_path / "one.litertlm")
    found = look.look(host(tmp_path), folders=[tmp_path / "share"], imported=[one]).files
    assert [(file.called, file.origin, file.container) for file in found] == [
        ("deep/a.gguf", "folder", "gguf"),
        ("one.litertlm", "import", "litertlm"),
    ]


def test_a_share_that_is_not_connected_is_told(tmp_path):
    found = look.look(host(tmp_path), folders=[tmp_path / "share"])
    assert found.files == []
    assert "is not there" in str(found.problems[0])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that may not be read")
def test_a_folder_that_may_not_be_read_is_told_and_the_rest_is_found(full):
    locked = full.home / ".ollama/models/manifests"
    locked.chmod(0)
    found = look.look(full)
    locked.chmod(0o700)
    assert len(found.files) == len(TITLES) - 1
    assert "cannot be looked into" in str(found.problems[0])
    assert "Ollama" in str(found.problems[0])


def test_an_error_of_the_disk_is_told_and_the_rest_is_found(full, monkeypatch):
    scandir, broken = os.scandir, str(full.home / ".lmstudio/models")

    def failing(folder):
        if folder == broken:
            raise OSError(errno.EIO, "Input/output error", folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", failing)
    found = look.look(full)
    assert len(found.files) == len(TITLES) - 1
    assert "Input/output error" in str(found.problems[0])


def test_a_place_that_never_answers_is_left_out_and_asked_only_once(full, monkeypatch):
    free, asked = threading.Event(), []
    weights_below = walk.weights_below

    def hanging(folder, trouble, **options):
        asked.append(folder)
        free.wait()
        return weights_below(folder, trouble, **options)

    monkeypatch.setattr(lmstudio, "weights_below", hanging)
    try:
        for _ in range(2):
            found = look.look(full, patience_s=0.2)
            assert len(found.files) == len(TITLES) - 1
            assert [str(problem).split(" does")[0] for problem in found.problems] == ["LM Studio"]
        assert len(asked) == 1
    finally:
        free.set()
        for thread in threading.enumerate():
            if thread.name.startswith("look into"):
                thread.join()
    assert len(look.look(full).files) == len(TITLES)


def test_what_goes_wrong_in_a_place_is_no_silence():
    def broken():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        patience.ask_all({"x": broken}, 5.0)


def test_a_link_to_a_folder_above_is_no_endless_way(tmp_path):
    put(tmp_path / "a" / "x.gguf")
    (tmp_path / "a" / "again").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "itself").symlink_to(tmp_path / "a" / "itself")
    (tmp_path / "a" / "none.gguf").symlink_to(tmp_path / "nothing")
    found = look.look(host(tmp_path), folders=[tmp_path / "a"])
    assert [file.called for file in found.files] == ["x.gguf"]
    assert found.problems == []


def test_folders_go_only_so_deep(tmp_path):
    deep = tmp_path.joinpath(*["d"] * walk.DEPTH)
    put(deep / "x.gguf")
    put(deep / "d" / "y.gguf")
    assert [found.path.name for found in look.look(host(tmp_path), folders=[tmp_path]).files] == ["x.gguf"]


def test_a_folder_called_like_weights_is_looked_into(tmp_path):
    put(tmp_path / "s" / "model.gguf" / "x.gguf")
    assert [found.called for found in look.look(host(tmp_path), folders=[tmp_path / "s"]).files] == [
        "model.gguf/x.gguf"
    ]


def test_what_a_store_says_is_the_sha256_of_what_it_holds(full):
    said = [file for file in look.look(full).files if file.said_sha256]
    assert {file.origin for file in said} == {huggingface.ORIGIN, ollama.ORIGIN}
    assert all(hashlib.sha256(file.path.read_bytes()).hexdigest() == file.said_sha256 for file in said)
    assert sha256(b"of the hub") in {file.said_sha256 for file in said}
