"""How fast a file is on this machine: prompts and single tokens at several depths, in the manner of llama-bench."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, pstdev

import msgspec

from gemfit.engine.protocol import Bench, Benched, BenchRun, Layout, LoadPlan
from gemfit.measured.bencher import Bencher
from gemfit.measured.llama_bench import llama_bench


class Speed(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens per second of one test in each round; `other_tps`: llama-bench's, in the same rounds, or none.

    `test` is llama-bench's name for it: `pp512` a prompt of 512 tokens, `tg128 @ d4096` 128 tokens one by one with
    4,096 in the context. `tg128 + sampling`: each of them chosen as well, as in an answer; llama-bench does not.
    """

    test: str
    ubatch_tokens: int
    tps: list[float]
    other_tps: list[float] = []

    @property
    def median_tps(self) -> float:
        return median(self.tps)

    @property
    def spread_tps(self) -> float:
        return pstdev(self.tps)

    @property
    def ratio(self) -> float | None:
        """Ours over llama-bench's, the median of the rounds: both ran side by side in each."""
        return (
            median(ours / other for ours, other in zip(self.tps, self.other_tps, strict=True))
            if self.other_tps
            else None
        )


class SpeedTable(msgspec.Struct, frozen=True, kw_only=True):
    """What `bench` found. `load_s` of every load; memory is that of the last one. `busy_cores`: of other programs."""

    file: str
    threads: int
    speeds: list[Speed]
    load_s: list[float]
    layout: Layout | None
    resident_bytes: int
    device_bytes: int
    busy_cores: float


def runs_for(prompt_tokens: int, generate_tokens: int, depths: Sequence[int]) -> list[BenchRun]:
    """A prompt and single tokens at each depth, and at the first one single tokens that are sampled too."""
    runs = []
    for depth in depths:
        if prompt_tokens:
            runs.append(BenchRun(depth_tokens=depth, prompt_tokens=prompt_tokens))
        if generate_tokens:
            runs.append(BenchRun(depth_tokens=depth, generate_tokens=generate_tokens, sampled=False))
            if depth == depths[0]:
                runs.append(BenchRun(depth_tokens=depth, generate_tokens=generate_tokens))
    return runs


def name_of(run: BenchRun) -> str:
    """As llama-bench has it."""
    name = f"pp{run.prompt_tokens}" if run.prompt_tokens else f"tg{run.generate_tokens}"
    if run.depth_tokens:
        name += f" @ d{run.depth_tokens}"
    return name + (" + sampling" if run.generate_tokens and run.sampled else "")


def bench(
    file: Path,
    plans: Sequence[LoadPlan],
    runs: Sequence[BenchRun],
    rounds: int,
    stop: threading.Event,
    progress: Callable[[float], None],
    other: Path | None = None,
) -> SpeedTable:
    """Time `runs` with every plan, `rounds` times; each round loads the file anew, and `other` (a llama-bench) in turn.

    Raises GemfitError: `cancelled`, and what the engine or the other program says.
    """
    answers: list[Benched] = []
    speeds = []
    steps = len(plans) * rounds
    for plan in plans:
        ours: list[list[float]] = [[] for _ in runs]
        others: list[list[float]] = [[] for _ in runs]
        for _ in range(rounds):
            answers.append(_ours(file, plan, runs, stop, _part_of(progress, len(answers), steps)))
            for i, run in enumerate(runs):
                ours[i].append(_tokens(run) / (sum(answers[-1].prompt_s[i]) + sum(answers[-1].token_s[i])))
            if other is not None:
                for i, took_s in _theirs(other, file, plan, answers[-1].threads, runs, stop).items():
                    others[i].append(_tokens(runs[i]) / took_s)
        for run, mine, theirs in zip(runs, ours, others, strict=True):
            speeds.append(Speed(test=name_of(run), ubatch_tokens=plan.ubatch_tokens, tps=mine, other_tps=theirs))
    last = answers[-1]
    return SpeedTable(
        file=file.name,
        threads=last.threads,
        speeds=speeds,
        load_s=[answer.load_s for answer in answers],
        layout=last.layout,
        resident_bytes=last.resident_bytes,
        device_bytes=last.device_bytes,
        busy_cores=max(answer.busy_cores for answer in answers),
    )


def _tokens(run: BenchRun) -> int:
    return run.prompt_tokens or run.generate_tokens


def _ours(
    file: Path, plan: LoadPlan, runs: Sequence[BenchRun], stop: threading.Event, progress: Callable[[float], None]
) -> Benched:
    warm_up_tokens = max([2, *(run.prompt_tokens for run in runs)])  # as llama-bench does, a whole prompt
    request = Bench(request_id=1, path=str(file), plan=plan, runs=list(runs), warm_up_tokens=warm_up_tokens)
    with Bencher(stop, file) as bencher:
        return bencher.bench(request, progress)


def _theirs(
    other: Path, file: Path, plan: LoadPlan, threads: int, runs: Sequence[BenchRun], stop: threading.Event
) -> dict[int, float]:
    """Seconds of those of `runs`, by their place, that llama-bench knows as well."""
    known = {i: run for i, run in enumerate(runs) if run.prompt_tokens or not run.sampled}
    return dict(zip(known, llama_bench(other, file, plan, threads, list(known.values()), stop), strict=True))


def _part_of(progress: Callable[[float], None], done: int, steps: int) -> Callable[[float], None]:
    return lambda part: progress((done + part) / steps)
