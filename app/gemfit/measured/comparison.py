"""Past loads, their prediction beside what they took: arithmetic alone."""

from collections.abc import Sequence
from statistics import median

import msgspec

from gemfit.fit.types import SYSTEM_MEMORY, Component, ComponentName, Outcome

ORDER: tuple[ComponentName, ...] = ("weights", "kv", "compute", "projector", "drafter", "checkpoints", "base")


class Part(msgspec.Struct, frozen=True):
    """One component in the memory of one device; None where only one side names it.

    `so_far`: nothing has filled it yet (a prompt a buffer, a conversation its earlier states), so that it is too early
    to compare.
    """

    name: ComponentName
    device: str
    predicted_bytes: int | None
    measured_bytes: int | None
    so_far: bool = False

    @property
    def difference(self) -> float | None:
        """By how much of the prediction the measured is more (less if negative); None where that says nothing."""
        if not self.predicted_bytes or self.measured_bytes is None or self.so_far:
            return None
        return self.measured_bytes / self.predicted_bytes - 1


def parts(outcome: Outcome) -> list[Part]:
    """Every component that was predicted or measured, weights first."""
    predicted, measured = _by_place(outcome.predicted), _by_place(outcome.measured)
    places = sorted(predicted.keys() | measured.keys(), key=lambda place: (ORDER.index(place[0]), place[1]))
    growing: set[tuple[ComponentName, str]] = {("checkpoints", SYSTEM_MEMORY)}  # as the conversation does
    growing |= {place for place in places if place[0] == "projector"}  # with the largest picture
    if outcome.prompt_tokens < min(outcome.plan.ubatch_tokens, outcome.plan.context_tokens):
        growing.add(("compute", SYSTEM_MEMORY))
    return [Part(*place, predicted.get(place), measured.get(place), so_far=place in growing) for place in places]


def total_bytes(components: Sequence[Component]) -> int:
    """On all devices together."""
    return sum(component.n_bytes for component in components)


def host_bytes(components: Sequence[Component]) -> int:
    """In the computer's own memory."""
    return sum(component.n_bytes for component in components if component.device == SYSTEM_MEMORY)


def memory_error(outcome: Outcome) -> float | None:
    """By how much of the prediction the measured total was more (less if negative); None where one is missing.

    A buffer that was not filled yet is left out on both sides.
    """
    counted = [part for part in parts(outcome) if not part.so_far]
    predicted = sum(part.predicted_bytes or 0 for part in counted)
    measured = sum(part.measured_bytes or 0 for part in counted)
    return measured / predicted - 1 if predicted and measured else None


def speed_error(outcome: Outcome) -> float | None:
    """The same for generation, once there was an answer."""
    predicted, measured = outcome.predicted_tps, outcome.generation_tps
    return measured / predicted - 1 if predicted and measured else None


def median_error(errors: Sequence[float | None]) -> float | None:
    """The median of the sizes of errors, whatever their sign; None without any."""
    sizes = [abs(error) for error in errors if error is not None]
    return median(sizes) if sizes else None


def _by_place(components: Sequence[Component]) -> dict[tuple[ComponentName, str], int]:
    places: dict[tuple[ComponentName, str], int] = {}
    for component in components:
        place = (component.name, component.device)
        places[place] = places.get(place, 0) + component.n_bytes
    return places
