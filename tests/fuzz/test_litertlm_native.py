"""What our check of a file in the mobile format accepts, the native library survives: 500 files, or `make fuzz`."""

import os
from pathlib import Path

import pytest

from tests.litertlm.native import check_mutants

CASES = int(os.environ.get("FUZZ_CASES", "500"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))


@pytest.mark.timeout(7200)
def test_native_code_survives_what_the_check_accepts(data_dir: Path, tmp_path: Path) -> None:
    accepted, crashed = check_mutants(data_dir / "tiny-gemma-chat.litertlm", tmp_path, CASES, SEED)
    assert accepted > CASES // 10
    assert not crashed
