"""Reading the small files in which other programs note where their models are."""

from pathlib import Path

CAP_BYTES = 1 << 20


def read_text(path: Path) -> str:
    """The text of a small file; empty when it is not there, cannot be read, or is too large to be one."""
    try:
        with path.open("rb") as file:
            data = file.read(CAP_BYTES + 1)
    except OSError:
        return ""
    return data.decode("utf-8-sig", "replace") if len(data) <= CAP_BYTES else ""
