"""What a person asked for on the command line, as an entry of the queue."""

import argparse
import re
from pathlib import Path

from gemfit.catalog.types import Catalog, CatalogFile, Role
from gemfit.cli.measure import HUB, hub_file
from gemfit.cli.weights import stop_by_signal
from gemfit.errors import GemfitError
from gemfit.library import browse
from gemfit.library.listing import to_get
from gemfit.library.queue import Entry
from gemfit.library.queue_entries import entry_of_files, entry_of_model
from gemfit.library.source import Source
from gemfit.settings import load_settings, load_token
from gemfit.words import QT_TRANSLATE_NOOP, say

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 2**10, "mi": 2**20, "gi": 2**30}
_RATE = re.compile(r"(\d+(?:\.\d+)?) ?([kmg]i?)?b?(?:/s)?", re.IGNORECASE)


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="a model of the catalogue (E2B, 12B, starter, …), OWNER/REPOSITORY on the Hub, or a file there as "
        "hf://OWNER/REPOSITORY/FILE[@REVISION]",
    )
    parser.add_argument(
        "format", metavar="FORMAT", nargs="?", help="q4_0, bf16, …; left out: the preferred one. On the Hub: a file"
    )
    parser.add_argument(
        "--part",
        action="append",
        metavar="PART",
        choices=["projector", "drafter"],
        default=[],
        help="also get the projector (for images and sound) or the drafter; can be given twice",
    )


def entry_of(args: argparse.Namespace, catalog: Catalog, weights_dir: Path) -> Entry:
    """What `add_model_arguments` took. Raises GemfitError as `entry_of_model`, `hub_file` and `browse.files`, and
    `no_file`.
    """
    if args.model.startswith(HUB):
        return _entry_of_address(args, weights_dir)
    if "/" not in args.model:
        return entry_of_model(catalog, args.model, args.format, weights_dir=weights_dir, parts=("weights", *args.part))
    if args.format is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "Which file of {repo}? Name it after the repository. Nothing was downloaded."
        )
        raise GemfitError("no_file", say(text, repo=args.model))
    role: Role = "projector" if "mmproj" in args.format.lower() else "weights"
    file = CatalogFile(file=args.format, repo=args.model, role=role)
    return entry_of_files(f"{args.model} · {args.format}", [file], weights_dir=weights_dir)


def _entry_of_address(args: argparse.Namespace, weights_dir: Path) -> Entry:
    """A file on the Hub by its address: its repository is asked for the commit, the size and the hash."""
    wanted = hub_file(args.model)
    endpoint = getattr(args, "endpoint", None) or load_settings().endpoint
    with stop_by_signal() as stopped:
        source = Source(endpoint=endpoint, token=load_token())
        listing = browse.files(wanted.repo, source, revision=wanted.revision, cancelled=stopped)
    files = to_get(listing, listing.file(wanted.file))
    return entry_of_files(f"{wanted.repo} · {wanted.file}", files, weights_dir=weights_dir)


def rate(text: str) -> int:
    """Bytes per second from `5MB/s`, `800k`, `2.5 MiB/s`. Raises ValueError, which argparse tells."""
    found = _RATE.fullmatch(text.strip())
    if found is None or not float(found[1]):
        raise ValueError(text)
    return round(float(found[1]) * _UNITS[(found[2] or "").lower()])
