"""Multi-token prediction: a small model made for one large one, which guesses from that one's cache and last state.

As llama.cpp's own `draft-mtp` does it (common/speculative.cpp) for a `gemma4-assistant`: such a drafter has no cache of
its own. It reads the target's, is given the state behind the target's last token, and each guess takes the state behind
the one before it, all of them at the position of the first.
"""

import ctypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as lib
from llama_cpp import llama_cpp_ext as ext

from gemfit.engine.backends import llama_breakdown, llama_log
from gemfit.engine.backends.llama_native import Cancelled, Log, NativeModel
from gemfit.engine.backends.llama_params import ModelParams, context_params
from gemfit.engine.backends.ngram import Ngrams
from gemfit.engine.backends.prompt import Entry
from gemfit.engine.backends.speculation import Source, Speculation
from gemfit.engine.protocol import SYSTEM_MEMORY, Buffer, DeviceLayers, Guesser, LoadPlan
from gemfit.errors import GemfitError
from gemfit.gguf.check import check_file
from gemfit.gguf.types import GgufHeader
from gemfit.words import QT_TRANSLATE_NOOP, say

ARCHITECTURE = "gemma4-assistant"
TARGET = "gemma4"
_ALL_LAYERS = 999
# What the drafter reads of its target has these lengths; llama.cpp asserts them, or reads nonsense.
_SAME = ("attention.key_length", "attention.key_length_swa", "attention.sliding_window")


def belongs(drafter: GgufHeader, target: GgufHeader) -> bool:
    """Whether the shapes are those of a drafter and its target. What the weights were trained for, no header says."""
    if drafter.architecture != ARCHITECTURE or target.architecture != TARGET:
        return False
    heads = drafter.integer(f"{ARCHITECTURE}.attention.head_count") or 0
    return (
        drafter.integer(f"{ARCHITECTURE}.embedding_length_out") == target.embedding_length
        and drafter.vocab_tokens == target.vocab_tokens
        and all(drafter.integer(f"{ARCHITECTURE}.{key}") == target.integer(f"{TARGET}.{key}") for key in _SAME)
        and heads > 0
        and all(kv_heads and heads % kv_heads == 0 for kv_heads in _kv_heads(target))
    )


def _kv_heads(target: GgufHeader) -> list[int]:
    """Of the last two blocks, whose cache is read."""
    key = f"{TARGET}.attention.head_count_kv"
    each, info = target.integer(key), target.array(key)
    if info is not None and info.values:
        return [int(n) for n in info.values[-2:]]
    return [each or 0]


