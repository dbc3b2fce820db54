"""What Gemfit answers for the saved machines, as texts that a person can read and argue with.

Written anew by `python -m tests.fit.answers`, from the root of the repository; `git diff` then shows what changed.
"""

from collections.abc import Iterator
from pathlib import Path

from gemfit.catalog.load import load_catalog
from gemfit.catalog.types import Catalog
from gemfit.fit.recommend import recommend
from gemfit.fit.types import SYSTEM_MEMORY, Choice, Component, Goal, Recommendation, Wish
from gemfit.machine.saved import load_machine
from gemfit.machine.types import Machine
from gemfit.words import show, size, size_gb

DATA = Path(__file__).parents[1] / "data"
MACHINES, ANSWERS = DATA / "machines", DATA / "answers"
CONTEXT_TOKENS = 8192
GOALS: tuple[Goal, ...] = ("smallest", "balanced", "best")


def names() -> list[str]:
    """The saved machines."""
    return sorted(file.stem for file in MACHINES.glob("*.json"))


def answer(name: str) -> str:
    """The whole answer for one saved machine: the three goals, what was ruled out, then every option."""
    machine, catalog = load_machine(MACHINES / f"{name}.json"), load_catalog()
    lines = [*_machine(machine), "", f"With a context of {CONTEXT_TOKENS:,} tokens:"]
    results = {goal: recommend(machine, catalog, Wish(context_tokens=CONTEXT_TOKENS, goal=goal)) for goal in GOALS}
    for goal, result in results.items():
        lines += ["", *_recommended(goal, result)]
    lines += ["", "Ruled out (balanced):", *_reasons(results["balanced"].ruled_out)]
    pictures = recommend(machine, catalog, Wish(context_tokens=CONTEXT_TOKENS, media=True))
    lines += ["", f"With images and sound (balanced): {_named(pictures.best, pictures)}"]
    lines += ["", "Every choice (memory on each device, tokens per second of generation and their source):", ""]
    lines += list(_options(results["balanced"], catalog))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _machine(machine: Machine) -> Iterator[str]:
    memory, cpu = machine.memory, machine.cpu
    yield f"{cpu.model}, {cpu.physical_cores} cores; {machine.os}"
    yield f"Memory: {size(memory.total_bytes)}, {size(memory.available_bytes)} free"
    for gpu in machine.gpus:
        figures = f"{size(gpu.total_bytes or 0)}, {size(gpu.free_bytes or 0)} free" if gpu.total_bytes else "shared"
        yield f"GPU: {gpu.name}: {figures}{'' if gpu.usable else '; this engine build cannot use it'}"
    yield f"Disk: {size_gb(machine.disk.free_bytes)} free"


def _recommended(goal: Goal, result: Recommendation) -> Iterator[str]:
    yield f"{goal}: {_named(result.best, result)}"
    if result.best:
        yield from (f"  {reason}" for reason in result.best.reasons)
        chosen = next(o for o in result.options if (o.model, o.build) == (result.best.model, result.best.build))
        yield from (f"  {note}" for note in chosen.plan_notes)
    if result.runner_up:
        yield f"  If not that: {_named(result.runner_up, result)}"
    if result.step_up:
        yield from (f"  Next step up: {reason}" for reason in result.step_up.reasons)


def _named(choice: Choice | None, result: Recommendation) -> str:
    if choice is None:
        return "nothing"
    option = next(o for o in result.options if (o.model, o.build) == (choice.model, choice.build))
    speed = "speed not known" if option.generation_tps is None else f"{show('x_tps', option.generation_tps)} tokens/s"
    return f"{choice.model} {choice.build}, {option.verdict}, {_memory(option.components)}, {speed}"


def _reasons(choices: list[Choice]) -> list[str]:
    return [f"  {reason}" for choice in choices for reason in choice.reasons] or ["  nothing"]


def _options(result: Recommendation, catalog: Catalog) -> Iterator[str]:
    for option in result.options:
        ends = [show("x_tps", end) for end in option.tps_range or ()]
        speed = f"{' to '.join(ends)} {option.tps_source}" if ends and option.runnable else "speed not known"
        most = f"at most {option.max_context:,} tokens" if option.max_context else "no context fits"
        name = f"{option.model} {option.build}"
        yield f"{name:<21} {option.verdict:<5} {_memory(option.components):<38} {speed:<22} {most}".rstrip()
        if option.verdict != "no":
            yield from (f"    {note}" for note in option.plan_notes)


def _memory(components: list[Component]) -> str:
    """`CUDA0 3.0 GiB + 0.4 GiB`: what it takes of each GPU, then of the system's memory."""
    sums: dict[str, int] = {}
    for component in components:
        sums[component.device] = sums.get(component.device, 0) + component.n_bytes
    gpus = [f"{device} {size(n)}" for device, n in sums.items() if device != SYSTEM_MEMORY]
    return " + ".join([*gpus, size(sums[SYSTEM_MEMORY])] if SYSTEM_MEMORY in sums else gpus)


if __name__ == "__main__":
    ANSWERS.mkdir(exist_ok=True)
    for name in names():
        (ANSWERS / f"{name}.txt").write_text(answer(name), encoding="utf-8")
