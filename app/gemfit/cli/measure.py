"""`gemfit measure`: how the engine itself would lay out a file in memory, here or on the Hub; nothing is allocated."""

import argparse
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from gemfit.catalog.load import find_build, parse_model_argument
from gemfit.catalog.starter import find_packaged
from gemfit.cli.answer_options import positive
from gemfit.cli.chat import DEFAULT_CONTEXT
from gemfit.cli.output import print_json, print_table
from gemfit.cli.weights import catalog_of, progress_line, stop_by_signal
from gemfit.errors import GemfitError
from gemfit.fit.files import facts_of
from gemfit.fit.types import Plan
from gemfit.library import store
from gemfit.library.header_fetch import HubFile
from gemfit.library.source import Source
from gemfit.log import start_logging, stop_logging
from gemfit.measured.engine_word import EngineWord, ask_engine
from gemfit.settings import load_settings, load_token
from gemfit.words import QT_TRANSLATE_NOOP, say, size

HUB = "hf://"
# What the Hub allows in the name of a repository, and a name of a file that is not a folder's.
_HUB_FILE = re.compile(r"([\w-][\w.-]*/[\w-][\w.-]*)/([^@]*[^@/])(?:@([^@\s]+))?", re.ASCII)
_NAMES = {
    "weights": "weights",
    "kv": "KV cache",
    "compute": "compute buffers",
    "projector": "projector",
    "drafter": "drafter",
    "checkpoints": "earlier states of the conversation",
    "base": "the process itself",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        metavar="PATH|hf://REPO/FILE[@REVISION]|MODEL[:FORMAT]",
        help="a GGUF file, one on the Hub (only its header is fetched), or a model of the catalogue",
    )
    parser.add_argument("--context", metavar="N", type=positive, default=DEFAULT_CONTEXT, help="tokens of context")
    parser.add_argument("--ubatch", metavar="N", type=positive, default=512, help="tokens of one batch")
    parser.add_argument("--kv", choices=("f16", "q8_0"), default="f16", help="type of the KV cache")
    parser.add_argument("--endpoint", metavar="URL", help="ask this Hub instead of the one in the settings")


def run(args: argparse.Namespace) -> int:
    settings = load_settings()
    plan = Plan(context_tokens=args.context, ubatch_tokens=args.ubatch, kv_type=args.kv)
    with stop_by_signal() as stopped, progress_line() as progress, logged():
        word = ask_engine(
            source_of(args),
            plan,
            hub=Source(endpoint=args.endpoint or settings.endpoint, token=load_token()),
            on_progress=progress,
            stopped=stopped,
        )
    if args.json:
        print_json(as_json(word))
    else:
        print_word(word)
    return 0


@contextlib.contextmanager
def logged() -> Iterator[None]:
    """Write warnings to the log file: where engine and formula differ is kept there, and only marked on the screen."""
    handler = start_logging()
    try:
        yield
    finally:
        stop_logging(handler)


def source_of(args: argparse.Namespace) -> Path | HubFile:
    """The file that the argument means. Raises GemfitError."""
    text: str = args.what
    if text.startswith(HUB):
        return hub_file(text)
    path = Path(text).expanduser()
    if path.exists() or path.suffix in (".gguf", ".litertlm") or len(path.parts) > 1:
        return path
    return _of_catalogue(args)


def hub_file(text: str) -> HubFile:
    """`hf://owner/name/folder/file.gguf@revision` as a file on the Hub. Raises GemfitError `bad_hub_file`."""
    found = _HUB_FILE.fullmatch(text.removeprefix(HUB))
    if found is None:
        message = QT_TRANSLATE_NOOP(
            "gemfit",
            "{name} does not name a file on the Hub. Nothing was fetched. Write it as hf://OWNER/NAME/FILE, and "
            "@REVISION after it for a certain version.",
        )
        raise GemfitError("bad_hub_file", say(message, name=text))
    return HubFile(found[1], found[2], found[3])


def _of_catalogue(args: argparse.Namespace) -> Path | HubFile:
    """The weights of a model of the catalogue: those on this disk, else those on the Hub."""
    catalog = catalog_of(args)
    model, build = find_build(catalog, *parse_model_argument(args.what))
    local = store.find(load_settings().weights_folder, catalog, model.id, build.id)
    if local is not None:
        return Path(local.path)
    if build.container != "gguf":
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{title} of {name} is not a GGUF file, and only those can be laid out before they are here. Nothing was "
            "fetched. Get it first, or choose another format.",
        )
        raise GemfitError("format_not_runnable", say(text, title=build.title, name=model.name))
    file = build.weights
    if file.package:
        packaged = find_packaged(file)
        if packaged is None:
            text = QT_TRANSLATE_NOOP(
                "gemfit", "{name} comes with the package {package}, which is not installed. Install it, then try again."
            )
            raise GemfitError("not_installed", say(text, name=model.name, package=file.package))
        return packaged
    return HubFile(file.repo, file.file, file.revision, build.split)


def as_json(word: EngineWord) -> dict[str, object]:
    """The layout's own keys, the components that count, the formula's, and where they differ.

    `shape` and `tensors` are what the header says, in the form that a catalogue has them.
    """
    plain: dict[str, object] = msgspec.to_builtins(word.layout)
    facts = facts_of(word.path)
    return plain | {
        "components": msgspec.to_builtins(word.components),
        "formula": msgspec.to_builtins(word.formula),
        "differences": msgspec.to_builtins([one for one in word.differences if not one.within]),
        "file_bytes": word.file_bytes,
        "fetched_bytes": word.fetched_bytes,
        "shape": msgspec.to_builtins(facts.shape),
        "tensors": msgspec.to_builtins(facts.tensors),
    }


def print_word(word: EngineWord) -> None:
    """A line for each component, the formula's figure beside the engine's."""
    formula = {(c.name, c.device): c.n_bytes for c in word.formula}
    differs = {(one.name, one.device) for one in word.differences if not one.within}
    rows = []
    for component in word.components:
        key = component.name, component.device
        where = f" on {component.device}" if component.device else ""
        engine = "-" if component.name in ("base", "projector", "drafter", "checkpoints") else size(component.n_bytes)
        computed = size(formula[key]) if key in formula else "-"
        rows.append((_NAMES[component.name] + where, engine, computed, "differs" if key in differs else ""))
    formula_total = sum(c.n_bytes for c in word.formula)
    rows.append(("in memory", size(word.total_bytes), size(formula_total), ""))
    if word.layout.lazy_bytes:
        rows.append(("left on disk", size(word.layout.lazy_bytes), "", ""))
    print_table(("", "engine", "computed", ""), rows, right=frozenset({1, 2}))
    print(f"{size(word.fetched_bytes)} were fetched of a file of {size(word.file_bytes)}.")
