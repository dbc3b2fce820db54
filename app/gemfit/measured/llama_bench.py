"""Another program's figures beside ours: llama.cpp's own `llama-bench`, asked to time the same in the same way."""

import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gemfit.engine.protocol import BenchRun, LoadPlan
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

_POLL_S = 0.2


class _Test(msgspec.Struct, frozen=True):
    """What `llama-bench -o json` says of one test; `samples_ns`: how long each repetition took."""

    n_prompt: int
    n_gen: int
    n_depth: int
    samples_ns: list[int]


def llama_bench(
    program: Path, file: Path, plan: LoadPlan, threads: int, runs: Sequence[BenchRun], stop: threading.Event
) -> list[float]:
    """Seconds that `program` needs for each of `runs`; each has a prompt or tokens to generate, not both.

    Raises GemfitError `cancelled`, `no_llama_bench`, and `llama_bench_failed` with its last line.
    """
    out = _output(arguments(program, file, plan, threads, runs), stop)
    try:
        tests = msgspec.json.decode(out, type=list[_Test])
        took = {(t.n_depth, t.n_prompt, t.n_gen): sum(t.samples_ns) / len(t.samples_ns) / 1e9 for t in tests}
        return [took[run.depth_tokens, run.prompt_tokens, run.generate_tokens] for run in runs]
    except (ValueError, KeyError, ZeroDivisionError) as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{program} answered with something else than its figures. Is it llama-bench, of a recent build?"
        )
        raise GemfitError("llama_bench_failed", say(text, program=str(program))) from error


def arguments(program: Path, file: Path, plan: LoadPlan, threads: int, runs: Sequence[BenchRun]) -> list[str]:
    """Its command line for `plan`: one repetition of every run."""
    devices = [share.device for share in plan.shares]
    command = [str(program), "-m", str(file), "-o", "json", "-r", "1"]
    command += ["-t", str(threads), "-b", str(plan.ubatch_tokens), "-ub", str(plan.ubatch_tokens)]
    command += ["-ctk", plan.kv_type, "-ctv", plan.kv_type, "-lm", "none" if plan.load_mode == "read" else "mmap"]
    command += ["-lzm", "on" if plan.lazy_embeddings else "off", "--repack", str(int(plan.repack))]
    command += ["-dev", "/".join(devices) or "none", "-ngl", str(plan.gpu_layers)]
    if len(devices) > 1:
        command += ["-ts", "/".join(str(share.layers) for share in plan.shares)]
    if plan.host_expert_layers:
        command += ["-ncmoe", str(plan.host_expert_layers)]
    return command + _lists(runs)


def _lists(runs: Sequence[BenchRun]) -> list[str]:
    """What to time. It takes each prompt and each generation at each depth, which may be more than was asked for."""

    def every(counts: Sequence[int]) -> str:
        return ",".join(str(count) for count in sorted(set(counts))) or "0"

    return [
        *("-p", every([run.prompt_tokens for run in runs if run.prompt_tokens])),
        *("-n", every([run.generate_tokens for run in runs if run.generate_tokens])),
        *("-d", every([run.depth_tokens for run in runs])),
    ]


def _output(command: list[str], stop: threading.Event) -> bytes:
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as error:
        text = QT_TRANSLATE_NOOP("gemfit", "{program} could not be started: {reason}. Name the file of llama-bench.")
        raise GemfitError(
            "no_llama_bench", say(text, program=command[0], reason=error.strerror or type(error).__name__)
        ) from error
    with process:
        while True:
            try:
                out, err = process.communicate(timeout=_POLL_S)
                break
            except subprocess.TimeoutExpired:
                if stop.is_set():
                    process.kill()
    if stop.is_set():
        raise GemfitError("cancelled", say(QT_TRANSLATE_NOOP("gemfit", "Measuring the speed was stopped.")))
    if process.returncode:
        lines = err.decode("utf-8", "replace").strip().splitlines() or [f"exit {process.returncode}"]
        text = QT_TRANSLATE_NOOP("gemfit", "{program} failed: {reason}")
        raise GemfitError("llama_bench_failed", say(text, program=command[0], reason=lines[-1][:300]))
    return out
