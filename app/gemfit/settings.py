"""The settings file and the access token.

The file is JSON with a version; a missing, damaged or newer one is never a reason not to start. The token is never in
it: it comes from `HF_TOKEN`, else from the system's keyring, else it lives as long as this process.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

SCHEMA = 1
KEYRING_SERVICE = "gemfit"
KEYRING_USER = "hugging-face-token"

Theme = Literal["system", "light", "dark"]
Language = Literal["", "en", "de"]
Goal = Literal["smallest", "balanced", "best"]
OnClose = Literal["ask", "tray", "pause", "stop"]
WhenFull = Literal["stop", "drop", "compact"]
Guessing = Literal["auto", "off"]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a person chose. None, or an empty language, means: as the system or the program decides.

    `keep_chats`: conversations stay on this disk after the window closes. `context_tokens` is what Home and a load
    begin with; `goal` and `media` are what else a person wants of the recommended model (`fit.types.Wish`). `on_close`:
    what happens to downloads under way when the window is closed. `model_folders`: where else weights are looked for,
    network shares included; `use_other_stores`: whether also where other programs keep theirs; `check_in_idle`: whether
    those of them that can be files of the catalogue are hashed when nothing else goes on.

    `mobile_gpu`: models in the mobile format try the GPU first. `unload_after_min`: a model that is not asked
    anything for so many minutes gives its memory back; None: never. `when_full`: what happens when a conversation
    reaches the end of its context: it stops, its oldest turns are left out, or the model sums them up.
    """

    schema: int = SCHEMA
    theme: Theme = "system"
    language: Language = ""
    weights_dir: str | None = None
    endpoint: str | None = None
    threads: int | None = None
    context_tokens: int = 8192
    goal: Goal = "balanced"
    media: bool = False
    keep_chats: bool = True
    model_folders: list[str] = []
    use_other_stores: bool = True
    check_in_idle: bool = False
    parallel_files: int = 2
    bandwidth_bps: int | None = None
    on_close: OnClose = "ask"
    unload_after_min: int | None = 60
    when_full: WhenFull = "stop"
    guessing: Guessing = "auto"
    low_priority: bool = False
    mobile_gpu: bool = False
    keep_states: bool = True
    states_limit_bytes: int = 4 << 30

    @property
    def weights_folder(self) -> Path:
        """Where weights go."""
        return Path(self.weights_dir).expanduser() if self.weights_dir else paths.default_weights_dir()


class Reading(msgspec.Struct, frozen=True):
    """Settings as read, and what went wrong with the file, if anything did."""

    settings: Settings
    problem: Sentence | None = None


# Each takes the plain data of one version to the next: MIGRATIONS[0] takes version 1 to version 2, and so on.
MIGRATIONS: list[Callable[[dict[str, Any]], dict[str, Any]]] = []


def load_settings() -> Settings:
    """The settings in force. Never raises: what cannot be read is replaced by the defaults."""
    return read_settings().settings


def read_settings(path: Path | None = None) -> Reading:
    """Read the file; one that cannot be used is kept aside under another name, and a sentence says so."""
    path = path or paths.settings_file()
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Reading(Settings())
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The settings could not be read ({reason}). Nothing in them was changed; Gemfit uses its defaults until "
            "{path} can be read.",
        )
        return Reading(Settings(), say(text, reason=_reason(error), path=str(path)))
    try:
        return Reading(_decode(data))
    except _NewerFile:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The settings were written by a newer Gemfit, so this one uses its defaults. Yours are kept in {path}.",
        )
        return _set_aside(path, "newer", text)
    except (ValueError, msgspec.MsgspecError):
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The settings file was damaged, so Gemfit uses its defaults. The old file is kept in {path}."
        )
        return _set_aside(path, "damaged", text)


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the file whole or not at all. Raises GemfitError `settings_not_saved`."""
    path = path or paths.settings_file()
    data = msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The settings could not be saved ({reason}). They hold until Gemfit closes. Make {path} writable, "
            "then change them again.",
        )
        raise GemfitError("settings_not_saved", say(text, reason=_reason(error), path=str(path))) from error


class _NewerFile(Exception):
    pass


def _decode(data: bytes) -> Settings:
    plain = msgspec.json.decode(data, type=dict[str, Any])
    version = plain.get("schema")
    if not isinstance(version, int) or version < 1:
        raise ValueError("no version")
    if version > SCHEMA:
        raise _NewerFile
    for migrate in MIGRATIONS[version - 1 :]:
        plain = migrate(plain)
    return msgspec.convert({**plain, "schema": SCHEMA}, Settings)


def _set_aside(path: Path, why: str, text: str) -> Reading:
    aside = path.with_name(f"{path.stem}.{why}{path.suffix}")
    try:
        path.replace(aside)
    except OSError:  # a read-only folder: the file stays where it is, and the sentence names that place
        aside = path
    return Reading(Settings(), say(text, path=str(aside)))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


_token_of_this_run: str | None = None


def load_token() -> str | None:
    """The Hugging Face token: `HF_TOKEN`, else the keyring's, else the one given in this run; None without one.

    May take a while when the keyring asks the system: call it from a worker in the window.
    """
    if token := os.environ.get("HF_TOKEN"):
        return token
    if _token_of_this_run:
        return _token_of_this_run
    if not keyring_is_usable():
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, KEYRING_USER)
    except KeyringError:  # locked, and the person said no: as good as no token
        return None


def save_token(token: str) -> Sentence | None:
    """Keep the token in the keyring. Returns None when it is there, else a sentence that says what holds instead."""
    global _token_of_this_run
    token = token.strip()
    if keyring_is_usable():
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(KEYRING_SERVICE, KEYRING_USER, token)
        except KeyringError:
            _token_of_this_run = token
            text = QT_TRANSLATE_NOOP(
                "gemfit",
                "The system's keyring did not take the token, so it holds until Gemfit closes. "
                "Unlock the keyring and enter it again to keep it.",
            )
            return say(text)
        _token_of_this_run = None
        return None
    _token_of_this_run = token
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This system has no keyring that can keep a token, so it holds until Gemfit closes. "
        "To keep it, set HF_TOKEN before starting Gemfit.",
    )
    return say(text)


def delete_token() -> None:
    """Forget the token here and in the keyring. `HF_TOKEN`, if set, stays what it is."""
    global _token_of_this_run
    _token_of_this_run = None
    if not keyring_is_usable():
        return
    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError):  # none was there, or the keyring is locked: nothing more to do here
        keyring.delete_password(KEYRING_SERVICE, KEYRING_USER)


def keyring_is_usable() -> bool:
    """Whether the system has a place that keeps secrets."""
    import keyring

    # The null and fail keyrings say by a priority of zero or less that they keep nothing.
    return bool(keyring.get_keyring().priority > 0)
