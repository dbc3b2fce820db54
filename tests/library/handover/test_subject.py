"""Which files are handed over: those of a model that are here, and whether they can be trusted."""

import hashlib

import pytest

from gemfit.errors import GemfitError
from gemfit.library.handover.subject import need_file, of_build, of_file
from gemfit.library.store import verify
from tests.library.parts import FILE, tiny_catalog


@pytest.fixture
def data(data_dir):
    return (data_dir / "gemma4-tiny.gguf").read_bytes()


@pytest.fixture
def catalog(data):
    return tiny_catalog(data)


@pytest.fixture
def weights(tmp_path):
    return tmp_path / "weights"


@pytest.fixture
def path(weights, data):
    path = weights / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return path


def test_what_is_not_here_has_no_file(catalog, weights):
    subject = of_build(catalog, "tiny", None, weights)
    assert (subject.path, subject.architecture, subject.verified) == (None, "", False)
    with pytest.raises(GemfitError) as caught:
        need_file(subject)
    assert caught.value.code == "not_here"


def test_a_file_that_nobody_has_verified_is_not_handed_over(catalog, weights, path):
    subject = of_build(catalog, "Tiny", "q4_0", weights)
    assert (subject.path, subject.architecture) == (path, "gemma4")
    with pytest.raises(GemfitError) as caught:
        need_file(subject)
    assert caught.value.code == "not_verified"


def test_a_verified_file_is(catalog, weights, path, data):
    verify(path, weights, catalog)
    subject = of_build(catalog, "Tiny", None, weights)
    assert need_file(subject) == path
    assert subject.sha256 == hashlib.sha256(data).hexdigest()
    assert (subject.repo, subject.licence) == ("acme/tiny-gguf", "Apache-2.0")
    assert of_file(path, catalog, weights) == subject


def test_a_projector_goes_along_when_it_is_verified(catalog, weights, path):
    verify(path, weights, catalog)
    projector = path.with_name("mmproj.gguf")
    projector.write_bytes(b"eyes")
    assert of_build(catalog, "Tiny", None, weights).projector is None
    verify(projector, weights, catalog, expected=hashlib.sha256(b"eyes").hexdigest())
    assert of_build(catalog, "Tiny", None, weights).projector == projector


def test_a_file_of_ones_own_is_known_by_its_header(catalog, weights, tmp_path, data_dir):
    subject = of_file(data_dir / "gemma4-copycat.gguf", catalog, weights)
    assert (subject.own, subject.architecture, subject.is_gemma_4) == (True, "gemma4", True)
    assert subject.name.startswith("Gemma 4")
    assert need_file(subject) == data_dir / "gemma4-copycat.gguf"


def test_a_mobile_file_of_ones_own_has_no_header_to_read(catalog, weights, data_dir):
    subject = of_file(data_dir / "tiny-gemma-chat.litertlm", catalog, weights)
    assert (subject.container, subject.name) == ("litertlm", "tiny-gemma-chat.litertlm")


@pytest.mark.parametrize(("name", "code"), [("none.gguf", "not_found"), ("notes.txt", "not_weights")])
def test_what_is_no_weights_is_said(catalog, weights, tmp_path, name, code):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(GemfitError) as caught:
        of_file(tmp_path / name, catalog, weights)
    assert caught.value.code == code
