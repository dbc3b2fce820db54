"""A thin, typed layer over the low-level binding: a loaded model with one context, and what can be asked of it.

The high-level `Llama` class cannot set what saves memory (`n_outputs_max`, `lazy_mode`, `load_mode`; `swa_full` is on
by default) and detokenizes again while streaming, so it is not used.
"""

import ctypes
import sys
from collections.abc import Callable, Sequence
from typing import Any

import llama_cpp.llama_cpp as lib

from gemfit.engine.backends.abort import Abort
from gemfit.engine.backends.llama_params import ModelParams, context_params
from gemfit.engine.protocol import LoadPlan

ABORTED = 2
NO_ROOM = 1

_WARNING, _ERROR, _CONTINUE = 3, 4, 5  # enum ggml_log_level of ggml.h


class Log:
    """Takes llama.cpp's log: keeps the lines since `clear`, and passes warnings and errors on to stderr."""

    _in_force: Any = None

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._levels: list[int] = []  # of each line
        self.passes_on = True
        """Off: what is expected is not worth a line on stderr."""
        self.callback = lib.llama_log_callback(self._take)
        lib.llama_log_set(self.callback, ctypes.c_void_p(0))
        Log._in_force = self.callback  # llama.cpp calls it until it is given another, however long this object lives

    def _take(self, level: int, text: bytes, _data: Any) -> None:
        line = text.decode("utf-8", "replace")
        if level == _CONTINUE and self.lines:
            self.lines[-1] += line
        else:
            self.lines.append(line)
            self._levels.append(level)
        if self.passes_on and self._levels and self._levels[-1] in (_WARNING, _ERROR):
            sys.stderr.write(line)
            sys.stderr.flush()

    @property
    def errors(self) -> list[str]:
        """The lines that are errors; all where there is none."""
        found = [line for line, level in zip(self.lines, self._levels, strict=True) if level == _ERROR]
        return found or self.lines

    def clear(self) -> None:
        self.forget_after(0)

    def forget_after(self, lines: int) -> None:
        """Keep so many of the lines."""
        del self.lines[lines:], self._levels[lines:]


class Cancelled(Exception):
    """The person stopped what was being computed."""


class LoadError(Exception):
    """llama.cpp would not load the file or make the context; the log says why."""


