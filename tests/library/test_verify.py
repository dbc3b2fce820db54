"""SHA-256 of files."""

import hashlib
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.errors import GemfitError
from gemfit.library import verify
from gemfit.library.verify import sha256_of


@given(data=st.binary(max_size=5000), buffer_bytes=st.integers(1, 700))
def test_it_is_the_sha256_whatever_the_size_and_the_buffer(tmp_path_factory, data, buffer_bytes):
    path = tmp_path_factory.mktemp("hash") / "x"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "BUFFER_BYTES", buffer_bytes)
        assert sha256_of(path) == hashlib.sha256(data).hexdigest()


def test_progress_ends_at_the_size(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(bytes(3_000_000))
    seen: list[int] = []
    sha256_of(path, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 3_000_000


def test_it_stops_on_cancel(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(bytes(3_000_000))
    cancelled, seen = threading.Event(), []

    def on_bytes(done: int) -> None:
        seen.append(done)
        cancelled.set()

    with pytest.raises(GemfitError) as caught:
        sha256_of(path, on_bytes, cancelled)
    assert caught.value.code == "cancelled"
    assert len(seen) == 1


@pytest.mark.parametrize(("name", "code"), [("gone", "not_found"), (".", "not_readable")])
def test_what_cannot_be_read_is_a_sentence(tmp_path, name, code):
    with pytest.raises(GemfitError) as caught:
        sha256_of(tmp_path / name)
    assert caught.value.code == code
