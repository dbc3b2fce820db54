"""Answering one conversation after another with a LiteRT-LM file: what is in the session, and what is added to it."""

import secrets
import threading
import time
from collections.abc import Sequence

import psutil

from gemfit.engine.answer import Text
from gemfit.engine.backends.litert_native import ALL_TOKENS_TOP_K, LiteRtError, NativeModel, Sampler, Session
from gemfit.engine.backends.litert_pace import PrefillPace
from gemfit.engine.backends.litert_prompt import Part, PromptMaker, too_long
from gemfit.engine.backends.litert_text import ChannelText, StopTexts
from gemfit.engine.protocol import Delta, Done, FinishReason, Generate, PromptProgress, Sampling, Send, Stats
from gemfit.errors import GemfitError
from gemfit.litertlm.types import Channel
from gemfit.words import QT_TRANSLATE_NOOP, say

COALESCE_S = 0.016  # as in `reply`
"""New text is sent no more often than this: no screen shows more often what is new."""


class Cancelled(Exception):
    """The person stopped the answer."""


class Generation:
    """The session in use, the tokens that are in its cache, and what is needed to add to them."""

    def __init__(
        self,
        model: NativeModel,
        prompts: PromptMaker,
        channels: Sequence[Channel],
        defaults: Sampling,
        context_tokens: int,
        pace: PrefillPace,
        abort: threading.Event,
        send: Send,
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._channels = channels
        self._defaults = defaults
        self._context_tokens = context_tokens
        self._send = send
        self._starts = 1 if model.adds_start() else 0
        self._pace = pace
        self._session: Session | None = None
        self._sampler: Sampler | None = None
        self._cached: list[int] = []
        self.abort = abort

    def close(self) -> None:
        """Give the session back."""
        if self._session is not None:
            self._session.close()
        self._session, self._cached = None, []

    def run(self, request: Generate) -> None:
        """Answer `request`: `Delta`s and one `Done`. Raises GemfitError when it cannot begin or go on."""
        _refuse_unsupported(request)
        parts = self._prompts.parts(request)
        tokens = [token for part in parts for token in part.tokens]
        if len(tokens) + self._starts >= self._context_tokens:
            raise too_long(len(tokens) + self._starts, self._context_tokens)
        answer = _Answer(self._model, request, self._channels, self._send)
        try:
            reason = self._answer(request, parts, tokens, answer)
        except Cancelled:
            reason = "cancelled"
        except LiteRtError as error:
            self.close()
            raise _failed() from error
        answer.finish(reason)

    def _answer(self, request: Generate, parts: list[Part], tokens: list[int], answer: "_Answer") -> FinishReason:
        session, rest = self._session_for(request, parts, tokens)
        answer.begins(len(self._cached), len(tokens) - len(self._cached), self._starts)
        self._prefill(session, rest, answer)
        reason = answer.generate(session, self._context_tokens, self.abort)
        said = answer.certain_tokens(session, self._model.stop_lengths()) if reason in ("stop", "context") else None
        # The last token that was generated is not in the cache: nothing was asked after it.
        self._cached = tokens + (said or [])
        return reason

    # -- the session --------------------------------------------------------------------------------------------------

    def _sampler_for(self, request: Generate) -> Sampler:
        """All four values: the library takes what is missing for greedy, and for the same answer every time."""
        chosen, ours = request.sampling, self._defaults
        temperature = ours.temperature if chosen.temperature is None else chosen.temperature
        top_k = ours.top_k if chosen.top_k is None else chosen.top_k
        top_p = ours.top_p if chosen.top_p is None else chosen.top_p
        seed = secrets.randbits(31) if chosen.seed is None else chosen.seed & 0x7FFFFFFF
        if temperature is None or temperature <= 0:
            return Sampler(1.0, 1, 1.0, seed)
        return Sampler(
            temperature, top_k or ALL_TOKENS_TOP_K, 1.0 if top_p is None else min(1.0, max(top_p, 1e-6)), seed
        )

    def _session_for(self, request: Generate, parts: list[Part], tokens: list[int]) -> tuple[Session, list[Part]]:
        """A session with the beginning of `parts` (`_cached`), and what is left to process: at least one token."""
        sampler = self._sampler_for(request)
        before = self._sampler
        # A sampler belongs to its session, and its random numbers go on with every token: with a seed of one's own the
        # answer is the same again only from the start.
        same = before is not None and sampler[:3] == before[:3]
        repeatable = sampler.top_k == 1 or request.sampling.seed is None
        if self._session is not None and same and repeatable:
            common = 0
            for old, new in zip(self._cached, tokens[:-1], strict=False):
                if old != new:
                    break
                common += 1
            kept, rest = self._prompts.cut(parts, self._pace.kept(common, len(tokens)))
            self._cached = [token for part in kept for token in part.tokens]
            if len(self._cached) <= common and rest and self._session.rewind(len(self._cached) + self._starts):
                return self._session, rest
        return self._new_session(sampler), parts

    def _new_session(self, sampler: Sampler) -> Session:
        self.close()  # first: two caches are not in memory at once
        self._session, self._sampler = self._model.session(sampler), sampler
        return self._session

    def _prefill(self, session: Session, rest: list[Part], answer: "_Answer") -> None:
        """Process the prompt in calls that do not take long, so that a cancel does not wait for all of it."""
        pace = self._pace
        total = len(self._cached) + sum(len(part.tokens) for part in rest)
        while rest:
            if self.abort.is_set():
                raise Cancelled
            now, rest = self._prompts.cut(rest, pace.next(len(self._cached), total))
            tokens = [token for part in now for token in part.tokens]
            started = time.perf_counter()
            session.prefill([part.text for part in now])
            pace.took(len(tokens), time.perf_counter() - started)
            self._cached += tokens
            answer.processed(len(tokens))
        if self.abort.is_set():
            raise Cancelled


class _Answer:
    """One answer in the making: its text, its clock and its figures."""

    def __init__(self, model: NativeModel, request: Generate, channels: Sequence[Channel], send: Send) -> None:
        self._model = model
        self._request = request
        self._send = send
        self._channels = ChannelText(channels)
        self._stops = StopTexts(request.stop)
        self._process = psutil.Process()
        self._pending = Text("", "")
        self._raw: list[str] = []
        self._generated = 0
        self._prompt_tps = self._ttft_s = 0.0
        self._total = self._processed = self._kept = self._starts = 0
        self._started = time.perf_counter()
        self._first_at: float | None = None
        self._sent_at = 0.0

    def begins(self, kept: int, total: int, starts: int) -> None:
        """`kept` tokens are there already, `total` are to be processed; `starts`: those that the library adds."""
        self._kept, self._total, self._starts = kept, total, starts

    def processed(self, tokens: int) -> None:
        self._processed += tokens
        self._prompt_tps = self._processed / (time.perf_counter() - self._started)
        self._send(
            PromptProgress(request_id=self._request.request_id, done_tokens=self._processed, total_tokens=self._total)
        )

    def generate(self, session: Session, context_tokens: int, abort: threading.Event) -> FinishReason:
        """Generate until the answer ends; returns why it ended: the library does not say."""
        limit = self._request.max_tokens
        room = context_tokens - self._used()
        reason: FinishReason | None = None
        for chunk in session.decode():
            if reason is not None:
                continue  # what comes between a cancel and the end
            if abort.is_set():
                reason = "cancelled"
            else:
                most = room if limit is None else min(limit, room)
                self._take(chunk, most - self._generated)
                if self._stops.found:
                    reason = "stop"
                elif self._generated >= most:
                    reason = "length" if most == limit else "context"
            if reason is not None:
                session.cancel()
                self._cut = True
        if reason is not None:
            return reason
        return "context" if self._used() - self._generated + session.decoded_tokens() >= context_tokens else "stop"

    _cut = False

    def certain_tokens(self, session: Session, stop_lengths: set[int]) -> list[int] | None:
        """The tokens of the whole answer, where text and number of tokens leave no doubt that they are in the cache."""
        if self._cut:
            return None
        tokens = self._model.tokenize("".join(self._raw))
        ended_by = session.decoded_tokens() - len(tokens)
        return tokens if len(tokens) == self._generated and ended_by in stop_lengths else None

    def _used(self) -> int:
        return self._starts + self._kept + self._processed + self._generated

    def _take(self, chunk: str, room: int) -> None:
        """A chunk of the answer, mostly one token; no more of it than `room` tokens."""
        now = time.perf_counter()
        if self._first_at is None:
            self._first_at, self._ttft_s = now, now - self._started
        tokens = self._model.tokenize(chunk)
        if len(tokens) > room:
            begin = self._model.detokenize(tokens[:room])
            chunk, tokens = (begin if chunk.startswith(begin) else chunk), tokens[:room]
        self._raw.append(chunk)
        self._generated += max(1, len(tokens))
        self._place(self._channels.feed(chunk))
        if now - self._sent_at >= COALESCE_S:
            self._flush(now)

    def _place(self, parts: list[Text]) -> None:
        for part in parts:
            text = self._stops.feed(part.text) if part.text else ""
            thinking = "" if self._stops.found else part.thinking
            self._pending = Text(self._pending.text + text, self._pending.thinking + thinking)

    def finish(self, reason: FinishReason) -> None:
        """Send what was held back, and the end."""
        self._place(self._channels.finish())
        self._pending = Text(self._pending.text + self._stops.finish(), self._pending.thinking)
        now = time.perf_counter()
        self._flush(now)
        self._send(Done(request_id=self._request.request_id, finish_reason=reason, stats=self._stats(now)))

    def _flush(self, now: float) -> None:
        if self._pending != ("", ""):
            text, thinking = self._pending
            self._send(Delta(request_id=self._request.request_id, text=text, thinking=thinking, stats=self._stats(now)))
        self._pending, self._sent_at = Text("", ""), now

    def _stats(self, now: float) -> Stats:
        # The first token comes out of the prompt's last batch; the rate is that of the tokens after it.
        spent = now - self._first_at if self._first_at is not None else 0.0
        return Stats(
            prompt_tokens=self._processed,
            cached_tokens=self._kept,
            prompt_tps=self._prompt_tps,
            ttft_s=self._ttft_s,
            generated_tokens=self._generated,
            generation_tps=(self._generated - 1) / spent if self._generated > 1 and spent > 0 else 0.0,
            context_used_tokens=self._used(),
            resident_bytes=int(self._process.memory_info().rss),
        )


def _refuse_unsupported(request: Generate) -> None:
    """What the library cannot do is not left out in silence. Raises GemfitError `not_in_this_format`."""
    sampling = request.sampling
    asked = {
        "min-p": sampling.min_p,
        "repetition penalty": sampling.repeat_penalty not in (None, 1.0),
        "presence penalty": sampling.presence_penalty,
        "frequency penalty": sampling.frequency_penalty,
        "grammar": request.grammar,
        "JSON schema": request.json_schema,
        "pictures or sound": any(message.media for message in request.messages),
    }
    wrong = ", ".join(name for name, value in asked.items() if value)
    if not wrong:
        return
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine for the mobile format does not have this: {what}. Nothing was asked. "
        "Switch it off, or take the same model in Q4_0.",
    )
    raise GemfitError("not_in_this_format", say(text, what=wrong))


def _failed() -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine could not go on with this answer. What was written is kept. Ask again, or load the model again.",
    )
    return GemfitError("decode_failed", say(text))
