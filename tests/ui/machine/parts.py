"""What the tests of the machine page share."""

from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from gemfit.fit.types import Component, Outcome, Plan
from gemfit.ui.session import Session

MIB = 1 << 20


def texts(widget: QWidget) -> set[str]:
    """What its labels say."""
    QApplication.processEvents()  # what was added to a layout is shown by the event loop
    return {label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)}


def buttons(widget: QWidget) -> dict[str, QPushButton]:
    """Its buttons by what stands on them."""
    QApplication.processEvents()
    return {made.text(): made for made in widget.findChildren(QPushButton) if made.isVisibleTo(widget)}


def look(session: Session, qtbot) -> None:
    session.machine.probe()
    qtbot.waitUntil(lambda: session.machine.state != "waiting")


def outcome(number: int, **more: object) -> Outcome:
    """A load of E2B that took 3 % more than predicted."""
    known: dict = {
        "at": f"2026-01-0{number}T10:00:00.000000+00:00",
        "engine_build": "llama.cpp 0c1e5709",
        "model": "E2B",
        "build": "q4_0",
        "title": "Gemma 4 E2B · Q4_0 QAT",
        "plan": Plan(context_tokens=8192),
        "prompt_tokens": 500,
        "predicted": [Component("weights", "", 900 * MIB), Component("base", "", 100 * MIB)],
        "measured": [Component("weights", "", 900 * MIB), Component("base", "", 130 * MIB)],
    }
    return Outcome(**known | more)
