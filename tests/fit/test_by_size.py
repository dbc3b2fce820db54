"""What the length of a file alone lets expect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.fit.by_size import estimate
from gemfit.machine.types import Cpu, Disk, EngineBuild, Gpu, Machine, Memory

GIB = 1 << 30


def machine(free_gib: float, *gpus_gib: float) -> Machine:
    return Machine(
        os="Linux",
        arch="x86_64",
        memory=Memory(
            total_bytes=64 * GIB,
            available_bytes=int(free_gib * GIB),
            limit_bytes=64 * GIB,
            evidence={"total_bytes": ""},
        ),
        cpu=Cpu(model="a processor", physical_cores=8, logical_cores=16),
        disk=Disk(path="/", total_bytes=GIB, free_bytes=GIB),
        gpus=[
            Gpu(
                name="a card",
                total_bytes=int(gib * GIB),
                free_bytes=int(gib * GIB),
                usable=True,
                engine_device=f"CUDA{i}",
            )
            for i, gib in enumerate(gpus_gib)
        ],
        engine=EngineBuild(build="", formats=["gguf"]),
    )


# What llama.cpp lays out for the five models in Q4_0 with a context of 4,096 tokens: weights, everything; in GiB.
@pytest.mark.parametrize(
    ("weights_gib", "all_gib"), [(2.43, 2.58), (3.95, 4.17), (6.24, 6.90), (13.26, 13.74), (16.09, 17.75)]
)
def test_it_is_never_less_than_the_known_models_need_nor_much_more(weights_gib, all_gib):
    needed = estimate(machine(64), round(weights_gib * GIB)).needed_bytes / GIB
    assert all_gib <= needed <= all_gib * 1.12


@pytest.mark.parametrize(
    ("free_gib", "gpus", "verdict", "partly"),
    [
        (16, (), "fits", False),
        (4.7, (), "tight", False),
        (3, (), "no", False),
        (3, (8,), "fits", False),
        (3, (3, 3), "fits", False),
        (4, (3,), "fits", True),
        (2, (3,), "tight", True),
        (1, (3,), "no", False),
    ],
)
def test_it_looks_at_every_place_of_the_machine(free_gib, gpus, verdict, partly):
    found = estimate(machine(free_gib, *gpus), 4 * GIB)
    assert (found.verdict, found.partly) == (verdict, partly)


@given(st.integers(1, 100 * GIB), st.integers(1, 100 * GIB))
def test_a_larger_file_never_fits_better(one, other):
    order = ["fits", "tight", "no"]
    small, large = (estimate(machine(16, 8), n_bytes) for n_bytes in sorted((one, other)))
    assert order.index(small.verdict) <= order.index(large.verdict)
    assert small.needed_bytes <= large.needed_bytes
