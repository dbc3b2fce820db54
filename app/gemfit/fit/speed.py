"""How fast a model will answer, by the work that it is and the rates of the devices that do it.

What was calibrated on this machine comes first; else what is published about like hardware, as a range; else nothing
is said. Generation falls with what is in the context, and a model spread over devices takes the sum of their times.
"""

from typing import NamedTuple

from gemfit.catalog.types import Shape, TensorLayout
from gemfit.fit.mobile import is_mobile
from gemfit.fit.published import Range, Rates, cpu_rates, gpu_rates
from gemfit.fit.types import SYSTEM_MEMORY, DeviceRates, Known, Plan, Speed, SpeedSource
from gemfit.fit.work import Work, prompt_s, token_s, works
from gemfit.machine.types import Machine

# About as fast as people read.
COMFORTABLE_TPS = 7.0

TYPICAL_USED_TOKENS = 512
"""One figure for generation is with so many tokens in the context, or half of it where it is smaller."""
TYPICAL_PROMPT_TOKENS = 512

NOT_REPACKED = 2.0
"""What a mapped file costs on the processor: prompts and answers of E2B in Q4_0 take about twice as long."""

CALIBRATED_ERROR = 0.15
"""To either side of what calibration says: beside full-size files half of that was the median error, this the worst."""


class Basis(NamedTuple):
    """Work and rates of one plan: `low` and `high` are the same where they were calibrated.

    `slower`: by how much longer everything takes, because the weights are not repacked for the processor.
    """

    works: list[Work]
    low: dict[str, DeviceRates]
    high: dict[str, DeviceRates]
    prompts: bool
    source: SpeedSource
    slower: float = 1.0


def speed_of(machine: Machine, shape: Shape, tensors: TensorLayout, plan: Plan, known: Known) -> Speed:
    """The speed of a plan: one figure each, and the range of generation from a full context to an empty one."""
    basis = basis_of(machine, shape, tensors, plan, known)
    if basis is None:
        return Speed()
    used = min(TYPICAL_USED_TOKENS, plan.context_tokens // 2)
    margin = CALIBRATED_ERROR if basis.source == "calibrated" else 0.0
    low = generation_at(basis, plan.context_tokens - 1)[0] * (1 - margin)
    high = generation_at(basis, 0)[1] * (1 + margin)
    prompt = min(TYPICAL_PROMPT_TOKENS, plan.context_tokens)
    return Speed(
        generation_tps=typical(generation_at(basis, used)),
        prompt_tps=prompt / (prompt_s(basis.works, basis.high, prompt) * basis.slower) if basis.prompts else None,
        tps_range=(low, high),
        source=basis.source,
    )


def basis_of(machine: Machine, shape: Shape, tensors: TensorLayout, plan: Plan, known: Known) -> Basis | None:
    """What a speed of this plan rests on; None where nothing is known about one of its devices.

    Guessing ahead is not counted: what it gains depends on the text.
    """
    found = works(shape, tensors, plan)
    devices = {work.device for work in found}
    if not devices:
        return None
    slower = NOT_REPACKED if tensors.repack_bytes and not plan.repack and not plan.shares else 1.0
    # What llama.cpp's kernels were timed at says nothing about those of another library.
    if known.calibration is not None and not is_mobile(tensors):
        rates = {each.device: each for each in known.calibration.devices}
        if devices <= rates.keys():
            return Basis(found, rates, rates, prompts=True, source="calibrated", slower=slower)
    published = {device: _published(machine, device) for device in devices}
    known_rates = {device: rates for device, rates in published.items() if rates is not None}
    if known_rates.keys() != devices:
        return None
    return Basis(
        found,
        {device: rates.low for device, rates in known_rates.items()},
        {device: rates.high for device, rates in known_rates.items()},
        prompts=all(rates.prompts for rates in known_rates.values()),
        source="published",
        slower=slower,
    )


def generation_at(basis: Basis, context_used_tokens: int) -> Range:
    """Tokens per second with so many in the context: the ends of the rates, the same where they were calibrated."""
    low = 1 / (token_s(basis.works, basis.low, context_used_tokens) * basis.slower)
    if basis.low is basis.high:
        return low, low
    return low, 1 / (token_s(basis.works, basis.high, context_used_tokens) * basis.slower)


def typical(speed: Range) -> float:
    """One figure for a range, to compare with: its geometric mean."""
    return float((speed[0] * speed[1]) ** 0.5)


def _published(machine: Machine, device: str) -> Rates | None:
    if device == SYSTEM_MEMORY:
        return cpu_rates(machine.cpu)
    gpu = next((gpu for gpu in machine.gpus if device in (gpu.engine_device, gpu.name)), None)
    rates = gpu_rates(gpu) if gpu else None
    if rates is None and gpu is not None and gpu.shared_memory:
        return cpu_rates(machine.cpu)._replace(prompts=False)  # it reads the same memory, as fast as the processor does
    return rates
