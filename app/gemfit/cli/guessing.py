"""Guessing ahead on the command line: `--speculation`, and the drafter that belongs to the model."""

import argparse
from pathlib import Path

from gemfit.catalog.load import find_build
from gemfit.catalog.types import Catalog
from gemfit.engine.protocol import Stats
from gemfit.fit.types import DRAFT_TOKENS
from gemfit.gguf.check import check_file
from gemfit.library import store
from gemfit.settings import load_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--speculation",
        choices=["auto", "off"],
        help="guess tokens ahead where that is faster; the answers stay the same (as in the settings: auto)",
    )
    parser.add_argument(
        "--drafter", metavar="FILE", help="the drafter to guess with (the model's own, where it is here)"
    )


def draft_tokens(args: argparse.Namespace) -> int:
    """How many tokens may be guessed ahead."""
    return DRAFT_TOKENS if (args.speculation or load_settings().guessing) == "auto" else 0


def find_drafter(args: argparse.Namespace, catalog: Catalog, model_id: str, build_id: str) -> Path | None:
    """The one that was named, else the one of the catalogue's build if it is here; None without guesses.

    Raises GemfitError for one that was named and cannot be read, or is damaged.
    """
    if not draft_tokens(args):
        return None
    if args.drafter:
        drafter = Path(args.drafter).expanduser()
        check_file(drafter)
        return drafter
    if not model_id:
        return None
    model, build = find_build(catalog, model_id, build_id)
    file = build.file_of("drafter")
    local = store.find_file(load_settings().weights_folder, catalog, model, build, file) if file is not None else None
    return Path(local.path) if local is not None else None


def file_bytes(drafter: Path | None) -> int:
    """Its length; 0 where there is none, also where it is not there (the engine says so)."""
    return drafter.stat().st_size if drafter is not None and drafter.is_file() else 0


def figures(stats: Stats) -> str:
    """What guessing gave, in a line."""
    return (
        f"guessed ahead: {stats.accepted_tokens} of {stats.drafted_tokens} right, {stats.generated_tokens} tokens in "
        f"{stats.decode_steps} steps, {stats.speculation_gain:.2f} times as fast as one by one"
    )
