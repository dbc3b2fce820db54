"""Answering one conversation after another with a loaded model: the decode loop."""

import time

import llama_cpp.llama_cpp as lib
import psutil

from gemfit.engine import template
from gemfit.engine.answer import CLOSE, OPEN, AnswerText, Text
from gemfit.engine.backends import sampling
from gemfit.engine.backends.ggml_devices import GpuMemory
from gemfit.engine.backends.llama_native import ABORTED, NO_ROOM, NativeModel
from gemfit.engine.protocol import (
    Delta,
    Done,
    FinishReason,
    Generate,
    PromptProgress,
    Sampling,
    Send,
    Stats,
)
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

COALESCE_S = 0.03
"""New text is sent no more often than this: a reader sees no difference, and each message wakes the window."""


class Cancelled(Exception):
    """The person stopped the answer."""


class Generation:
    """The tokens in the cache, and what is needed to add to them."""

    def __init__(
        self,
        model: NativeModel,
        chat: template.ChatTemplate,
        defaults: Sampling,
        gpus: GpuMemory,
        send: Send,
    ) -> None:
        self._model = model
        self._template = chat
        self._defaults = defaults
        self._gpus = gpus
        self._send = send
        self._cached: list[int] = []
        self._process = psutil.Process()
        self._open, self._close = self._marker(OPEN), self._marker(CLOSE)
        marked = [t for t in (self._open, self._close) if t is not None]
        texts = [model.token_text(t) for t in [*model.control_tokens(), *marked]]
        self._controls = template.control_pattern(texts)

    def run(self, request: Generate) -> None:
        """Answer `request`: `Delta`s and one `Done`. Raises GemfitError when it cannot begin."""
        tokens = self._prompt(request)
        answer = _Answer(self, request, tokens)
        reason: FinishReason
        try:
            answer.process_prompt()
            reason = answer.generate()
        except Cancelled:
            reason = "cancelled"
        answer.finish(reason)

    def _marker(self, text: str) -> int | None:
        """The token of a channel marker, if this vocabulary has it as one token."""
        tokens = self._model.tokenize(text, add_special=False, parse_special=True)
        return tokens[0] if len(tokens) == 1 and self._model.token_text(tokens[0]) == text else None

    def _prompt(self, request: Generate) -> list[int]:
        """The conversation as tokens. What a person wrote never becomes a control token."""
        broken = [type(m)(m.role, template.break_controls(m.content, self._controls)) for m in request.messages]
        # An answer that goes on is past its thinking: no second thought is asked for.
        think = request.think and not request.prefill
        text = self._template.render(broken, think=think)
        text += template.break_controls(request.prefill, self._controls)
        bos = self._model.token_text(self._model.bos())
        text = text.removeprefix(bos) if bos else text  # the tokenizer adds it where the vocabulary wants it
        tokens: list[int] = []
        for number, piece in enumerate(template.pieces(text)):
            tokens += self._model.tokenize(piece, add_special=number == 0, parse_special=True)
        if len(tokens) >= self._model.context_tokens:
            raise _too_long(len(tokens), self._model.context_tokens)
        return tokens

    def _keep_common(self, tokens: list[int]) -> int:
        """Keep in the cache what `tokens` begin with; returns how many are kept. At least one is left to process.

        A sliding-window cache cannot give back positions that it has dropped: then all of it is processed again.
        """
        common = 0
        for old, new in zip(self._cached, tokens[:-1], strict=False):
            if old != new:
                break
            common += 1
        if common < len(self._cached):
            first, _ = self._model.cached_range()
            window = self._model.window_tokens
            if (window and first > max(0, common - window)) or not self._model.keep(common):
                common = 0
        if common == 0:
            self._model.clear_cache()
        del self._cached[common:]
        return common

    def _decode(self, tokens: list[int]) -> None:
        """Process tokens. Raises Cancelled, or GemfitError when llama.cpp cannot go on."""
        if self._model.abort.is_set():  # devices other than the CPU do not look at the flag themselves
            raise Cancelled
        result = self._model.decode(tokens)
        if result == 0:
            self._cached += tokens
            return
        # What of the batch is in the cache is not told, so the list must not claim it: keep only what was there.
        if not self._model.keep(len(self._cached)):
            self._model.clear_cache()
            self._cached.clear()
        if result == ABORTED:
            raise Cancelled
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine could not go on (code {code}). What was written is kept. Ask again, or load the model again.",
        )
        code = "context_full" if result == NO_ROOM else "decode_failed"
        raise GemfitError(code, say(text, code=str(result)))

    @property
    def resident_bytes(self) -> int:
        return int(self._process.memory_info().rss)

    @property
    def device_bytes(self) -> int:
        return self._gpus.used_bytes()


