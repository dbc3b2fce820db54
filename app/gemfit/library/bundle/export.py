"""Writing a bundle: a folder, or one .tar written from its beginning to its end. What an earlier try has written is
read again and kept as far as it is right. The bundle has its name, or its manifest, only when all of it is there.
"""

import io
import os
import threading
from pathlib import Path

import msgspec

from gemfit.atomic import sync_folder, write_atomically
from gemfit.errors import GemfitError
from gemfit.library.bundle import ustar
from gemfit.library.bundle.copying import OnBundle, Steps, copy, sync
from gemfit.library.bundle.manifest import MANIFEST, MAX_BYTES, Manifest, decode, encode
from gemfit.library.bundle.plan import Item, Plan
from gemfit.library.disk import disk_error, free_bytes, no_room, usual_reserve_bytes
from gemfit.library.handover.put import rename_to_new, write_all
from gemfit.library.names import place
from gemfit.library.verify import unreadable
from gemfit.words import QT_TRANSLATE_NOOP, say

PART = ".part"


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A finished bundle. `kept_bytes`: what an earlier try had written of it already."""

    path: str
    bytes: int
    kept_bytes: int
    manifest: Manifest


def export(
    plan: Plan,
    target: Path,
    *,
    on_progress: OnBundle = lambda _progress: None,
    cancelled: threading.Event | None = None,
    reserve_bytes: int | None = None,
) -> Exported:
    """Make the bundle: a .tar when `target` ends so, else a folder, which is made, or is empty.

    Every file is hashed while it is written, and has to be what was verified. Raises GemfitError: `exists`,
    `disk_full`, `hash_mismatch` (a file has changed since), `unsafe_name`, `not_readable`, `not_writable`, `disk`,
    `cancelled`.
    """
    steps = Steps(plan.manifest.total_bytes, on_progress, cancelled)
    try:
        if target.suffix.lower() == ".tar":
            return _Tar(plan, target, steps, reserve_bytes).write()
        return _Folder(plan, target, steps, reserve_bytes).write()
    except OSError as error:
        raise disk_error(error, target) from error


def _exists(path: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit", "{path} is there already, and is something else. It was left as it is. Choose another name."
    )
    return GemfitError("exists", say(text, path=str(path)))


def _look_for_room(folder: Path, needed_bytes: int, reserve_bytes: int | None) -> None:
    reserve = usual_reserve_bytes(folder) if reserve_bytes is None else reserve_bytes
    free = free_bytes(folder)
    if needed_bytes > 0 and needed_bytes + reserve > free:
        raise no_room(folder, needed_bytes + reserve, free)


def _write_item(item: Item, source: Path, writer: io.FileIO, steps: Steps) -> None:
    try:
        reader = source.open("rb", buffering=0)
    except OSError as error:
        raise unreadable(error, source) from error
    with reader:
        try:
            sha256 = copy(reader, item.bytes, writer, lambda n: steps.step(item.path, n))
        except EOFError:
            sha256 = ""
        if sha256 != item.sha256 or reader.read(1):
            text = QT_TRANSLATE_NOOP(
                "gemfit", "{path} has changed since it was verified. The bundle is not finished. Verify it again."
            )
            raise GemfitError("hash_mismatch", say(text, path=str(source)))


def _put(file: io.FileIO, data: bytes) -> None:
    write_all(file.fileno(), memoryview(data))


class _Folder:
    def __init__(self, plan: Plan, target: Path, steps: Steps, reserve_bytes: int | None) -> None:
        self._plan, self._target, self._steps, self._reserve_bytes = plan, target, steps, reserve_bytes
        self._kept_bytes = 0

    def write(self) -> Exported:
        target, marker = self._target, self._target / (MANIFEST + PART)
        manifest = self._begin(marker)
        missing = [item for item in self._plan.items if not self._is_there(item)]
        _look_for_room(target, sum(item.bytes for item in missing), self._reserve_bytes)
        for item in missing:
            self._add(item)
        rename_to_new(marker, target / MANIFEST)
        sync_folder(target)
        return Exported(path=str(target), bytes=manifest.total_bytes, kept_bytes=self._kept_bytes, manifest=manifest)

    def _begin(self, marker: Path) -> Manifest:
        """What the folder holds is the same bundle, begun before, or nothing."""
        target = self._target
        if os.path.lexists(target / MANIFEST) or (os.path.lexists(target) and not target.is_dir()):
            raise _exists(target)
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            try:
                begun = decode(marker.read_bytes())
            except (OSError, GemfitError) as error:
                raise _exists(target) from error
            if not begun.is_of_same(self._plan.manifest):
                raise _exists(target)
            return begun
        write_atomically(marker, encode(self._plan.manifest))
        return self._plan.manifest

    def _is_there(self, item: Item) -> bool:
        path = place(self._target, item.path)
        if path.is_symlink() or not path.is_file() or path.stat().st_size != item.bytes:
            return False
        with path.open("rb", buffering=0) as reader:
            there = copy(reader, item.bytes, None, lambda n: self._steps.step(item.path, n)) == item.sha256
        if not there:
            self._steps.step(item.path, -item.bytes)
            return False
        self._kept_bytes += item.bytes
        return True

    def _add(self, item: Item) -> None:
        path = place(self._target, item.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + PART)
        part.unlink(missing_ok=True)
        try:
            with part.open("xb", buffering=0) as writer:
                if isinstance(item.source, bytes):
                    _put(writer, item.source)
                else:
                    _write_item(item, item.source, writer, self._steps)
                sync(writer)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(path.parent)


class _Tar:
    def __init__(self, plan: Plan, target: Path, steps: Steps, reserve_bytes: int | None) -> None:
        self._plan, self._target, self._steps, self._reserve_bytes = plan, target, steps, reserve_bytes
        self._kept_bytes = 0

    def write(self) -> Exported:
        target = self._target
        if os.path.lexists(target):
            raise _exists(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + PART)
        if part.is_symlink():
            raise _exists(part)
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644), "r+b", 0) as file:
            manifest = self._write_all(file, part)
        try:
            rename_to_new(part, target)
        except FileExistsError as error:
            raise _exists(target) from error
        sync_folder(target.parent)
        size = target.stat().st_size
        return Exported(path=str(target), bytes=size, kept_bytes=self._kept_bytes, manifest=manifest)

    def _write_all(self, file: io.FileIO, part: Path) -> Manifest:
        begun = self._begun(file, part)
        manifest = begun or self._plan.manifest
        items = self._plan.all_items(manifest)
        at = self._keep(file, items) if begun else 0
        file.truncate(at)
        end = sum(ustar.BLOCK_BYTES + ustar.padded(item.bytes) for item in items) + len(ustar.END)
        _look_for_room(part.parent, end - at, self._reserve_bytes)
        self._append(file, items, at)
        return manifest

    def _begun(self, file: io.FileIO, part: Path) -> Manifest | None:
        """The manifest that an earlier try began with, if it was for the same bundle."""
        if os.fstat(file.fileno()).st_size == 0:
            return None
        file.seek(0)
        try:
            head = ustar.unpack(file.read(ustar.BLOCK_BYTES))
        except ValueError as error:
            raise _exists(part) from error
        if head is None or head.name != MANIFEST or head.bytes > MAX_BYTES:
            raise _exists(part)
        try:
            begun = decode(file.read(head.bytes))
        except GemfitError:  # cut off in its manifest: it is begun anew
            return None
        return begun if begun.is_of_same(self._plan.manifest) else None

    def _keep(self, file: io.FileIO, items: list[Item]) -> int:
        """How far the earlier try is right: the end of the last item that is whole."""
        at, size = 0, os.fstat(file.fileno()).st_size
        for item in items:
            end = at + ustar.BLOCK_BYTES + ustar.padded(item.bytes)
            if end > size or not self._is_whole(file, item, at):
                break
            at = end
        return at

    def _is_whole(self, file: io.FileIO, item: Item, at: int) -> bool:
        file.seek(at)
        if file.read(ustar.BLOCK_BYTES) != _pack(item):
            return False
        counted = item.path != MANIFEST
        whole = copy(file, item.bytes, None, lambda n: self._steps.step(item.path, n * counted)) == item.sha256
        if counted:
            self._kept_bytes += item.bytes * whole
            self._steps.step(item.path, 0 if whole else -item.bytes)
        return whole

    def _append(self, file: io.FileIO, items: list[Item], at: int) -> None:
        begin = 0
        for item in items:
            end = begin + ustar.BLOCK_BYTES + ustar.padded(item.bytes)
            if begin >= at:
                file.seek(begin)
                _put(file, _pack(item))
                if isinstance(item.source, bytes):
                    _put(file, item.source)
                else:
                    _write_item(item, item.source, file, self._steps)
                _put(file, bytes(end - begin - ustar.BLOCK_BYTES - item.bytes))
            begin = end
        file.seek(begin)
        _put(file, ustar.END)
        sync(file)


def _pack(item: Item) -> bytes:
    try:
        return ustar.pack(ustar.Header(item.path, item.bytes))
    except ValueError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The name {name} is too long for a .tar. Nothing was exported. Export to a folder instead."
        )
        raise GemfitError("unsafe_name", say(text, name=item.path)) from error
