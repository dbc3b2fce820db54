"""LiteRT-LM's engine and sessions (`litert-lm-api` 0.18.1), with what its Python classes leave out.

Its own conversations are not used, but raw sessions, which take text in parts and give every token back. A conversation
is dead after a cancel, its prompt cannot be interrupted, what a person types becomes control tokens, and the end of an
answer at a limit is lost. And a session can go back to an earlier place, so that a turn costs only what is new.
"""

import contextlib
import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import litert_lm

NO_CACHE = ":nocache"
"""As the folder of the cache: none is written. The library's default is beside the model."""
ALL_TOKENS_TOP_K = 1 << 16
"""For a top-k that is off: the library's sampler wants a number."""


class LiteRtError(Exception):
    """The library refused or failed; why is on stderr, at the most."""


class Sampler(NamedTuple):
    """What the sampler knows. Without the last three it would be greedy; without a seed, always the same."""

    temperature: float
    top_k: int
    top_p: float
    seed: int


class NativeModel:
    """A loaded file. Belongs to one thread."""

    def __init__(
        self, path: str, *, threads: int, context_tokens: int | None, cache_dir: str | None, gpu: bool = False
    ) -> None:
        """Raises LiteRtError. `context_tokens` None: what the model was compiled for, which is also the most."""
        litert_lm.set_min_log_severity(litert_lm.LogSeverity.ERROR)
        backend = litert_lm.Backend.GPU() if gpu else litert_lm.Backend.CPU(thread_count=threads)
        try:
            self._engine: Any = litert_lm.Engine(
                path,
                backend,
                max_num_tokens=context_tokens,
                cache_dir=cache_dir or NO_CACHE,
                enable_benchmark=True,  # what counts tokens
            )
        except RuntimeError as error:
            raise LiteRtError(str(error)) from error
        self._rewind = getattr(self._engine._lib, "litert_lm_session_rewind_to_step", None)
        if self._rewind is not None:  # exported by the library, but not declared by its Python classes
            self._rewind.argtypes, self._rewind.restype = [ctypes.c_void_p, ctypes.c_int], ctypes.c_int

    def tokenize(self, text: str) -> list[int]:
        """Text as tokens; what spells a control token becomes one. The token that begins a text is not among them."""
        return [int(token) for token in self._engine.tokenize(text)] if text else []

    def detokenize(self, tokens: list[int]) -> str:
        return str(self._engine.detokenize(tokens)) if tokens else ""

    def adds_start(self) -> bool:
        """Whether the library puts a token before everything by itself."""
        return self._engine.bos_token_id is not None

    def stop_lengths(self) -> set[int]:
        """How many tokens end an answer: the lengths of all stop sequences."""
        return {len(tokens) for tokens in self._engine.eos_token_ids}

    def session(self, sampler: Sampler) -> "Session":
        """A new, empty one. Raises LiteRtError."""
        config = litert_lm.SamplerConfig(
            temperature=sampler.temperature, top_k=sampler.top_k, top_p=sampler.top_p, seed=sampler.seed
        )
        try:
            made = self._engine.create_session(apply_prompt_template=False, sampler_config=config)
        except (RuntimeError, ValueError) as error:
            raise LiteRtError(str(error)) from error
        return Session(made, self._rewind)

    def close(self) -> None:
        """Sessions have to be closed before."""
        self._engine.close()


class Session:
    """A KV cache, and the sampler that goes with it."""

    def __init__(self, session: Any, rewind: Any) -> None:
        self._session = session
        self._rewind = rewind

    def prefill(self, texts: list[str]) -> None:
        """Process texts, each tokenized by itself. Cannot be interrupted. Raises LiteRtError."""
        try:
            self._session.run_prefill(texts)
        except RuntimeError as error:
            raise LiteRtError(str(error)) from error

    def decode(self) -> Iterator[str]:
        """Generate until the model ends or the context is full: text as it comes, mostly of one token each. Whoever has
        enough calls `cancel` and listens to the end. Raises LiteRtError.
        """
        try:
            for response in self._session.run_decode_async():
                yield response.texts[0]
        except RuntimeError as error:
            raise LiteRtError(str(error)) from error

    def cancel(self) -> None:
        self._session.cancel_process()

    def decoded_tokens(self) -> int:
        """How many tokens the last `decode` generated, those that ended it included."""
        return int(self._session.get_benchmark_info().last_decode_token_count)

    def rewind(self, tokens: int) -> bool:
        """Keep the first `tokens` in the cache; False where that cannot be done. Works after a cancel as well."""
        return self._rewind is not None and self._rewind(self._session._ptr, tokens) == 0

    def close(self) -> None:
        with contextlib.suppress(RuntimeError):
            self._session.close()
