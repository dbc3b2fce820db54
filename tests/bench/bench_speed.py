"""Predicted speed beside measured: calibrates, then times full-size files on the same machine.

    .venv/bin/python -m tests.bench.bench_speed e2b.gguf 12b.gguf …      # 2 cores: about 8 minutes for five files

Files with the real shapes of a Gemma 4 and made-up weights come from `make_gemma4_gguf.py` beside this file. One
calibration is made before the files and one slice is timed again after each, so that a machine that became slower or
busier meanwhile shows (`drift`: its time now over its time at first). Times are those of the quiet moments, on both
sides alike: of a prompt the shortest, of single tokens the fifth part that is fastest.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

from gemfit.engine.protocol import Bench, BenchRun, LoadPlan
from gemfit.engine.threads import physical_cores
from gemfit.fit.header import shape_from_header, tensors_from_header
from gemfit.fit.speed import basis_of, generation_at
from gemfit.fit.types import Calibration, Known, Plan
from gemfit.fit.work import prompt_s
from gemfit.gguf.reader import read_header
from gemfit.machine.probe import probe
from gemfit.machine.types import Machine
from gemfit.measured.bencher import Bencher
from gemfit.measured.calibrate import calibrate, quiet
from gemfit.measured.probes import PROBES
from gemfit.measured.slices import write_slice

PROMPT_TOKENS = 512
GENERATED_TOKENS = 32


def _silent(*_: object) -> None:
    """No progress is shown."""


class Row(NamedTuple):
    """Tokens per second, and how the machine was meanwhile."""

    file: str
    what: str
    predicted: float
    measured: float
    load: float
    drift: float

    @property
    def error(self) -> float:
        return self.predicted / self.measured - 1


def measure(machine: Machine, made: Calibration, path: Path, depths: list[int], limit_s: float) -> list[Row]:
    """Generation after `depths` tokens, and a prompt of 512."""
    header = read_header(path)
    context = max(*depths, PROMPT_TOKENS) + GENERATED_TOKENS + 64
    plan = Plan(context_tokens=context)
    shape = shape_from_header(header)
    basis = basis_of(machine, shape, tensors_from_header(header), plan, Known(calibration=made))
    assert basis is not None
    with Bencher(threading.Event()) as bencher:
        request = Bench(
            request_id=1,
            path=str(path),
            plan=LoadPlan(context_tokens=context, threads=physical_cores()),
            runs=[BenchRun(prompt_tokens=depth, generate_tokens=GENERATED_TOKENS) for depth in depths],
            repetitions=2,
            limit_s=limit_s,
        )
        answer = bencher.bench(request, _silent)
    load = os.getloadavg()[0]
    rows = []
    for tokens, prompts, singles in zip(depths, answer.prompt_s, answer.token_s, strict=True):
        middle = tokens + GENERATED_TOKENS // 2
        what = f"generation at {tokens:,}"
        rows.append(Row(path.stem, what, generation_at(basis, middle)[0], 1 / quiet(singles), load, 1.0))
        if tokens == PROMPT_TOKENS:
            predicted = tokens / prompt_s(basis.works, basis.low, tokens)
            rows.append(Row(path.stem, f"prompt of {tokens:,}", predicted, tokens / min(prompts), load, 1.0))
    return rows


class Drift:
    """One slice, timed again and again."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "drift.gguf"
        write_slice(PROBES[0].wanted, self._path, threading.Event())
        self._first = self._time()

    def _time(self) -> float:
        with Bencher(threading.Event()) as bencher:
            plan = LoadPlan(context_tokens=256, threads=physical_cores())
            runs = [BenchRun(prompt_tokens=64, generate_tokens=48)]
            request = Bench(request_id=1, path=str(self._path), plan=plan, runs=runs, repetitions=3)
            answer = bencher.bench(request, _silent)
        return quiet(answer.token_s[0]) * min(answer.prompt_s[0])

    def now(self) -> float:
        """Time now over time at first, of prompts and single tokens together."""
        return (self._time() / self._first) ** 0.5


def table(rows: list[Row]) -> None:
    print("| file | what | predicted, tokens/s | measured | error | load average | drift |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        print(
            f"| {row.file} | {row.what} | {row.predicted:.1f} | {row.measured:.1f} | {100 * row.error:+.0f} % "
            f"| {row.load:.1f} | {row.drift:.2f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--deep", type=int, default=2048, help="another depth, for the first file")
    args = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GEMFIT_HOME"] = folder
        machine = probe(Path(folder))
        made = calibrate(machine, _silent, threading.Event())
        print(f"calibrated in {made.took_s:.0f} s; others kept {made.busy_cores} cores busy", file=sys.stderr)
        drift = Drift(Path(folder))
        for number, path in enumerate(args.files):
            depths = [32, PROMPT_TOKENS] + ([args.deep] if number == 0 and args.deep else [])
            found = measure(machine, made, path, depths, limit_s=25.0)
            now = drift.now()
            rows += [row._replace(drift=now) for row in found]
            table([row for row in rows if row.file == path.stem])
            sys.stdout.flush()
    print()
    table(rows)
    errors = [abs(row.error) for row in rows]
    print(
        f"\nspeed: median error {100 * statistics.median(errors):.1f} % (10 at most), worst {100 * max(errors):.1f} % "
        f"(20 at most), calibrated in {made.took_s:.0f} s (60 at most)"
    )


if __name__ == "__main__":
    main()
