"""The memory picture says in words what it paints, for every device."""

import msgspec

from gemfit.fit.types import Component, Outcome, Plan
from gemfit.machine.types import Gpu
from gemfit.ui import theme
from gemfit.ui.home.picture import MemoryPicture

GIB, MIB = 1 << 30, 1 << 20


def picture(qtbot) -> MemoryPicture:
    made = MemoryPicture()
    qtbot.addWidget(made)
    made.resize(700, 160)
    made.show()
    return made


def described(made: MemoryPicture) -> dict[str, str]:
    return {row.device.key: row.bar.accessibleDescription() for row in made.rows}


def test_each_device_says_its_parts_what_others_hold_and_what_is_left(machine, option, qtbot):
    made = picture(qtbot)
    made.show_option(machine, option(), None)
    said = described(made)
    assert list(said) == ["CUDA0", ""]
    assert "Weights 3.0 GiB, KV cache 1.0 GiB, Compute 512 MiB, Program 256 MiB" in said["CUDA0"]
    assert "Other programs 1.0 GiB; 256 MiB free" in said["CUDA0"]
    assert "Program 700 MiB, Other programs 4.0 GiB; 10.3 GiB free" in said[""]
    assert all("RTX 3060" in row.bar.accessibleName() for row in made.rows[:1])


def test_a_card_that_is_not_used_is_shown_empty(machine, option, qtbot):
    made = picture(qtbot)
    made.show_option(machine, option(place="cpu", components=[Component("weights", "", 3 * GIB)]), None)
    assert "Weights" not in described(made)["CUDA0"]
    assert "5.0 GiB free" in described(made)["CUDA0"]
    assert "Weights 3.0 GiB" in described(made)[""]


def test_two_cards_have_a_bar_each(machine, option, qtbot):
    twin = msgspec.structs.replace(machine.gpus[0], engine_device="CUDA1")
    two = msgspec.structs.replace(machine, gpus=[machine.gpus[0], twin])
    made = picture(qtbot)
    spread = [Component("weights", "CUDA0", 3 * GIB), Component("weights", "CUDA1", 2 * GIB)]
    made.show_option(two, option(components=spread), None)
    said = described(made)
    assert "Weights 3.0 GiB" in said["CUDA0"]
    assert "Weights 2.0 GiB" in said["CUDA1"]
    made.show_option(two, option(components=spread[:1]), None)
    assert list(described(made)) == ["CUDA0", ""]


def test_a_card_without_memory_of_its_own_is_part_of_the_systems(machine, option, qtbot):
    shared = Gpu(name="Apple M4", shared_memory=True, usable=True, engine_device="MTL0", total_bytes=10 * GIB)
    made = picture(qtbot)
    made.show_option(
        msgspec.structs.replace(machine, gpus=[shared]), option(components=[Component("weights", "MTL0", GIB)]), None
    )
    assert list(described(made)) == [""]
    assert "Weights 1.0 GiB" in described(made)[""]


def test_what_does_not_fit_says_by_how_much_and_goes_on_beyond_the_end(machine, option, qtbot):
    made = picture(qtbot)
    made.show_option(machine, option(components=[Component("weights", "CUDA0", 9 * GIB)]), None)
    card = made.rows[0]
    assert card.figure.text() == "4.0 GiB too little"
    image = card.bar.grab().toImage()
    middle = [image.pixelColor(x, image.height() // 2).name() for x in range(image.width())]
    line = middle.index(theme.tokens().bad.name())
    assert abs(line / image.width() - 6 / 10) < 0.02, "where 6 of 10 GiB end"
    assert theme.tokens().weights.name() in middle[line + 4 :]


def test_a_past_load_stands_under_the_prediction(machine, option, qtbot):
    past = Outcome(
        at="2026-11-20T10:00:00Z",
        engine_build="b",
        model="12B",
        build="q4_0",
        title="",
        plan=Plan(context_tokens=4096),
        predicted=[],
        measured=[Component("weights", "CUDA0", 3 * GIB), Component("base", "", 800 * MIB)],
    )
    made = picture(qtbot)
    made.show_option(machine, option(), past)
    assert all(row.measured.isVisibleTo(row) for row in made.rows)
    assert "Weights 3.0 GiB; 3.0 GiB measured, predicted 4.8 GiB" in made.rows[0].measured.accessibleDescription()
    assert "3.8 GiB in all with a context of 4,096 tokens" in made._past.text()
    made.show_option(machine, option(), None)
    assert not any(row.measured.isVisibleTo(row) for row in made.rows)
    assert not made._past.isVisible()


def test_a_bar_paints_its_parts_in_their_colours(machine, option, qtbot):
    made = picture(qtbot)
    names = ("weights", "kv", "compute", "projector", "drafter", "base")
    made.show_option(machine, option(components=[Component(name, "CUDA0", GIB // 2) for name in names]), None)
    image = made.rows[0].bar.grab().toImage()
    middle = [image.pixelColor(x, image.height() // 2).name() for x in range(image.width())]
    for token in (*names, "track"):
        assert getattr(theme.tokens(), token).name() in middle
    legend = [entry.text.text() for entry in made._entries.values() if entry.isVisible()]
    assert "Pictures and sound 512 MiB" in legend
    assert "Drafter 512 MiB" in legend
