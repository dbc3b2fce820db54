"""Timing a loaded model on made-up tokens, decoded as the chat decodes them."""

import ctypes
import random
import time
from collections.abc import Callable
from typing import Any

import llama_cpp.llama_cpp as lib

from gemfit.engine.backends import sampling
from gemfit.engine.backends.llama_native import Cancelled, NativeModel
from gemfit.engine.protocol import Bench, BenchProgress, BenchRun, Send
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

_SEED = 4
_WARM_UP_TOKENS = 2
"""Decoded after each prompt before tokens are timed: the first ones build the graph."""


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
        self._depth = _Depth(model, self._fill)
        self._rounds = 0
        self.prompt_s: list[list[float]] = [[] for _ in request.runs]
        self.token_s: list[list[float]] = [[] for _ in request.runs]

    def run(self) -> None:
        """Take every time. Raises Cancelled, or GemfitError when llama.cpp cannot go on."""
        request = self._request
        try:
            self._fill(request.warm_up_tokens)
            started = time.perf_counter()
            for _ in range(request.repetitions):
                for i, run in enumerate(request.runs):
                    self._time(i, run)
                if time.perf_counter() - started > request.limit_s:
                    break
        finally:
            lib.llama_sampler_free(self._chain)

    def _time(self, index: int, run: BenchRun) -> None:
        self._depth.restore(run.depth_tokens)
        if run.prompt_tokens:
            self.prompt_s[index].append(self._prompt(run.prompt_tokens))
        if run.generate_tokens:
            for _ in range(_WARM_UP_TOKENS):
                self._token(run.sampled)
            self.token_s[index].extend(self._token(run.sampled) for _ in range(run.generate_tokens))
        self._rounds += 1
        fraction = self._rounds / (self._request.repetitions * len(self._request.runs))
        self._send(BenchProgress(request_id=self._request.request_id, fraction=fraction))

    def _prompt(self, tokens: int) -> float:
        """Seconds for a prompt of so many tokens, until its last scores are there."""
        started = time.perf_counter()
        self._fill(tokens)
        lib.llama_get_logits_ith(self._model.context, -1)
        return time.perf_counter() - started

    def _fill(self, tokens: int) -> None:
        batch = int(lib.llama_n_batch(self._model.context))
        for begin in range(0, tokens, batch):
            self._decode(min(batch, tokens - begin))

    def _token(self, sampled: bool) -> float:
        """Seconds for one token, decoded, and sampled as in an answer or only waited for."""
        started = time.perf_counter()
        self._decode(1)
        if sampled:
            lib.llama_sampler_sample(self._chain, self._model.context, -1)  # waits for a GPU as well
        else:
            lib.llama_synchronize(self._model.context)
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


class _Depth:
    """An amount of tokens in the context, there again for each run without being computed again."""

    def __init__(self, model: NativeModel, fill: Callable[[int], None]) -> None:
        self._model, self._fill = model, fill
        self._tokens = 0
        self._window: Any = None

    def restore(self, tokens: int) -> None:
        """Have so many tokens in the context, and nothing after them."""
        if tokens and tokens == self._tokens and self._model.keep(tokens) and self._put_back():
            return
        self._model.clear_cache()
        self._fill(tokens)
        self._tokens, self._window = tokens, self._take() if tokens else None

    def _take(self) -> Any:
        """What later tokens push out: the cells of the sliding windows."""
        if not self._model.window_tokens:
            return b""
        context, flags = self._model.context, lib.LLAMA_STATE_SEQ_FLAGS_SWA_ONLY
        size = int(lib.llama_state_seq_get_size_ext(context, 0, flags))
        state = (ctypes.c_uint8 * size)()
        return state if int(lib.llama_state_seq_get_data_ext(context, state, size, 0, flags)) == size else None

    def _put_back(self) -> bool:
        state, flags = self._window, lib.LLAMA_STATE_SEQ_FLAGS_SWA_ONLY
        return state == b"" or bool(
            state is not None and lib.llama_state_seq_set_data_ext(self._model.context, state, len(state), 0, flags)
        )
