"""Reading the small files in which other programs note where their models are."""

import os
from pathlib import Path

CAP_BYTES = 1 << 18


def read_text(path: Path) -> str:
    """The text of a small file; empty when it is not there, cannot be read, or is too large to be one."""
    try:
        with path.open("rb") as file:
            n_bytes = os.fstat(file.fileno()).st_size
            data = file.read(min(n_bytes, CAP_BYTES) + 1)
    except OSError:
        return ""
    return data.decode("utf-8-sig", "replace") if len(data) <= CAP_BYTES else ""
