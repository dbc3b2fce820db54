"""The answers for real machines: whole, as texts beside the machines; and against what people published of them."""

import pytest

from gemfit.catalog.load import load_catalog
from gemfit.fit.recommend import options
from gemfit.fit.types import Wish
from gemfit.machine.saved import load_machine
from tests.fit.answers import ANSWERS, MACHINES, answer, names

CATALOG = load_catalog()


@pytest.mark.parametrize("name", names())
def test_the_answer_for_a_saved_machine_is_the_one_on_file(name: str):
    on_file = (ANSWERS / f"{name}.txt").read_text(encoding="utf-8")
    assert answer(name) == on_file, "if that is better: python -m tests.fit.answers, and read what changed"


def test_no_answer_is_left_of_a_machine_that_is_gone():
    assert sorted(file.stem for file in ANSWERS.iterdir()) == names()


@pytest.mark.parametrize(
    ("name", "model", "build", "generation_tps"),
    [
        ("raspberry-pi-5-8gb", "E2B", "q4_0", 6.7),
        ("raspberry-pi-5-8gb", "E4B", "q4_0", 2.5),
        ("gtx-1650-ti-4gb", "E2B", "q4_0", 82),
        ("gtx-1650-ti-4gb", "E2B", "q4_0-google", 73),
        ("gtx-1650-ti-4gb", "E4B", "q4_0", 39.8),
        ("rtx-3060-12gb", "E2B", "q4_0", 153.4),
        ("rtx-4090-24gb", "E2B", "q4_0", 243),
        ("rtx-4090-24gb", "E2B", "q4_0-google", 241),
        ("rtx-5060-ti-2x16gb", "31B", "q4_0", 20.9),
        ("strix-halo-128gb", "26B-A4B", "q4_0", 63.6),
        ("strix-halo-128gb", "31B", "q4_0", 11.6),
        ("m1-pro-16gb", "12B", "q4_0", 22.2),
        ("m1-pro-16gb", "E4B", "q4_0", 40),
    ],
)
def test_what_people_published_of_such_a_machine_lies_in_the_range(
    name: str, model: str, build: str, generation_tps: float
):
    machine = load_machine(MACHINES / f"{name}.json")
    found = options(machine, CATALOG, Wish(context_tokens=1024))
    option = next(o for o in found if (o.model, o.build) == (model, build))
    assert option.tps_range is not None
    low, high = option.tps_range
    assert low <= generation_tps <= high
