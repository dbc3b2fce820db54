"""What the roles of a model's files are called in sentences."""

from collections.abc import Iterable

from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

_NAMES = {
    "weights": QT_TRANSLATE_NOOP("gemfit", "weights"),
    "projector": QT_TRANSLATE_NOOP("gemfit", "projector"),
    "drafter": QT_TRANSLATE_NOOP("gemfit", "drafter"),
}


def role_name(role: str) -> Sentence:
    """In words; as it is where it is none that the catalogue knows."""
    return say(_NAMES[role]) if role in _NAMES else say("{role}", role=role)


def role_names(roles: Iterable[str]) -> Sentence:
    """At least one, each once: `weights, projector`."""
    first, *others = [role_name(role) for role in dict.fromkeys(roles)]
    named = first
    for other in others:
        named = say(QT_TRANSLATE_NOOP("gemfit", "{roles}, {role}"), roles=named, role=other)
    return named
