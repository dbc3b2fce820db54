"""A made-up option, whatever of it a test is about."""

from collections.abc import Callable

import pytest

from gemfit.fit.types import Component, Option

GIB, MIB = 1 << 30, 1 << 20


@pytest.fixture
def option() -> Callable[..., Option]:
    """Makes an option on a graphics card `CUDA0`, with the changes that are named."""

    def make(**changes: object) -> Option:
        values = {
            "model": "12B",
            "build": "q4_0",
            "format": "q4_0",
            "file": "f.gguf",
            "verdict": "fits",
            "place": "gpu",
            "weights_bytes": 3 * GIB,
            "kv_bytes": GIB,
            "compute_bytes": 512 * MIB,
            "base_bytes": 256 * MIB,
            "total_bytes": 4 * GIB + 768 * MIB,
            "host_bytes": 700 * MIB,
            "available_bytes": 11 * GIB,
            "download_bytes": 3_000_000_000,
            "context_tokens": 8192,
            "max_context": 32768,
            "components": [
                Component("weights", "CUDA0", 3 * GIB),
                Component("kv", "CUDA0", GIB),
                Component("compute", "CUDA0", 512 * MIB),
                Component("base", "CUDA0", 256 * MIB),
                Component("base", "", 700 * MIB),
            ],
        }
        return Option(**(values | changes))

    return make
