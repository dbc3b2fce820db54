"""What leaves the context when a conversation grows longer than it: whole turns, the oldest first, and never silently.

The system text and the last question always stay. Nothing is deleted: the tree keeps every message, and the answer from
which on something is no longer sent says how much (`Message.left_out`). Its summary, if the model made one, stands at
the head of the first question that is still sent.

To begin with, the engine alone knows how many tokens a text has; here they are estimated from its characters, with the
ratio that the engine's own counts give. Where the estimate was too low the engine says the right number and the ratio
is corrected: see `corrected`.
"""

from collections.abc import Iterable, Sequence

import msgspec

from gemfit.chat.tree import LeftOut, Message
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

CHARACTERS_PER_TOKEN = 3.0
"""Until the engine has counted: running text has three to five, so this is rather too many tokens."""
TURN_TOKENS = 8
"""Of a template, around each message."""
MEDIA_TOKENS = 300
"""Of a picture (280 by default), or of twelve seconds of sound."""
GOAL = 0.5
"""Of the context that is in use after something was left out: the next turns have room, and the beginning of the prompt
stays the same for a while, so the cache keeps serving it."""
ANSWER = 0.25
"""Of the context that is kept free for an answer."""
SUMMARY_TOKENS = 400
SUM_UP = (
    "Sum up our conversation so far for yourself: facts, names, numbers, decisions, open questions and what I asked "
    "you to keep in mind. Write plain sentences, at most 250 words, in the language that I use. Write only the summary."
)
"""What the model is asked. Not translated: it is an instruction to the model, and models follow English best."""
_HEADING = "[Summary of our conversation so far]"


def in_force(path: Iterable[Message]) -> LeftOut:
    """What is left out at the end of `path`: the newest answer that says something about it decides."""
    return next((m.left_out for m in reversed([*path]) if m.left_out is not None), LeftOut())


def remaining(path: Sequence[Message], left_out: LeftOut) -> list[Message]:
    """What of `path` is sent, with the summary before the first question's text."""
    kept = list(path[left_out.messages :])
    if left_out.summary and kept:
        text = f"{_HEADING}\n{left_out.summary}\n\n{kept[0].text}"
        kept[0] = msgspec.structs.replace(kept[0], text=text)
    return kept


def to_sum_up(
    path: Sequence[Message], before: LeftOut, after: LeftOut, budget_tokens: float, ratio: float
) -> list[Message]:
    """The messages that are to be summed up when `after` takes the place of `before`, with the instruction at the end.

    Where they are too long themselves, their oldest turns are missing; one turn is always there.
    """
    leaving = [*path[: after.messages]]
    for start in [before.messages, *(n for n in turns(leaving) if n > before.messages)]:
        kept = remaining(leaving, LeftOut(start, before.summary))
        asked = [*kept, Message(id="", parent=None, role="user", text=SUM_UP)]
        if tokens(asked, ratio) <= budget_tokens:
            break
    return asked


def turns(path: Sequence[Message]) -> list[int]:
    """Where turns begin: at each question that does not follow another."""
    return [i for i, m in enumerate(path) if m.role == "user" and (i == 0 or path[i - 1].role != "user")]


def tokens(messages: Iterable[Message], ratio: float) -> float:
    """About how many tokens the messages are, at `ratio` characters a token."""
    return sum(len(m.text) / ratio + TURN_TOKENS + MEDIA_TOKENS * len(m.media) for m in messages)


def corrected(messages: Iterable[Message], counted_tokens: int) -> float:
    """The ratio that explains what the engine counted for these messages."""
    found = [*messages]
    rest = counted_tokens - sum(TURN_TOKENS + MEDIA_TOKENS * len(m.media) for m in found)
    characters = sum(len(m.text) for m in found)
    return max(0.1, characters / rest) if rest > 0 and characters else CHARACTERS_PER_TOKEN


def is_full(
    path: Sequence[Message], left_out: LeftOut, context_tokens: int, ratio: float, extra_tokens: float = 0
) -> bool:
    """Whether no answer of a fair length fits after what would be sent. `extra_tokens`: the system text, a prefill."""
    used = tokens(remaining(path, left_out), ratio) + extra_tokens
    return used > context_tokens * (1 - ANSWER)


def leave_out(
    path: Sequence[Message], left_out: LeftOut, context_tokens: int, ratio: float, extra_tokens: float = 0
) -> LeftOut | None:
    """Leave out more whole turns, the oldest first, until what stays is no more than GOAL of the context.

    The last turn always stays. None: nothing more can be left out. The summary so far is kept as long as nothing better
    takes its place.
    """
    starts = [n for n in turns(path) if n > left_out.messages]
    if not starts:
        return None
    for start in starts:
        found = LeftOut(start, left_out.summary)
        if tokens(remaining(path, found), ratio) + extra_tokens <= context_tokens * GOAL:
            break
    return found


def sentence(left_out: LeftOut) -> Sentence:
    """The line that says so, above the answer from which on it holds."""
    if left_out.summary:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "From here on the model sees its own summary instead of the first {messages} messages: they no longer fit "
            "the context. You still see them all.",
        )
    else:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "From here on the model no longer sees the first {messages} messages: they no longer fit the context. You "
            "still see them all.",
        )
    return say(text, messages=left_out.messages)
