"""How the answers of a conversation are asked for."""

import json

import msgspec

from gemfit.engine.protocol import Sampling
from gemfit.errors import GemfitError
from gemfit.settings import WhenFull
from gemfit.words import QT_TRANSLATE_NOOP, say


class ChatOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Kept with the conversation. What is None or empty is as the model, or the settings, have it.

    `stop`: texts that end an answer. `json_schema` (JSON) or `grammar` (GBNF): what an answer has to follow, one at the
    most. `max_tokens`: of one answer. `image_tokens`: what a picture may take (None: 280). `when_full`: see
    `gemfit.chat.limit`.
    """

    system: str = ""
    sampling: Sampling = Sampling()
    max_tokens: int | None = None
    stop: list[str] = []
    json_schema: str = ""
    grammar: str = ""
    image_tokens: int | None = None
    when_full: WhenFull | None = None


def check(options: ChatOptions) -> None:
    """Raise GemfitError `bad_options` for what no engine could follow; what only the engine can tell is told by it."""
    if options.json_schema.strip():
        try:
            json.loads(options.json_schema)
        except ValueError as error:
            text = QT_TRANSLATE_NOOP("gemfit", "The JSON schema is no JSON ({reason}). Correct it, or leave it empty.")
            raise GemfitError("bad_options", say(text, reason=str(error))) from error
        if options.grammar.strip():
            text = QT_TRANSLATE_NOOP(
                "gemfit", "An answer can follow a JSON schema or a grammar, not both. Leave one of them empty."
            )
            raise GemfitError("bad_options", say(text))
