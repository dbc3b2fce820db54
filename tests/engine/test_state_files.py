"""The folder of saved conversation states, without a child."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gemfit.engine.state_files import SUFFIX, forget_state, limit_folder, state_file, state_files


def kept(folder: Path, name: str, n_bytes: int, at_s: int) -> Path:
    path = state_file(folder, name)
    path.write_bytes(bytes(n_bytes))
    os.utime(path, (at_s, at_s))
    return path


@given(st.text())
def test_a_file_has_a_plain_name_whatever_the_conversations(name: str) -> None:
    path = state_file(Path("folder"), name)
    assert path.parent == Path("folder")
    assert path.name.removesuffix(SUFFIX).isalnum()


def test_the_oldest_go_first_and_the_spared_last(tmp_path: Path) -> None:
    old, middle, new = (kept(tmp_path, name, 100, at) for at, name in enumerate("abc"))
    limit_folder(tmp_path, 250)
    assert state_files(tmp_path) == [new, middle]
    limit_folder(tmp_path, 150, spare=middle)
    assert state_files(tmp_path) == [middle]
    assert not old.exists()
    limit_folder(tmp_path, 0)
    assert state_files(tmp_path) == []


def test_what_a_killed_child_left_behind_is_removed_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    left, growing = tmp_path / "a.1.part", tmp_path / "b.2.part"
    for path in (left, growing):
        path.write_bytes(b"x")
    os.utime(left, (0, 0))
    limit_folder(tmp_path, 1000)
    assert (left.exists(), growing.exists()) == (False, True)


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert state_files(tmp_path / "nowhere") == []
    limit_folder(tmp_path / "nowhere", 1)
    forget_state(tmp_path / "nowhere", "x")
