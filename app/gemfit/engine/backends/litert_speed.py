"""Timing a LiteRT-LM file on made-up text, processed as the chat does."""

import threading
import time

from gemfit.engine.backends.litert_native import NativeModel, Sampler, Session
from gemfit.engine.protocol import Bench, BenchProgress, BenchRun, Send

_WORD = " the"
_SAMPLER = Sampler(1.0, 64, 1.0, 4)
_SLICE_TOKENS = 512


class Stopped(Exception):
    """The person stopped it."""


class SpeedRun:
    """One `Bench`. After `run`, `prompt_s` and `token_s` are as `Benched` has them."""

    def __init__(self, model: NativeModel, request: Bench, abort: threading.Event, send: Send) -> None:
        self._model = model
        self._request = request
        self._abort = abort
        self._send = send
        self._rounds = 0
        self._word_tokens = max(1, len(model.tokenize(_WORD)))
        self.prompt_s: list[list[float]] = [[] for _ in request.runs]
        self.token_s: list[list[float]] = [[] for _ in request.runs]

    def run(self) -> None:
        """Take every time. Raises Stopped, or LiteRtError."""
        self._time(BenchRun(prompt_tokens=8, generate_tokens=2), [], [])  # the first call allocates
        started = time.perf_counter()
        for _ in range(self._request.repetitions):
            for number, run in enumerate(self._request.runs):
                self._time(run, self.prompt_s[number], self.token_s[number])
                self._rounds += 1
                fraction = self._rounds / (self._request.repetitions * len(self._request.runs))
                self._send(BenchProgress(request_id=self._request.request_id, fraction=fraction))
            if time.perf_counter() - started > self._request.limit_s:
                break

    def _time(self, run: BenchRun, prompt_s: list[float], token_s: list[float]) -> None:
        session = self._model.session(_SAMPLER)
        try:
            if run.depth_tokens or not run.prompt_tokens:  # nothing can be generated after nothing
                self._prompt(session, max(1, run.depth_tokens))
            if run.prompt_tokens:
                started = time.perf_counter()
                self._prompt(session, run.prompt_tokens)
                prompt_s.append(time.perf_counter() - started)
            if run.generate_tokens:
                token_s.extend(self._tokens(session, run.generate_tokens))
        finally:
            session.close()

    def _prompt(self, session: Session, tokens: int) -> None:
        words = max(1, tokens // self._word_tokens)
        for begin in range(0, words, _SLICE_TOKENS):
            if self._abort.is_set():
                raise Stopped
            session.prefill([_WORD * min(_SLICE_TOKENS, words - begin)])

    def _tokens(self, session: Session, count: int) -> list[float]:
        """Seconds for each token, all the same: the library computes ahead of who listens. Fewer than asked for where
        the model ends before that.
        """
        first_at = 0.0
        for seen, _ in enumerate(session.decode(), 1):
            first_at = first_at or time.perf_counter()
            if self._abort.is_set() or seen == count + 1:
                session.cancel()
        took_s = time.perf_counter() - first_at
        if self._abort.is_set():
            raise Stopped
        after_first = session.decoded_tokens() - 1  # the first comes out of the prompt
        return [took_s / after_first] * min(count, after_first) if first_at and after_first > 0 else []
