"""How long the arithmetic takes: every model in every format along a whole context axis, for each saved machine.

    .venv/bin/python -m tests.bench.bench_plan

The goal: under 50 ms for all of it. The processor's time counts, not the clock's, and the best of five runs.
"""

import time
from collections.abc import Callable
from pathlib import Path

from gemfit.catalog.load import load_catalog
from gemfit.fit.memory import components, tensors_of
from gemfit.fit.plan import leanest, max_context
from gemfit.fit.types import Plan
from gemfit.machine.saved import load_machine

MACHINES = Path(__file__).parent.parent / "data" / "machines"
POINTS = 40
GOAL_MS = 50


def best_ms(work: Callable[[], None]) -> float:
    """Milliseconds of processor time, the best of five."""
    taken = []
    for _ in range(5):
        started = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - started))
    return min(taken)


def main() -> None:
    pairs = [(model.shape, tensors_of(model, build)) for model in load_catalog().models for build in model.builds]
    contexts = [256 * round(1024 ** (i / (POINTS - 1))) for i in range(POINTS)]

    def memory() -> None:
        for shape, tensors in pairs:
            for tokens in contexts:
                components(shape, tensors, Plan(context_tokens=tokens))

    print(f"{len(pairs)} formats x {POINTS} contexts (goal {GOAL_MS} ms)")
    print(f"memory by component, on the processor: {best_ms(memory):.0f} ms")
    for file in sorted(MACHINES.glob("*.json")):
        machine = load_machine(file)

        def plans() -> None:
            for shape, tensors in pairs:
                for tokens in contexts:
                    leanest(machine, shape, tensors, min(tokens, shape.context_tokens))  # noqa: B023 - called at once

        def largest() -> None:
            for shape, tensors in pairs:
                max_context(machine, shape, tensors)  # noqa: B023 - called at once

        print(f"{file.stem}: leanest plans {best_ms(plans):.0f} ms, largest contexts {best_ms(largest):.1f} ms")


if __name__ == "__main__":
    main()
