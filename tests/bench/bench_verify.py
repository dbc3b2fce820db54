"""Verification beside `sha256sum` on the same file, in turns; run by hand:

    python -m tests.bench.bench_verify [--mib 1024] [--rounds 5] [--json]

The file is in the page cache for both, so what is compared is the hashing. The goal: 0.90 of `sha256sum` or more.
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gemfit.library.verify import sha256_of


def speed(act: Callable[[Path], str], path: Path) -> tuple[float, str]:
    """MiB per second, and the hash."""
    begun = time.perf_counter()
    digest = act(path)
    return path.stat().st_size / (1 << 20) / (time.perf_counter() - begun), digest


def sha256sum(path: Path) -> str:
    return subprocess.run(["sha256sum", path], check=True, capture_output=True, text=True).stdout.split()[0]


def openssl(path: Path) -> str:
    done = subprocess.run(["openssl", "dgst", "-sha256", path], check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


def main() -> None:
    arguments = argparse.ArgumentParser(description="Verification beside sha256sum.")
    arguments.add_argument("--mib", type=int, default=1024)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    contenders = {"gemfit": sha256_of, "sha256sum": sha256sum, "openssl": openssl}
    found: dict[str, list[float]] = {name: [] for name in contenders}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        with path.open("wb") as file:
            for _ in range(options.mib // 16):
                file.write(os.urandom(16 << 20))
        expected = hashlib.sha256(path.read_bytes()).hexdigest()
        for _ in range(options.rounds):
            for name, act in contenders.items():
                mib_per_s, digest = speed(act, path)
                assert digest == expected, name
                found[name].append(mib_per_s)
    medians = {name: statistics.median(speeds) for name, speeds in found.items()}
    ratio = medians["gemfit"] / medians["sha256sum"]
    if options.json:
        print(json.dumps({"mib_per_s": medians, "ratio_to_sha256sum": ratio}))
        return
    for name, median in medians.items():
        print(f"{name:10} {median:7,.0f} MiB/s  ({min(found[name]):,.0f} to {max(found[name]):,.0f})")
    print(f"gemfit / sha256sum: {ratio:.2f}   gemfit / openssl: {medians['gemfit'] / medians['openssl']:.2f}")


if __name__ == "__main__":
    main()
