"""Taking a file into the folder of attachments: looked at, decoded, and made a small picture of, all in a child.

The file comes from anywhere, and the decoders are C code: one that crashes or hangs costs this file and nothing else,
and one that is made to do something else can write only there, and talk to nobody, where the system has a sandbox.
The window shows only the thumbnail that the child made.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from gemfit.atomic import write_atomically
from gemfit.errors import GemfitError
from gemfit.media.heads import is_audible
from gemfit.media.pictures import take_picture
from gemfit.media.sounds import take_sound
from gemfit.media.types import MOST_AUDIO_BYTES, Attachment, Kind
from gemfit.paths import self_command
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

TIMEOUT_S = 60.0
MOST_MEMORY_BYTES = 4 << 30
"""Of address space: the largest picture takes 1 GiB while it is decoded, and libraries reserve what they do not use."""
THUMBNAIL_SUFFIX = ".png"


class Order(msgspec.Struct, frozen=True):
    """What the child is to do. `kind` None: whatever it is."""

    path: str
    folder: str
    kind: Kind | None = None


class Report(msgspec.Struct, frozen=True):
    """What it found: one of the two."""

    attachment: Attachment | None = None
    code: str = ""
    sentence: Sentence | None = None


def kind_of(path: Path) -> Kind:
    """By the name: a sound where it says so, or that it is a video, else a picture."""
    return "audio" if is_audible(path) else "image"


def file_of(folder: Path, attachment: Attachment) -> Path:
    """Where it is kept."""
    return folder / attachment.sha256


def thumbnail_of(folder: Path, attachment: Attachment) -> Path | None:
    """The small picture of it; None for a sound."""
    return folder / (attachment.sha256 + THUMBNAIL_SUFFIX) if attachment.kind == "image" else None


def take_in(path: Path, folder: Path, kind: Kind | None = None, *, timeout_s: float = TIMEOUT_S) -> Attachment:
    """Copy `path` into `folder`, once its content was decoded; what few programs read is kept as JPEG or FLAC. Waits
    for a child; at most `timeout_s`.

    Raises GemfitError: that of the decoders, `media_crashed`, or `media_not_kept` when it cannot be written.
    """
    try:
        order = msgspec.json.encode(Order(str(path.absolute()), str(folder), kind))
        done = subprocess.run(
            [*self_command(), "--child", "media"],
            input=order,
            capture_output=True,
            timeout=timeout_s,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=True,
        )
        report = msgspec.json.decode(done.stdout, type=Report)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "Reading {file} failed: the decoder crashed or did not come to an end. Nothing was changed. "
            "Save it in another format, and take that.",
        )
        raise GemfitError("media_crashed", say(text, file=path.name)) from error
    if report.attachment is None:
        assert report.sentence is not None
        raise GemfitError(report.code, report.sentence)
    return report.attachment


def main(confine: Callable[[Path], object]) -> int:
    """The child: an `Order` on stdin, a `Report` on stdout. `confine` takes from it what it does not need: from then on
    it can write to that folder and nowhere else.
    """
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    confine(Path(order.folder))
    _limit_memory()
    path = Path(order.path)
    try:
        report = Report(_take(path, Path(order.folder), order.kind or kind_of(path)))
    except GemfitError as error:
        report = Report(code=error.code, sentence=error.sentence)
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{file} cannot be kept with the conversations: {reason}. Look whether the disk has room."
        )
        reason = error.strerror or type(error).__name__
        report = Report(code="media_not_kept", sentence=say(text, file=path.name, reason=reason))
    sys.stdout.buffer.write(msgspec.json.encode(report))
    sys.stdout.buffer.flush()
    return 0


def _limit_memory() -> None:
    """A decoder that asks for more fails, instead of taking it from others. Windows has no such limit."""
    if os.name == "posix":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))


def _take(path: Path, folder: Path, kind: Kind) -> Attachment:
    width = height = 0
    seconds = 0.0
    small = b""
    if kind == "image":
        width, height, small, data = take_picture(path)
    else:
        seconds, data = take_sound(path)
    if data is None:
        data = path.read_bytes()[: MOST_AUDIO_BYTES + 1]
    sha256 = hashlib.sha256(data).hexdigest()
    made = Attachment(
        sha256=sha256, kind=kind, name=path.name, n_bytes=len(data), width=width, height=height, seconds=seconds
    )
    folder.mkdir(parents=True, exist_ok=True)
    kept = file_of(folder, made)
    if not (kept.exists() and kept.stat().st_size == len(data)):
        write_atomically(kept, data)
    os.utime(kept)  # taken in now: not swept up before the message that it is for is kept
    if small:
        write_atomically(folder / (sha256 + THUMBNAIL_SUFFIX), small)
    return made
