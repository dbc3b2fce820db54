"""`gemfit bundle export MODEL… --to PATH | import PATH | show PATH`: weights for machines without a network."""

import argparse
import contextlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from gemfit.catalog.load import parse_model_argument
from gemfit.cli.output import ProgressLine, print_json, print_table
from gemfit.cli.weights import catalog_of, stop_by_signal
from gemfit.library.bundle.copying import BundleProgress
from gemfit.library.bundle.export import export
from gemfit.library.bundle.load import Imported, judge, left, load
from gemfit.library.bundle.manifest import Manifest
from gemfit.library.bundle.plan import plan
from gemfit.library.bundle.reading import read_manifest
from gemfit.settings import load_settings
from gemfit.words import duration, size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    out = acts.add_parser("export", help="write verified models into a folder or a .tar")
    out.add_argument("models", metavar="MODEL[:FORMAT]", nargs="+", help="models of the catalogue that are here")
    out.add_argument("--to", metavar="PATH", required=True, help="a new folder, or a new file that ends in .tar")
    for name, help_ in (("import", "verify a bundle and take its weights"), ("show", "what a bundle holds")):
        acts.add_parser(name, help=help_).add_argument("path", metavar="PATH", help="a folder or a .tar")
    for act in acts.choices.values():
        act.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    return {"export": _export, "import": _import, "show": _show}[args.act](args)


def _export(args: argparse.Namespace) -> int:
    chosen = [parse_model_argument(text) for text in args.models]
    made = plan(catalog_of(args), chosen, load_settings().weights_folder.absolute())
    with stop_by_signal() as stopped, _progress("writing") as show:
        done = export(made, Path(args.to).expanduser().absolute(), on_progress=show, cancelled=stopped)
    if args.json:
        print_json(msgspec.to_builtins(done))
        return 0
    kept = f", {size(done.kept_bytes)} of it were there already" if done.kept_bytes else ""
    print(f"{done.path}\n  {size(done.bytes)}{kept}, verified while writing")
    _print_licences(done.manifest)
    return 0


def _import(args: argparse.Namespace) -> int:
    weights_dir = load_settings().weights_folder.absolute()
    with stop_by_signal() as stopped, _progress("verifying") as show:
        done = load(Path(args.path).absolute(), weights_dir, catalog_of(args), on_progress=show, cancelled=stopped)
    if args.json:
        print_json({"folder": str(weights_dir), "files": [_imported_json(one) for one in done]})
    else:
        for one in done:
            print(f"{one.path}\n  {_STATES[one.state]}, SHA-256 {one.judged.weights.sha256}\n  {one.note}")
    for one in left(done):
        print(f"gemfit: {one.path}: {one.note}", file=sys.stderr)
    return 1 if left(done) else 0


_STATES = {"imported": "imported and verified", "there": "here already, and the same", "left": "not imported"}


def _imported_json(one: Imported) -> dict[str, Any]:
    return {
        "path": one.path,
        "state": one.state,
        "known": one.judged.known,
        "note": str(one.note),
        **msgspec.to_builtins(one.judged.weights),
    }


def _show(args: argparse.Namespace) -> int:
    manifest = read_manifest(Path(args.path).absolute())
    judged = judge(manifest, catalog_of(args))
    if args.json:
        known = {"files": [{**msgspec.to_builtins(one.weights), "known": one.known} for one in judged]}
        print_json({**msgspec.to_builtins(manifest), **known})
        return 0
    print(f"Made {manifest.made_at} by Gemfit {manifest.made_by}, {size(manifest.total_bytes)}")
    rows = [[one.weights.model, one.weights.build, size(one.weights.bytes), one.weights.file] for one in judged]
    says = [str(one.sentence) for one in judged]
    print_table(
        ["MODEL", "FORMAT", "SIZE", "FILE", ""],
        [[*row, say] for row, say in zip(rows, says, strict=True)],
        frozenset({2}),
    )
    _print_licences(manifest)
    return 0


def _print_licences(manifest: Manifest) -> None:
    for licence in manifest.licences:
        text = f"text in {licence.path}" if licence.path else "its text is only there"
        print(f"Licence of {', '.join(licence.models)}: {licence.name}, {licence.url} ({text})")


@contextlib.contextmanager
def _progress(doing: str) -> Iterator["_Show"]:
    show = _Show(doing)
    try:
        yield show
    finally:
        show.line.clear()


class _Show:
    """Shows each `BundleProgress` that it is called with."""

    def __init__(self, doing: str) -> None:
        self.line, self._doing = ProgressLine(), doing

    def __call__(self, progress: BundleProgress) -> None:
        parts = [progress.file, self._doing, f"{size(progress.done_bytes)} of {size(progress.total_bytes)}"]
        if progress.remaining_s is not None:
            parts += [f"{size(round(progress.speed_bps))}/s", f"{duration(progress.remaining_s)} left"]
        self.line.show("  ".join(parts)[: shutil.get_terminal_size().columns - 1])
