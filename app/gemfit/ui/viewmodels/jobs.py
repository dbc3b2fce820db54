"""What is under way with a model, as the window shows it: a transfer or a check, and the keys that both go by.

A key is (model id, build id). For files that the catalogue does not know it is ("", path); for a repository of the Hub
whose files are on their way, the path of the first one, so that entry and file have the same key.
"""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from gemfit.library.queue import Entry
from gemfit.library.types import LocalFile, TransferProgress, TransferState
from gemfit.ui import words

Key = tuple[str, str]


@dataclass
class Job:
    """A transfer or a check: under way, or stopped by the trouble it has. `code` names the trouble for programs;
    `asked`: a person asked for it.
    """

    progress: TransferProgress | None = None
    running: bool = True
    trouble: str = ""
    code: str = ""
    asked: bool = True
    cancelled: Event = field(default_factory=Event)


def key_of(file: LocalFile) -> Key:
    return (file.model, file.build) if file.model and file.build else ("", file.path)


def key_of_entry(entry: Entry) -> Key:
    return (entry.model, entry.build) if entry.model else ("", str(Path(entry.folder) / entry.files[0].name))


def job_of(entry: Entry) -> Job | None:
    """A queue entry as a job; None when there is nothing to watch: done, or paused and at rest."""
    if entry.state == "done" or (entry.state == "paused" and not entry.under_way):
        return None
    stuck = entry.trouble is not None
    return Job(
        progress=progress_of(entry),
        running=not stuck,
        trouble=words.text(entry.sentence) if stuck and entry.sentence else "",
        code=entry.code,
    )


def progress_of(entry: Entry) -> TransferProgress:
    """All files of an entry as one moment of one transfer."""
    current = next((file for file in entry.files if file.under_way), entry.files[0])
    state: TransferState = "waiting"
    if current.state in ("checking", "downloading", "retrying", "verifying", "done", "failed"):
        state = current.state
    return TransferProgress(
        state=state,
        file=current.name,
        done_bytes=entry.done_bytes,
        total_bytes=entry.total_bytes,
        resumed_from_bytes=sum(file.resumed_from_bytes for file in entry.files),
        speed_bps=entry.speed_bps,
        remaining_s=entry.remaining_s,
        sentence=entry.sentence,
    )
