"""`gemfit list`: what is on this disk."""

import argparse

from gemfit.cli.output import print_json, print_table
from gemfit.cli.weights import as_json, catalog_of, status
from gemfit.library.store import scan
from gemfit.settings import load_settings
from gemfit.words import size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list` has no options of its own."""
    del parser


def run(args: argparse.Namespace) -> int:
    weights_dir = load_settings().weights_folder.absolute()
    files = scan(weights_dir, catalog_of(args))
    if args.json:
        print_json({"folder": str(weights_dir), "files": as_json(files)["files"]})
    elif not files:
        print(f"No weights in {weights_dir} yet. Get some with: gemfit get E2B")
    else:
        rows = [[file.model or "-", file.build or "-", size(file.bytes), file.path, status(file)] for file in files]
        print_table(["MODEL", "FORMAT", "SIZE", "FILE", ""], rows, frozenset({2}))
    return 0
