"""Writing whole or not at all."""

import pytest

from gemfit.atomic import write_atomically


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "x"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    (tmp_path / "x").mkdir()
    with pytest.raises(OSError):
        write_atomically(tmp_path / "x", b"new")
    assert list(tmp_path.iterdir()) == [tmp_path / "x"]
