"""`gemfit undo`: put back what was removed last."""

import argparse

from gemfit.cli.output import print_json, print_table
from gemfit.cli.remove import as_json
from gemfit.library.removal import removals, undo
from gemfit.words import size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", help="which removal; left out: the last one")
    parser.add_argument("--list", action="store_true", help="only show what can be undone")


def run(args: argparse.Namespace) -> int:
    if args.list:
        return _list(args.json)
    paths = undo(args.id)
    if args.json:
        print_json({"files": [str(path) for path in paths]})
    else:
        for path in paths:
            print(f"{path} is back.")
    return 0


def _list(json: bool) -> int:
    found = removals()
    if json:
        print_json({"removals": [as_json(removal) for removal in found]})
    elif not found:
        print("Nothing that was removed is in the trash any more.")
    else:
        rows = [[r.id, r.at[:16].replace("T", " "), size(file.bytes), file.path] for r in found for file in r.files]
        print_table(["ID", "REMOVED (UTC)", "SIZE", "FILE"], rows, frozenset({2}))
    return 0
