"""`gemfit fit`: which model in which format runs here, or on another machine."""

import argparse
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.types import Catalog
from gemfit.cli.output import print_json, print_table
from gemfit.fit.recommend import recommend
from gemfit.fit.types import Choice, Known, Option, Recommendation, Wish
from gemfit.machine.saved import load_machine
from gemfit.settings import load_settings
from gemfit.words import Sentence, show, size, size_gb


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--context", type=_tokens, metavar="N", help="tokens of context (default: as in the settings)")
    parser.add_argument(
        "--machine", type=Path, metavar="FILE", help="answer for the machine of a saved `gemfit probe --json`"
    )


def run(args: argparse.Namespace) -> int:
    """Print the recommendation and every option. Returns 0.

    Raises GemfitError for a file or a context that it cannot use.
    """
    catalog = load_catalog(Path(args.catalog) if args.catalog else None)
    settings = load_settings()
    most = max(model.shape.context_tokens for model in catalog.models)
    context_tokens = args.context or min(settings.context_tokens, most)
    wish = Wish(context_tokens=context_tokens)
    if args.machine:
        result = recommend(load_machine(args.machine), catalog, wish)
    else:
        from gemfit.machine.probe import probe

        folder = settings.weights_folder
        result = recommend(probe(folder), catalog, wish, Known(installed=_installed(folder.absolute(), catalog)))
    if args.json:
        print_json(as_json(result))
    else:
        _print(result, catalog, context_tokens)
    return 0


def _tokens(text: str) -> int:
    tokens = int(text)
    if tokens <= 0:
        raise argparse.ArgumentTypeError("a context has at least 1 token")
    return tokens


def _installed(folder: Path, catalog: Catalog) -> frozenset[tuple[str, str]]:
    from gemfit.library.store import scan

    files = scan(folder, catalog)
    return frozenset((f.model, f.build) for f in files if f.model and f.build and f.complete and f.role == "weights")


def as_json(result: Recommendation) -> dict[str, Any]:
    """The answer for programs: reasons as English sentences, byte counts as integers."""
    options = [_option_json(option) for option in result.options]
    formats = {(option.model, option.build): option.format for option in result.options}
    best: dict[str, Any] = {"model": None, "format": None, "build": None, "reasons": [str(result.sentence)]}
    if result.best:
        best = _choice_json(result.best, formats)
    runner_up = _choice_json(result.runner_up, formats) if result.runner_up else None
    return {
        "options": options,
        "recommendation": {**best, "sentence": str(result.sentence), "runner_up": runner_up},
    }


def _option_json(option: Option) -> dict[str, Any]:
    fields = {name: getattr(option, name) for name in option.__struct_fields__}
    return {**fields, "reasons": _texts(option.reasons)}


def _choice_json(choice: Choice, formats: dict[tuple[str, str], str]) -> dict[str, Any]:
    chosen = (choice.model, choice.build)
    return {
        "model": choice.model,
        "format": formats[chosen],
        "build": choice.build,
        "reasons": _texts(choice.reasons),
    }


def _texts(sentences: Sequence[Sentence]) -> list[str]:
    return [str(sentence) for sentence in sentences]


def _print(result: Recommendation, catalog: Catalog, context_tokens: int) -> None:
    print(result.sentence)
    for choice in (result.best, result.runner_up):
        if choice is None:
            continue
        model, build = find_build(catalog, choice.model, choice.build)
        print(f"\n{'Recommended' if choice is result.best else 'If not that'}: {model.name}, {build.title}")
        for reason in choice.reasons:
            print(textwrap.fill(str(reason), 100, initial_indent="  ", subsequent_indent="  "))
        if not build.weights.package:
            print(f"  gemfit get {model.id} {build.id}")
    print(f"\nEvery choice, with a context of {context_tokens:,} tokens (speeds are estimates):\n")
    header = ["MODEL", "FORMAT", "", "MEMORY", "TOKENS/S", "MAX CONTEXT", "DOWNLOAD", ""]
    print_table(header, [_row(option) for option in result.options], frozenset({3, 4, 5, 6}))


def _row(option: Option) -> list[str]:
    speed = "-"
    if option.tps_range and option.runnable:
        speed = " to ".join(show("generation_tps", end) for end in option.tps_range)
    why = str(option.reasons[0]) if option.verdict == "no" else ("on the GPU" if option.place == "gpu" else "")
    return [
        option.model,
        option.build,
        option.verdict,
        size(option.total_bytes),
        speed,
        f"{option.max_context:,}" if option.max_context and option.runnable else "-",
        size_gb(option.download_bytes) if option.download_bytes else "-",
        why,
    ]
