"""What the engine build says of itself, asked in a child as the probe does."""

import json
import subprocess

from gemfit.engine.backends.llama_devices import features
from gemfit.paths import self_command


def test_the_build_its_devices_and_its_formats_are_one_json_object() -> None:
    child = subprocess.run([*self_command(), "--child", "devices"], capture_output=True, check=True, timeout=60)
    answer = json.loads(child.stdout)
    assert "llama.cpp" in answer["build"]
    assert answer["formats"] == ["gguf", "litertlm"]
    cpu = next(device for device in answer["devices"] if device["kind"] == "cpu")
    assert cpu["total_bytes"] >= cpu["free_bytes"] > 0


def test_instruction_sets_that_are_off_are_left_out() -> None:
    assert features("CPU : SSE3 = 1 | AVX512 = 0 | NEON = 1 | SVE_CNT = 16 | ") == ["SSE3", "NEON", "SVE_CNT"]


def test_what_a_gpus_part_of_the_engine_says_is_no_instruction_set() -> None:
    said = "CUDA : ARCHS = 500,610 | USE_GRAPHS = 1 | CPU : SSE3 = 1 | AVX2 = 1 | BLAS : X = 1 |"
    assert features(said) == ["SSE3", "AVX2"]
    assert features("CUDA : USE_GRAPHS = 1 |") == []
