"""`gemfit get MODEL FORMAT`: download a model and verify it."""

import argparse
from pathlib import Path

from gemfit.cli.output import print_json
from gemfit.cli.weights import as_json, catalog_of, progress_line, stop_by_signal
from gemfit.library.get import Source, get
from gemfit.settings import load_settings, load_token
from gemfit.words import size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="a model of the catalogue: E2B, 12B, starter, …")
    parser.add_argument("format", metavar="FORMAT", nargs="?", help="q4_0, bf16, …; left out: the preferred one")
    parser.add_argument(
        "--part",
        action="append",
        metavar="PART",
        choices=["projector", "drafter"],
        default=[],
        help="also get the projector (for images and sound) or the drafter; can be given twice",
    )
    parser.add_argument("--to", metavar="FOLDER", help="weights go here instead of the folder in the settings")
    parser.add_argument("--endpoint", metavar="URL", help="ask this Hub instead of the one in the settings")


def run(args: argparse.Namespace) -> int:
    settings = load_settings()
    weights_dir = Path(args.to).expanduser() if args.to else settings.weights_folder
    with stop_by_signal() as stopped, progress_line() as progress:
        files = get(
            catalog_of(args),
            args.model,
            args.format,
            weights_dir=weights_dir.absolute(),
            source=Source(endpoint=args.endpoint or settings.endpoint, token=load_token()),
            parts=("weights", *args.part),
            on_progress=progress,
            cancelled=stopped,
        )
    if args.json:
        print_json(as_json(files))
        return 0
    for file in files:
        resumed = f", {size(file.resumed_from_bytes)} of it were here already" if file.resumed_from_bytes else ""
        print(f"{file.path}\n  {size(file.bytes)}{resumed}, verified: SHA-256 {file.sha256}")
    return 0
