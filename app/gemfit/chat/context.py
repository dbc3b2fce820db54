"""What of a conversation is sent to the model.

The policy, stated: the whole active path, without the thoughts of earlier turns, and nothing dropped behind the
person's back. When it cannot fit the context, the chat stops with a sentence that says so. The exact count is the
engine's, with the model's own tokenizer; here only what cannot possibly fit is turned away before it is sent.
"""

from collections.abc import Iterable
from pathlib import Path

from gemfit.chat.tree import Message
from gemfit.engine.protocol import ChatMessage, Media
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

# Generous on purpose: running text has three to five characters a token, so a text above this cannot fit.
MOST_CHARACTERS_PER_TOKEN = 16


def to_send(
    path: Iterable[Message], system: str = "", *, attachments: Path = Path(), image_tokens: int | None = None
) -> list[ChatMessage]:
    """The path as the template sees it: thoughts left out, empty answers too, neighbours of one role joined.

    Templates want the roles to alternate; two questions in a row (the answer between them failed) become one.
    `attachments`: the folder of pictures and sounds; `image_tokens`: what each picture may take.
    """
    messages = [ChatMessage("system", system)] if system.strip() else []
    for message in path:
        if message.role == "assistant" and not message.text.strip():
            continue
        media = [Media(str(attachments / one.sha256), one.kind, image_tokens) for one in message.media]
        if messages and messages[-1].role == message.role:
            last = messages[-1]
            joined = "\n\n".join(text for text in (last.content, message.text) if text)
            messages[-1] = ChatMessage(message.role, joined, [*last.media, *media])
        else:
            messages.append(ChatMessage(message.role, message.text, media))
    return messages


def check(messages: Iterable[ChatMessage], context_tokens: int) -> None:
    """Raise GemfitError `context_full` when the messages cannot possibly fit `context_tokens`."""
    characters = sum(len(message.content) for message in messages)
    if characters > context_tokens * MOST_CHARACTERS_PER_TOKEN:
        raise GemfitError(
            "context_full",
            say(
                QT_TRANSLATE_NOOP(
                    "gemfit",
                    "This is longer than the context of {context_tokens} tokens that the model was loaded with. "
                    "Nothing was sent and nothing is lost. Shorten it, start a new chat, or load the model with a "
                    "longer context.",
                ),
                context_tokens=context_tokens,
            ),
        )
