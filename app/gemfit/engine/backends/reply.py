"""One answer on its way to the parent: its text, its clock and its figures."""

import time

import psutil

from gemfit.engine.answer import AnswerText, Text
from gemfit.engine.backends.ggml_devices import GpuMemory
from gemfit.engine.backends.speculation import Speculation
from gemfit.engine.protocol import Buffer, Delta, Done, FinishReason, Generate, PromptProgress, Send, Stats

GATHER_S = 0.016
"""New text is gathered for as long: no screen shows more often what is new, and each message wakes the window."""
MEMORY_S = 0.5
"""Between two looks at the memory in use, which ask the system and the drivers; it is shown as often."""


class Reply:
    """The messages about one request. `channel`: the tokens that open and close a thought."""

    def __init__(self, request: Generate, send: Send, gpus: GpuMemory, channel: tuple[int | None, int | None]) -> None:
        self._request_id = request.request_id
        self._send = send
        self._gpus = gpus
        self._open, self._close = channel
        self._process = psutil.Process()
        self._text = AnswerText(request.stop)
        self._pending = Text("", "")
        self.generated = 0
        self.context_used = self.checkpoint_bytes = self.media_tokens = self.restored = 0
        self.projector: list[Buffer] = []
        self.speculation = Speculation([], 0)
        self._prompt_tps = self._ttft_s = 0.0
        self._processed = self._kept = 0
        self._started = time.perf_counter()
        self._first_at: float | None = None
        self._gathering_since: float | None = None
        self._handed_over_at = self._started
        self._memory: tuple[float, int, int] | None = None

    @property
    def stopped(self) -> bool:
        """Whether one of the texts came that end the answer."""
        return self._text.stopped

    def prompt(self, processed: int, total: int, kept: int) -> None:
        """So many of `total` new tokens are in the cache, after `kept` old ones."""
        self._processed, self._kept = processed, kept
        self._prompt_tps = processed / (time.perf_counter() - self._started)
        self._send(PromptProgress(request_id=self._request_id, done_tokens=processed, total_tokens=total))

    def token(self, token: int, piece: bytes) -> None:
        """One more token of the answer, and its bytes."""
        now = time.perf_counter()
        if self._first_at is None:
            self._first_at, self._ttft_s = now, now - self._started
        self.generated += 1
        if token == self._open:
            new = self._text.open_channel()
        elif token == self._close:
            new = self._text.close_channel()
        else:
            new = self._text.feed(piece)
        self._pending = Text(self._pending.text + new.text, self._pending.thinking + new.thinking)
        if self._gathering_since is None:
            self._gathering_since = now

    def hand_over(self, now: float) -> None:
        """The model computes on from `now`: send what would have waited for more than GATHER_S when that is done.

        It is taken to last as long as the last time. So text that came all at once, guessed right, does not lie here
        until more comes.
        """
        step_s, self._handed_over_at = now - self._handed_over_at, now
        if self._gathering_since is not None and now + step_s - self._gathering_since > GATHER_S:
            self._flush(now)

    def finish(self, reason: FinishReason) -> None:
        """Send what was held back, and the end."""
        now = self.give_rest()
        self._memory = None  # what is told last is true then
        self._send(Done(request_id=self._request_id, finish_reason=reason, stats=self._stats(now)))

    def give_rest(self) -> float:
        """Send what was held back; returns the moment."""
        now = time.perf_counter()
        rest = self._text.finish()
        self._pending = Text(self._pending.text + rest.text, self._pending.thinking + rest.thinking)
        self._flush(now)
        return now

    def _flush(self, now: float) -> None:
        if self._pending != ("", ""):
            text, thinking = self._pending
            self._send(Delta(request_id=self._request_id, text=text, thinking=thinking, stats=self._stats(now)))
        self._pending, self._gathering_since = Text("", ""), None

    def _memory_now(self, now: float) -> tuple[float, int, int]:
        """When that was looked at, at most MEMORY_S before `now`; resident bytes; bytes of the GPUs."""
        if self._memory is None or now - self._memory[0] > MEMORY_S:
            self._memory = now, int(self._process.memory_info().rss), self._gpus.used_bytes()
        return self._memory

    def _stats(self, now: float) -> Stats:
        # The first token comes out of the prompt's last batch; the rate is that of the tokens after it.
        spent = now - self._first_at if self._first_at is not None else 0.0
        _, resident_bytes, device_bytes = self._memory_now(now)
        return Stats(
            prompt_tokens=self._processed,
            cached_tokens=self._kept,
            prompt_tps=self._prompt_tps,
            ttft_s=self._ttft_s,
            generated_tokens=self.generated,
            generation_tps=(self.generated - 1) / spent if self.generated > 1 and spent > 0 else 0.0,
            context_used_tokens=self.context_used,
            checkpoint_bytes=self.checkpoint_bytes,
            media_tokens=self.media_tokens,
            restored_tokens=self.restored,
            decode_steps=self.speculation.steps,
            drafted_tokens=self.speculation.drafted,
            accepted_tokens=self.speculation.accepted,
            speculation_gain=self.speculation.gain,
            projector=self.projector,
            resident_bytes=resident_bytes,
            device_bytes=device_bytes,
        )
