"""What was computed of a conversation, on disk: it comes back after a restart faster than it is processed again.

A file holds llama.cpp's own state of the cache, the last checkpoint of a sliding window, what the state is of (the
entries, and whose it is), and a digest over all of it. llama.cpp may end the process over a state that is not right, so
nothing is given to it before the digest was compared, and what the state belongs to.

    llama.cpp's file | the checkpoint's bytes | description (JSON) | its length (8 bytes) | MAGIC | BLAKE2b of it all
"""

import ctypes
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import llama_cpp.llama_cpp as lib
import msgspec

from gemfit.engine.backends.cache import Cache
from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.backends.prompt import Entry, MediaChunk, common, tokens_of
from gemfit.engine.state_files import SUFFIX, UNFINISHED, limit_folder, remove, state_file, state_files
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

MAGIC = b"GEMFITS1"
WORTH_TOKENS = 64
"""Fewer are processed as fast as they are read."""
_DIGEST_BYTES = 32
_TAIL_BYTES = 8 + len(MAGIC) + _DIGEST_BYTES
_PIECE_BYTES = 1 << 20
_LONGEST_DESCRIPTION = 64 << 20


class Owner(msgspec.Struct, frozen=True):
    """Whose a state is: it fits nothing else. `model`: the file's SHA-256, else what the system says of it.

    What pictures and sounds became depends on the projector as well: that is in their chunks (`media.Projector`).
    """

    model: str
    build: str
    kv_type: str


class Description(msgspec.Struct, frozen=True):
    """What is in a file: `state_bytes` of llama.cpp's, then a checkpoint of `checkpoint_bytes` (0: none)."""

    owner: Owner
    entries: list[int | MediaChunk]
    state_bytes: int
    checkpoint_entries: int = 0
    checkpoint_bytes: int = 0


