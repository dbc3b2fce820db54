"""From the times of slices to the rates of a device: the costs whose sums come closest to what was measured. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from gemfit.fit.types import DeviceRates
from gemfit.fit.work import EXPERTS, Work, prompt_amounts, seconds, token_amounts

ROUNDS = 20_000
"""Of the solver; it has long settled by then."""
LEAST_SHARE = 0.2
"""Reading or multiplying takes at least so much of the time of the slice that does the most of it for its time."""
_FLOATS = ("f16", "f32")
"""Norms and routers: too few bytes to be told apart, so they go with BF16."""


class Timing(NamedTuple):
    """What one slice took: seconds for a prompt of `tokens` into an empty context, and for one token after it."""

    work: Work
    tokens: int
    prompt_s: float
    token_s: float


def rates_of(device: str, threads: int, timings: Sequence[Timing]) -> DeviceRates:
    """The rates that explain the timings best; what no slice tells apart is left out or 0."""
    tokens = solve([(token_amounts(t.work, t.tokens), t.token_s) for t in timings])
    found = DeviceRates(
        device=device,
        threads=threads,
        fixed_s=tokens.get("fixed", 0.0),
        layer_s=tokens.get("layer", 0.0),
        vocab_s=tokens.get("vocab", 0.0),
        read_bps=_rates(tokens, "read:"),
        attention_s=tokens.get("attention", 0.0),
        prompt_flops={},
    )
    prompts = solve([_prompt(timing, found) for timing in timings])
    return DeviceRates(
        device=device,
        threads=threads,
        fixed_s=found.fixed_s,
        layer_s=found.layer_s,
        vocab_s=found.vocab_s,
        read_bps=found.read_bps,
        attention_s=found.attention_s,
        prompt_flops=_rates(prompts, "flop:"),
        prompt_attention_s=prompts.get("prompt_attention", 0.0),
        element_s=prompts.get("element", 0.0),
    )


def _prompt(timing: Timing, known: DeviceRates) -> tuple[dict[str, float], float]:
    """Amounts of a prompt whose costs are still unknown, and the time that they took."""
    amounts = prompt_amounts(timing.work, timing.tokens)
    new = {name: n for name, n in amounts.items() if name.startswith(("flop:", "prompt_attention", "element"))}
    old = {name: n for name, n in amounts.items() if name not in new}
    return new, max(timing.prompt_s - seconds(old, known), 0.1 * timing.prompt_s)


def solve(equations: Sequence[tuple[dict[str, float], float]]) -> dict[str, float]:
    """Costs of 0 or more, by name, for which amounts times costs come closest to the seconds, each error as a share.

    Least squares by going from one cost to the next (coordinate descent), which never leaves what is possible.
    """
    rows = [({_plain(n): a / took for n, a in _merged(amounts).items() if a}, 1.0) for amounts, took in equations]
    names = sorted({name for row, _ in rows for name in row})
    scale = {name: max(row.get(name, 0.0) for row, _ in rows) for name in names}
    matrix = [[row.get(name, 0.0) / scale[name] for name in names] for row, _ in rows]
    size = range(len(names))
    product = [[sum(row[i] * row[j] for row in matrix) for j in size] for i in size]
    target = [sum(row[i] for row in matrix) for i in size]
    least = [_least(name, [row[i] for row in matrix]) for i, name in enumerate(names)]
    costs = list(least)
    for _ in range(ROUNDS):
        change = 0.0
        for i in size:
            line = product[i]
            gradient = target[i] - sum(line[j] * costs[j] for j in size)
            new = max(least[i], costs[i] + gradient / line[i])
            change = max(change, abs(new - costs[i]))
            costs[i] = new
        if change < 1e-9:
            break
    return {name: cost / scale[name] for name, cost in zip(names, costs, strict=True) if cost > 0}


def _least(name: str, amounts: list[float]) -> float:
    """What noise must not bring a cost below: weights are never free."""
    return LEAST_SHARE / max(amounts) if name.startswith(("read:", "flop:")) else 0.0


def _merged(amounts: dict[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, amount in amounts.items():
        found[_plain(name)] = found.get(_plain(name), 0.0) + amount
    return found


def _plain(name: str) -> str:
    kind, _, type_name = name.partition(":")
    return f"{kind}:bf16" if type_name.removesuffix(EXPERTS) in _FLOATS else name


def _rates(costs: dict[str, float], prefix: str) -> dict[str, float]:
    return {name.removeprefix(prefix): 1 / cost for name, cost in costs.items() if name.startswith(prefix)}
