"""Which backend runs a file: the one place that decides it, by the file's name."""

from pathlib import PurePath
from typing import Literal

BackendName = Literal["llama", "litert"]


def backend_of(path: PurePath | str) -> BackendName:
    """`litert` for the mobile format (`.litertlm`), else `llama`."""
    return "litert" if str(path).lower().endswith(".litertlm") else "llama"
