"""LM Studio: a folder of models, `publisher/model/file.gguf`.

https://lmstudio.ai/docs/app/advanced/import-model
"""

import threading
from collections.abc import Callable
from pathlib import Path

from gemfit.errors import GemfitError
from gemfit.library import names
from gemfit.library.handover.common import about_file, is_ready, licence_of, why_not_gguf
from gemfit.library.handover.put import Put, put
from gemfit.library.handover.subject import need_file
from gemfit.library.handover.types import Handover, Subject
from gemfit.library.stores import lmstudio
from gemfit.library.stores.host import Host, this_host
from gemfit.words import QT_TRANSLATE_NOOP, say

PROGRAM = "LM Studio"
_TESTED = QT_TRANSLATE_NOOP(
    "gemfit",
    "Tested with folders laid out as LM Studio documents them; LM Studio itself was not at hand.",
)
_SHARED = QT_TRANSLATE_NOOP(
    "gemfit", "It takes no more room: both have the same file. The room is free again when both have removed it."
)
_MISSING = QT_TRANSLATE_NOOP("gemfit", "LM Studio has no folder on this machine. Start it once, then try again.")


def offer(subject: Subject, host: Host | None = None) -> Handover:
    """Where the files would go, and whether they can. Changes nothing."""
    home = _home(host or this_host())
    possible = subject.container == "gguf"
    ready = possible and home is not None and is_ready(subject)
    return Handover(
        target="lmstudio",
        program=PROGRAM,
        found=str(home) if home else None,
        possible=possible,
        acts=["link"] if ready else [],
        folder=str(folder(subject, home)) if home and possible else "",
        notes=[
            *why_not_gguf(subject, PROGRAM),
            *([] if home else [say(_MISSING)]),
            *about_file(subject),
            *([say(_SHARED)] if ready else []),
        ],
        tested=say(_TESTED),
        licence=licence_of(subject),
    )


def link(
    subject: Subject,
    *,
    copy: bool = False,
    host: Host | None = None,
    on_bytes: Callable[[int], None] = lambda _done: None,
    cancelled: threading.Event | None = None,
) -> list[Put]:
    """Put the weights, and the projector where it is here, into LM Studio's folder of models.

    Raises GemfitError: `not_possible`, `not_found` (no LM Studio), `not_here`, `not_verified`, and those of `put`.
    """
    path = need_file(subject)
    if refused := why_not_gguf(subject, PROGRAM):
        raise GemfitError("not_possible", refused[0])
    home = _home(host or this_host())
    if home is None:
        raise GemfitError("not_found", say(_MISSING))
    target = folder(subject, home)
    wanted = [(path, _name(subject, path), subject.sha256)]
    wanted += [(other, other.name, sha256) for other, sha256 in subject.others]
    if subject.projector is not None:
        wanted.append((subject.projector, subject.projector.name, _sha256_of_projector(subject)))
    return [
        put(source, _at(home, target, name), sha256=sha256, copy=copy, on_bytes=on_bytes, cancelled=cancelled)
        for source, name, sha256 in wanted
    ]


def folder(subject: Subject, home: Path) -> Path:
    """`<models>/<publisher>/<repository>`; a file of one's own goes to `gemfit/<its name>`."""
    if subject.repo:
        return home.joinpath(*subject.repo.split("/"))
    stem = subject.path.stem if subject.path else "model"
    return home / "gemfit" / stem


def _at(home: Path, target: Path, name: str) -> Path:
    return names.place(home, (target / name).relative_to(home).as_posix())


def _name(subject: Subject, path: Path) -> str:
    """The published name: a file in another program's store may have none that ends in .gguf."""
    return Path(subject.build.weights.file).name if subject.build and not subject.others else path.name


def _sha256_of_projector(subject: Subject) -> str | None:
    file = subject.build.file_of("projector") if subject.build else None
    return file.sha256 if file else None


def _home(host: Host) -> Path | None:
    """Its folder of models: that of its settings, else the usual one where LM Studio has been."""
    for place in lmstudio.places(host):
        if place.is_dir():
            return place
    return next((home / "models" for home in lmstudio.homes(host) if home.is_dir()), None)
