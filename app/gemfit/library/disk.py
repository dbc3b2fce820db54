"""The disk's side: what is free, and what its errors mean to a person."""

import errno
import shutil
from pathlib import Path

from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
_GONE = {errno.ENOENT, errno.ENODEV, errno.ENXIO, *((errno.ESTALE,) if hasattr(errno, "ESTALE") else ())}
MOST_RESERVE_BYTES = 2 << 30
RESERVE_SHARE = 0.05


def free_bytes(folder: Path) -> int:
    """What is free where `folder` is, or will be."""
    return shutil.disk_usage(_existing(folder)).free


def usual_reserve_bytes(folder: Path) -> int:
    """What downloads leave free where `folder` is, or will be: 2 GiB, or a twentieth of a disk smaller than 40 GiB."""
    return min(MOST_RESERVE_BYTES, int(RESERVE_SHARE * shutil.disk_usage(_existing(folder)).total))


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def disk_error(error: OSError, path: Path, kept_bytes: int = 0) -> GemfitError:
    """The sentence for an OSError while writing to `path`; codes `disk_full`, `not_writable`, `folder_gone`, `disk`."""
    values: dict[str, str | int] = {"folder": str(path.parent), "kept_bytes": kept_bytes}
    if error.errno in FULL:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The disk is full ({folder}). What was downloaded ({kept_bytes}) is kept. Free some space or choose "
            "another folder for the weights, then try again; it goes on from there.",
        )
        return GemfitError("disk_full", say(text, **values))
    if error.errno in _FORBIDDEN:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "Gemfit may not write to {folder}. Nothing there was changed. Choose another folder for the weights, or "
            "change its permissions.",
        )
        return GemfitError("not_writable", say(text, **values))
    if error.errno in _GONE:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The folder {folder} is not there any more; perhaps its drive was unplugged. What was downloaded "
            "({kept_bytes}) is on it. Connect the drive again or choose another folder for the weights, then try "
            "again.",
        )
        return GemfitError("folder_gone", say(text, **values))
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The disk reports an error in {folder}: {reason}. What was downloaded ({kept_bytes}) is kept where it can be "
        "read. Check the disk, then try again.",
    )
    return GemfitError("disk", say(text, reason=error.strerror or type(error).__name__, **values))


def reserve_reached(folder: Path, missing_bytes: int, kept_bytes: int) -> Sentence:
    """Why a transfer stands still until there is room."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "There is no room left in {folder}: {missing_bytes} are still to come. What was downloaded ({kept_bytes}) is "
        "kept. It goes on by itself as soon as there is room.",
    )
    return say(text, folder=str(folder), missing_bytes=missing_bytes, kept_bytes=kept_bytes)


def no_room(folder: Path, needed_bytes: int, free: int) -> GemfitError:
    """`disk_full`, found before anything was asked for."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "There is not enough room in {folder}: {needed_bytes} more are needed, some room to work included, and "
        "{available_bytes} are free. Nothing was changed. Free some space or choose another folder for the weights.",
    )
    return GemfitError("disk_full", say(text, folder=str(folder), needed_bytes=needed_bytes, available_bytes=free))
