"""What the details pane says of a model in a format, line by line."""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from gemfit.catalog.types import Build, CatalogFile, Model
from gemfit.gguf.parts import name_of_whole, part_of
from gemfit.library.card import Card
from gemfit.library.part import PART
from gemfit.library.types import LocalFile
from gemfit.ui import words
from gemfit.ui.home import cells
from gemfit.ui.home.cells import Column
from gemfit.ui.session import Session
from gemfit.ui.viewmodels.jobs import Key


class Fact(NamedTuple):
    """A line: its name and value. `exact`: to be copied as it is (a hash, a path); `folder`: it is a path that can be
    shown; `address`: a page to open; `removable`: the file here that can be removed by itself. Without a value it is a
    heading.
    """

    name: str
    value: str = ""
    exact: bool = False
    folder: bool = False
    address: str = ""
    removable: LocalFile | None = None


class Facts(NamedTuple):
    title: str
    lines: list[Fact]


def facts_of(session: Session, key: Key) -> Facts:
    """Everything that is known of a key without reading a file."""
    machine = session.machine
    model, build = machine.model(key[0]), machine.build(*key)
    files = session.library.of(key)
    title = machine.title(*key) if key[0] else name_of_whole(Path(key[1]).name)
    lines = _fit(session, key)
    if model is not None and build is not None:
        lines += _about(model, build)
        for file in build.files:
            lines += _file(file, [f for f in files if f.role == file.role])
    else:
        for local in files:
            lines += [Fact(QCoreApplication.translate("Facts", "File")), *_local(local)]
    return Facts(title, lines)


def role_name(role: str) -> str:
    """What a person calls a file of that role."""
    return {
        "weights": QCoreApplication.translate("Facts", "Weights"),
        "projector": QCoreApplication.translate("Facts", "Pictures and sound"),
        "drafter": QCoreApplication.translate("Facts", "Drafter"),
    }.get(role, role)


def _fit(session: Session, key: Key) -> list[Fact]:
    option = session.machine.option(*key)
    if option is None:
        return []
    verdict = cells.verdict_text(option)
    why = cells.explanation(Column.VERDICT, option, session.machine)
    lines = [
        Fact(QCoreApplication.translate("Facts", "On this machine")),
        Fact(QCoreApplication.translate("Facts", "Runs here"), f"{verdict}\n{why}".strip()),
    ]
    if option.runnable:
        lines.append(Fact(QCoreApplication.translate("Facts", "Memory"), cells.memory_phrase(option, session.machine)))
        lines.append(Fact(QCoreApplication.translate("Facts", "Speed"), cells.speed_phrase(option)))
        if option.max_context:
            lines.append(
                Fact(
                    QCoreApplication.translate("Facts", "Longest context"),
                    QCoreApplication.translate("Facts", "%1 tokens").replace("%1", words.count(option.max_context)),
                )
            )
    return lines


def _about(model: Model, build: Build) -> list[Fact]:
    lines = [Fact(QCoreApplication.translate("Facts", "About"))]
    if build.why:
        lines.append(Fact(QCoreApplication.translate("Facts", "This format"), build.why))
    lines += [
        Fact(QCoreApplication.translate("Facts", "Publisher"), build.publisher),
        Fact(QCoreApplication.translate("Facts", "Takes in"), ", ".join(model.modalities)),
        Fact(QCoreApplication.translate("Facts", "Licence"), model.licence, address=model.licence_url),
    ]
    return lines


def _file(file: CatalogFile, locals_: list[LocalFile]) -> list[Fact]:
    """A file of the catalogue, and every copy of it that is here."""
    lines = [Fact(role_name(file.role)), Fact(QCoreApplication.translate("Facts", "File"), file.file, exact=True)]
    n_bytes = file.bytes or file.approx_bytes
    if n_bytes:
        lines.append(Fact(QCoreApplication.translate("Facts", "Size"), _size(n_bytes, exact=file.bytes is not None)))
    if file.repo:
        lines.append(
            Fact(
                QCoreApplication.translate("Facts", "Source"), file.repo, address=f"https://huggingface.co/{file.repo}"
            )
        )
        newest = QCoreApplication.translate("Facts", "The newest, pinned when it is fetched")
        lines.append(
            Fact(QCoreApplication.translate("Facts", "Revision"), file.revision or newest, exact=bool(file.revision))
        )
    if file.sha256:
        lines.append(Fact(QCoreApplication.translate("Facts", "Published SHA-256"), file.sha256, exact=True))
    for local in locals_:
        lines += _local(local)
    return lines


