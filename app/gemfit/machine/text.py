"""Reading the small text files in which Linux says what it is."""

from pathlib import Path


def read(path: Path) -> str:
    """The text of a small file, stripped; empty if it is not there or may not be read."""
    try:
        return path.read_text("utf-8", "replace").strip()
    except (OSError, ValueError):
        return ""


def read_int(path: Path) -> int | None:
    """The number in a small file; None if there is none."""
    text = read(path)
    try:
        return int(text, 0)
    except ValueError:
        return None


def pairs(text: str, separator: str) -> dict[str, str]:
    """`name<separator>value` lines; the first of each name counts."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, split, value = line.partition(separator)
        if split:
            found.setdefault(name.strip(), value.strip())
    return found
