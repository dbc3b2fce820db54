"""How long a stop takes: from the request to the end of the answer, while generating and while reading a prompt.

python -m tests.bench.bench_cancel [MODEL.gguf] [--rounds 5]
"""

import argparse
import queue
import statistics
import time
from pathlib import Path

from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import (
    ChatMessage,
    Delta,
    Done,
    EngineExit,
    Event,
    Generate,
    Loaded,
    LoadPlan,
    PromptProgress,
)
from tests.bench.bench_generation import starter, wait_for


def stop_s(client: EngineClient, events: "queue.SimpleQueue[Event | EngineExit]", number: int, prompt: str) -> float:
    """Seconds from the cancel to `Done`; the cancel comes with the first sign of work."""
    client.generate(Generate(request_id=number, messages=[ChatMessage("user", prompt)]))
    wait_for(events, PromptProgress if len(prompt) > 1000 else Delta)
    begun = time.perf_counter()
    client.cancel(number)
    wait_for(events, Done)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    model = args.model or starter()
    events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
    client = EngineClient(events.put)
    client.start()
    client.load(model, LoadPlan(context_tokens=4096))
    wait_for(events, Loaded)
    number = 0
    for name, prompt in (("generating", "Write a very long story."), ("reading a prompt", "story " * 3000)):
        times = []
        for turn in range(args.rounds):
            number += 1
            times.append(stop_s(client, events, number, f"{turn} {prompt}"))
        print(
            f"{model.name}: stop while {name}: median {statistics.median(times) * 1000:.0f} ms, "
            f"worst {max(times) * 1000:.0f} ms"
        )
    client.close()


if __name__ == "__main__":
    main()
