"""Editing and asking again never lose anything, and there is always one active path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.chat.tree import TITLE_LENGTH, Message, Tree, title_of


def message(name: str, parent: str | None, text: str = "") -> Message:
    role = "user" if name.startswith("q") else "assistant"
    return Message(id=name, parent=parent, role=role, text=text or name)


def grown(*pairs: tuple[str, str | None]) -> Tree:
    tree = Tree()
    for name, parent in pairs:
        tree = tree.add(message(name, parent))
    return tree


def ids(messages: list[Message]) -> list[str]:
    return [m.id for m in messages]


def test_a_new_message_becomes_the_end_of_the_path():
    tree = grown(("q1", None), ("a1", "q1"), ("q2", "a1"))
    assert ids(tree.path()) == ["q1", "a1", "q2"]


def test_another_answer_stands_beside_the_first_and_is_shown():
    tree = grown(("q1", None), ("a1", "q1"), ("a2", "q1"))
    assert ids(tree.path()) == ["q1", "a2"]
    assert ids(tree.siblings("a1")) == ["a1", "a2"]


def test_editing_the_first_question_begins_a_branch_and_keeps_the_old_one():
    tree = grown(("q1", None), ("a1", "q1"), ("q1b", None), ("a1b", "q1b"))
    assert ids(tree.path()) == ["q1b", "a1b"]
    assert ids(tree.choose("q1").path()) == ["q1", "a1"]


def test_choosing_a_sibling_goes_on_to_its_newest_end():
    tree = grown(("q1", None), ("a1", "q1"), ("q2", "a1"), ("q3", "a1"), ("a3", "q3"), ("a2", "q1"))
    assert ids(tree.choose("a1").path()) == ["q1", "a1", "q3", "a3"]


def test_choosing_what_is_on_the_path_changes_nothing():
    tree = grown(("q1", None), ("a1", "q1"), ("q2", "a1"))
    assert tree.choose("q1") is tree


def test_steps_stop_at_either_end():
    tree = grown(("q1", None), ("a1", "q1"), ("a2", "q1"), ("a3", "q1"))
    assert tree.step("a3", -1).leaf == "a2"
    assert tree.step("a3", 1).leaf == "a3"
    assert tree.choose("a1").step("a1", -1).leaf == "a1"


def test_a_newer_state_takes_the_place_of_the_older():
    tree = grown(("q1", None), ("a1", "q1"))
    assert tree.replace(message("a1", "q1", "more")).path()[-1].text == "more"


@pytest.mark.parametrize("wrong", [message("a1", "q1"), message("q9", "nowhere")])
def test_what_has_no_place_is_refused(wrong: Message):
    with pytest.raises(ValueError, match=wrong.id):
        grown(("q1", None), ("a1", "q1")).add(wrong)


@pytest.mark.parametrize("wrong", [message("a1", None), message("q9", None)])
def test_a_replacement_cannot_move_a_message(wrong: Message):
    with pytest.raises(ValueError, match=wrong.id):
        grown(("q1", None), ("a1", "q1")).replace(wrong)


@given(st.lists(st.integers(min_value=-1, max_value=30), max_size=30), st.data())
def test_whatever_grows_every_message_can_be_reached(parents: list[int], data: st.DataObject):
    tree = Tree()
    for number, parent in enumerate(parents):
        at = min(parent, number - 1)
        tree = tree.add(message(f"q{number}", None if at < 0 else f"q{at}"))
    for name in tree.messages:
        chosen = tree.choose(name)
        path = chosen.path()
        assert name in ids(path)
        assert [m.parent for m in path] == [None, *ids(path)[:-1]]
        assert not chosen.children(path[-1].id) or chosen is tree
        assert chosen.messages == tree.messages
    assert sum(len(family) for family in tree.families().values()) == len(tree.messages)


def test_a_title_is_the_first_words_on_one_line():
    assert title_of("  Why is\nthe sky  blue? ") == "Why is the sky blue?"


@given(st.text(max_size=3000))
def test_a_title_is_short_and_has_no_line_break(text: str):
    title = title_of(text)
    assert len(title) <= TITLE_LENGTH
    assert "\n" not in title


def test_a_long_title_is_cut_between_words():
    assert title_of("word " * 40).endswith("word…")
    assert title_of("x" * 200) == "x" * (TITLE_LENGTH - 1) + "…"
