"""The slider of the context and the mark at the largest one that fits."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from gemfit.ui import theme
from gemfit.ui.home.context import STEPS, ContextSlider, nearest_step, place_of


def slider(qtbot, tokens: int = 8192) -> ContextSlider:
    made = ContextSlider(tokens)
    qtbot.addWidget(made)
    made.resize(700, made.sizeHint().height())
    made.show()
    return made


def test_the_steps_are_found_again():
    assert [nearest_step(tokens) for tokens in STEPS] == list(range(len(STEPS)))
    assert STEPS[nearest_step(5000)] in (4096, 6144)


@given(st.lists(st.integers(min_value=0, max_value=300_000), min_size=2, max_size=2))
def test_more_tokens_never_lie_further_left(two):
    low, high = sorted(two)
    assert 0 <= place_of(low) <= place_of(high) <= len(STEPS) - 1


def test_every_step_is_chosen_while_it_moves(qtbot):
    made = slider(qtbot)
    chosen = []
    made.chosen.connect(chosen.append)
    made.slider.setFocus()
    for _ in range(3):
        qtbot.keyClick(made.slider, Qt.Key.Key_Right)
    place = STEPS.index(8192)
    assert chosen == list(STEPS[place + 1 : place + 4])


def test_the_largest_that_fits_is_marked_where_the_handle_would_stand(qtbot, option):
    made = slider(qtbot)
    made.show_largest(option(max_context=32768), 131072)
    assert made.mark.text() == "at most 32,768 fit"
    assert "8,192 tokens; at most 32,768 fit" in made.slider.accessibleDescription()
    assert made.mark.accessibleName() == made.mark.text()
    x = made.mark.tick_x()
    image = made.mark.grab().toImage()
    good, row = theme.tokens().good, 1
    assert near(image.pixelColor(round(x) - 20, row), good)
    assert not near(image.pixelColor(round(x) + 20, row), good)
    assert near(image.pixelColor(round(x), 6), good)


def near(colour: QColor, other: QColor) -> bool:
    pairs = zip(colour.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[arg-type]
    return all(abs(a - b) < 24 for a, b in pairs)


def test_the_mark_says_when_all_fit_and_when_nothing_does(qtbot, option):
    made = slider(qtbot)
    made.show_largest(option(max_context=131072), 131072)
    assert made.mark.text() == "131,072, all that the model takes, fit"
    made.show_largest(option(max_context=0), 131072)
    assert made.mark.text() == "not possible here"
    made.show_largest(option(max_context=0, missing_bytes=1 << 30), 131072)
    assert made.mark.text() == "no context fits"
    assert near(made.mark.grab().toImage().pixelColor(round(made.slider.x_of(0)), 6), theme.tokens().bad)
