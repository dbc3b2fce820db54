"""The settings file never stops the program from starting, and never holds a token."""

import json
import os
from pathlib import Path

import keyring
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError, PasswordSetError

from gemfit import paths, settings
from gemfit.errors import GemfitError
from gemfit.settings import Settings, load_settings, read_settings, save_settings


def test_without_a_file_the_defaults_hold_and_nothing_is_written():
    assert read_settings() == settings.Reading(Settings())
    assert not paths.settings_file().exists()


def test_what_is_saved_is_read_again():
    chosen = Settings(theme="dark", language="de", weights_dir="/srv/w", endpoint="https://hub.example", threads=3)
    save_settings(chosen)
    assert load_settings() == chosen


def test_the_weights_folder_defaults_to_the_programs_own():
    assert Settings().weights_folder == paths.default_weights_dir()
    assert Settings(weights_dir="~/w").weights_folder == Path("~/w").expanduser()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"schema":0}', b'{"schema":1,"theme":"pink"}', b"\xff"])
def test_a_damaged_file_is_kept_aside_and_the_defaults_hold(content):
    path = paths.settings_file()
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    reading = read_settings()
    assert reading.settings == Settings()
    assert reading.problem is not None
    aside = path.with_name("settings.damaged.json")
    assert str(aside) in str(reading.problem)
    assert aside.read_bytes() == content
    assert read_settings().problem is None


def test_a_file_of_a_newer_version_is_kept_whole():
    path = paths.settings_file()
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"schema": settings.SCHEMA + 1, "theme": "dark", "hologram": True}))
    reading = read_settings()
    assert reading.settings == Settings()
    assert "newer" in str(reading.problem)
    assert json.loads(path.with_name("settings.newer.json").read_text())["hologram"] is True


def test_an_older_file_passes_through_every_migration_in_order(monkeypatch):
    steps = [lambda d: {**d, "weights_dir": d.pop("folder")}, lambda d: {**d, "weights_dir": d["weights_dir"] + "/b"}]
    monkeypatch.setattr(settings, "SCHEMA", 3)
    monkeypatch.setattr(settings, "MIGRATIONS", steps)
    path = paths.settings_file()
    path.parent.mkdir(parents=True)
    path.write_text('{"schema": 1, "folder": "/a"}')
    assert load_settings().weights_dir == "/a/b"
    path.write_text('{"schema": 2, "weights_dir": "/c"}')
    assert load_settings().weights_dir == "/c/b"


def test_there_is_a_migration_for_every_older_version():
    assert len(settings.MIGRATIONS) == settings.SCHEMA - 1


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("s") / "settings.json"
    path.write_bytes(data)
    assert isinstance(read_settings(path).settings, Settings)


def test_a_folder_in_place_of_the_file_is_reported():
    paths.settings_file().mkdir(parents=True)
    reading = read_settings()
    assert reading.settings == Settings()
    assert str(paths.settings_file()) in str(reading.problem)


def test_a_save_that_fails_says_so_and_leaves_the_old_file_and_nothing_else(monkeypatch):
    save_settings(Settings(theme="dark"))

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GemfitError, match="No space left") as caught:
        save_settings(Settings(theme="light"))
    assert caught.value.code == "settings_not_saved"
    assert load_settings().theme == "dark"
    assert [p.name for p in paths.config_dir().iterdir()] == ["settings.json"]


class MemoryKeyring(KeyringBackend):
    """A keyring that keeps what it is given; `broken` refuses everything."""

    priority = 5.0  # type: ignore[assignment]

    def __init__(self, broken: bool = False) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = broken

    def get_password(self, service: str, username: str) -> str | None:
        if self.broken:
            raise keyring.errors.KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.broken:
            raise PasswordSetError("no")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("none")


@pytest.fixture
def use_keyring():
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)
    settings.delete_token()


def test_a_token_goes_to_the_keyring_and_not_into_the_file(use_keyring):
    ring = MemoryKeyring()
    use_keyring(ring)
    assert settings.save_token(" hf_secret12345 ") is None
    save_settings(Settings())
    assert settings.load_token() == "hf_secret12345"
    assert "secret" not in paths.settings_file().read_text()
    settings.delete_token()
    assert settings.load_token() is None
    settings.delete_token()


def test_without_a_keyring_the_token_lives_for_this_run_and_a_sentence_says_so(use_keyring):
    from keyring.backends.fail import Keyring

    use_keyring(Keyring())
    assert "until Gemfit closes" in str(settings.save_token("hf_run"))
    assert settings.load_token() == "hf_run"
    settings.delete_token()
    assert settings.load_token() is None


def test_a_keyring_that_refuses_is_said_in_words(use_keyring):
    use_keyring(MemoryKeyring(broken=True))
    assert settings.load_token() is None
    assert "keyring did not take" in str(settings.save_token("hf_run"))
    assert settings.load_token() == "hf_run"


def test_the_environment_wins(use_keyring, monkeypatch):
    use_keyring(MemoryKeyring())
    settings.save_token("hf_ring")
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    assert settings.load_token() == "hf_env"


def test_settings_have_no_place_for_a_token():
    assert not [f.name for f in msgspec.structs.fields(Settings) if f.name == "token"]
