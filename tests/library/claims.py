"""What an unfinished file claims to hold, checked against the bytes that it should hold."""

from pathlib import Path

from gemfit.library.part import PART, read_sidecar


def claims(part: Path) -> list[tuple[int, int]]:
    """The ranges of `part` that are claimed to be durable: from, to. None when nothing is."""
    sidecar = read_sidecar(part)
    return [(0, sidecar.durable_bytes)] if sidecar and sidecar.durable_bytes else []


def claimed_bytes(part: Path) -> int:
    return sum(end - start for start, end in claims(part))


def check_claims(folder: Path, data: bytes) -> int:
    """Fails where an unfinished file under `folder` claims bytes that are not those of `data`; how many it claims."""
    claimed = 0
    for part in folder.rglob(f"*{PART}"):
        with part.open("rb") as file:
            for start, end in claims(part):
                file.seek(start)
                assert file.read(end - start) == data[start:end], f"{part.name}: {start} to {end} is claimed and wrong"
                claimed += end - start
    return claimed
