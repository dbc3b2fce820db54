"""A conversation on the command line: what is sent of it, and what leaves the context when it is full."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from gemfit.chat import context, limit
from gemfit.chat.options import ChatOptions
from gemfit.chat.tree import LeftOut, Message
from gemfit.cli.output import ProgressLine
from gemfit.cli.running import Engine
from gemfit.engine.protocol import Delta, Done, Event, Generate, Loaded
from gemfit.errors import GemfitError
from gemfit.settings import WhenFull
from gemfit.words import QT_TRANSLATE_NOOP, say

_MOST_ATTEMPTS = 4
Receive = Callable[[Iterator[Event], int], "Answered"]


class Answered(msgspec.Struct, frozen=True):
    """What came of one request."""

    text: str
    thinking: str
    done: Done


class Talk:
    """The turns so far. `receive` shows the events of an answer as they come and gives what they were together."""

    def __init__(
        self,
        engine: Engine,
        loaded: Loaded,
        options: ChatOptions,
        when_full: WhenFull,
        *,
        think: bool,
        receive: Receive,
        attachments: Path = Path(),
        image_tokens: int | None = None,
    ) -> None:
        self._engine = engine
        self._loaded = loaded
        self._options = options
        self._when_full = options.when_full or when_full
        self._think = think and loaded.supports_thinking
        self._receive = receive
        self._attachments, self._image_tokens = attachments, image_tokens
        self._path: list[Message] = []
        self._left_out = LeftOut()
        self._ratio = limit.CHARACTERS_PER_TOKEN
        self._requests = 0

    def ask(self, question: Message) -> Answered:
        """One more turn. Raises GemfitError, and then the question is not part of the conversation."""
        self._path.append(question)
        try:
            answered = self._answer()
        except GemfitError:
            self._path.pop()
            raise
        self._path.append(_message("assistant", answered.text))
        return answered

    def _answer(self) -> Answered:
        if self._when_full != "stop" and self._is_full():
            self._make_room()
        answered = self._attempt("")
        while answered.done.finish_reason == "context" and self._when_full != "stop" and self._make_room():
            rest = self._attempt(answered.text)
            answered = Answered(answered.text + rest.text, answered.thinking + rest.thinking, rest.done)
        if answered.done.finish_reason == "context":
            text = QT_TRANSLATE_NOOP(
                "gemfit",
                "The answer breaks off here: the context of {context_tokens} tokens is full. Nothing is lost. A larger "
                "one has room for more: --context",
            )
            print(say(text, context_tokens=self._loaded.context_tokens), file=sys.stderr)
        return answered

    def _attempt(self, prefill: str) -> Answered:
        """Ask; where the engine counts more tokens than were estimated, make room and ask again."""
        attempts = 0
        while True:
            attempts += 1
            sent = self._sent()
            request = self._request(sent, prefill)
            try:
                answered = self._receive(self._engine.generate(request), request.request_id)
            except GemfitError as error:
                counted = error.sentence.values.get("tokens")
                if error.code != "context_full" or self._when_full == "stop" or not isinstance(counted, int):
                    raise
                self._ratio = limit.corrected(sent, counted)
                if attempts == _MOST_ATTEMPTS or not self._make_room():
                    raise
                continue
            stats = answered.done.stats
            if not prefill:
                self._ratio = limit.corrected(sent, stats.prompt_tokens + stats.cached_tokens)
            return answered

    def _sent(self) -> list[Message]:
        system = [_message("system", self._options.system)] if self._options.system.strip() else []
        return [*system, *limit.remaining(self._path, self._left_out)]

    def _request(self, sent: list[Message], prefill: str) -> Generate:
        self._requests += 1
        options = self._options
        return Generate(
            request_id=self._requests,
            messages=context.to_send(sent, attachments=self._attachments, image_tokens=self._image_tokens),
            sampling=options.sampling,
            think=self._think,
            max_tokens=options.max_tokens,
            prefill=prefill,
            stop=options.stop,
            json_schema=options.json_schema or None,
            grammar=options.grammar or None,
        )

    def _is_full(self) -> bool:
        return limit.is_full(self._path, self._left_out, self._loaded.context_tokens, self._ratio, self._extra_tokens)

    @property
    def _extra_tokens(self) -> float:
        return len(self._options.system) / self._ratio

    def _make_room(self) -> bool:
        """Leave out the oldest turns, summed up if that is wanted, and say so. False: nothing more can go."""
        before = self._left_out
        found = limit.leave_out(self._path, before, self._loaded.context_tokens, self._ratio, self._extra_tokens)
        if found is None:
            return False
        if self._when_full == "compact":
            found = LeftOut(found.messages, self._summary(before, found))
        self._left_out = found
        print(limit.sentence(found), file=sys.stderr)
        return True

    def _summary(self, before: LeftOut, after: LeftOut) -> str:
        """The model's own; the one from before where it cannot make another."""
        line = ProgressLine()
        line.show(str(say(QT_TRANSLATE_NOOP("gemfit", "Summing up the oldest turns …"))))
        budget = self._loaded.context_tokens - limit.SUMMARY_TOKENS
        asked = limit.to_sum_up(self._path, before, after, budget, self._ratio)
        self._requests += 1
        request = Generate(request_id=self._requests, messages=context.to_send(asked), max_tokens=limit.SUMMARY_TOKENS)
        try:
            texts = [event.text for event in _until_done(self._engine.generate(request)) if isinstance(event, Delta)]
        except GemfitError as error:
            if error.code == "engine_ended":
                raise
            return before.summary
        finally:
            line.clear()
        return "".join(texts).strip() or before.summary


def _until_done(events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        yield event
        if isinstance(event, Done):
            return


def _message(role: str, text: str) -> Message:
    return msgspec.convert({"id": "", "parent": None, "role": role, "text": text}, Message)
