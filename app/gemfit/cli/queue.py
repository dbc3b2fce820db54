"""`gemfit queue`: see and change what is to be downloaded; the window shows the same queue and takes the changes over.

`list`, `add`, `pause`, `resume`, `retry`, `move`, `cancel`, `clear` change the queue and return at once; who is at work
notices within a second. `run` is at work without a window, until everything is done or needs a person.
"""

import argparse
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from gemfit.cli.asked import add_model_arguments, entry_of, rate
from gemfit.cli.output import print_json, print_table
from gemfit.cli.transfers import ProgressLines, carry_out, state_text
from gemfit.cli.weights import catalog_of
from gemfit.errors import GemfitError
from gemfit.library import queue as ops
from gemfit.library.queue import Entry, Queue
from gemfit.library.queue_plan import Limits
from gemfit.library.queue_run import QueueRunner, delete_parts
from gemfit.library.queue_space import seen_on_disk
from gemfit.library.queue_store import QueueStore, someone_runs
from gemfit.library.source import Source
from gemfit.settings import load_settings, load_token
from gemfit.words import QT_TRANSLATE_NOOP, say, size

LET_GO_S = 10.0
LOOK_S = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    _action(actions, "list", "what is queued, in order (the default)")
    add_model_arguments(_action(actions, "add", "put a model at the end"))
    for name, help_ in (
        ("pause", "stop it and keep what came; `all` for everything"),
        ("resume", "go on with it; `all` for everything"),
        ("retry", "try again what failed"),
    ):
        _which(_action(actions, name, help_))
    move = _action(actions, "move", "put it at another place")
    _which(move)
    move.add_argument("place", metavar="PLACE", type=int, help="1 is the first")
    cancel = _action(actions, "cancel", "take it out of the queue; what came is kept")
    _which(cancel)
    cancel.add_argument("--delete", action="store_true", help="delete what is unfinished of it")
    _action(actions, "clear", "take out what is done")
    run_ = _action(actions, "run", "download what is queued, here, until all is done")
    run_.add_argument("--limit", metavar="RATE", type=rate, help="take no more of the line than this: 5MB/s")
    run_.add_argument("--parallel", metavar="N", type=int, help="so many files at once")


def _action(actions: Any, name: str, help_: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = actions.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".")
    made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object")
    return made


def _which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("which", metavar="WHICH", help="its number in the list, its id, or MODEL or MODEL/FORMAT")


def run(args: argparse.Namespace) -> int:
    store = QueueStore()
    try:
        return _actions()[args.action or "list"](args, store)
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The queue in {path} cannot be used ({reason}). Nothing was changed. Make it writable."
        )
        reason = error.strerror or type(error).__name__
        raise GemfitError("queue_not_usable", say(text, path=str(store.path), reason=reason)) from error


def _actions() -> dict[str, Callable[[argparse.Namespace, QueueStore], int]]:
    return {
        "list": _list,
        "add": _add,
        "pause": partial(_change, one=ops.pause, every=ops.pause_all),
        "resume": partial(_change, one=ops.resume, every=ops.resume_all),
        "retry": partial(_change, one=ops.retry),
        "move": lambda args, store: _change(args, store, one=partial(ops.move, place=args.place - 1)),
        "cancel": _cancel,
        "clear": lambda args, store: _show(args, store, store.change([ops.clear_done])),
        "run": _run,
    }


def _list(args: argparse.Namespace, store: QueueStore) -> int:
    return _show(args, store, store.read())


def _add(args: argparse.Namespace, store: QueueStore) -> int:
    folder = load_settings().weights_folder.absolute()
    entry = entry_of(args, catalog_of(args), folder)
    return _show(args, store, store.change([partial(ops.add, entry=entry)]))


def _change(
    args: argparse.Namespace,
    store: QueueStore,
    one: Callable[[Queue, str], Queue],
    every: Callable[[Queue], Queue] | None = None,
) -> int:
    if every is not None and args.which == "all":
        return _show(args, store, store.change([every]))
    id_ = _find(store.read(), args.which).id
    return _show(args, store, store.change([lambda queue: one(queue, id_)]))


def _cancel(args: argparse.Namespace, store: QueueStore) -> int:
    entry = _find(store.read(), args.which)
    queue = store.change([partial(ops.cancel, id_=entry.id)])
    if args.delete:
        _delete(entry)
    return _show(args, store, queue)


