"""The options of `gemfit chat` for how its answers are made."""

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from gemfit.chat.options import ChatOptions, check
from gemfit.engine.formats import backend_of
from gemfit.engine.protocol import Sampling
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say


def positive(text: str) -> int:
    """A whole number of 1 or more, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {text}")
    return number


def real(low: float, high: float = math.inf) -> Callable[[str], float]:
    """A number from `low` to `high`, both possible, for argparse."""

    def number(text: str) -> float:
        found = float(text)
        if not low <= found <= high or math.isinf(found):
            most = f"from {low:g} to {high:g}" if math.isfinite(high) else f"{low:g} or more"
            raise argparse.ArgumentTypeError(f"must be {most}, not {text}")
        return found

    return number


def whole(high: int) -> Callable[[str], int]:
    """A whole number from 0 to `high`, for argparse."""

    def number(text: str) -> int:
        found = int(text)
        if not 0 <= found <= high:
            raise argparse.ArgumentTypeError(f"must be from 0 to {high}, not {text}")
        return found

    return number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how an answer is made", "What is not given is as the model's publisher says.")
    group.add_argument("--temperature", metavar="T", type=real(0), help="0 always takes the likeliest token")
    group.add_argument(
        "--top-k", metavar="K", type=whole(2**31 - 1), help="choose among the K likeliest tokens; 0: all"
    )
    group.add_argument("--top-p", metavar="P", type=real(0, 1), help="choose among tokens of this probability together")
    group.add_argument(
        "--min-p", metavar="P", type=real(0, 1), help="leave out tokens below this share of the likeliest's"
    )
    group.add_argument(
        "--repeat-penalty", metavar="X", type=real(0.01, 10), help="above 1: what was said becomes less likely"
    )
    group.add_argument("--presence-penalty", metavar="X", type=real(-2, 2), help="the same, once for each token said")
    group.add_argument("--frequency-penalty", metavar="X", type=real(-2, 2), help="the same, for each time it was said")
    group.add_argument("--seed", metavar="S", type=whole(2**31 - 1), help="the same seed gives the same answer")
    group.add_argument("--max-tokens", metavar="N", type=positive, help="end the answer after N tokens")
    group.add_argument("--stop", metavar="TEXT", action="append", default=[], help="end before this text; repeatable")
    shape = group.add_mutually_exclusive_group()
    shape.add_argument("--json-schema", metavar="FILE", type=Path, help="the answer is JSON after this schema")
    shape.add_argument("--grammar", metavar="FILE", type=Path, help="the answer follows this grammar (GBNF)")
    group.add_argument("--system", metavar="TEXT", default="", help="what the model is told before the conversation")
    group.add_argument(
        "--when-full",
        choices=("stop", "drop", "compact"),
        help="at the end of the context: stop, leave out the oldest turns, or have them summed up (as in the settings)",
    )


def chat_options(args: argparse.Namespace) -> ChatOptions:
    """What was asked for. Raises GemfitError `bad_options` and `not_readable`."""
    options = ChatOptions(
        system=args.system or "",
        sampling=Sampling(
            temperature=args.temperature,
            top_k=args.top_k,
            top_p=args.top_p,
            min_p=args.min_p,
            repeat_penalty=args.repeat_penalty,
            presence_penalty=args.presence_penalty,
            frequency_penalty=args.frequency_penalty,
            seed=args.seed,
        ),
        max_tokens=args.max_tokens,
        stop=[text for text in args.stop if text],
        json_schema=_read(args.json_schema),
        grammar=_read(args.grammar),
        when_full=args.when_full,
    )
    check(options)
    return options


def refuse_for_mobile(file: Path, **options: object) -> None:
    """Name the options that were given (`options` by their names, empty: not given) and mean nothing for the file.

    Raises GemfitError `not_in_this_format` where there are any and the file is in the mobile format.
    """
    given = ", ".join(f"--{name}" for name, value in options.items() if value)
    if given and backend_of(file) == "litert":
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine for the mobile format does not have this: {what}. Nothing was loaded. "
            "Leave it out, or take the same model in Q4_0.",
        )
        raise GemfitError("not_in_this_format", say(text, what=given))


def _read(path: Path | None) -> str:
    try:
        return path.read_text("utf-8") if path is not None else ""
    except (OSError, UnicodeDecodeError) as error:
        text = QT_TRANSLATE_NOOP("gemfit", "{path} could not be read as text ({reason}). Nothing was asked.")
        raise GemfitError("not_readable", say(text, path=str(path), reason=str(error))) from error
