"""`gemfit reclaim`: what lies about and is not needed; with `--yes` it is deleted."""

import argparse
from pathlib import Path

from gemfit.cli.output import print_json, print_table
from gemfit.cli.weights import catalog_of
from gemfit.library.disk import disk_error
from gemfit.library.queue_store import QueueStore
from gemfit.library.reclaim import find, reclaim
from gemfit.settings import load_settings
from gemfit.words import size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="delete what is listed, for good")


def run(args: argparse.Namespace) -> int:
    weights_dir = load_settings().weights_folder.absolute()
    items = find(weights_dir, catalog_of(args), queued())
    freed = reclaim(items, weights_dir) if args.yes else None
    total = sum(item.bytes for item in items)
    if args.json:
        plain = [{"path": i.path, "bytes": i.bytes, "kind": i.kind, "reason": str(i.reason)} for i in items]
        print_json({"items": plain, "total_bytes": total, "freed_bytes": freed})
        return 0
    if not items:
        print("There is nothing to reclaim.")
        return 0
    print_table(["SIZE", "FILE", ""], [[size(i.bytes), i.path, str(i.reason)] for i in items], frozenset({0}))
    if freed is None:
        print(f"{size(total)} can be had back. To delete these for good: gemfit reclaim --yes")
    else:
        print(f"Deleted. {size(freed)} are free again.")
    return 0


def queued() -> list[Path]:
    """Where the files of the queue are going, which are not to be touched. Raises GemfitError."""
    store = QueueStore()
    try:
        return [Path(entry.folder) / file.name for entry in store.read() for file in entry.files]
    except OSError as error:
        raise disk_error(error, store.path) from error
