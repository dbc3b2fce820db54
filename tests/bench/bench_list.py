"""How long a thousand models take to list: generated folders, of our own and of other programs; run by hand:

    python -m tests.bench.bench_list [--models 1000] [--rounds 9] [--json]

Half of them lie in the weights folder, with a record of their verification each, half in a folder of the user's own.
The files are empty but for their length: listing opens none. The goal: 200 ms at most.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

import msgspec

from gemfit.catalog.load import load_catalog
from gemfit.library.index import remember
from gemfit.library.store import scan
from gemfit.settings import Settings, save_settings

SPARSE_BYTES = 3 << 30


def make(folder: Path, models: int) -> list[Path]:
    """Files of weights, as people have them: a folder for each owner and repository."""
    paths = [folder / f"owner-{n % 20}" / f"model-{n}-gguf" / f"model-{n}-Q4_0.gguf" for n in range(models)]
    for path in paths:
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            file.truncate(SPARSE_BYTES)
    return paths


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--models", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as work:
        os.environ |= {"GEMFIT_HOME": str(Path(work) / "home"), "HOME": work}
        weights, others = Path(work) / "weights", Path(work) / "others"
        for n, path in enumerate(make(weights, options.models // 2)):
            remember(path, f"{n:064x}", path.stat())
        make(others, options.models - options.models // 2)
        save_settings(msgspec.structs.replace(Settings(), model_folders=[str(others)]))
        catalog, took_s = load_catalog(), []
        for _ in range(options.rounds):
            begun = time.perf_counter()
            found = scan(weights, catalog)
            took_s.append(time.perf_counter() - begun)
            assert len([file for file in found if file.path.startswith(work)]) == options.models, len(found)
    result = {"models": options.models, "median_ms": statistics.median(took_s) * 1000, "worst_ms": max(took_s) * 1000}
    if options.json:
        print(json.dumps(result))
        return
    print(f"{options.models} models listed in {result['median_ms']:.0f} ms (worst {result['worst_ms']:.0f} ms)")


if __name__ == "__main__":
    main()
