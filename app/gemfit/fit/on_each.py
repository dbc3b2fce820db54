"""How fast every model would be, whole, on each device that was calibrated: whether or not it fits there."""

from typing import NamedTuple

from gemfit.catalog.types import Catalog
from gemfit.fit.memory import tensors_of
from gemfit.fit.option import can_run
from gemfit.fit.speed import speed_of
from gemfit.fit.types import Calibration, Known, Plan, Share, Speed
from gemfit.machine.types import Machine


class OnDevice(NamedTuple):
    """One build on one device (the engine's name for it, or SYSTEM_MEMORY for the processor)."""

    model: str
    build: str
    device: str
    speed: Speed


def speeds_on_each(machine: Machine, catalog: Catalog, context_tokens: int, calibration: Calibration) -> list[OnDevice]:
    """In the order of the catalogue; builds that this engine cannot run, and what no rate tells, are left out."""
    known = Known(calibration=calibration)
    found = []
    for model in catalog.models:
        for build in (each for each in model.builds if can_run(machine.engine, each)):
            for device in (rates.device for rates in calibration.devices):
                shares = [Share(device, model.shape.layers + 1)] if device else []
                plan = Plan(context_tokens=min(context_tokens, model.shape.context_tokens), shares=shares)
                speed = speed_of(machine, model.shape, tensors_of(model, build), plan, known)
                if speed.source == "calibrated":
                    found.append(OnDevice(model.id, build.id, device, speed))
    return found