class NativeModel:
    """A model and its context. Close it: the memory is llama.cpp's."""

    def __init__(
        self,
        path: str,
        plan: LoadPlan,
        threads: int,
        abort: Abort,
        on_progress: Callable[[float], None] | None = None,
        *,
        no_alloc: bool = False,
    ) -> None:
        """Load `path`. With `no_alloc` everything is laid out and nothing allocated.

        Raises LoadError, and GemfitError `unknown_device`.
        """
        self.abort = abort
        self.before_decode: Callable[[], None] = _nothing
        self._model: Any = None
        self._context: Any = None
        self._memory: Any = None
        self.context_tokens = self.ubatch_tokens = self.window_cells = 0
        wanted = ModelParams(plan, no_alloc=no_alloc)
        self._report(wanted.params, on_progress)
        self._model = lib.llama_model_load_from_file(path.encode(), wanted.params)
        if not self._model:
            raise LoadError
        self.train_context_tokens = int(lib.llama_model_n_ctx_train(self._model))
        self.window_tokens = int(lib.llama_model_n_swa(self._model))
        if not self._make_context(plan, threads):
            self.close()
            raise LoadError
        self._vocab = lib.llama_model_get_vocab(self._model)
        self._piece = ctypes.create_string_buffer(256)
        self.embedding_length = int(lib.llama_model_n_embd_inp(self._model))
        self.vocab_tokens = int(lib.llama_vocab_n_tokens(self._vocab))
        recurrent = lib.llama_model_is_recurrent(self._model) or lib.llama_model_is_hybrid(self._model)
        self.takes_back = not recurrent
        """Whether the last tokens can be removed from the cache again."""
        self.size_bytes = int(lib.llama_model_size(self._model))

    def _make_context(self, plan: LoadPlan, threads: int) -> bool:
        params = context_params(plan, self.train_context_tokens, threads)
        params.abort_callback, params.abort_callback_data = self.abort.callback, self.abort.data
        self._context = lib.llama_init_from_model(self._model, params)
        if not self._context:
            return False
        self._memory = lib.llama_get_memory(self._context)
        self.context_tokens = int(lib.llama_n_ctx(self._context))
        self.ubatch_tokens = int(lib.llama_n_ubatch(self._context))
        self.window_cells = _window_cells(self.window_tokens, self.context_tokens, plan.ubatch_tokens)
        return True

    def resize(self, before: LoadPlan, after: LoadPlan) -> bool:
        """Another context on the same weights, `after` instead of `before`. True: what was in the cache still is.

        Raises LoadError when there is no memory for it: then the context is as it was, and its cache as `state` had it.
        """
        threads = self.threads
        state = self.state(window_only=False) if self.state_bytes(window_only=False) else None
        lib.llama_free(self._context)
        made = self._make_context(after, threads)
        if not made and not self._make_context(before, threads):
            self.close()
            raise LoadError
        kept = state is not None and self.set_state(state, window_only=False)
        if not made:
            raise LoadError
        return kept

    def _report(self, params: Any, on_progress: Callable[[float], None] | None) -> None:
        def progress(fraction: float, _data: Any) -> bool:
            if on_progress is not None:
                on_progress(fraction)
            return not self.abort.is_set()

        self._progress = lib.llama_progress_callback(progress)
        params.progress_callback = self._progress

    def close(self) -> None:
        """Free the context and the model."""
        if self._context:
            lib.llama_free(self._context)
        if self._model:
            lib.llama_model_free(self._model)
        self._context = self._model = None

    @property
    def vocab(self) -> Any:
        return self._vocab

    @property
    def context(self) -> Any:
        return self._context

    @property
    def handle(self) -> Any:
        """The model without its context, as llama.cpp takes it."""
        return self._model

    @property
    def threads(self) -> int:
        return int(lib.llama_n_threads(self._context))

    def metadata(self, key: str) -> str | None:
        """A value of the file's metadata as text."""
        size = 256
        while True:
            buffer = ctypes.create_string_buffer(size)
            length = lib.llama_model_meta_val_str(self._model, key.encode(), buffer, size)
            if length < 0:
                return None
            if length < size:
                return buffer.value.decode("utf-8", "replace")
            size = length + 1

    def chat_template(self) -> str | None:
        source = lib.llama_model_chat_template(self._model, None)
        return source.decode("utf-8", "replace") if source else None

    def set_threads(self, threads: int) -> None:
        lib.llama_set_n_threads(self._context, threads, threads)

    # -- vocabulary ---------------------------------------------------------------------------------------------------

    def tokenize(self, text: str, *, add_special: bool, parse_special: bool) -> list[int]:
        """Tokens of `text`; with `parse_special`, control tokens spelled out in it become control tokens."""
        data = text.encode()
        size = len(data) + 8
        buffer = (lib.llama_token * size)()
        count = lib.llama_tokenize(self._vocab, data, len(data), buffer, size, add_special, parse_special)
        if count < 0:  # cannot happen: no token is shorter than a byte, and 8 are spare for the special ones
            raise ValueError(f"{-count} tokens from {len(data)} bytes")
        return list(buffer[:count])

    def piece(self, token: int) -> bytes:
        """The bytes of a token. Control tokens have none."""
        length = lib.llama_token_to_piece(self._vocab, token, self._piece, len(self._piece), 0, False)
        if length < 0:
            self._piece = ctypes.create_string_buffer(-length)
            return self.piece(token)
        return self._piece.raw[:length]

    def spelling_bytes(self, token: int) -> int:
        """The length of a token in a rendered prompt, where control tokens are spelled out."""
        return abs(int(lib.llama_token_to_piece(self._vocab, token, self._piece, len(self._piece), 0, True)))

    def token_text(self, token: int) -> str:
        """The spelling of a token in the vocabulary, "" for none."""
        text = lib.llama_vocab_get_text(self._vocab, token) if 0 <= token < self.vocab_tokens else None
        return text.decode("utf-8", "replace") if text else ""

    def control_tokens(self) -> list[int]:
        control = lib.LLAMA_TOKEN_ATTR_CONTROL
        attribute, vocab = lib.llama_vocab_get_attr, self._vocab
        return [token for token in range(self.vocab_tokens) if attribute(vocab, token) & control]

    def bos(self) -> int:
        return int(lib.llama_vocab_bos(self._vocab))

    def eos(self) -> int:
        return int(lib.llama_vocab_eos(self._vocab))

    def is_end(self, token: int) -> bool:
        """Whether this token ends an answer."""
        return bool(lib.llama_vocab_is_eog(self._vocab, token))

    # -- decoding -----------------------------------------------------------------------------------------------------

    def decode(self, tokens: Sequence[int], *, outputs_for_all: bool = False) -> int:
        """Process `tokens` after those in the cache. 0 done, NO_ROOM, ABORTED, negative: an error of llama.cpp's.

        What comes after the last of them can be sampled then (index -1); with `outputs_for_all`, after each of them
        (index 0 …), as far as the context has room for outputs (`n_outputs_max`).
        """
        self.before_decode()
        count = len(tokens)
        array = (lib.llama_token * count)(*tokens)  # the batch only points to it
        batch = lib.llama_batch_get_one(array, count)
        if outputs_for_all:
            batch.logits = (ctypes.c_int8 * count)(*[1] * count)
        return int(lib.llama_decode(self._context, batch))

    def wait(self) -> None:
        """Until what was asked of a device is done."""
        lib.llama_synchronize(self._context)

    def cached_range(self) -> tuple[int, int]:
        """First and last position that every part of the cache still has; (-1, -1) when it is empty."""
        return (
            int(lib.llama_memory_seq_pos_min(self._memory, 0)),
            int(lib.llama_memory_seq_pos_max(self._memory, 0)),
        )

    def keep(self, tokens: int) -> bool:
        """Drop all but the first `tokens` of the cache. False if this kind of cache cannot."""
        return bool(lib.llama_memory_seq_rm(self._memory, 0, tokens, -1))

    def clear_cache(self) -> None:
        lib.llama_memory_clear(self._memory, True)

    # -- state --------------------------------------------------------------------------------------------------------

    def state_bytes(self, *, window_only: bool) -> int:
        """The size of what `state` would give; 0 when llama.cpp cannot."""
        return int(lib.llama_state_seq_get_size_ext(self._context, 0, _state_flags(window_only)))

    def state(self, *, window_only: bool) -> Any:
        """A copy of what is in the cache, or of its sliding window alone, as an array of bytes."""
        size = self.state_bytes(window_only=window_only)
        buffer = (ctypes.c_uint8 * size)()
        lib.llama_state_seq_get_data_ext(self._context, buffer, size, 0, _state_flags(window_only))
        return buffer

    def set_state(self, state: Any, *, window_only: bool) -> bool:
        """Put such a copy back. False: llama.cpp refused it, and what it belongs to is empty now."""
        return bool(lib.llama_state_seq_set_data_ext(self._context, state, len(state), 0, _state_flags(window_only)))


def _nothing() -> None:
    """Nobody looks at the pace."""


def _window_cells(window_tokens: int, context_tokens: int, ubatch_tokens: int) -> int:
    """Positions that a sliding-window cache holds: the whole context where nothing is ever dropped.

    llama.cpp, src/llama-kv-cache-iswa.cpp, for one sequence.
    """
    if not window_tokens:
        return context_tokens
    return min(context_tokens, -(-(window_tokens + min(ubatch_tokens, context_tokens)) // 256) * 256)


def _state_flags(window_only: bool) -> int:
    return int(lib.LLAMA_STATE_SEQ_FLAGS_SWA_ONLY if window_only else lib.LLAMA_STATE_SEQ_FLAGS_NONE)