def _delete(entry: Entry) -> None:
    """Delete the unfinished files, as soon as the Gemfit that is at work has let go of them."""
    pause = threading.Event()
    for _ in range(int(LET_GO_S / LOOK_S)):
        try:
            return delete_parts(entry)
        except GemfitError as error:
            if error.code != "in_use":
                raise
        pause.wait(LOOK_S)
    return delete_parts(entry)


def _run(args: argparse.Namespace, store: QueueStore) -> int:
    settings = load_settings()
    if someone_runs(store):
        text = QT_TRANSLATE_NOOP(
            "gemfit", "Another Gemfit is at work on the queue already. It takes over what you add. See: gemfit queue"
        )
        raise GemfitError("in_use", say(text))
    limits = Limits(
        parallel_files=args.parallel or settings.parallel_files, bandwidth_bps=args.limit or settings.bandwidth_bps
    )
    with ProgressLines() as progress:
        runner = QueueRunner(
            catalog_of(args),
            store=store,
            source=lambda: Source(endpoint=settings.endpoint, token=load_token()),
            limits=limits,
            on_change=progress,
        )
        in_full = carry_out(runner)
    if runner.problem is not None:
        print(f"gemfit: {runner.problem}", file=sys.stderr)
    _show(args, store, store.read())
    return _conclude(runner.queue, in_full=in_full)


def _conclude(queue: Queue, *, in_full: bool) -> int:
    """0 when all that is not paused is here."""
    left = [entry for entry in queue if entry.state not in ("done", "paused")]
    for entry in left:
        if entry.sentence is not None:
            print(f"gemfit: {entry.title}: {entry.sentence}", file=sys.stderr)
    if not in_full:
        print("gemfit: Stopped. What came is kept. It goes on with: gemfit queue run", file=sys.stderr)
    return 1 if left or not in_full else 0


def _find(queue: Queue, which: str) -> Entry:
    """The entry that `which` names. Raises GemfitError `not_queued`."""
    entries = queue.entries
    if which.isascii() and which.isdigit() and 1 <= int(which) <= len(entries):
        return entries[int(which) - 1]
    names = which.lower()
    found = [e for e in entries if names in (e.id, e.model.lower(), f"{e.model}/{e.build}".lower(), e.title.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{which} is more than one entry of the queue. Name it by its number in: gemfit queue"
        )
        raise GemfitError("not_queued", say(text, which=which))
    text = QT_TRANSLATE_NOOP("gemfit", "{which} is not in the queue. See what is with: gemfit queue")
    raise GemfitError("not_queued", say(text, which=which))


def _show(args: argparse.Namespace, store: QueueStore, queue: Queue) -> int:
    queue = seen_on_disk(queue)
    if args.json:
        print_json(as_json(queue))
    elif not queue.entries:
        print("Nothing is queued. Add something with: gemfit queue add E2B")
    else:
        rows = [
            [str(place), entry.id, entry.title, size(entry.total_bytes) if entry.total_bytes else "", state_text(entry)]
            for place, entry in enumerate(queue, start=1)
        ]
        print_table(["", "ID", "MODEL", "SIZE", ""], rows, frozenset({0, 3}))
        _print_sum(queue)
    if store.problem is not None:
        print(f"gemfit: {store.problem}", file=sys.stderr)
    return 0


def _print_sum(queue: Queue) -> None:
    all_ = ops.totals(queue)
    if all_.needed_bytes:
        print(f"{size(all_.left_bytes)} to download; it takes {size(all_.needed_bytes)} more of the disk.")


def as_json(queue: Queue) -> dict[str, Any]:
    """The entries with what is computed of them, and the totals."""
    entries = []
    for entry in queue:
        plain: dict[str, Any] = msgspec.to_builtins(entry)
        for data, file in zip(plain["files"], entry.files, strict=True):
            data["sentence"] = str(file.sentence) if file.sentence else None
        entries.append(
            {
                **plain,
                "folder": str(Path(entry.folder)),
                "state": entry.state,
                "code": entry.code,
                "sentence": str(entry.sentence) if entry.sentence else None,
                "done_bytes": entry.done_bytes,
                "total_bytes": entry.total_bytes,
            }
        )
    return {"entries": entries, "totals": msgspec.to_builtins(ops.totals(queue))}