def _size(n_bytes: int, *, exact: bool) -> str:
    if not exact:
        return QCoreApplication.translate("Facts", "about %1").replace("%1", words.size_gb(n_bytes))
    return (
        QCoreApplication.translate("Facts", "%1 (%2 bytes)")
        .replace("%1", words.size_gb(n_bytes))
        .replace("%2", words.count(n_bytes))
    )


def _local(local: LocalFile) -> list[Fact]:
    """Where a file is and what was found of it; of a model in several parts, each of them."""
    lines = []
    for file in local.files:
        removable = local if file is local.files[0] and local.origin == "weights" else None
        lines.append(Fact(_name_of(file), file.path, exact=True, folder=True, removable=removable))
        if not file.complete or not file.model:
            lines.append(Fact(QCoreApplication.translate("Facts", "Size here"), _size(file.bytes, exact=True)))
        if file.sha256:
            lines.append(Fact(QCoreApplication.translate("Facts", "SHA-256 computed here"), file.sha256, exact=True))
        if file.verified_at:
            checked = file.verified_at.replace("T", " ")[:16] + " UTC"
            lines.append(Fact(QCoreApplication.translate("Facts", "Last checked"), checked))
    if local.missing:
        lines.append(Fact(QCoreApplication.translate("Facts", "Not here"), "\n".join(local.missing), exact=True))
    return lines


def _name_of(file: LocalFile) -> str:
    part = part_of(Path(file.path).name.removesuffix(PART))
    if part is None:
        return QCoreApplication.translate("Facts", "Here")
    text = QCoreApplication.translate("Facts", "Part %1 of %2").replace("%1", words.count(part[0]))
    return text.replace("%2", words.count(part[1]))


def card_lines(card: Card) -> list[tuple[str, str]]:
    """What the header of a file says: names and values, those without a value left out."""
    parameters = QCoreApplication.translate("Facts", "%1 million").replace("%1", words.count(card.parameters // 10**6))
    templates = {
        "known": QCoreApplication.translate("Facts", "known: %1").replace("%1", card.template_name),
        "unknown": QCoreApplication.translate("Facts", "unknown; it runs in the sandbox"),
        "none": QCoreApplication.translate("Facts", "none"),
    }
    context = QCoreApplication.translate("Facts", "%1 tokens").replace("%1", words.count(card.context_tokens or 0))
    vocabulary = QCoreApplication.translate("Facts", "%1 tokens")
    lines = [
        (QCoreApplication.translate("Facts", "Name"), card.name),
        (QCoreApplication.translate("Facts", "Architecture"), card.architecture),
        (QCoreApplication.translate("Facts", "Parameters"), parameters if card.parameters >= 10**6 else ""),
        (QCoreApplication.translate("Facts", "Format"), card.format),
        (QCoreApplication.translate("Facts", "Context"), context if card.context_tokens else ""),
        (QCoreApplication.translate("Facts", "Layers"), words.count(card.layers) if card.layers else ""),
        (
            QCoreApplication.translate("Facts", "Vocabulary"),
            vocabulary.replace("%1", words.count(card.vocabulary_tokens)) if card.vocabulary_tokens else "",
        ),
        (QCoreApplication.translate("Facts", "Takes in"), ", ".join(card.modalities)),
        (QCoreApplication.translate("Facts", "Template"), templates[card.template]),
        (QCoreApplication.translate("Facts", "Licence"), card.licence),
        (QCoreApplication.translate("Facts", "Author"), card.author),
        (QCoreApplication.translate("Facts", "Packed by"), card.quantized_by),
        (QCoreApplication.translate("Facts", "Made from"), ", ".join(base.name for base in card.base_models)),
    ]
    return [(name, value) for name, value in lines if value]