class SavedStates:
    """The folder of states, as one loaded model sees it."""

    def __init__(self, folder: Path, owner: Owner) -> None:
        self._folder = folder
        self._owner = owner

    def save(self, name: str, model: NativeModel, cache: Cache, limit_bytes: int) -> int:
        """Keep what is in the cache; returns the file's bytes, 0 where it is not worth it.

        Raises GemfitError `state_not_saved`.
        """
        if cache.tokens < WORTH_TOKENS or model.state_bytes(window_only=False) > limit_bytes:
            return 0
        path = state_file(self._folder, name)
        temporary = path.with_suffix(f".{os.getpid()}{UNFINISHED}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(temporary, model, cache)
            temporary.replace(path)
            limit_folder(self._folder, limit_bytes, spare=path)
            return path.stat().st_size if path.exists() else 0
        except OSError as error:
            remove(temporary)
            raise _not_saved(error) from error

    def _write(self, path: Path, model: NativeModel, cache: Cache) -> None:
        nothing = (lib.llama_token * 1)()
        written = int(lib.llama_state_seq_save_file(model.context, os.fsencode(path), 0, nothing, 0))
        if not written:
            raise OSError("llama.cpp could not write the state")
        last = cache.checkpoints.best(lambda entries: entries < len(cache.entries))
        description = Description(
            self._owner,
            cache.entries,
            written,
            last.entries if last is not None else 0,
            last.n_bytes if last is not None else 0,
        )
        encoded = msgspec.json.encode(description)
        tail = encoded + len(encoded).to_bytes(8, "little") + MAGIC
        with path.open("r+b") as file:
            digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
            for piece in _pieces(file, written):
                digest.update(piece)
            file.seek(written)
            for part in (last.state if last is not None else b"", tail):
                file.write(part)
                digest.update(part)
            file.write(digest.digest())

    def restore(self, prompt: list[Entry], model: NativeModel, cache: Cache) -> int:
        """Put back the state that saves most of `prompt`, if one saves more than what the cache holds; returns how many
        of its tokens then are in the cache, 0 where nothing was put back. What is spoilt is removed.
        """
        best: tuple[int, Path, Description] | None = None
        for path in state_files(self._folder):
            description = self._read_description(path)
            if description is None or tokens_of(description.entries) >= model.context_tokens:
                continue
            useful = _useful(description, prompt, model.window_tokens)
            if best is None or useful > best[0]:
                best = useful, path, description
        held = tokens_of(prompt[: common(cache.entries, prompt)])
        if best is None or best[0] < WORTH_TOKENS or best[0] <= 2 * held:
            return 0
        return best[0] if self._load(best[1], best[2], model, cache) else 0

    def _read_description(self, path: Path) -> Description | None:
        """None, and the file is gone, where it makes no sense or is of another build; None where it is another's."""
        try:
            with path.open("rb") as file:
                description = _description(file)
        except (OSError, ValueError) as error:
            _removed(path, str(error))
            return None
        if description.owner.model != self._owner.model:
            return None
        if description.owner != self._owner:
            _removed(path, "it was made by another build of the engine, or with another kind of cache")
            return None
        return description

    def _load(self, path: Path, description: Description, model: NativeModel, cache: Cache) -> bool:
        try:
            with path.open("rb") as file:
                _compare_digest(file)
                file.seek(description.state_bytes)
                checkpoint = (ctypes.c_uint8 * description.checkpoint_bytes)()
                if file.readinto(checkpoint) != description.checkpoint_bytes:
                    raise ValueError("it is too short")
        except (OSError, ValueError) as error:
            _removed(path, str(error))
            return False
        cache.clear()
        count = ctypes.c_size_t(0)
        nothing = (lib.llama_token * 1)()
        if not lib.llama_state_seq_load_file(model.context, os.fsencode(path), 0, nothing, 1, ctypes.byref(count)):
            cache.clear()
            _removed(path, "llama.cpp refused it")
            return False
        cache.hold(description.entries)
        if description.checkpoint_bytes:
            cache.checkpoints.add(description.checkpoint_entries, checkpoint)
        return True


def _useful(description: Description, prompt: list[Entry], window_tokens: int) -> int:
    """How many tokens of the prompt need not be processed with this state."""
    kept = shared = common(description.entries, prompt)
    whole = shared >= len(description.entries) - 1
    if window_tokens and not whole and tokens_of(description.entries) > window_tokens:
        kept = description.checkpoint_entries if description.checkpoint_entries <= shared + 1 else 0
    return tokens_of(prompt[: min(kept, shared)])


def _description(file: BinaryIO) -> Description:
    """Raises ValueError."""
    size = file.seek(0, os.SEEK_END)
    if size < _TAIL_BYTES:
        raise ValueError("it is too short")
    file.seek(size - _TAIL_BYTES)
    tail = file.read(_TAIL_BYTES)
    length = int.from_bytes(tail[:8], "little")
    if tail[8 : 8 + len(MAGIC)] != MAGIC or length > min(size - _TAIL_BYTES, _LONGEST_DESCRIPTION):
        raise ValueError("it is no state of a conversation")
    file.seek(size - _TAIL_BYTES - length)
    try:
        found = msgspec.json.decode(file.read(length), type=Description)
    except msgspec.DecodeError as error:
        raise ValueError("its description is damaged") from error
    if found.state_bytes + found.checkpoint_bytes + length + _TAIL_BYTES != size or found.checkpoint_bytes < 0:
        raise ValueError("its lengths do not agree")
    return found


def _compare_digest(file: BinaryIO) -> None:
    """Raises ValueError."""
    size = file.seek(0, os.SEEK_END) - _DIGEST_BYTES
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    file.seek(0)
    for piece in _pieces(file, size):
        digest.update(piece)
    if file.read(_DIGEST_BYTES) != digest.digest():
        raise ValueError("it is damaged")


def _pieces(file: BinaryIO, n_bytes: int) -> Iterator[bytes]:
    while n_bytes > 0:
        piece = file.read(min(n_bytes, _PIECE_BYTES))
        if not piece:
            raise ValueError("it is too short")
        n_bytes -= len(piece)
        yield piece


def _removed(path: Path, reason: str) -> None:
    """Say so where the parent keeps the last lines, and remove it."""
    assert path.suffix == SUFFIX
    sys.stderr.write(f"a saved conversation state was removed: {reason}\n")
    sys.stderr.flush()
    remove(path)


def _not_saved(error: OSError) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "What was computed of this conversation could not be kept on disk ({reason}). The conversation itself is safe; "
        "after a restart it is processed again. Make room on the disk.",
    )
    return GemfitError("state_not_saved", say(text, reason=error.strerror or str(error)))
