"""The answer on its way: what it is asked with, and what leaves the context for it."""

from pathlib import Path

import msgspec

from gemfit.chat import context, limit
from gemfit.chat.options import ChatOptions
from gemfit.chat.tree import LeftOut, Message
from gemfit.engine.protocol import ChatMessage
from gemfit.settings import WhenFull

MOST_ATTEMPTS = 4
"""How often room is made for one request before it is given up: the estimate is corrected after each."""


class Live(msgspec.Struct, kw_only=True):
    """An answer. `path` ends with its question; `prefill` is what it began with when it goes on.

    `request_id` is None until the engine was asked. While the model sums up what leaves (`leaving`), `summary_id` is
    that request and `summary` its text so far. `ratio`: characters a token.
    """

    conversation_id: str
    message: Message
    path: list[Message]
    options: ChatOptions
    when_full: WhenFull
    attachments: Path
    left_out: LeftOut
    ratio: float
    prefill: str = ""
    request_id: int | None = None
    summary_id: int | None = None
    summary: str = ""
    leaving: LeftOut = LeftOut()
    attempts: int = 0
    thinking_since_s: float | None = None

    @property
    def asked(self) -> bool:
        """Whether the engine has it; before that it waits for a model."""
        return self.request_id is not None or self.summary_id is not None

    def ask_again(self) -> None:
        """The engine is gone: ask the next one, from where the text is. A thought is begun anew."""
        self.request_id = self.summary_id = None
        self.prefill = self.message.text
        if not self.prefill:
            self.message = msgspec.structs.replace(self.message, thinking="", thinking_s=0.0)

    def messages(self) -> list[ChatMessage]:
        """What is sent for the answer."""
        return self._to_send(limit.remaining(self.path, self.left_out), self.options.system)

    def summary_messages(self, context_tokens: int) -> list[ChatMessage]:
        """What is sent for the summary of what leaves."""
        budget = context_tokens - limit.SUMMARY_TOKENS
        return self._to_send(limit.to_sum_up(self.path, self.left_out, self.leaving, budget, self.ratio))

    def is_full(self, context_tokens: int) -> bool:
        return limit.is_full(self.path, self.left_out, context_tokens, self.ratio, self._extra_tokens())

    def next_left_out(self, context_tokens: int) -> LeftOut | None:
        """What is left out when more room is needed; None: nothing more can be."""
        return limit.leave_out(self.path, self.left_out, context_tokens, self.ratio, self._extra_tokens())

    def learn(self, counted_tokens: int) -> None:
        """The engine counted what was sent."""
        system = [Message(id="", parent=None, role="system", text=self.options.system)] if self.options.system else []
        self.ratio = limit.corrected([*system, *limit.remaining(self.path, self.left_out)], counted_tokens)

    def _extra_tokens(self) -> float:
        return (len(self.options.system) + len(self.prefill)) / self.ratio

    def _to_send(self, messages: list[Message], system: str = "") -> list[ChatMessage]:
        image_tokens = self.options.image_tokens
        return context.to_send(messages, system, attachments=self.attachments, image_tokens=image_tokens)
