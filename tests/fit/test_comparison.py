"""The official table beside what is computed and measured here."""

import msgspec

from gemfit.catalog.load import load_catalog
from gemfit.fit.comparison import published_comparison
from gemfit.fit.recommend import options
from gemfit.fit.types import Component, Outcome, Plan, Wish
from gemfit.machine.types import Cpu, Disk, EngineBuild, Machine, Memory

CATALOG = load_catalog()
GIB = 1 << 30
MACHINE = Machine(
    memory=Memory(total_bytes=64 * GIB, available_bytes=60 * GIB),
    cpu=Cpu(model="a processor", physical_cores=8, logical_cores=8),
    disk=Disk(path="/", total_bytes=1 << 41, free_bytes=1 << 40),
    engine=EngineBuild(build="x", formats=["gguf"]),
)


def model(name: str):
    found = CATALOG.model(name)
    assert found is not None
    return found


def outcome(at: str, measured: int) -> Outcome:
    parts = [Component("weights", "", measured - 100), Component("base", "", 100)]
    return Outcome(
        at=at, engine_build="x", model="E2B", build="q4_0", title="E2B", plan=Plan(), predicted=parts, measured=parts
    )


def test_every_published_format_has_a_row_in_the_order_of_the_table():
    rows = published_comparison(model("E2B"), options(MACHINE, CATALOG, Wish()), [])
    assert [(row.build, row.published_gb) for row in rows] == [
        ("bf16", 11.4),
        ("", 5.7),
        ("q4_0", 2.9),
        ("q4_0-google", 2.9),
        ("mobile", 1.1),
        ("", 0.84),
    ]
    assert [row.title for row in rows if not row.build] == ["SFP8", "Mobile, text only"]


def test_computed_stands_beside_the_file_and_the_newest_measurement_counts():
    seen = [outcome("2026-11-02T00:00:00Z", 2 * GIB), outcome("2026-11-01T00:00:00Z", 3 * GIB)]
    found = options(MACHINE, CATALOG, Wish())
    row = next(row for row in published_comparison(model("E2B"), found, seen) if row.build == "q4_0")
    chosen = next(o for o in found if (o.model, o.build) == ("E2B", "q4_0"))
    assert (row.file_bytes, row.measured_bytes) == (2_620_370_976, 2 * GIB)
    assert (row.weights_bytes, row.total_bytes) == (chosen.weights_bytes, chosen.total_bytes)


def test_what_lies_on_several_devices_counts_once_and_whole():
    found = options(MACHINE, CATALOG, Wish())
    spread = [Component("weights", "CUDA0", 3), Component("weights", "", 4), Component("base", "", 10)]
    split = [msgspec.structs.replace(option, components=spread) for option in found]
    row = next(row for row in published_comparison(model("E2B"), split, []) if row.build == "q4_0")
    assert (row.weights_bytes, row.total_bytes) == (7, 17)


def test_what_is_not_known_is_left_out():
    rows = published_comparison(model("E2B"), options(MACHINE, CATALOG, Wish()), [])
    mobile = next(row for row in rows if row.build == "mobile")
    assert (mobile.total_bytes, mobile.measured_bytes) == (None, None)  # this engine cannot run it
    starter = published_comparison(model("SmolLM2-135M"), [], [])
    assert [(row.published_gb, row.total_bytes) for row in starter] == [(None, None)]
    assert msgspec.json.encode(starter)
