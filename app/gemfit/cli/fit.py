"""`gemfit fit`: which model in which format runs here, or on another machine."""

import argparse
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.types import Catalog
from gemfit.cli.compare import compare
from gemfit.cli.output import print_json, print_table
from gemfit.fit.reasons import is_partly_on_gpu
from gemfit.fit.recommend import recommend
from gemfit.fit.types import Choice, Goal, Known, Option, Recommendation, Wish
from gemfit.machine.saved import load_machine
from gemfit.settings import Settings, load_settings
from gemfit.words import Sentence, show, size, size_gb

GOALS: tuple[Goal, ...] = ("smallest", "balanced", "best")
WIDTH = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--context", type=_tokens, metavar="N", help="tokens of context (default: as in the settings)")
    parser.add_argument(
        "--goal", choices=GOALS, help="least memory, balanced, or best answers (default: as in the settings)"
    )
    parser.add_argument(
        "--media",
        action=argparse.BooleanOptionalAction,
        help="with images and sound, where the model has ears and eyes (default: as in the settings)",
    )
    parser.add_argument(
        "--machine", type=Path, metavar="FILE", help="answer for the machine of a saved `gemfit probe --json`"
    )
    parser.add_argument(
        "--compare", metavar="MODEL", help="the formats of one model side by side: published, computed, measured"
    )


def run(args: argparse.Namespace) -> int:
    """Print the recommendation and every option, or the comparison of one model's formats. Returns 0.

    Raises GemfitError for a file, a context or a model that it cannot use.
    """
    catalog = load_catalog(Path(args.catalog) if args.catalog else None)
    settings = load_settings()
    wish = _wish(args, settings, catalog)
    compared = find_build(catalog, args.compare)[0] if args.compare else None
    if args.machine:
        machine, known = load_machine(args.machine), Known()
    else:
        from gemfit.machine.probe import probe
        from gemfit.measured.known import load_known

        folder = settings.weights_folder
        machine = probe(folder)
        known = load_known(_installed(folder.absolute(), catalog), machine)
    result = recommend(machine, catalog, wish, known)
    if compared is not None:
        compare(compared, result.options, known.outcomes, as_json=args.json)
    elif args.json:
        print_json(as_json(result))
    else:
        _print(result, catalog, wish)
    return 0


def _wish(args: argparse.Namespace, settings: Settings, catalog: Catalog) -> Wish:
    most = max(model.shape.context_tokens for model in catalog.models)
    return Wish(
        context_tokens=args.context or min(settings.context_tokens, most),
        goal=args.goal or settings.goal,
        media=settings.media if args.media is None else args.media,
    )


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
    formats = {(option.model, option.build): option.format for option in result.options}
    best: dict[str, Any] = {"model": None, "format": None, "build": None, "reasons": [str(result.sentence)]}
    if result.best:
        best = _choice_json(result.best, formats)
    return {
        "options": [_option_json(option) for option in result.options],
        "recommendation": {
            **best,
            "sentence": str(result.sentence),
            "runner_up": _choice_json(result.runner_up, formats) if result.runner_up else None,
            "step_up": _choice_json(result.step_up, formats) if result.step_up else None,
            "ruled_out": [_choice_json(choice, formats) for choice in result.ruled_out],
        },
    }


def _option_json(option: Option) -> dict[str, Any]:
    fields = msgspec.structs.asdict(option)
    return {**fields, "reasons": _texts(option.reasons), "plan_notes": _texts(option.plan_notes)}


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


def _print(result: Recommendation, catalog: Catalog, wish: Wish) -> None:
    print(textwrap.fill(str(result.sentence), WIDTH))
    for choice in filter(None, (result.best, result.runner_up)):
        model, build = find_build(catalog, choice.model, choice.build)
        print(f"\n{'Recommended' if choice is result.best else 'If not that'}: {model.name}, {build.title}")
        option = next(o for o in result.options if (o.model, o.build) == (choice.model, choice.build))
        _print_sentences([*choice.reasons, *option.plan_notes])
        if not build.weights.package:
            print(f"  gemfit get {model.id} {build.id}")
    if result.step_up:
        print("\nThe next step up:")
        _print_sentences(result.step_up.reasons)
    if result.ruled_out:
        print("\nRuled out, the best answers first:")
        _print_sentences([reason for choice in result.ruled_out for reason in choice.reasons])
    print(
        f"\nEvery choice, with a context of {wish.context_tokens:,} tokens{' and a projector' if wish.media else ''}:\n"
    )
    header = ["MODEL", "FORMAT", "", "MEMORY", "TOKENS/S", "FROM", "MAX CONTEXT", "DOWNLOAD", "RUNS ON"]
    print_table(header, [_row(option) for option in result.options], frozenset({3, 4, 6, 7}))
    _print_obstacles(result.options)


def _print_sentences(sentences: Sequence[Sentence]) -> None:
    for sentence in sentences:
        print(textwrap.fill(str(sentence), WIDTH, initial_indent="  ", subsequent_indent="    "))


def _row(option: Option) -> list[str]:
    known = option.tps_range if option.runnable else None
    return [
        option.model,
        option.build,
        option.verdict,
        size(sum(component.n_bytes for component in option.components)),
        " to ".join(show("generation_tps", end) for end in known) if known else "-",
        option.tps_source if known else "-",
        f"{option.max_context:,}" if option.max_context and option.runnable else "-",
        size_gb(option.download_bytes) if option.download_bytes else "-",
        _place(option),
    ]


def _place(option: Option) -> str:
    """Where it computes, in a word or two."""
    if not option.runnable:
        return "-"
    if not option.plan.shares:
        return "CPU"
    gpus = "GPU" if len(option.plan.shares) == 1 else f"{len(option.plan.shares)} GPUs"
    return f"{gpus}+CPU" if is_partly_on_gpu(option) else gpus


def _print_obstacles(options: Sequence[Option]) -> None:
    """Why some are impossible whatever the memory, each reason once."""
    by_reason: dict[str, list[str]] = {}
    for option in options:
        if option.verdict == "no" and not option.missing_bytes:
            by_reason.setdefault(str(option.reasons[0]), []).append(f"{option.model} {option.build}")
    if by_reason:
        print()
    for reason, names in by_reason.items():
        print(textwrap.fill(f"{', '.join(names)}: {reason}", WIDTH, subsequent_indent="  "))
