"""`gemfit bench`: how fast a model is on this machine, in the manner of llama-bench, or beside it."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from gemfit.cli.answer_options import positive, refuse_for_mobile
from gemfit.cli.chat import find_model, intent_of
from gemfit.cli.output import ProgressLine, print_json, print_table
from gemfit.cli.weights import stop_by_signal
from gemfit.engine.formats import backend_of
from gemfit.engine.threads import BUSY_FRACTION, physical_cores
from gemfit.errors import GemfitError
from gemfit.fit.files import facts_of
from gemfit.loading import load_plan
from gemfit.machine.probe import probe
from gemfit.measured.bench import Speed, SpeedTable, bench, runs_for
from gemfit.settings import load_settings
from gemfit.words import QT_TRANSLATE_NOOP, duration, say, show, size

SPARE_TOKENS = 16
"""Of the context, besides what is timed: the tokens that warm up."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL[:FORMAT]|NAME|PATH", nargs="?", default="starter", help="what to time")
    parser.add_argument("--prompt", metavar="N", type=_count, default=512, help="tokens of the prompt (512; 0: none)")
    parser.add_argument("--generate", metavar="N", type=_count, default=128, help="tokens one by one (128; 0: none)")
    parser.add_argument("--depth", metavar="N,…", type=_counts, default=[0], help="tokens in the context before (0)")
    parser.add_argument("--ubatch", metavar="N,…", type=_batches, help="tokens of one batch (as planned for a chat)")
    parser.add_argument("--kv", choices=("f16", "q8_0"), help="type of the KV cache (as planned for a chat)")
    parser.add_argument("--threads", metavar="N", type=positive, help="threads, the same all the time (physical cores)")
    parser.add_argument(
        "--rounds", metavar="N", type=positive, default=3, help="loads, with every test once in each (3)"
    )
    parser.add_argument(
        "--vs", metavar="PATH", type=_program, help="a llama-bench to run in turn, with the same settings"
    )
    parser.add_argument("--force", action="store_true", help="load it although it does not fit in memory")


def _program(text: str) -> Path:
    path = Path(text).expanduser()
    return path.resolve() if path.is_file() else path  # a bare name would be looked for in PATH alone


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"must be 0 or more, not {text}")
    return number


def _counts(text: str) -> list[int]:
    return [_count(part) for part in text.split(",")]


def _batches(text: str) -> list[int]:
    return [positive(part) for part in text.split(",")]


def run(args: argparse.Namespace) -> int:
    """Time, and print a row for each test. Returns 0. Raises GemfitError; KeyboardInterrupt where it was stopped."""
    runs = runs_for(args.prompt, args.generate, args.depth)
    if not runs:
        text = QT_TRANSLATE_NOOP("gemfit", "There is nothing to time. Ask for a prompt or for tokens: --prompt 512.")
        raise GemfitError("nothing_to_time", say(text))
    choice = find_model(args)
    if args.vs and backend_of(choice.path) == "litert":
        text = QT_TRANSLATE_NOOP(
            "gemfit", "llama-bench runs no models in the mobile format. Nothing was timed. Leave out --vs."
        )
        raise GemfitError("no_llama_bench", say(text))
    refuse_for_mobile(choice.path, ubatch=args.ubatch, kv=args.kv)
    facts = facts_of(choice.path)
    args.context = max(run.depth_tokens + run.prompt_tokens + run.generate_tokens for run in runs) + SPARE_TOKENS
    most = facts.shape.context_tokens
    if 0 < most < args.context:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} takes at most {context_tokens} tokens of context; the longest test needs {needed_tokens}. Nothing "
            "was timed. Ask for less: --depth, --prompt, --generate",
        )
        raise GemfitError(
            "context_too_long", say(text, file=choice.path.name, context_tokens=most, needed_tokens=args.context)
        )
    machine = probe(load_settings().weights_folder)
    planned = load_plan(
        intent_of(args, choice, facts, machine).plan, threads=args.threads or physical_cores(), sampling=choice.sampling
    )
    planned = msgspec.structs.replace(planned, kv_type=args.kv or planned.kv_type)
    plans = [msgspec.structs.replace(planned, ubatch_tokens=n) for n in args.ubatch or [planned.ubatch_tokens]]
    line = ProgressLine()
    with stop_by_signal() as stopped:
        try:
            table = bench(choice.path, plans, runs, args.rounds, stopped, lambda part: _show(line, part), args.vs)
        except GemfitError as error:
            if error.code == "cancelled":
                raise KeyboardInterrupt from None
            raise
        finally:
            line.clear()
    if args.json:
        print_json(as_json(table))
    else:
        print_speeds(table)
    return 0


def _show(line: ProgressLine, part: float) -> None:
    line.show(f"{say(QT_TRANSLATE_NOOP('gemfit', 'Measuring the speed'))} … {100 * part:.0f} %")


def print_speeds(table: SpeedTable) -> None:
    """A row for each test, then what loading took and what is in memory."""
    compared = any(speed.other_tps for speed in table.speeds)
    header = ["test", "batch", "threads", "tokens/s", "±", *(["llama-bench", "ratio"] if compared else [])]
    rows = [_row(speed, table.threads, compared) for speed in table.speeds]
    print_table(header, rows, right=frozenset(range(1, len(header))))
    print()
    memory: dict[str, int] = {}
    for buffer in table.layout.buffers if table.layout else []:
        name = f"{buffer.kind} on {buffer.device or 'this computer'}"
        memory[name] = memory.get(name, 0) + buffer.n_bytes
    memory["resident"] = table.resident_bytes
    if table.device_bytes:
        memory["on devices"] = table.device_bytes
    print_table(("memory", "bytes"), [(name, size(n_bytes)) for name, n_bytes in memory.items()], right=frozenset({1}))
    text = QT_TRANSLATE_NOOP("gemfit", "{file} was loaded {count} times, the fastest in {took}.")
    if len(table.load_s) == 1:
        text = QT_TRANSLATE_NOOP("gemfit", "{file} was loaded once, in {took}.")
    print(say(text, file=table.file, count=len(table.load_s), took=duration(min(table.load_s))))
    if table.busy_cores > BUSY_FRACTION:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "Other programs kept {cores} cores busy meanwhile: the speeds may be too low, the ratios noisy."
        )
        print(say(text, cores=round(table.busy_cores, 1)))


def _row(speed: Speed, threads: int, compared: bool) -> list[str]:
    row = [
        speed.test,
        str(speed.ubatch_tokens),
        str(threads),
        show("generation_tps", speed.median_tps),
        f"{speed.spread_tps:.2f}",
    ]
    if compared:
        other = show("generation_tps", sorted(speed.other_tps)[len(speed.other_tps) // 2]) if speed.other_tps else ""
        row += [other, "" if speed.ratio is None else f"{speed.ratio:.3f}"]
    return row


def as_json(table: SpeedTable) -> dict[str, Any]:
    """The table with medians and ratios."""
    found: dict[str, Any] = msgspec.to_builtins(table)
    for row, speed in zip(found["speeds"], table.speeds, strict=True):
        row |= {"median_tps": speed.median_tps, "ratio": speed.ratio}
    return found
