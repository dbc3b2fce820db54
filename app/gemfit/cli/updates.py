"""`gemfit updates`: whether the Hub has other bytes now than what is kept. Nothing is replaced."""

import argparse
import sys
from typing import TextIO

import msgspec

from gemfit.catalog.types import Catalog
from gemfit.cli.output import ProgressLine, print_json
from gemfit.cli.weights import catalog_of, stop_by_signal
from gemfit.library.source import Source
from gemfit.library.store import scan
from gemfit.library.types import LocalFile
from gemfit.library.updates import Update, look
from gemfit.settings import load_settings, load_token


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--endpoint", metavar="URL", help="ask this Hub instead of the one in the settings")


def run(args: argparse.Namespace) -> int:
    catalog = catalog_of(args)
    files = scan(load_settings().weights_folder.absolute(), catalog)
    return tell(files, catalog, endpoint=args.endpoint, as_json=args.json)


def tell(
    files: list[LocalFile],
    catalog: Catalog,
    *,
    endpoint: str | None = None,
    as_json: bool,
    stream: TextIO | None = None,
) -> int:
    """Ask and print. Returns 1 when a repository could not be asked."""
    source = Source(endpoint=endpoint or load_settings().endpoint, token=load_token())
    line = ProgressLine()
    with stop_by_signal() as stopped:
        try:
            found = look(
                files,
                catalog,
                source,
                on_repo=lambda done, total, repo: line.show(f"{done + 1}/{total}  asking about {repo}"),
                cancelled=stopped,
            )
        finally:
            line.clear()
    if as_json:
        print_json({"files": [_plain(update) for update in found]})
    else:
        _print(found, stream or sys.stdout)
    return 1 if any(update.finding == "not_asked" for update in found) else 0


def _print(found: list[Update], stream: TextIO) -> None:
    if not found:
        print("Nothing here comes from the Hub, as far as is known.", file=stream)
    for update in found:
        print(f"{update.path}\n  {update.sentence}", file=stream)


def _plain(update: Update) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(update)
    return {**plain, "sentence": str(update.sentence)}
