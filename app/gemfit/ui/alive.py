"""Whether somebody is still there to be told: pages go while work for them is under way."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from shiboken6 import isValid


def is_gone(told: Callable[..., Any]) -> bool:
    """Whether `told` is a method of a QObject that was deleted, or a function made by one that holds it."""
    while isinstance(told, partial):
        told = told.func
    cells = getattr(told, "__closure__", None) or ()
    holders = [getattr(told, "__self__", None), *(cell.cell_contents for cell in cells)]
    return any(isinstance(holder, QObject) and not isValid(holder) for holder in holders)
