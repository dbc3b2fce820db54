"""SIGKILL at two hundred random moments: what is claimed is there, and little of what came is fetched again.

The moments are drawn from fixed seeds. GEMFIT_KILLS=2000 makes it two thousand.
"""

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from gemfit.library.get import get
from gemfit.library.part import PART
from gemfit.library.rules import Rules
from gemfit.library.source import Source
from tests.fakes.hub import FakeHub, Fault
from tests.library.claims import Range, check_claims, claimed
from tests.library.killed import Run
from tests.library.parts import REPO, remote_file, tiny_catalog

KILLS = int(os.environ.get("GEMFIT_KILLS", "200"))
SEEDS, AT_ONCE = 8, 4
SIZE = 4_000_037
PIECE = 128 << 10
CONNECTIONS = 3
IN_FLIGHT = 2 * CONNECTIONS * PIECE  # of each connection one on its way, and one that is being made durable
BYTES_PER_S = 24_000_000  # for all together
LONGEST_S = 0.25
SMALL = {"reserve_bytes": 0, "piece_bytes": PIECE, "connections": CONNECTIONS}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


class Killer:
    """Starts downloads and kills them."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.library.killed"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def close(self) -> None:
        self._process.stdin.close()
        assert self._process.wait() == 0
        self._process.stdout.close()

    def was_killed(self, run: Run) -> bool:
        """Whether the download was killed; False when it was done before."""
        self._process.stdin.write(msgspec.json.encode(run) + b"\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        assert status in (0, 9)
        return status == 9


def test_killed_at_random_moments_nothing_claimed_is_missing_and_little_is_fetched_again(hub, tmp_path):
    hub.bytes_per_s = BYTES_PER_S
    with ThreadPoolExecutor(AT_ONCE) as pool:
        shares = [pool.submit(many_kills, hub, tmp_path / str(seed), seed) for seed in range(SEEDS)]
    kills, again = (sum(count) for count in zip(*[share.result() for share in shares], strict=True))
    print(f"{kills} kills, {again / kills:,.0f} bytes fetched again for each")
    assert kills == KILLS // SEEDS * SEEDS
    assert again <= kills * IN_FLIGHT


def many_kills(hub: FakeHub, folder: Path, seed: int) -> tuple[int, int]:
    """A share of the kills, at moments drawn from `seed`: of one file, and when that is here of the next.

    Returns how many there were, and how many bytes were fetched again.
    """
    chance, kills, again, files = random.Random(seed), 0, 0, 0
    killer = Killer()
    try:
        while kills < KILLS // SEEDS:
            files += 1
            story = Story(hub, chance, folder, f"{seed}-{files}.gguf")
            kills += story.kill_until_it_is_here(killer, KILLS // SEEDS - kills)
            again += story.finish()
    finally:
        killer.close()
    return kills, again


class Story:
    """One file on its way. In some, a byte arrives wrong, so that mending is killed as well."""

    def __init__(self, hub: FakeHub, chance: random.Random, folder: Path, name: str) -> None:
        self.hub, self.chance, self.folder, self.name = hub, chance, folder, name
        self.data = chance.randbytes(SIZE)
        self.path = folder / "Tiny" / "q4_0" / name
        self.part = self.path.with_name(name + PART)
        self.served = [self.data]
        hub.add(REPO, name, self.data)
        if chance.random() < 0.25:
            wrong = chance.randrange(SIZE)
            hub.fault(Fault("cdn", "flip", at=wrong, match=name))
            self.served.append(self.data[:wrong] + bytes([self.data[wrong] ^ 1]) + self.data[wrong + 1 :])

    def kill_until_it_is_here(self, killer: Killer, most_kills: int) -> int:
        """Fetch it, killed again and again, until it is here or there were enough kills; how many there were."""
        remote = remote_file(self.hub, self.data, self.name)
        for kills in range(most_kills):
            kept, requests = claimed(self.part), len(self.hub.sent(self.name))
            moment = self.chance.uniform(0, LONGEST_S)
            was_killed = killer.was_killed(
                Run(remote=remote, folder=str(self.path.parent), after_s=moment, rules=SMALL)
            )
            check_claims(self.folder, *self.served)
            self.check_requests(kept, requests)
            if self.path.exists():  # it has its name only when it is verified
                assert self.path.read_bytes() == self.data
                return kills + was_killed
        return most_kills

    def check_requests(self, kept: list[Range], requests: int) -> None:
        """What was claimed before the last run was not fetched in it."""
        if len(self.served) > 1:
            return
        for start, end in self.hub.sent(self.name)[requests:]:
            again = [(a, b) for a, b in kept if start < b and a < end]
            assert not again, f"{self.name}: {again} was claimed, and {start} to {end} was fetched"

    def finish(self) -> int:
        """The last run, which nobody kills. Returns the bytes that were fetched again over all runs."""
        kept, requests = claimed(self.part), len(self.hub.sent(self.name))
        catalog, source = tiny_catalog(self.data, file=self.name), Source(endpoint=self.hub.url)
        get(catalog, "tiny", "q4_0", weights_dir=self.folder, source=source, rules=Rules(**SMALL))
        self.check_requests(kept, requests)
        assert self.path.read_bytes() == self.data
        assert not self.part.exists()
        return self.hub.sent_twice(self.name) if len(self.served) == 1 else 0
