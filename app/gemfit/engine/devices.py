"""A short-lived child that says what this engine build is and can drive. Prints one JSON object.

Its keys are those of `gemfit.machine.types.EngineBuild`, which this room does not know.
"""

import os

import msgspec


def main() -> int:
    """Print the build, its devices and the formats it runs."""
    out = os.dup(1)
    os.dup2(2, 1)  # drivers print on loading
    from gemfit.engine.backends import llama_devices

    answer = llama_devices.describe()
    with os.fdopen(out, "wb") as file:
        file.write(msgspec.json.encode(answer) + b"\n")
    return 0
