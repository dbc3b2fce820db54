"""`gemfit import PATH…`: take in weights from anywhere."""

import argparse
import sys
from pathlib import Path

from gemfit.cli.output import print_json
from gemfit.cli.weights import as_json, catalog_of, progress_line, status, stop_by_signal
from gemfit.library.import_file import How, import_paths
from gemfit.settings import load_settings
from gemfit.words import size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a GGUF or LiteRT-LM file, or a folder of them")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--copy", action="store_true", help="copy into the weights folder (default: use it where it is)")
    ways.add_argument("--move", action="store_true", help="move into the weights folder")
    ways.add_argument("--link", action="store_true", help="give it a second name in the weights folder (a hard link)")


def run(args: argparse.Namespace) -> int:
    how: How = "copy" if args.copy else "move" if args.move else "link" if args.link else "leave"
    weights_dir = load_settings().weights_folder.absolute()
    with stop_by_signal() as stopped, progress_line() as progress:
        taken = import_paths(
            [Path(path) for path in args.paths],
            weights_dir,
            catalog_of(args),
            how=how,
            on_progress=progress,
            cancelled=stopped,
        )
    if args.json:
        refused = [{"path": one.path, "code": one.code, "reason": str(one.sentence)} for one in taken.refused]
        print_json({"files": as_json(taken.files)["files"], "refused": refused})
    else:
        for file in taken.files:
            print(f"{file.path}\n  {size(file.bytes)}  {status(file)}".rstrip())
    for one in taken.refused:
        print(f"gemfit: {one.sentence}", file=sys.stderr)
    return 1 if taken.refused else 0
