"""What LiteRT-LM itself makes of damaged files: in a child that takes many, and another when one has crashed.

A crash is an end of the process; an error that the library raises is none.
"""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from gemfit.errors import GemfitError
from gemfit.litertlm.check import check_file
from gemfit.litertlm.types import LitertlmHeader

_CHILD = """
import os, sys
import litert_lm
litert_lm.set_min_log_severity(litert_lm.LogSeverity.SILENT)
for line in sys.stdin:
    path = line.rstrip("\\n")
    try:
        litert_lm.Engine(path, litert_lm.Backend.CPU(thread_count=1), cache_dir=":nocache").close()
    except Exception:
        pass
    print(path, flush=True)
"""
CODES = {"not_litertlm", "litertlm_truncated", "litertlm_damaged", "litertlm_unsupported"}
AT_ONCE = 64
WAIT_S = 120


def check_mutants(file: Path, folder: Path, count: int, seed: int) -> tuple[int, list[bytes]]:
    """Make `count` mutants of `file`, one after the other in `folder`. Returns how many our check accepts, and those of
    them that end the process of the native library.

    Raises AssertionError where the check answers with anything but a header or one of its codes.
    """
    data, header = file.read_bytes(), check_file(file)
    accepted, crashed = 0, []
    waiting: list[Path] = []
    for number, mutant in enumerate(mutants(data, header, count, seed)):
        path = folder / f"{number}.litertlm"
        path.write_bytes(mutant)
        code = code_of(path)
        if code:
            assert code in CODES, code
            path.unlink()
            continue
        accepted += 1
        waiting.append(path)
        if len(waiting) == AT_ONCE:
            crashed += _crashing(waiting)
            waiting = []
    return accepted, crashed + _crashing(waiting)


def code_of(path: Path) -> str:
    """What our check refuses the file with; empty where it does not."""
    try:
        check_file(path)
    except GemfitError as refused:
        return refused.code
    return ""


def mutants(data: bytes, header: LitertlmHeader, count: int, seed: int) -> Iterator[bytes]:
    """Copies of a file, changed in a few places or cut; the same ones for the same seed.

    Two of three have changes in the header, the others at the beginning of a section. The compiled models are left as
    they are: what is damaged in there the library may not survive, and only a checksum finds it. Of 3,282 files that
    were damaged there too, and accepted, it did not survive 2.
    """
    chance = random.Random(seed)
    header_end = int.from_bytes(data[24:32], "little")
    places = [(8, header_end)] * 2 * len(header.sections)
    others = [section for section in header.sections if section.kind != "tflite"]
    places += [(section.begin, min(section.end, section.begin + 4096)) for section in others]
    for _ in range(count):
        changed = bytearray(data)
        begin, end = chance.choice(places)
        kind = chance.randrange(8)
        if kind == 0:
            yield bytes(changed[: chance.randrange(1, len(data))])
            continue
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(begin, end)
            if kind < 4:
                changed[at] ^= 1 << chance.randrange(8)
            elif kind < 6:
                changed[at] = chance.randrange(256)
            else:
                number = chance.choice((0, 1, 0xFF, 0xFFFF, 1 << 31, (1 << 32) - 1, 1 << 40, (1 << 64) - 1))
                changed[at : at + 8] = number.to_bytes(8, "little")
        yield bytes(changed[: len(data)])


def _crashing(paths: list[Path]) -> list[bytes]:
    """Those of the files that a child does not survive; all of them are deleted."""
    found, waiting = [], paths
    while waiting:
        done = _survived(waiting)
        if done < len(waiting):
            found.append(waiting[done].read_bytes())
        waiting = waiting[done + 1 :]
    for path in paths:
        path.unlink()
    return found


def _survived(paths: list[Path]) -> int:
    """How many of the files one child gets through, from the first on."""
    child = subprocess.run(
        [sys.executable, "-c", _CHILD],
        input="".join(f"{path}\n" for path in paths).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=WAIT_S,
        env=os.environ | {"MALLOC_CHECK_": "0"},
        check=False,
    )
    return len(child.stdout.splitlines())
