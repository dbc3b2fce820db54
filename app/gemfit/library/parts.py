"""A model in several files, seen as one: its parts that are here, and those that are not."""

import os
from collections.abc import Iterable

from msgspec.structs import replace

from gemfit.gguf.parts import ENDING_LENGTH, MARK, names_of_parts, part_of
from gemfit.library.part import PART
from gemfit.library.types import LocalFile
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say


def as_models(files: Iterable[LocalFile]) -> list[LocalFile]:
    """The files, with the parts of one model as one, in the place of the first of them that comes."""
    models: list[LocalFile] = []
    places: dict[tuple[str, str], int] = {}
    pieces: dict[int, dict[str, LocalFile]] = {}
    for file in files:
        path = file.path.removesuffix(PART)
        name = os.path.basename(path) if MARK in path else ""  # noqa: PTH119 - for each of thousands
        if part_of(name) is None:
            models.append(file)
            continue
        key = path[:-ENDING_LENGTH], path[-len("00003.gguf") :]  # its folder, its stem, and of how many
        if key not in places:
            places[key] = len(models)
            models.append(file)
        known = pieces.setdefault(places[key], {})
        if name not in known or not known[name].complete:
            known[name] = file
    for at, found in pieces.items():
        models[at] = joined(found)
    return models


def joined(pieces: dict[str, LocalFile]) -> LocalFile:
    """The model of these parts, by their names."""
    names = names_of_parts(next(iter(pieces)))
    here = [pieces[name] for name in names if name in pieces]
    missing = [name for name in names if name not in pieces]
    first, verified = here[0], not missing and all(piece.verified for piece in here)
    bad = next((piece for piece in here if piece.wrong), None)
    one = replace(
        bad or first,
        path=first.path,
        bytes=sum(piece.bytes for piece in here),
        complete=not missing and all(piece.complete for piece in here),
        verified=verified,
        verified_at=min(piece.verified_at or "" for piece in here) or None,
        resumed_from_bytes=sum(piece.resumed_from_bytes or piece.bytes for piece in here),
        sha256=first.sha256 if verified else bad.sha256 if bad is not None else None,
        parts=len(names),
        pieces=here,
        missing=missing,
        note=None,
    )
    return replace(one, note=_note(one, bad))


def _note(one: LocalFile, bad: LocalFile | None) -> Sentence | None:
    if bad is not None:
        return bad.note
    if one.missing:
        return say(_MISSING, parts=one.parts, names=", ".join(one.missing[:3]))
    if not one.complete:
        done = sum(piece.complete for piece in one.pieces)
        return say(_UNFINISHED, done=done, parts=one.parts)
    if one.verified:
        return None
    open_ = [piece for piece in one.pieces if not piece.verified]
    return (
        open_[0].note if len(open_) == one.parts else say(_SOME_VERIFIED, done=one.parts - len(open_), parts=one.parts)
    )


_MISSING = QT_TRANSLATE_NOOP(
    "gemfit",
    "Not whole: of its {parts} parts these are not here: {names}. Put them into the same folder, or get the model "
    "again, and only they are fetched.",
)
_UNFINISHED = QT_TRANSLATE_NOOP(
    "gemfit", "Not finished: {done} of its {parts} parts are here whole. Get it again and it goes on."
)
_SOME_VERIFIED = QT_TRANSLATE_NOOP(
    "gemfit", "Of its {parts} parts {done} are verified. Verify it to know of the others."
)
