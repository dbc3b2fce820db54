"""Timing a loaded model on made-up tokens, decoded as the chat decodes them."""

import random
import time

import llama_cpp.llama_cpp as lib

from gemfit.engine.backends import sampling
from gemfit.engine.backends.generation import Cancelled
from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.protocol import Bench, BenchProgress, Send
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

_SEED = 4
_WARM_UP_TOKENS = 2
"""Decoded after each prompt and not timed: the first ones wake threads and build the graph."""


class SpeedRun:
    """One `Bench`. After `run`, `prompt_s` and `token_s` are as `Benched` has them."""

    def __init__(self, model: NativeModel, request: Bench, send: Send) -> None:
        self._model = model
        self._request = request
        self._send = send
        self._random = random.Random(_SEED)
        self._chain = sampling.build_chain(
            sampling.merged(request.plan.sampling, sampling.GEMMA), max(1, model.vocab_tokens)
        )
        per_round = sum(request.prompt_tokens) + sum(request.depth_tokens)
        per_round += (request.generate_tokens + _WARM_UP_TOKENS) * len(request.depth_tokens)
        self._all_tokens = max(1, per_round * request.repetitions)
        self._done_tokens = 0
        self.prompt_s: list[list[float]] = [[] for _ in request.prompt_tokens]
        self.token_s: list[list[float]] = [[] for _ in request.depth_tokens]

    def run(self) -> None:
        """Take every time. Raises Cancelled, or GemfitError when llama.cpp cannot go on."""
        try:
            self._prompt(_WARM_UP_TOKENS)  # the first decode of a context allocates
            for _ in range(self._request.repetitions):
                for length, times in zip(self._request.prompt_tokens, self.prompt_s, strict=True):
                    times.append(self._prompt(length))
                for depth, times in zip(self._request.depth_tokens, self.token_s, strict=True):
                    times.extend(self._generate(depth))
        finally:
            lib.llama_sampler_free(self._chain)

    def _prompt(self, tokens: int) -> float:
        """Seconds for a prompt of so many tokens in an empty context, until its last scores are there."""
        self._model.clear_cache()
        started = time.perf_counter()
        batch = int(lib.llama_n_batch(self._model.context))
        for begin in range(0, tokens, batch):
            self._decode(min(batch, tokens - begin))
        lib.llama_get_logits_ith(self._model.context, -1)
        return time.perf_counter() - started

    def _generate(self, depth_tokens: int) -> list[float]:
        """Seconds for each of `generate_tokens`, sampled and decoded, after so many in the context."""
        self._prompt(max(1, depth_tokens))
        for _ in range(_WARM_UP_TOKENS):
            self._token()
        return [self._token() for _ in range(self._request.generate_tokens)]

    def _token(self) -> float:
        """Sample as an answer does, and go on with another token, so that experts vary."""
        started = time.perf_counter()
        self._decode(1)
        lib.llama_sampler_sample(self._chain, self._model.context, -1)  # waits for a GPU as well
        return time.perf_counter() - started

    def _decode(self, tokens: int) -> None:
        if self._model.abort.is_set():
            raise Cancelled
        vocab = max(1, self._model.vocab_tokens)
        result = self._model.decode([self._random.randrange(vocab) for _ in range(tokens)])
        if self._model.abort.is_set():
            raise Cancelled
        if result != 0:
            text = QT_TRANSLATE_NOOP(
                "gemfit", "The engine could not compute (code {code}) while its speed was measured. Try again."
            )
            raise GemfitError("decode_failed", say(text, code=str(result)))
        self._done_tokens += tokens
        if tokens > 1:
            fraction = min(1.0, self._done_tokens / self._all_tokens)
            self._send(BenchProgress(request_id=self._request.request_id, fraction=fraction))
