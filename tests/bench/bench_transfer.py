"""Downloading beside `curl` and beside `hf_hub_download`, from the same server on the loopback, in turns; run by hand:

    python -m tests.bench.bench_transfer [--mib 1024] [--rounds 5] [--gbit 2.5] [--folder DIR] [--json]

Each download is a process of its own and ends with a file in `--folder` (default: the folder for temporary files). Of
ours, two times count: until the last byte was received, and until the file was verified, durable and had its name.
Beside the first stands `curl -o`, beside the second `curl -o` with `sha256sum` after it; `hf_hub_download` verifies
nothing. What the server can give at most is shown by curl writing nowhere. The goal: 0.95 of the faster or more.
Where others use the machine as well, the processor time says more than the speed.
`--gbit`: what the line carries, in Gbit/s; without it, what memory carries, and then the processor is the limit.

Memory is what the process holds at its peak more than before the download, for the whole file and for a quarter of it.
"""

import argparse
import contextlib
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

REPO, COMMIT = "acme/large-gguf", "c" * 40
FILES = {"whole": "whole.gguf", "quarter": "quarter.gguf"}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One download. `received_s`: until the last byte was here, where that can be told apart."""

    took_s: float
    cpu_s: float
    received_s: float | None = None
    extra_bytes: int | None = None


def peak_bytes() -> int:
    """The most that this process ever held of memory that is its own."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) << 10
    raise SystemExit("the peak of memory is known on Linux alone")


def measured(act: Callable[[], float | None]) -> Run:
    """In the process of a contender: what `act` takes. `act` gives the moment when the last byte was here."""
    before, begun, cpu = peak_bytes(), time.perf_counter(), time.process_time()
    received = act()
    took_s = time.perf_counter() - begun
    return Run(
        took_s=took_s,
        cpu_s=time.process_time() - cpu,
        received_s=received - begun if received else None,
        extra_bytes=peak_bytes() - before,
    )


def gemfit(remote_json: str, folder: Path) -> Run:
    import httpcore2  # noqa: F401 - loaded before, like everything else

    from gemfit.library.download import download
    from gemfit.library.types import RemoteFile, TransferProgress

    remote = msgspec.json.decode(remote_json, type=RemoteFile)
    received: list[float] = []

    def on_progress(progress: TransferProgress) -> None:
        if not received and progress.state == "verifying":
            received.append(time.perf_counter())

    def act() -> float:
        assert download(remote, folder, on_progress=on_progress).verified
        return received[0]

    return measured(act)


