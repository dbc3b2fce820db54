"""Checking many files one after the other, with progress in total; what was stopped goes on the next time."""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
import psutil

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.library import store
from gemfit.library.check import KEPT_S
from gemfit.library.progress import OnProgress, Speed
from gemfit.library.types import LocalFile, TransferProgress


class AllProgress(msgspec.Struct, frozen=True, kw_only=True):
    """One moment. `number` of `count` files is under way, from 1; the bytes are those of all files together."""

    file: TransferProgress
    number: int
    count: int
    done_bytes: int
    total_bytes: int
    speed_bps: float = 0.0
    remaining_s: float | None = None


class Checkup(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of each file, and what it took. `skipped`: checked already in the run that was stopped before."""

    files: list[LocalFile]
    checked_bytes: int
    took_s: float
    skipped: int = 0


class _Begun(msgspec.Struct, kw_only=True):
    """A run that has not come to its end: when it began (Unix time), and the files it is done with, and when."""

    at_s: float
    done: dict[str, str] = {}


def check_all(
    files: Iterable[LocalFile],
    weights_dir: Path,
    catalog: Catalog,
    *,
    on_progress: Callable[[AllProgress], None] = lambda _progress: None,
    cancelled: threading.Event | None = None,
    gently: bool = False,
) -> Checkup:
    """Check all whole ones of `files`, the one whose check is longest ago first. A file that cannot be read is told in
    its note and does not stop the others.

    Stopped and called again within a day, it goes on: files that were checked since it began are left out, and one that
    was in the middle goes on there where its pieces are known. `gently`: at the lowest priority that the system has,
    for idle time; then nothing is noted of the run but what each file is. Raises GemfitError: `cancelled`, `not_kept`.
    """
    if gently:
        be_gentle()
    begun = _Begun(at_s=time.time()) if gently else _begun()
    pieces = [piece for file in files for piece in file.files]
    whole = sorted((file for file in pieces if file.complete), key=lambda file: (file.verified_at or "", file.path))
    due = [file for file in whole if file.verified_at is None or file.verified_at != begun.done.get(file.path)]
    run = _Run(due, weights_dir, catalog, on_progress, cancelled)
    checked: dict[str, LocalFile] = {}
    for file in due:
        checked[file.path] = found = run.check(file)
        begun.done[file.path] = found.verified_at or ""
        if not gently:
            _keep(begun)
    if not gently:
        with contextlib.suppress(OSError):
            _note().unlink(missing_ok=True)
    return Checkup(
        files=[checked.get(file.path, file) for file in whole],
        checked_bytes=run.done_bytes,
        took_s=time.monotonic() - run.began_at,
        skipped=len(whole) - len(due),
    )


def verify_model(
    model: LocalFile,
    weights_dir: Path,
    catalog: Catalog,
    *,
    on_progress: OnProgress = lambda _progress: None,
    cancelled: threading.Event | None = None,
) -> list[LocalFile]:
    """As `store.verify`, for all files of a model, with progress in total."""
    done: list[LocalFile] = []

    def tell(progress: TransferProgress) -> None:
        before = sum(file.bytes for file in done)
        on_progress(msgspec.structs.replace(progress, done_bytes=before + progress.done_bytes, total_bytes=model.bytes))

    for file in model.files:
        done.append(store.verify(Path(file.path), weights_dir, catalog, on_progress=tell, cancelled=cancelled))
    return done


def be_gentle() -> None:
    """Take the processor and the disk only when nobody else wants them, on this thread (on Windows: nothing is done,
    because there it would be the whole process).
    """
    if not sys.platform.startswith("linux"):
        return
    thread = threading.get_native_id()
    with contextlib.suppress(OSError, psutil.Error):  # a courtesy, which some systems do not let us pay
        os.setpriority(os.PRIO_PROCESS, thread, 19)
        psutil.Process(thread).ionice(psutil.IOPRIO_CLASS_IDLE)


class _Run:
    def __init__(
        self,
        files: Sequence[LocalFile],
        weights_dir: Path,
        catalog: Catalog,
        on_progress: Callable[[AllProgress], None],
        cancelled: threading.Event | None,
    ) -> None:
        self._weights_dir, self._catalog, self._cancelled = weights_dir, catalog, cancelled
        self._on_progress, self._count = on_progress, len(files)
        self._total_bytes = sum(file.bytes for file in files)
        self._number, self.done_bytes, self.began_at = 0, 0, time.monotonic()
        self._speed = Speed()

    def check(self, file: LocalFile) -> LocalFile:
        self._number += 1
        try:
            return store.verify(
                Path(file.path),
                self._weights_dir,
                self._catalog,
                on_progress=self._tell,
                cancelled=self._cancelled,
            )
        except GemfitError as error:
            if error.code not in ("not_found", "not_readable"):
                raise
            return msgspec.structs.replace(file, verified=False, complete=False, note=error.sentence)
        finally:
            self.done_bytes += file.bytes

    def _tell(self, progress: TransferProgress) -> None:
        done = self.done_bytes + progress.done_bytes
        bps = self._speed.sample(time.monotonic(), done)
        self._on_progress(
            AllProgress(
                file=progress,
                number=self._number,
                count=self._count,
                done_bytes=done,
                total_bytes=self._total_bytes,
                speed_bps=bps,
                remaining_s=(self._total_bytes - done) / bps if bps else None,
            )
        )


def _note() -> Path:
    return paths.data_dir() / "checks" / "all.json"


def _begun() -> _Begun:
    """The run that was stopped, if one was and not long ago; else a new one."""
    now_s = time.time()
    try:
        found = msgspec.json.decode(_note().read_bytes(), type=_Begun)
    except (OSError, ValueError):  # none, or neither JSON nor UTF-8 nor of this form
        return _Begun(at_s=now_s)
    return found if 0 <= now_s - found.at_s <= KEPT_S else _Begun(at_s=now_s)


def _keep(begun: _Begun) -> None:
    with contextlib.suppress(OSError):  # then a stopped run begins anew; nothing else is lost
        _note().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(_note(), msgspec.json.encode(begun))
