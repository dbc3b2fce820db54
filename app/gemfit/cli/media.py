"""Pictures and sounds on the command line: `--image`, `--audio`, and the projector that they need."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from gemfit.catalog.load import find_build
from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.fit.projector import of_header
from gemfit.gguf.check import check_file
from gemfit.library import store
from gemfit.media.heads import is_video
from gemfit.media.intake import take_in
from gemfit.media.types import DEFAULT_IMAGE_TOKENS, IMAGE_BUDGETS, MOST_AUDIO_S, Attachment
from gemfit.words import QT_TRANSLATE_NOOP, say


class Given(NamedTuple):
    """What goes with the first question, and the folder that holds it. `image_tokens`: what a picture may take."""

    attachments: list[Attachment]
    folder: Path
    image_tokens: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--image",
        metavar="FILE",
        action="append",
        default=[],
        help="a picture for the first question: PNG, JPEG, HEIC, WebP, AVIF, GIF, TIFF and others; can be repeated",
    )
    parser.add_argument(
        "--audio",
        metavar="FILE",
        action="append",
        default=[],
        help="a sound for it, or the sound of a video: WAV, MP3, M4A, OGG, FLAC, MP4, WebM and others; "
        f"its first {MOST_AUDIO_S:.0f} seconds; can be repeated",
    )
    parser.add_argument(
        "--image-tokens",
        metavar="N",
        type=int,
        choices=IMAGE_BUDGETS,
        default=DEFAULT_IMAGE_TOKENS,
        help=f"how closely pictures are looked at: {', '.join(map(str, IMAGE_BUDGETS))} ({DEFAULT_IMAGE_TOKENS})",
    )
    parser.add_argument("--projector", metavar="FILE", help="the projector for --image and --audio (the model's own)")


@contextmanager
def given(args: argparse.Namespace) -> Iterator[Given]:
    """The files that were named, taken in for as long as this runs. Raises GemfitError for one that cannot be read."""
    with tempfile.TemporaryDirectory(prefix="gemfit-") as name:
        folder = Path(name)
        taken = [take_in(Path(path).expanduser(), folder, "image") for path in args.image]
        taken += [take_in(Path(path).expanduser(), folder, "audio") for path in args.audio]
        for one in taken:
            if one.kind == "audio" and is_video(one.name):
                text = QT_TRANSLATE_NOOP("gemfit", "Of {file} only the sound is taken.")
                print(say(text, file=one.name), file=sys.stderr)
            if one.seconds > MOST_AUDIO_S:
                text = QT_TRANSLATE_NOOP("gemfit", "Of {file} the first {taken_s} of {whole_s} are taken.")
                print(say(text, file=one.name, taken_s=MOST_AUDIO_S, whole_s=one.seconds), file=sys.stderr)
        yield Given(taken, folder, args.image_tokens)


def find_projector(
    args: argparse.Namespace, weights: Path, catalog: Catalog, model_id: str, build_id: str, weights_dir: Path
) -> Path:
    """The one that was named, the one of the catalogue's build, or the only one beside a file of one's own.

    Raises GemfitError `not_here`.
    """
    if args.projector:
        return Path(args.projector).expanduser()
    if not model_id:
        beside = sorted(path for path in weights.parent.glob("*.gguf") if "mmproj" in path.name.lower())
        if len(beside) == 1:
            return beside[0]
        text = QT_TRANSLATE_NOOP(
            "gemfit", "Pictures and sound need the model's projector beside {file}. Name it: --projector FILE"
        )
        raise GemfitError("not_here", say(text, file=weights.name))
    model, build = find_build(catalog, model_id, build_id)
    file = build.file_of("projector")
    if file is None:
        text = QT_TRANSLATE_NOOP("gemfit", "{name} ({title}) takes text alone. Leave pictures and sound out.")
        raise GemfitError("no_images", say(text, name=model.name, title=build.title))
    local = store.find_file(weights_dir, catalog, model, build, file)
    if local is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "Pictures and sound need one more file of {name} ({title}), its projector. "
            "Get it first: gemfit get {model} {build} --part projector",
        )
        raise GemfitError("not_here", say(text, name=model.name, title=build.title, model=model.id, build=build.id))
    return Path(local.path)


def memory_bytes(projector: Path | None, image_tokens: int) -> int:
    """What it takes. Raises GemfitError for a file that is damaged."""
    return of_header(check_file(projector), image_tokens) if projector is not None else 0
