"""A short-lived child that says what this engine build is and can drive. Prints one JSON object.

Its keys are those of `gemfit.machine.types.EngineBuild`, which this room does not know.
"""

import os
from importlib.util import find_spec

import msgspec


def main() -> int:
    """Print the build, its devices and the formats it runs."""
    out = os.dup(1)
    os.dup2(2, 1)  # drivers print on loading
    from gemfit.engine.backends.binding import low_level_only

    low_level_only()
    from gemfit.engine.backends import llama_devices

    answer = llama_devices.describe()
    if find_spec("litert_lm") is not None:  # not imported: it is 130 MB of library
        answer["formats"].append("litertlm")
    with os.fdopen(out, "wb") as file:
        file.write(msgspec.json.encode(answer) + b"\n")
    return 0
