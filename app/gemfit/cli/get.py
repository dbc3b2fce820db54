"""`gemfit get MODEL FORMAT`: download a model and verify it.

Where a window (or `gemfit queue run`) is at work, it gets the entry, and this command watches until it is done; with
`--to`, `--endpoint` or `--limit`, and where nobody is at work, this command downloads by itself.
"""

import argparse
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from gemfit.catalog.types import Catalog
from gemfit.cli.asked import add_model_arguments, entry_of, rate
from gemfit.cli.output import print_json
from gemfit.cli.transfers import ProgressLines, carry_out, rests
from gemfit.cli.weights import as_json, catalog_of, stop_by_signal
from gemfit.errors import GemfitError
from gemfit.library import queue as ops
from gemfit.library.disk import no_room
from gemfit.library.queue import Entry, Queue, QueuedFile
from gemfit.library.queue_plan import Limits
from gemfit.library.queue_run import QueueRunner
from gemfit.library.queue_space import seen_on_disk, space_of
from gemfit.library.queue_store import QueueStore, someone_runs
from gemfit.library.source import Source
from gemfit.library.store import describe
from gemfit.library.types import LocalFile
from gemfit.settings import load_settings, load_token
from gemfit.words import QT_TRANSLATE_NOOP, say, size

LOOK_S = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model_arguments(parser)
    parser.add_argument("--to", metavar="FOLDER", help="weights go here instead of the folder in the settings")
    parser.add_argument("--endpoint", metavar="URL", help="ask this Hub instead of the one in the settings")
    parser.add_argument("--limit", metavar="RATE", type=rate, help="take no more of the line than this: 5MB/s")


def run(args: argparse.Namespace) -> int:
    catalog, settings = catalog_of(args), load_settings()
    weights_dir = Path(args.to).expanduser() if args.to else settings.weights_folder
    entry = entry_of(args, catalog, weights_dir.absolute())
    store = QueueStore()
    with ProgressLines() as progress:
        if not (args.to or args.endpoint or args.limit) and someone_runs(store):
            entry = _watch(store, entry, progress)
            files = [_local(catalog, entry, file) for file in entry.files]
        else:
            runner = QueueRunner(
                catalog,
                store=None,
                source=lambda: Source(endpoint=args.endpoint or settings.endpoint, token=load_token()),
                limits=Limits(
                    parallel_files=settings.parallel_files, bandwidth_bps=args.limit or settings.bandwidth_bps
                ),
                on_change=progress,
            )
            entry = _download(runner, entry)
            files = [runner.results[entry.id, file.name] for file in entry.files]
    _report(files, as_one=args.json)
    return 0


def _download(runner: QueueRunner, entry: Entry) -> Entry:
    runner.do(partial(ops.add, entry=entry))
    carry_out(runner)
    return _done(runner.queue, entry)


def _done(queue: Queue, asked: Entry) -> Entry:
    """The entry, all of whose files are here. Raises the GemfitError of the first that is not."""
    entry = queue.entry(asked.id) or asked
    for file in entry.files:
        if file.state == "no_room" and file.needed_bytes:
            folder = Path(entry.folder)
            space = space_of(folder)
            raise no_room(folder, file.needed_bytes + space.reserve_bytes, space.free_bytes)
        if file.state != "done" and file.sentence is not None:
            raise GemfitError(file.code or "cancelled", file.sentence)
    if entry.state != "done":
        raise GemfitError("cancelled", say(_STOPPED))
    return entry


def _watch(store: QueueStore, asked: Entry, progress: ProgressLines) -> Entry:
    """Hand it over to the Gemfit that is at work, and look until it is done there."""
    queue = store.change([partial(ops.add, entry=asked)])
    id_ = next(e.id for e in queue if (e.model, e.build, e.folder) == (asked.model, asked.build, asked.folder))
    with stop_by_signal() as stopped:
        while True:
            entry = queue.entry(id_)
            if entry is None or entry.state == "paused":
                raise GemfitError("cancelled", say(_STOPPED_THERE))
            only = Queue(entries=(entry,))
            if rests(only):
                return _done(only, entry)
            progress(seen_on_disk(only))
            if stopped.wait(LOOK_S):
                raise GemfitError("cancelled", say(_GOES_ON))
            queue = store.read()


def _local(catalog: Catalog, entry: Entry, file: QueuedFile) -> LocalFile:
    """A file that another process got."""
    local = describe(Path(file.path), Path(entry.weights_dir), catalog)
    local = local or LocalFile(path=file.path, bytes=file.total_bytes)
    return replace(local, resumed_from_bytes=file.resumed_from_bytes)


def _report(files: list[LocalFile], *, as_one: bool) -> None:
    if as_one:
        print_json(as_json(files))
        return
    for file in files:
        resumed = f", {size(file.resumed_from_bytes)} of it were here already" if file.resumed_from_bytes else ""
        print(f"{file.path}\n  {size(file.bytes)}{resumed}, verified: SHA-256 {file.sha256}")


_STOPPED = QT_TRANSLATE_NOOP("gemfit", "Stopped. What came is kept. Get it again and it goes on from there.")
_STOPPED_THERE = QT_TRANSLATE_NOOP(
    "gemfit", "It was paused or cancelled in the Gemfit that downloads it. See: gemfit queue"
)
_GOES_ON = QT_TRANSLATE_NOOP(
    "gemfit", "The Gemfit that is at work goes on with it. To stop it there: gemfit queue pause"
)