def hub_client(remote_json: str, folder: Path) -> Run:
    os.environ |= {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    import httpcore2  # noqa: F401
    import huggingface_hub.file_download  # noqa: F401
    from huggingface_hub import hf_hub_download

    remote = json.loads(remote_json)
    endpoint = remote["url"].partition(f"/{REPO}")[0]

    def act() -> None:
        hf_hub_download(REPO, remote["file"], revision=COMMIT, local_dir=folder, endpoint=endpoint, token=False)

    return measured(act)


def timed(*commands: list[str]) -> Run:
    """Programs, one after the other."""
    begun, cpu = time.perf_counter(), os.times()
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    cpu_s = after.children_user + after.children_system - cpu.children_user - cpu.children_system
    return Run(took_s=time.perf_counter() - begun, cpu_s=cpu_s)


def in_a_process(contender: str, remote_json: str, folder: Path) -> Run:
    command = [sys.executable, "-m", "tests.bench.bench_transfer", "--contender", contender, remote_json, str(folder)]
    environment = os.environ | {"GEMFIT_HOME": str(folder / "home"), "HF_HOME": str(folder / "hf")}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return msgspec.json.decode(done.stdout, type=Run)


def contenders(remote: dict[str, object], folder: Path) -> dict[str, Callable[[], Run]]:
    url, target, remote_json = str(remote["url"]), str(folder / "by-curl"), json.dumps(remote)
    curl = ["curl", "-sSfL", "-o"]
    return {
        "server alone": lambda: timed([*curl, os.devnull, url]),
        "gemfit": lambda: in_a_process("gemfit", remote_json, folder),
        "curl": lambda: timed([*curl, target, url]),
        "curl, sha256sum": lambda: timed([*curl, target, url], ["sha256sum", target]),
        "hf_hub_download": lambda: in_a_process("hub_client", remote_json, folder),
    }


@contextlib.contextmanager
def server(root: Path, gbit: float | None) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.fakes.hub", "--root", str(root)]
    command += ["--bytes-per-s", str(round(gbit * 125e6))] if gbit else []
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip() if process.stdout else ""
    finally:
        process.terminate()
        process.wait()


def make(path: Path, mib: int) -> str:
    digest = hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for _ in range(mib):
            block = os.urandom(1 << 20)
            file.write(block)
            digest.update(block)
    os.sync()  # so that this is not written while others are timed
    return digest.hexdigest()


def in_turns(remotes: dict[str, dict[str, object]], folder: Path, rounds: int) -> dict[str, list[Run]]:
    found: dict[str, list[Run]] = {}
    for _ in range(rounds):
        for name in contenders(remotes["whole"], folder):
            found.setdefault(name, []).append(one(name, remotes["whole"], folder))
        found.setdefault("gemfit, a quarter", []).append(one("gemfit", remotes["quarter"], folder))
    return found


def one(name: str, remote: dict[str, object], folder: Path) -> Run:
    with tempfile.TemporaryDirectory(dir=folder) as work:
        return contenders(remote, Path(work))[name]()


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--mib", type=int, default=1024)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--gbit", type=float)
    arguments.add_argument("--folder", type=Path)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--contender", nargs=3, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.contender:
        name, remote_json, folder = options.contender
        run = {"gemfit": gemfit, "hub_client": hub_client}[name](remote_json, Path(folder))
        print(msgspec.json.encode(run).decode())
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as work, server(Path(work) / "hub", options.gbit) as url:
        sizes = {"whole": options.mib, "quarter": options.mib // 4}
        remotes = {
            what: {
                "file": file,
                "repo": REPO,
                "url": f"{url}/{REPO}/resolve/{COMMIT}/{file}",
                "revision": COMMIT,
                "bytes": sizes[what] << 20,
                "sha256": make(Path(work) / "hub" / REPO / file, sizes[what]),
            }
            for what, file in FILES.items()
        }
        for remote in remotes.values():
            timed(["curl", "-sSfL", "-o", os.devnull, str(remote["url"])])  # the server reads and hashes it once
        found = in_turns(remotes, Path(work), options.rounds)
    line = f"a line of {options.gbit:g} Gbit/s" if options.gbit else "no limit of the line"
    show(found, line, options.mib / 1024 * 1.073741824, options.json)


def show(found: dict[str, list[Run]], line: str, gb: float, as_json: bool) -> None:
    def speed(name: str, moment: str = "took_s") -> float:
        return statistics.median(gb * 1000 / getattr(run, moment) for run in found[name])

    ours, received = speed("gemfit"), speed("gemfit", "received_s")
    curl, both, theirs = speed("curl"), speed("curl, sha256sum"), speed("hf_hub_download")
    result: dict[str, Any] = {
        "line": line,
        "mb_per_s": {
            "server alone": speed("server alone"),
            "gemfit, received": received,
            "gemfit, verified": ours,
            "curl": curl,
            "curl, sha256sum": both,
            "hf_hub_download": theirs,
        },
        "received_to_the_faster": received / max(curl, theirs),
        "verified_to_the_faster": ours / max(curl, theirs),
        "verified_to_curl_and_sha256sum": ours / both,
        "cpu_s_per_gb": {
            name: statistics.median(run.cpu_s for run in runs) / gb
            for name, runs in found.items()
            if "quarter" not in name
        },
        "extra_mib": max(run.extra_bytes or 0 for run in found["gemfit"]) / 2**20,
        "extra_mib_for_a_quarter": max(run.extra_bytes or 0 for run in found["gemfit, a quarter"]) / 2**20,
    }
    cpu = result["cpu_s_per_gb"]
    result["cpu_to_curl"] = cpu["gemfit"] / cpu["curl"]
    result["cpu_to_curl_and_sha256sum"] = cpu["gemfit"] / cpu["curl, sha256sum"]
    if as_json:
        print(json.dumps(result))
        return
    for name, value in result["mb_per_s"].items():
        print(f"{name:18} {value:7,.0f} MB/s")
    for name, value in result["cpu_s_per_gb"].items():
        print(f"{name:18} {value:7.2f} s of processor time per GB")
    print(f"received / the faster of curl and hf_hub_download: {result['received_to_the_faster']:.2f}")
    print(f"verified / the faster of curl and hf_hub_download: {result['verified_to_the_faster']:.2f}")
    print(f"verified / curl and sha256sum: {result['verified_to_curl_and_sha256sum']:.2f}")
    print(f"processor time / curl: {result['cpu_to_curl']:.2f}")
    print(f"processor time / curl and sha256sum: {result['cpu_to_curl_and_sha256sum']:.2f}")
    print(f"extra memory: {result['extra_mib']:.0f} MiB; for a quarter {result['extra_mib_for_a_quarter']:.0f} MiB")


if __name__ == "__main__":
    main()
