"""What a conversation costs: tokens processed beside tokens that are new; a state from disk beside processing again.

    python -m tests.bench.bench_conversation E2B.gguf               # ten turns with thoughts, with and without memory
    python -m tests.bench.bench_conversation 12B.gguf --only-with   # for earlier states; without, it takes long

Every turn asks, takes the time to the first token, lets the model "think" more tokens than the window has to spare, and
goes on with an answer and without the thought, as the chat template does. The first question fills the window, so that
every thought pushes something out of it. The thought is given to the model as text, so that it is processed as fast as
a prompt. New is what no earlier prompt of the conversation had, thoughts left out; what is processed of a prompt for
the thought's sake counts as processed. The goal: at most 5 % more tokens processed than are new, over ten turns.

Afterwards the conversation's state is kept on disk, and the next turn asked of a new child, with it and without.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from gemfit.engine import state_files
from gemfit.engine.protocol import ChatMessage, Generate, LoadPlan, Sampling, SaveState, StateSaved, Stats
from gemfit.fit.header import shape_from_header
from gemfit.fit.memory import checkpoint_bytes
from gemfit.gguf.reader import read_header
from gemfit.paths import states_dir
from tests.bench.child import Child

GREEDY = Sampling(temperature=0.0)


def ask(child: Child, messages: list[ChatMessage], *, thought: str = "") -> Stats:
    """The figures of one token's answer, after `thought`."""
    request = Generate(request_id=1, messages=messages, sampling=GREEDY, think=True, max_tokens=1, prefill=thought)
    return child.answer(request)[1]


class Cost(NamedTuple):
    """Of a whole conversation, in tokens; `first_s` is the time to the first token of each turn."""

    processed: int
    new: int
    first_s: list[float]
    checkpoint_bytes: int
    resident_bytes: int


def words(count: int, first: int) -> str:
    """Text of about as many tokens, and another one for each `first`."""
    return " ".join(("river", "stone", "cloud", "green")[(first + i) % 4] for i in range(count)) + f" {first}"


def talk(child: Child, args: argparse.Namespace) -> tuple[list[ChatMessage], Cost]:
    """A conversation of so many turns."""
    messages: list[ChatMessage] = []
    processed, new, first_s, stats = 0, 0, [], Stats()
    for turn in range(args.turns):
        messages.append(ChatMessage("user", words(args.question if turn else args.first, turn)))
        stats = ask(child, messages)
        processed += stats.prompt_tokens
        new = stats.prompt_tokens + stats.cached_tokens
        first_s.append(stats.ttft_s)
        thinking = ask(child, messages, thought=words(args.thought, 7 * turn))
        processed += max(0, new - thinking.cached_tokens)  # what a thought takes is not of interest: all of it is new
        messages.append(ChatMessage("assistant", words(args.answer, 3 * turn)))
        print(f"  turn {turn + 1}: {stats.prompt_tokens} processed, {stats.cached_tokens} kept", flush=True)
    return messages, Cost(processed, new, first_s, stats.checkpoint_bytes, stats.resident_bytes)


def print_cost(name: str, cost: Cost) -> None:
    more = 100 * (cost.processed / cost.new - 1)
    print(
        f"{name}: {cost.new:,} new tokens, {cost.processed:,} processed ({more:+.1f} %); "
        f"first token after {cost.first_s[1]:.2f} s in turn 2, {cost.first_s[-1]:.2f} s in turn {len(cost.first_s)}; "
        f"{cost.checkpoint_bytes / 2**20:,.0f} MiB of earlier states, {cost.resident_bytes / 2**20:,.0f} MiB resident",
        flush=True,
    )


def print_restart(path: Path, plan: LoadPlan, child: Child, messages: list[ChatMessage]) -> None:
    """Keep the state, and ask a new child with it and one without."""
    child.client.save_state(SaveState(request_id=2, name="bench", folder_limit_bytes=1 << 40))
    saved = child.wait_for(StateSaved)
    child.close()
    found = {}
    for name in ("restored", "processed again"):
        with Child() as later:
            later.load(path, plan)
            started = time.perf_counter()
            stats = ask(later, messages)
            found[name] = time.perf_counter() - started
        print(
            f"  {name}: {found[name]:.2f} s to the next answer ({stats.prompt_tokens:,} tokens processed)", flush=True
        )
        state_files.forget_state(states_dir(), "bench")
    print(
        f"  state of {saved.tokens:,} tokens: {saved.n_bytes / 2**20:,.0f} MiB, kept in {saved.took_s:.2f} s; "
        f"{found['processed again'] / found['restored']:.1f} times faster than processing again"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--first", type=int, default=600, help="words of the first question; with more than the window")
    parser.add_argument("--question", type=int, default=40, help="words of each other")
    parser.add_argument("--thought", type=int, default=600, help="words; more than the micro-batch, or nothing is lost")
    parser.add_argument("--answer", type=int, default=40, help="words")
    parser.add_argument("--context", type=int, default=4096)
    parser.add_argument("--ubatch", type=int, default=512)
    parser.add_argument("--only-with", action="store_true", help="with memory for earlier states only")
    parser.add_argument("--no-restart", action="store_true", help="without keeping the state on disk")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["GEMFIT_HOME"] = home
        for path in args.files:
            memory = checkpoint_bytes(shape_from_header(read_header(path)), args.context, "f16", args.ubatch)
            for n_bytes in (memory,) if args.only_with else (memory, 0):
                plan = LoadPlan(
                    context_tokens=args.context, ubatch_tokens=args.ubatch, checkpoint_bytes=n_bytes, speculation="off"
                )
                with Child() as child:
                    child.load(path, plan)
                    messages, cost = talk(child, args)
                    print_cost(f"{path.stem}, {'with' if n_bytes else 'without'} earlier states", cost)
                    if n_bytes and not args.no_restart:
                        messages.append(ChatMessage("user", words(args.question, 99)))
                        print_restart(path, plan, child, messages)


if __name__ == "__main__":
    main()
