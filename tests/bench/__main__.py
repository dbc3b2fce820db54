"""Runs every measurement, one after the other, and prints one table for the README.

    make bench                              # a few minutes; leave the computer alone meanwhile
    make bench MODELS="e2b.gguf 12b.gguf"   # generation, memory and predicted speed with these as well

Files with the real shapes of a Gemma 4 and made-up weights come from `make_gemma4_gguf.py` beside this file. Each
measurement can be run alone, with its own options: `.venv/bin/python -m tests.bench.bench_verify --help`.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

Row = tuple[str, str, str]  # what, target, measured


def generation(output: str) -> Iterator[Row]:
    """One line for each model: speed beside the bare C loop, and memory."""
    pattern = (
        r"(\S+): Gemfit ([\d.]+) t/s, bare C loop ([\d.]+) t/s, ratio ([\d.]+) .*load ([\d.]+ s), resident (.*) \("
    )
    for name, ours, theirs, ratio, load, resident in re.findall(pattern, output):
        yield f"generation, {name}", "0.97 of the bare C loop", f"{ratio} ({ours} and {theirs} tokens/s)"
        target = "1.9 GiB at most" if "e2b" in name.lower() and "q4_0" in name.lower() else ""
        yield f"resident, {name}, context 4,096", target, f"{resident}, loaded in {load}"


def startup(output: str) -> Iterator[Row]:
    """From the command to a painted window, and the idle program's memory."""
    found = json.loads(output)
    shown, resident = found["shown_s"], found["idle_resident_bytes"] / 2**20
    measured = f"{shown['median']:.2f} s (worst of {found['starts']}: {shown['worst']:.2f} s)"
    yield "window shown and usable", "1.0 s after the command at most", measured
    yield "idle window, resident", "120 MiB at most, with Qt's own", f"{resident:.0f} MiB"


def verification(output: str) -> Iterator[Row]:
    """Hashing beside `sha256sum`."""
    found = json.loads(output)
    for name, what in (("first", "verification, the first of a file"), ("pieces", "verification, every later one")):
        ours, theirs = found["mib_per_s"][name], found["mib_per_s"]["sha256sum"]
        measured = f"{found['ratios_to_sha256sum'][name]:.2f} ({ours:,.0f} and {theirs:,.0f} MiB/s)"
        yield what, "0.95 of sha256sum", measured


def transfer(output: str) -> Iterator[Row]:
    """Downloading beside `curl` and `hf_hub_download`, what it costs the processor, and memory."""
    found = json.loads(output)
    speeds, line = found["mb_per_s"], found["line"]
    ours, curl, theirs = speeds["gemfit, verified"], speeds["curl"], speeds["hf_hub_download"]
    measured = f"{found['verified_to_the_faster']:.2f} ({ours:,.0f}, {curl:,.0f} and {theirs:,.0f} MB/s)"
    yield f"download with its verification, {line}", "0.95 of the faster of curl and hf_hub_download", measured
    measured = f"{found['received_to_the_faster']:.2f} ({speeds['gemfit, received']:,.0f} MB/s)"
    yield f"download until the last byte, {line}", "0.95 of the faster of curl and hf_hub_download", measured
    measured = f"{found['verified_to_curl_and_sha256sum']:.2f} ({speeds['curl, sha256sum']:,.0f} MB/s)"
    yield f"download with its verification, beside curl and sha256sum, {line}", "0.95", measured
    cost = {name: f"{value:.2f}" for name, value in found["cpu_s_per_gb"].items()}
    measured = f"{cost['gemfit']} s (curl {cost['curl']} s, with sha256sum {cost['curl, sha256sum']} s)"
    yield f"processor time of a download, per GB, {line}", "", measured
    measured = f"{found['extra_mib']:.0f} MiB ({found['extra_mib_for_a_quarter']:.0f} MiB for a quarter of it)"
    yield f"memory that a download takes, {line}", "100 MiB at most, at any size", measured


def listing(output: str) -> Iterator[Row]:
    """A large library."""
    found = json.loads(output)
    measured = f"{found['median_ms']:.0f} ms (worst {found['worst_ms']:.0f} ms)"
    yield f"listing {found['models']:,} models", "200 ms at most", measured


