"""Sentences that both the window and the command line show.

A room without Qt says what it has to say as a `Sentence`: an English text with named places and the values for
them. The command line prints `str(sentence)`; the window translates the text first. The texts are marked with
`QT_TRANSLATE_NOOP`, whose name `lupdate` knows, so `make i18n` finds them in every module.

The name of a value says its unit, and with it how it is printed: `needed_bytes` as "4.2 GiB", `context_tokens`
as "8,192", `generation_tps` as "12.3", `elapsed_s` as "3 s", `download_bytes` as download pages say it, "4.2 GB";
everything else as it is. A value may be a sentence itself.
"""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

Value: TypeAlias = "str | int | float | Sentence"


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001 - the name that lupdate looks for
    """Return `text` unchanged; marks it for translation in `context`."""
    return text


class Sentence(msgspec.Struct, frozen=True):
    """An English `text` with `{name}` places, and the `values` to put there."""

    text: str
    values: "dict[str, Value]" = {}

    def __str__(self) -> str:
        return fill(self.text, self.values)


def say(text: str, /, **values: Value) -> Sentence:
    """Make a sentence of a marked text and its values."""
    return Sentence(text, values)


def fill(text: str, values: Mapping[str, Value]) -> str:
    """Put `values` into `text`, each printed by the unit that its name ends with."""
    return text.format_map({name: show(name, value) for name, value in values.items()})


def show(name: str, value: Value) -> str:
    """Print `value` by the unit at the end of `name`."""
    if isinstance(value, str | Sentence):
        return str(value)
    if name.endswith("download_bytes"):
        return size_gb(int(value))
    if name.endswith("_bytes"):
        return size(int(value))
    if name.endswith("_tps"):
        return f"{value:,.0f}" if value >= 20 or isinstance(value, int) else f"{value:.1f}"
    if name.endswith("_s"):
        return duration(value)
    return f"{value:,}"


def size(n_bytes: int) -> str:
    """`4.2 GiB`, `512 MiB`, `12 KiB`, `7 B`: binary units, the unit always printed."""
    sign, n = ("-" if n_bytes < 0 else ""), abs(n_bytes)
    if n < 1024:
        return f"{sign}{n} B"
    for unit, shift, digits in (("KiB", 10, 0), ("MiB", 20, 0), ("GiB", 30, 1), ("TiB", 40, 1)):
        if n < 1 << (shift + 10) or unit == "TiB":
            return f"{sign}{n / (1 << shift):,.{digits}f} {unit}"
    raise AssertionError("unreachable")  # pragma: no cover


def size_gb(n_bytes: int) -> str:
    """`4.2 GB`: decimal, as download pages say it."""
    if n_bytes < 1_000_000_000:
        return f"{n_bytes / 1e6:,.0f} MB"
    return f"{n_bytes / 1e9:,.1f} GB"


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    total = round(seconds)
    if total < 60:
        return f"{total} s"
    if total < 3600:
        return f"{total // 60} min {total % 60} s"
    return f"{total // 3600} h {total % 3600 // 60} min"
