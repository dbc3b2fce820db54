"""Where things are."""

from pathlib import Path

import pytest

from gemfit import paths


def test_one_folder_holds_everything_when_it_is_named(home: Path) -> None:
    for place in (paths.settings_file(), paths.chats_file(), paths.log_file(), paths.default_weights_dir()):
        assert place.is_relative_to(home)
    assert paths.cache_dir().is_relative_to(home)


def test_without_a_name_the_system_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GEMFIT_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere/data")
    assert paths.data_dir().name == "gemfit"


def test_the_programs_own_data_is_found() -> None:
    assert (paths.resources_dir() / "catalog.json").is_file()


def test_the_command_that_starts_this_program_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.self_command()[1:] == ["-m", "gemfit"]
    monkeypatch.setattr("sys.frozen", True, raising=False)
    assert len(paths.self_command()) == 1
