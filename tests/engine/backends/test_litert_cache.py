"""Where LiteRT-LM keeps what it makes of a file, and when it does not."""

import os
import shutil
from pathlib import Path

import pytest

from gemfit.engine.backends.litert import _usable
from gemfit.litertlm.check import check_file
from gemfit.litertlm.types import LitertlmHeader


@pytest.fixture
def model(data_dir: Path, tmp_path: Path) -> Path:
    path = tmp_path / "model.litertlm"
    shutil.copy(data_dir / "tiny-gemma-chat.litertlm", path)
    return path


@pytest.fixture
def header(model: Path) -> LitertlmHeader:
    return check_file(model)


def test_the_folder_is_made(model: Path, header: LitertlmHeader, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert _usable(str(folder), model, header) == str(folder)
    assert folder.is_dir()
    assert _usable(None, model, header) is None


def test_without_room_or_a_folder_there_is_no_cache(
    model: Path, header: LitertlmHeader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library ends the process when the disk runs full under its cache."""
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=header.weights_bytes))
    assert _usable(str(tmp_path / "cache"), model, header) is None
    monkeypatch.undo()
    (tmp_path / "file").write_bytes(b"")
    assert _usable(str(tmp_path / "file" / "cache"), model, header) is None


def test_what_was_made_of_an_earlier_file_goes(model: Path, header: LitertlmHeader, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    os.utime(model, (1_000_000, 1_000_000))
    ours = folder / f"model.litertlm_1000000_{model.stat().st_size}.xnnpack_cache"
    old = folder / "model.litertlm_999_5.xnnpack_cache"
    for file in (ours, old):
        file.write_bytes(b"x")
    _usable(str(folder), model, header)
    assert [file.name for file in folder.iterdir()] == [ours.name]
