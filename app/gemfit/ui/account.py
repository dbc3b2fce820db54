"""Predicted beside measured in words: one line for each component and device, for tooltips and screen readers."""

from PySide6.QtCore import QCoreApplication

from gemfit.fit.types import SYSTEM_MEMORY, Outcome
from gemfit.measured.comparison import Part, memory_error, parts
from gemfit.ui import words
from gemfit.ui.home.cells import component_names


def account_lines(outcome: Outcome) -> tuple[str, ...]:
    """`Weights: 1.4 GiB, predicted 1.4 GiB (+0.3 %)` and so on, weights first."""
    return tuple(_line(part) for part in parts(outcome))


def settled_error(outcome: Outcome) -> float | None:
    """By how much more than predicted was measured, on all devices; None until every buffer has been filled."""
    return None if any(part.so_far for part in parts(outcome)) else memory_error(outcome)


def _line(part: Part) -> str:
    name = component_names()[part.name]
    if part.device != SYSTEM_MEMORY:
        name = QCoreApplication.translate("Account", "%1 on %2").replace("%1", name).replace("%2", part.device)
    measured = words.size(part.measured_bytes or 0)
    if part.predicted_bytes is None:
        return (
            QCoreApplication.translate("Account", "%1: %2, not predicted").replace("%1", name).replace("%2", measured)
        )
    text = QCoreApplication.translate("Account", "%1: %2, predicted %3 (%4)")
    if part.so_far:
        difference = QCoreApplication.translate("Account", "not yet filled")
    else:
        difference = words.percent(part.difference) if part.difference is not None else "–"
    text = text.replace("%1", name).replace("%2", measured).replace("%3", words.size(part.predicted_bytes))
    return text.replace("%4", difference)
