"""The roles of files in words, each of which can be translated."""

from gemfit.catalog.roles import role_name, role_names
from gemfit.words import Sentence


def texts(sentence: Sentence) -> list[str]:
    """Its text, and those of the sentences in it."""
    inner = [text for value in sentence.values.values() if isinstance(value, Sentence) for text in texts(value)]
    return [sentence.text, *inner]


def test_a_role_is_a_word_of_its_own():
    assert role_name("projector") == Sentence("projector")


def test_roles_are_listed_once_each_and_every_word_of_the_list_can_be_translated():
    names = role_names(["weights", "projector", "weights", "drafter"])
    assert str(names) == "weights, projector, drafter"
    assert {"weights", "projector", "drafter"} <= set(texts(names))


def test_a_role_that_nobody_knows_is_shown_as_it_is():
    assert str(role_names(["weights", "vo{i}ce"])) == "weights, vo{i}ce"
