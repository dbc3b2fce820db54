"""What is said of an entry of the queue and of its files: state, progress, speed and time left, in words."""

from pathlib import PurePosixPath

from PySide6.QtCore import QCoreApplication

from gemfit.gguf.parts import part_of
from gemfit.library.queue import Entry, QueuedFile
from gemfit.ui import words
from gemfit.ui.models.facts import role_name


def state_text(entry: Entry) -> tuple[str, str]:
    """The state in words with a sign before it, and the colour of it."""
    texts = {
        "waiting": ("○ " + QCoreApplication.translate("EntryRow", "Waiting for its turn"), "muted"),
        "downloading": ("↓ " + QCoreApplication.translate("EntryRow", "Downloading"), "accent"),
        "verifying": ("↻ " + QCoreApplication.translate("EntryRow", "Checking what came"), "accent"),
        "paused": ("‖ " + QCoreApplication.translate("EntryRow", "Paused; what came is kept"), "muted"),
        "no_room": ("! " + QCoreApplication.translate("EntryRow", "Waiting for room on the disk"), "caution"),
        "offline": ("! " + QCoreApplication.translate("EntryRow", "Waiting for the network"), "caution"),
        "failed": ("✗ " + QCoreApplication.translate("EntryRow", "Needs you"), "bad"),
        "done": ("✓ " + QCoreApplication.translate("EntryRow", "Here, and verified"), "good"),
    }
    text, role = texts[entry.state]
    if entry.state == "downloading" and entry.sentence is not None:
        return f"{text}. {words.text(entry.sentence)}", "caution"
    return text, role


def figures_text(entry: Entry) -> str:
    """`1.2 of 4.2 GB · 28 % · 12 MB/s · 4 min left`; nothing before the size is known."""
    if not entry.total_bytes:
        return ""
    pieces = [_amount(entry.done_bytes, entry.total_bytes), f"{100 * entry.done_bytes // entry.total_bytes} %"]
    if entry.speed_bps:
        pieces.append(words.speed(entry.speed_bps))
    if entry.remaining_s is not None:
        left = QCoreApplication.translate("EntryRow", "%1 left")
        pieces.append(left.replace("%1", words.remaining(entry.remaining_s)))
    return " · ".join(pieces)


def name_text(file: QueuedFile) -> str:
    """`Weights`, or `Weights, part 1 of 3`."""
    part = part_of(PurePosixPath(file.name).name)
    if part is None or file.unlisted:
        return role_name(file.role)
    text = QCoreApplication.translate("EntryRow", "%1, part %2 of %3").replace("%1", role_name(file.role))
    return text.replace("%2", words.count(part[0])).replace("%3", words.count(part[1]))


def file_text(file: QueuedFile) -> str:
    """`1.2 of 4.2 GB · downloading`."""
    states = {
        "waiting": QCoreApplication.translate("EntryRow", "waiting"),
        "asking": QCoreApplication.translate("EntryRow", "asking where it is"),
        "checking": QCoreApplication.translate("EntryRow", "checking what is here"),
        "downloading": QCoreApplication.translate("EntryRow", "downloading"),
        "retrying": QCoreApplication.translate("EntryRow", "trying again"),
        "verifying": QCoreApplication.translate("EntryRow", "verifying"),
        "no_room": QCoreApplication.translate("EntryRow", "no room"),
        "offline": QCoreApplication.translate("EntryRow", "no network"),
        "failed": QCoreApplication.translate("EntryRow", "failed"),
        "done": QCoreApplication.translate("EntryRow", "done"),
    }
    pieces = [_amount(file.done_bytes, file.total_bytes)] if file.total_bytes else []
    return " · ".join([*pieces, states[file.state]])


def _amount(done_bytes: int, total_bytes: int) -> str:
    text = QCoreApplication.translate("EntryRow", "%1 of %2").replace("%1", words.size_gb(done_bytes))
    return text.replace("%2", words.size_gb(total_bytes))
