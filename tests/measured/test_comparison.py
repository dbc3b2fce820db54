"""Past loads beside their predictions."""

from hypothesis import given
from hypothesis import strategies as st

from gemfit.fit.types import Component, Outcome, Plan
from gemfit.measured.comparison import median_error, memory_error, parts, speed_error, total_bytes


def outcome(predicted: list[Component], measured: list[Component], **more: object) -> Outcome:
    known: dict = {"at": "2026-01-01T00:00:00Z", "engine_build": "b1", "model": "E2B", "build": "q4_0", "title": "E2B"}
    return Outcome(**known, plan=Plan(), predicted=predicted, measured=measured, **more)


def test_components_stand_side_by_side_weights_first():
    found = parts(
        outcome(
            [Component("base", "", 10), Component("weights", "CUDA0", 70), Component("weights", "", 30)],
            [Component("weights", "", 31), Component("kv", "", 5), Component("base", "", 9)],
        )
    )
    assert [(p.name, p.device, p.predicted_bytes, p.measured_bytes) for p in found] == [
        ("weights", "", 30, 31),
        ("weights", "CUDA0", 70, None),
        ("kv", "", None, 5),
        ("base", "", 10, 9),
    ]


def test_an_error_is_a_part_of_the_prediction():
    assert memory_error(outcome([Component("weights", "", 100)], [Component("weights", "", 97)])) == 0.97 - 1
    assert speed_error(outcome([], [], predicted_tps=10.0, generation_tps=11.0)) == 1.1 - 1


def test_without_one_side_there_is_no_error():
    assert memory_error(outcome([], [Component("weights", "", 97)])) is None
    assert memory_error(outcome([Component("weights", "", 97)], [])) is None
    assert speed_error(outcome([], [], predicted_tps=10.0)) is None
    assert median_error([None]) is None


def test_the_median_is_of_sizes():
    assert median_error([-0.3, 0.1, None, 0.2]) == 0.2


COMPONENTS = st.lists(
    st.builds(
        Component,
        st.sampled_from(("weights", "kv", "compute", "base")),
        st.sampled_from(("", "CUDA0")),
        st.integers(0, 1 << 40),
    )
)


@given(predicted=COMPONENTS, measured=COMPONENTS)
def test_no_byte_is_lost_in_the_comparison(predicted: list[Component], measured: list[Component]):
    found = parts(outcome(predicted, measured))
    assert sum(part.predicted_bytes or 0 for part in found) == total_bytes(predicted)
    assert sum(part.measured_bytes or 0 for part in found) == total_bytes(measured)
