"""Verification beside `sha256sum` on the same file, in turns; run by hand:

    python -m tests.bench.bench_verify [--mib 1024] [--rounds 5] [--json]

The file is in the page cache for all, so what is compared is the hashing. `first` is a check that finds nothing known
of the pieces and keeps their hashes, `pieces` every later one, which can be stopped and goes on. The goal: 0.95 of
`sha256sum` or more, for each.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gemfit import paths
from gemfit.library.check import check
from gemfit.library.verify import sha256_of


def speed(act: Callable[[Path], str], path: Path) -> tuple[float, str]:
    """MiB per second, and the hash."""
    begun = time.perf_counter()
    digest = act(path)
    return path.stat().st_size / (1 << 20) / (time.perf_counter() - begun), digest


def first(path: Path) -> str:
    shutil.rmtree(paths.data_dir(), ignore_errors=True)
    return check(path, None).sha256


def pieces(path: Path, expected: str) -> str:
    """After `first`: the hashes of the pieces are known."""
    return check(path, expected).sha256


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
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GEMFIT_HOME"] = str(Path(folder) / "home")
        path = Path(folder) / "file"
        with path.open("wb") as file:
            for _ in range(options.mib // 16):
                file.write(os.urandom(16 << 20))
        expected = sha256_of(path)
        contenders: dict[str, Callable[[Path], str]] = {
            "hash": sha256_of,
            "first": first,
            "pieces": partial(pieces, expected=expected),
            "sha256sum": sha256sum,
            "openssl": openssl,
        }
        found: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(options.rounds):
            for name, act in contenders.items():
                mib_per_s, digest = speed(act, path)
                assert digest == expected, name
                found[name].append(mib_per_s)
    medians = {name: statistics.median(speeds) for name, speeds in found.items()}
    ratios = {name: medians[name] / medians["sha256sum"] for name in ("hash", "first", "pieces")}
    if options.json:
        worst = min(ratios.values())
        print(json.dumps({"mib_per_s": medians, "ratios_to_sha256sum": ratios, "ratio_to_sha256sum": worst}))
        return
    for name, median in medians.items():
        print(f"{name:10} {median:7,.0f} MiB/s  ({min(found[name]):,.0f} to {max(found[name]):,.0f})")
    print("   ".join(f"{name} / sha256sum: {ratio:.2f}" for name, ratio in ratios.items()))


if __name__ == "__main__":
    main()