class Drafter:
    """A drafter beside a loaded model. Close it before the model's context is freed."""

    name: Guesser = "drafter"

    def __init__(self, path: str, header: GgufHeader, target: NativeModel, plan: LoadPlan, log: Log) -> None:
        """`header` is the target's. Raises GemfitError `drafter_wrong` or `drafter_failed`, or as `check_file` does."""
        self._model: Any = None
        self._context: Any = None
        self._best: Any = None
        self._state: Any = None
        own = check_file(Path(path))
        if not belongs(own, header):
            raise _wrong(own)
        self._target = target
        self._plan = plan
        self._log = log
        begin = len(log.lines)
        self._params = ModelParams(_beside_the_output(plan))
        self._model = lib.llama_model_load_from_file(path.encode(), self._params.params)
        if not self._model or not self.attach():
            reason = llama_log.reason(log.lines[begin:])
            log.forget_after(begin)
            self.close()
            raise _failed(own, reason)
        log.forget_after(begin)  # the layout is read from the target's own lines

    def attach(self) -> bool:
        """Make the context that reads the target's: anew after the target got another one. False: llama.cpp cannot."""
        self.detach()
        target = self._target
        params = context_params(self._plan, target.context_tokens, target.threads)
        params.n_ctx = target.context_tokens
        params.n_batch = params.n_ubatch = params.n_outputs_max = 1  # 1 MiB to compute in instead of 24, for E2B
        params.ctx_type, params.ctx_other = lib.LLAMA_CONTEXT_TYPE_MTP, target.context
        params.abort_callback, params.abort_callback_data = target.abort.callback, target.abort.data
        self._log.passes_on = False  # that its window takes the target's number of cells is as it should be
        self._context = lib.llama_init_from_model(self._model, params)
        self._log.passes_on = True
        if self._context is None:
            return False
        # Only rows that are asked for: all of a prompt's would be kept otherwise.
        ext.llama_set_embeddings_nextn(target.context, True, True)
        ext.llama_set_embeddings_nextn(self._context, True, True)
        self._state = (ctypes.c_float * int(lib.llama_model_n_embd_out(self._model)))()
        self._row = _Row(self._state)
        self._best = lib.llama_sampler_init_greedy()
        return True

    def detach(self) -> None:
        """Free the context, before that of the target is."""
        if self._context:
            lib.llama_sampler_free(self._best)
            lib.llama_free(self._context)
        self._context = None

    def close(self) -> None:
        """Free everything."""
        self.detach()
        if self._model:
            lib.llama_model_free(self._model)
        self._model = None

    def buffers(self) -> list[Buffer]:
        """What it takes, for each device; empty where llama.cpp cannot be asked."""
        held = llama_breakdown.read(self._context) or []
        found: dict[str, int] = {}
        for entry in held:
            device = SYSTEM_MEMORY if entry.device is None else entry.device
            found[device] = found.get(device, 0) + entry.model_bytes + entry.compute_bytes  # the cache is the target's
        return [Buffer("drafter", device, n) for device, n in found.items() if n]

    # -- guessing -----------------------------------------------------------------------------------------------------

    def begin(self, entries: Sequence[Entry]) -> None:
        """Nothing to prepare: what it reads is in the target's cache."""

    def add(self, tokens: Sequence[int]) -> None:
        if tokens:
            self._last = tokens[-1]

    def guess(self, limit: int, row: int) -> list[int]:
        """The most probable tokens after the last one; none without a context (see `attach`). Raises Cancelled."""
        if self._context is None:
            return []
        lib.llama_set_n_threads(self._context, self._target.threads, self._target.threads)
        self._take_state(self._target.context, row)
        position = self._target.cached_range()[1] + 1
        guesses: list[int] = []
        last = self._last
        while len(guesses) < limit:
            if lib.llama_decode(self._context, self._row.batch(last, position)) != 0:
                if self._target.abort.is_set():
                    raise Cancelled
                break  # it has nothing to say then; the target goes on without
            last = int(lib.llama_sampler_sample(self._best, self._context, -1))
            guesses.append(last)
            self._take_state(self._context, -1)
        return guesses

    def _take_state(self, context: Any, row: int) -> None:
        """The state behind an output, for the next guess."""
        ctypes.memmove(self._state, ext.llama_get_embeddings_nextn_ith(context, row), ctypes.sizeof(self._state))


class _Row:
    """A batch of one token with a state beside it. llama.cpp's own makes batches of either the one or the other."""

    def __init__(self, state: Any) -> None:
        self._token = (lib.llama_token * 1)()
        self._position = (lib.llama_pos * 1)()
        self._sequence = lib.llama_seq_id(0)
        batch: Any = lib.llama_batch()
        batch.n_tokens = 1
        batch.token, batch.embd, batch.pos = self._token, state, self._position
        batch.n_seq_id = (ctypes.c_int32 * 1)(1)
        batch.seq_id = (ctypes.POINTER(lib.llama_seq_id) * 1)(ctypes.pointer(self._sequence))
        batch.logits = (ctypes.c_int8 * 1)(1)
        self._batch = batch

    def batch(self, token: int, position: int) -> Any:
        self._token[0], self._position[0] = token, position
        return self._batch


def _beside_the_output(plan: LoadPlan) -> LoadPlan:
    """Where the last blocks of the target are: it reads the cache of those."""
    shares = [DeviceLayers(plan.shares[-1].device, _ALL_LAYERS)] if plan.shares else []
    return LoadPlan(shares=shares, repack=plan.repack, load_mode=plan.load_mode, lazy_embeddings=False)


def _wrong(header: GgufHeader) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} does not draft for this model, so the model runs without it. Answers are the same, and slower. "
        "Get the drafter that belongs to this model, on the Models page.",
    )
    return GemfitError("drafter_wrong", say(text, file=header.file))


def _failed(header: GgufHeader, reason: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The drafter {file} could not be loaded ({reason}), so the model runs without it. Answers are the same, and "
        "slower. Verify the file, or download it again.",
    )
    return GemfitError("drafter_failed", say(text, file=header.file, reason=reason or "?"))


def speculation_of(plan: LoadPlan, target: NativeModel, drafter: Drafter | None) -> Speculation:
    """Who guesses for this model: what was said before where that is known, else its drafter.

    Nobody where the plan does not want it, or where the model's cache cannot take back what it was given.
    """
    if plan.speculation == "off" or plan.draft_tokens < 1 or not target.takes_back:
        return Speculation([], 0)
    sources: list[Source] = [Ngrams()]
    return Speculation(sources if drafter is None else [*sources, drafter], plan.draft_tokens)
