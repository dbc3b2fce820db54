"""Timing a loaded model on made-up tokens, decoded as the chat decodes them."""

import random
import time

import llama_cpp.llama_cpp as lib

from gemfit.engine.backends import sampling
from gemfit.engine.backends.llama_native import Cancelled, NativeModel
from gemfit.engine.protocol import Bench, BenchProgress, Send
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

_SEED = 4
_WARM_UP_TOKENS = 2
"""Decoded before anything is timed, and after each prompt: the first ones allocate and build the graph."""


class SpeedRun:
    """One `Bench`. After `run`, `prompt_s` and `token_s` are as `Benched` has them."""

    def __init__(self, model: NativeModel, request: Bench, send: Send) -> None:
        self._model = model
        self._request = request
        self._send = send
        self._random = random.Random(_SEED)
        self._vocab_tokens = max(1, model.vocab_tokens)
        chosen = sampling.merged(request.plan.sampling, sampling.GEMMA)
        self._chain = sampling.build_chain(chosen, self._vocab_tokens)
        self._rounds = 0
        self.prompt_s: list[list[float]] = [[] for _ in request.prompt_tokens]
        self.token_s: list[list[float]] = [[] for _ in request.prompt_tokens]

    def run(self) -> None:
        """Take every time. Raises Cancelled, or GemfitError when llama.cpp cannot go on."""
        request = self._request
        try:
            self._prompt(_WARM_UP_TOKENS)
            started = time.perf_counter()
            for _ in range(request.repetitions):
                for i, tokens in enumerate(request.prompt_tokens):
                    self._time(i, tokens)
                if time.perf_counter() - started > request.limit_s:
                    break
        finally:
            lib.llama_sampler_free(self._chain)

    def _time(self, index: int, tokens: int) -> None:
        self.prompt_s[index].append(self._prompt(tokens))
        for _ in range(_WARM_UP_TOKENS):
            self._token()
        self.token_s[index].extend(self._token() for _ in range(self._request.generate_tokens))
        self._rounds += 1
        fraction = self._rounds / (self._request.repetitions * len(self._request.prompt_tokens))
        self._send(BenchProgress(request_id=self._request.request_id, fraction=fraction))

    def _prompt(self, tokens: int) -> float:
        """Seconds for a prompt of so many tokens in an empty context, until its last scores are there."""
        self._model.clear_cache()
        started = time.perf_counter()
        batch = int(lib.llama_n_batch(self._model.context))
        for begin in range(0, tokens, batch):
            self._decode(min(batch, tokens - begin))
        lib.llama_get_logits_ith(self._model.context, -1)
        return time.perf_counter() - started

    def _token(self) -> float:
        """Seconds for one token, decoded and sampled as in an answer."""
        started = time.perf_counter()
        self._decode(1)
        lib.llama_sampler_sample(self._chain, self._model.context, -1)  # waits for a GPU as well
        return time.perf_counter() - started

    def _decode(self, tokens: int) -> None:
        """Made-up tokens, not those sampled: made-up weights may say one token over and over, and use few experts."""
        if self._model.abort.is_set():
            raise Cancelled
        result = self._model.decode([self._random.randrange(self._vocab_tokens) for _ in range(tokens)])
        if self._model.abort.is_set():
            raise Cancelled
        if result != 0:
            text = QT_TRANSLATE_NOOP(
                "gemfit", "The engine could not compute (code {code}) while its speed was measured. Try again."
            )
            raise GemfitError("decode_failed", say(text, code=str(result)))
