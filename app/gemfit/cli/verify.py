"""`gemfit verify [MODEL FORMAT | PATH]`: check files against their SHA-256, and repair what is damaged."""

import argparse
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from gemfit.catalog.types import Catalog
from gemfit.cli.chosen import chosen_paths
from gemfit.cli.output import print_json
from gemfit.cli.weights import Progress, as_json, catalog_of, progress_line, status, stop_by_signal
from gemfit.errors import GemfitError
from gemfit.library.check_all import AllProgress, Checkup, check_all
from gemfit.library.mend import mend
from gemfit.library.source import Source
from gemfit.library.store import describe, scan, verify
from gemfit.library.types import LocalFile
from gemfit.settings import load_settings, load_token
from gemfit.words import duration, size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target", metavar="MODEL|NAME|PATH", nargs="?", help="a model, or a file; left out: everything here"
    )
    parser.add_argument("format", metavar="FORMAT", nargs="?", help="q4_0, bf16, …; left out: the preferred one")
    parser.add_argument("--all", action="store_true", help="everything, what other programs keep here as well")
    parser.add_argument("--repair", action="store_true", help="fetch what is damaged from the Hub again, and only that")
    parser.add_argument("--updates", action="store_true", help="ask the Hub afterwards whether it has something newer")


def run(args: argparse.Namespace) -> int:
    catalog, weights_dir = catalog_of(args), load_settings().weights_folder.absolute()
    with stop_by_signal() as stopped, progress_line() as progress:
        if args.target is None:
            done = _everything(catalog, weights_dir, args.all, progress, stopped)
        else:
            done = _some(chosen_paths(args, catalog, weights_dir), catalog, weights_dir, progress, stopped)
        if args.repair:
            done = replace(done, files=[_repaired(f, catalog, weights_dir, progress, stopped) for f in done.files])
    if args.json:
        print_json(_json(done, one=args.target is not None))
    else:
        _print(done)
    worst = _conclude(done.files)
    if args.updates:
        from gemfit.cli.updates import tell

        worst = max(worst, tell(done.files, catalog, as_json=False, stream=sys.stderr if args.json else sys.stdout))
    return worst


def _everything(
    catalog: Catalog, weights_dir: Path, others: bool, progress: Progress, stopped: threading.Event
) -> Checkup:
    own = ("weights", "package", "import", "folder")
    files = [file for file in scan(weights_dir, catalog) if others or file.origin in own]
    return check_all(files, weights_dir, catalog, on_progress=_in_total(progress), cancelled=stopped)


def _in_total(progress: Progress) -> Callable[[AllProgress], None]:
    def tell(moment: AllProgress) -> None:
        progress(
            replace(
                moment.file,
                state="verifying",
                file=f"{moment.number}/{moment.count}  {moment.file.file}",
                done_bytes=moment.done_bytes,
                total_bytes=moment.total_bytes,
                speed_bps=moment.speed_bps,
                remaining_s=moment.remaining_s,
            )
        )

    return tell


def _some(
    paths: list[Path], catalog: Catalog, weights_dir: Path, progress: Progress, stopped: threading.Event
) -> Checkup:
    """The files that were named: they are checked whatever was checked before."""
    began = time.monotonic()
    files = [verify(path, weights_dir, catalog, on_progress=progress, cancelled=stopped) for path in paths]
    return Checkup(files=files, checked_bytes=sum(file.bytes for file in files), took_s=time.monotonic() - began)


def _repaired(
    file: LocalFile, catalog: Catalog, weights_dir: Path, progress: Progress, stopped: threading.Event
) -> LocalFile:
    """The file after its repair; what kept it from being repaired is told, and the file is what it was."""
    if file.verified or (file.model is None and not file.damaged):
        return file
    settings = load_settings()
    source = Source(endpoint=settings.endpoint, token=load_token())
    path = Path(file.path)
    try:
        return mend(path, weights_dir, catalog, source, on_progress=progress, cancelled=stopped)
    except GemfitError as error:
        if error.code == "cancelled":
            raise
        progress.line.clear()
        print(f"gemfit: {file.path}: {error}", file=sys.stderr)
        return describe(path, weights_dir, catalog) or replace(file, complete=False)


def _json(done: Checkup, *, one: bool) -> dict[str, object]:
    totals = {
        "count": len(done.files),
        "verified": sum(file.verified for file in done.files),
        "checked_bytes": done.checked_bytes,
        "took_s": done.took_s,
        "checked_before_the_stop": done.skipped,
    }
    return {**(as_json(done.files) if one else {"files": as_json(done.files)["files"]}), "totals": totals}


def _print(done: Checkup) -> None:
    if not done.files:
        print("No weights on this disk yet. Get some with: gemfit get E2B")
        return
    for file in done.files:
        sha256 = f"  SHA-256 {file.sha256}\n" if file.sha256 else ""
        when = f"  {_when(file.verified_at)}\n" if file.verified_at else ""
        print(f"{file.path}\n{sha256}  {status(file)}\n{when}", end="")
    verified = sum(file.verified for file in done.files)
    before = f", {done.skipped} of them before the stop" if done.skipped else ""
    speed = f", {size(round(done.checked_bytes / done.took_s))}/s" if done.took_s > 0 and done.checked_bytes else ""
    print(
        f"{len(done.files)} checked{before}, {verified} as published: "
        f"{size(done.checked_bytes)} in {duration(done.took_s)}{speed}."
    )


def _when(verified_at: str) -> str:
    """`checked 2026-11-22 07:19 UTC`."""
    return f"checked {verified_at[:16].replace('T', ' ')} UTC"


def _conclude(files: list[LocalFile]) -> int:
    """1 when a file is not what it should be. One that nobody published a hash for is no failure."""
    bad = [file for file in files if not file.verified and (file.model or file.damaged or not file.complete)]
    for file in bad:
        print(f"gemfit: {file.path}: {status(file)}", file=sys.stderr)
    return 1 if bad else 0