def stalls(output: str) -> Iterator[Row]:
    """The longest time for which the window did not answer."""
    found = json.loads(output)
    for what in ("streaming", "opening"):
        measured = (
            f"{found[what]['longest_ms']:.0f} ms ({found[what]['longest_processor_ms']:.0f} ms of processor time)"
        )
        kilobytes = found["answer_bytes"] // 1000
        yield f"longest stall of the window, {what} an answer of {kilobytes} kB", "50 ms at most", measured


def cancel(output: str) -> Iterator[Row]:
    """How long a stop takes."""
    for model, what, median, worst in re.findall(r"(\S+): stop while (.*): median (\d+) ms, worst (\d+) ms", output):
        target = "200 ms" if what == "generating" else "one batch"
        yield f"stop while {what}, {model}", f"{target} at most", f"{median} ms (worst {worst} ms)"


def memory(output: str) -> Iterator[Row]:
    """The formula beside the engine's layout, and beside what a loaded model takes."""
    grid = re.findall(r"^\| \S+ \S+ \| header \| (\S+) B \| (\S+) B \| (\S+) % \|$", output, re.MULTILINE)
    if grid:
        for column, what in enumerate(("weights", "KV cache")):
            worst = max((row[column] for row in grid), key=lambda text: abs(int(text.replace(",", ""))))
            yield f"{what}, formula beside the engine", "exact", f"{worst} B at worst"
        worst = max((row[2] for row in grid), key=lambda text: abs(float(text)))
        yield "compute buffers, formula beside the engine", "2 % at most", f"{worst} % at worst"
    loaded = re.findall(r"^\| (\S+) \| (.*?) \| .*? \| (.*?) \| (\S+) % \| \S+ % \|$", output, re.MULTILINE)
    for name, computed, resident, error in loaded:
        yield f"memory predicted, {name}", "3 % at most", f"{error} % ({computed} and really {resident})"


def speed(output: str) -> Iterator[Row]:
    """Predicted beside measured: one line for each file and what was timed, then the errors of all."""
    table = output.rpartition("\n\nspeed: ")[0].rpartition("\n\n")[2]
    for name, what, predicted, measured, error, *_ in re.findall(
        r"^\| (\S+) \| (.+?) \| ([\d.]+) \| ([\d.]+) \| (\S+ %)", table, re.MULTILINE
    ):
        yield f"speed predicted, {name}, {what}", "", f"{error} ({predicted} and really {measured} tokens/s)"
    for median, worst, took in re.findall(r"median error (\S+ %).*worst (\S+ %).*calibrated in (\d+ s)", output):
        yield "speed predicted, error", "median 10 %, worst 20 % at most", f"median {median}, worst {worst}"
        yield "calibration", "60 s at most", took


Reader = Callable[[str], Iterator[Row]]
BENCHES: list[tuple[str, list[str], Reader]] = [
    ("bench_startup", ["--json"], startup),
    ("bench_verify", ["--json"], verification),
    ("bench_transfer", ["--json", "--rounds", "3"], transfer),
    ("bench_transfer", ["--json", "--rounds", "1", "--gbit", "1"], transfer),
    ("bench_list", ["--json"], listing),
    ("bench_ui_stalls", [], stalls),
    ("bench_generation", [], generation),
    ("bench_cancel", [], cancel),
    ("bench_memory", [], memory),
]


def run(name: str, arguments: list[str], reader: Reader) -> list[Row]:
    """Run one measurement; its own output is shown as well."""
    print(f"{name} {' '.join(arguments)} …", file=sys.stderr, flush=True)
    command: list[Any] = [sys.executable, "-m", f"tests.bench.{name}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, file=sys.stderr, flush=True)
    if done.returncode:
        return [(name, "", f"failed with exit code {done.returncode}")]
    return list(reader(done.stdout))


def main() -> None:
    models = sys.argv[1:]
    rows: list[Row] = []
    for name, arguments, reader in BENCHES:
        rows += run(name, arguments, reader)
    if models:
        rows += run("bench_generation", models, generation)
        rows += run("bench_memory", ["--only", *models], memory)
        rows += run("bench_speed", models, speed)
    print("| what | target | measured |\n| --- | --- | --- |")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