def _too_long(tokens: int, context_tokens: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This conversation has {tokens} tokens; the context holds {context_tokens}. Nothing is lost. "
        "Start a new chat, or load the model with a larger context.",
    )
    return GemfitError("context_full", say(text, tokens=tokens, context_tokens=context_tokens))


class _Answer:
    """One answer in the making: its text, its clock and its figures."""

    def __init__(self, generation: Generation, request: Generate, tokens: list[int]) -> None:
        self._gen = generation
        self._model = generation._model
        self._request = request
        self._tokens = tokens
        self._text = AnswerText()
        self._pending = Text("", "")
        self._generated = 0
        self._prompt_tps = self._ttft_s = 0.0
        self._processed = self._kept = 0
        self._started = time.perf_counter()
        self._first_at: float | None = None
        self._sent_at = 0.0

    def process_prompt(self) -> None:
        """Put the prompt into the cache, batch by batch."""
        self._kept = self._gen._keep_common(self._tokens)
        new = self._tokens[self._kept :]
        batch = int(lib.llama_n_batch(self._model.context))
        for begin in range(0, len(new), batch):
            part = new[begin : begin + batch]
            self._gen._decode(part)
            self._processed += len(part)
            self._prompt_tps = self._processed / (time.perf_counter() - self._started)
            self._gen._send(
                PromptProgress(request_id=self._request.request_id, done_tokens=self._processed, total_tokens=len(new))
            )

    def generate(self) -> FinishReason:
        """Sample and decode until the answer ends; returns why it ended."""
        model, gen = self._model, self._gen
        chain = sampling.build_chain(sampling.merged(self._request.sampling, gen._defaults), model.vocab_tokens)
        limit = self._request.max_tokens
        room = model.context_tokens - len(gen._cached)
        try:
            while True:
                token = int(lib.llama_sampler_sample(chain, model.context, -1))
                if model.is_end(token):
                    return "stop"
                self._take(token)
                if limit is not None and self._generated >= limit:
                    return "length"
                if self._generated > room:  # the last token needs no place: nothing is asked after it
                    return "context"
                gen._decode([token])
        finally:
            lib.llama_sampler_free(chain)

    def _take(self, token: int) -> None:
        now = time.perf_counter()
        if self._first_at is None:
            self._first_at, self._ttft_s = now, now - self._started
        self._generated += 1
        if token == self._gen._open:
            new = self._text.open_channel()
        elif token == self._gen._close:
            new = self._text.close_channel()
        else:
            new = self._text.feed(self._model.piece(token))
        self._pending = Text(self._pending.text + new.text, self._pending.thinking + new.thinking)
        if now - self._sent_at >= COALESCE_S:
            self._flush(now)

    def _flush(self, now: float) -> None:
        if self._pending != ("", ""):
            self._gen._send(
                Delta(
                    request_id=self._request.request_id,
                    text=self._pending.text,
                    thinking=self._pending.thinking,
                    stats=self._stats(now),
                )
            )
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
            context_used_tokens=len(self._gen._cached),
            resident_bytes=self._gen.resident_bytes,
            device_bytes=self._gen.device_bytes,
        )

    def finish(self, reason: FinishReason) -> None:
        """Send what was held back, and the end."""
        now = time.perf_counter()
        rest = self._text.finish()
        self._pending = Text(self._pending.text + rest.text, self._pending.thinking + rest.thinking)
        self._flush(now)
        self._gen._send(Done(request_id=self._request.request_id, finish_reason=reason, stats=self._stats(now)))
