"""Pictures and sound through libmtmd: a projector file beside the model turns them into what its cache takes.

The projector is loaded when the first picture or sound comes, so that a conversation in text alone pays nothing for it:
no memory, no library, no decoder of pictures.
"""

import ctypes
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import llama_cpp.llama_cpp as lib
import psutil

from gemfit.engine.backends.abort import Abort
from gemfit.engine.backends.heap import release_unused
from gemfit.engine.backends.llama_native import Cancelled, Log, NativeModel
from gemfit.engine.backends.llama_params import device_of
from gemfit.engine.backends.prompt import Entry, MediaChunk
from gemfit.engine.protocol import SYSTEM_MEMORY, Buffer, LoadPlan, Media
from gemfit.engine.state_files import file_identity
from gemfit.errors import GemfitError
from gemfit.gguf.check import check_file
from gemfit.gguf.types import GgufHeader
from gemfit.media.pictures import LEAST_TOKENS, cells, missing, read_picture
from gemfit.media.sounds import read_sound
from gemfit.media.types import DEFAULT_IMAGE_TOKENS, IMAGE_BUDGETS, KEPT_BYTES
from gemfit.words import QT_TRANSLATE_NOOP, say

MOST_PATCH, MOST_MERGED = 64, 16
"""Pixels to a side of a patch (Gemma 4: 16), and patches to a side of a token (3)."""
ENOUGH_TOKENS = 512
"""Of context, for a picture of the usual 280 tokens, a question and its answer."""
ASK_EVERY = 32
"""Nodes of the graph between two looks at whether the answer was stopped."""

_COMPUTE = re.compile(r"\s(\S+) compute buffer size = +([0-9.]+) MiB")


class _Embedded(NamedTuple):
    """What a picture or sound became: `chunk` is libmtmd's, without the pixels; `values` its embeddings."""

    chunk: int
    values: Any

    @property
    def n_bytes(self) -> int:
        return ctypes.sizeof(self.values)


class _Compute:
    """The buffers that one kind of media is computed in: they grow with the largest so far; the first is logged."""

    def __init__(self, log: list[str], tokens: int) -> None:
        self._first: dict[str, int] = {}
        for name, mib in (found for line in log for found in _COMPUTE.findall(line)):
            device = SYSTEM_MEMORY if name.startswith("CPU") or name.endswith("_Host") else name
            self._first[device] = self._first.get(device, 0) + round(float(mib) * (1 << 20))
        self._first_tokens = self.most_tokens = tokens

    def n_bytes(self) -> dict[str, int]:
        """By device."""
        return {device: n * self.most_tokens // self._first_tokens for device, n in self._first.items()}


class Projector:
    """A projector file for one loaded model. Close it before the model: the memory is llama.cpp's."""

    def __init__(self, path: str, model: NativeModel, plan: LoadPlan, log: Log) -> None:
        """Look at the file. Raises GemfitError of `check_file`, and `projector_wrong` where it is for another model."""
        self._header = check_file(Path(path))
        self._path, self._model, self._plan, self._log = path, model, plan, log
        self._own_identity = file_identity(Path(path))
        self._mtmd: Any = None
        self._context: Any = None
        self._embedded: OrderedDict[str, _Embedded] = OrderedDict()
        self._prepared: dict[str, tuple[list[Entry], Media]] = {}
        self._compute: dict[str, _Compute] = {}
        self.images, self.audio = (self._header.flag(f"clip.has_{side}_encoder") for side in ("vision", "audio"))
        _check_pair(self._header, model)
        _check_vision(self._header)

    def close(self) -> None:
        """Free what was loaded."""
        while self._embedded:
            self._mtmd.mtmd_input_chunk_free(self._embedded.popitem()[1].chunk)
        if self._context:
            self._mtmd.mtmd_free(self._context)
        self._context = None

    @property
    def buffers(self) -> list[Buffer]:
        """What it holds: its weights, the buffers that it computed in so far, and what it made that is kept. Nothing
        before it was needed.
        """
        if not self._context:
            return []
        weights = sum(-(-tensor.n_bytes // 32) * 32 for tensor in self._header.tensors)
        found = {self._device: weights}
        found[SYSTEM_MEMORY] = found.get(SYSTEM_MEMORY, 0) + sum(kept.n_bytes for kept in self._embedded.values())
        for compute in self._compute.values():
            for device, n_bytes in compute.n_bytes().items():
                found[device] = found.get(device, 0) + n_bytes
        return [Buffer("projector", device, n_bytes) for device, n_bytes in found.items()]

    @property
    def _device(self) -> str:
        return self._plan.shares[-1].device if self._plan.shares else SYSTEM_MEMORY

    # -- the prompt ---------------------------------------------------------------------------------------------------

    def entries(self, media: Media) -> list[Entry]:
        """What stands in the prompt for a file: the chunk, between the tokens that mark it.

        Raises GemfitError: the decoders', `no_images`, `no_audio`, `picture_too_narrow`, `no_room_for_picture`, and
        those of loading.
        """
        self._check_kind(media)
        identity = self._identity(media)
        if identity not in self._prepared:
            with self._chunks(media) as chunks:
                self._prepared[identity] = self._entries(chunks, identity), media
        return self._prepared[identity][0]

    def _check_kind(self, media: Media) -> None:
        if media.kind == "image" and not self.images:
            text = QT_TRANSLATE_NOOP(
                "gemfit", "This model cannot look at pictures. Nothing was sent. Remove the picture, or load another."
            )
            raise GemfitError("no_images", say(text))
        if media.kind == "image" and self._most_tokens < LEAST_TOKENS:
            raise _no_room(self._model.ubatch_tokens)
        if media.kind == "audio" and not self.audio:
            text = QT_TRANSLATE_NOOP(
                "gemfit",
                "This model cannot listen: it takes text and pictures. Nothing was sent. Remove the sound, or load "
                "Gemma 4 E2B, E4B or 12B, which can.",
            )
            raise GemfitError("no_audio", say(text))

    def _identity(self, media: Media) -> str:
        """The same for the same content, prepared in the same way by the same projector: what is kept in memory and on
        disk of a conversation is known by it.
        """
        path = Path(media.path)
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256")
        except OSError as error:
            raise missing(path, error) from error
        prepared = f"image {self._budget(media)}" if media.kind == "image" else "audio"
        content.update(f"{prepared} {self._own_identity}".encode())
        return content.hexdigest()

    def _budget(self, media: Media) -> int:
        """Tokens for a picture. Where attention looks ahead within it, all of it has to fit one micro-batch
        (llama.cpp #23409)."""
        return min(media.image_tokens or DEFAULT_IMAGE_TOKENS, self._most_tokens)

    @property
    def _most_tokens(self) -> int:
        most = IMAGE_BUDGETS[-1]
        return min(most, self._model.ubatch_tokens) if self._looks_ahead else most

    @property
    def _looks_ahead(self) -> bool:
        """As `mtmd_decode_use_non_causal` decides: all of the family but E2B and E4B."""
        return self._header.text("clip.vision.projector_type") != "gemma4v" or self._model.embedding_length not in (
            1536,
            2560,
        )

    @contextmanager
    def _chunks(self, media: Media) -> Iterator[Any]:
        """The decoded file as libmtmd's chunks."""
        self._load()
        mtmd = self._mtmd
        path = Path(media.path)
        if media.kind == "image":
            picture = read_picture(path, cell=self._cell, tokens=self._budget(media))
            wide, high = cells(picture.width, picture.height, self._cell)
            if max(wide, high) > self._most_across or wide * high > self._most_tokens:
                raise _too_narrow(path)
            pixels = (ctypes.c_uint8 * len(picture.rgb)).from_buffer_copy(picture.rgb)
            bitmap = mtmd.mtmd_bitmap_init(picture.width, picture.height, pixels)
        else:
            samples = read_sound(path).samples
            floats = (ctypes.c_float * (len(samples) // 4)).from_buffer_copy(samples)
            bitmap = mtmd.mtmd_bitmap_init_from_audio(len(floats), floats)
        chunks = mtmd.mtmd_input_chunks_init()
        part = mtmd.mtmd_input_part(None, bitmap)
        parts = (ctypes.POINTER(mtmd.mtmd_input_part) * 1)(ctypes.pointer(part))
        try:
            if mtmd.mtmd_tokenize_from_parts(self._context, chunks, parts, 1, False) != 0:
                raise self._failed(path)
            yield chunks
        finally:
            mtmd.mtmd_input_chunks_free(chunks)
            mtmd.mtmd_bitmap_free(bitmap)

    @property
    def _cell(self) -> int:
        """Pixels to a side of what becomes one token: patches of 16, 3 by 3 of them together (clip.cpp, GEMMA4V)."""
        header = self._header
        patch = header.integer("clip.vision.patch_size") or 16
        return patch * (header.integer("clip.vision.projector.scale_factor") or 3)

    @property
    def _most_across(self) -> int:
        """Tokens beside each other that there are positions for: llama.cpp aborts on more."""
        table = next((t.shape for t in self._header.tensors if t.name == "v.position_embd.weight"), (0, 0))
        free = self._header.text("clip.vision.projector_type") == "gemma4uv"
        return table[1] if free else table[1] * 16 // self._cell

    def _entries(self, chunks: Any, identity: str) -> list[Entry]:
        mtmd, found = self._mtmd, list[Entry]()
        for index in range(mtmd.mtmd_input_chunks_size(chunks)):
            chunk = mtmd.mtmd_input_chunks_get(chunks, index)
            if mtmd.mtmd_input_chunk_get_type(chunk) == mtmd.MTMD_INPUT_CHUNK_TYPE_TEXT:
                count = ctypes.c_size_t()
                tokens = mtmd.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(count))
                found += [int(token) for token in tokens[: count.value]]
                continue
            tokens = int(mtmd.mtmd_input_chunk_get_n_tokens(chunk))
            positions = int(mtmd.mtmd_input_chunk_get_n_pos(chunk))
            found.append(MediaChunk(f"{identity}/{index}", tokens, positions))
        return found

    # -- the cache ----------------------------------------------------------------------------------------------------

    def process(self, chunk: MediaChunk, position: int) -> int:
        """Put a chunk of `entries` into the cache at `position`; what `llama_decode` returns.

        Raises Cancelled, and GemfitError as `entries` does: the file may be gone meanwhile.
        """
        embedded = self._embedded.get(chunk.sha256) or self._embed(chunk)
        self._embedded.move_to_end(chunk.sha256)
        after = lib.llama_pos()
        none = self._mtmd.mtmd_helper_post_decode_callback()
        return int(
            self._mtmd.mtmd_helper_decode_image_chunk(
                self._context, self._model.context, embedded.chunk, embedded.values, position, 0,
                int(lib.llama_n_batch(self._model.context)), ctypes.byref(after), none, None,
            )
        )  # fmt: skip

    def _embed(self, chunk: MediaChunk) -> _Embedded:
        identity, _, index = chunk.sha256.partition("/")
        media = self._prepared[identity][1]
        if self._identity(media) != identity:
            raise _changed(Path(media.path))
        mtmd = self._mtmd
        with self._chunks(media) as chunks:
            native = mtmd.mtmd_input_chunks_get(chunks, int(index))
            result = mtmd.mtmd_encode_chunk(self._context, native)
            self._note_compute(media.kind, chunk.tokens)
            if self._model.abort.is_set():
                raise Cancelled
            if result != 0:
                raise self._failed(Path(media.path))
            values = (ctypes.c_float * (chunk.tokens * self._model.embedding_length))()
            ctypes.memmove(values, mtmd.mtmd_get_output_embd(self._context), ctypes.sizeof(values))
            made = _Embedded(mtmd.mtmd_input_chunk_get_placeholder(native), values)
        self._keep(chunk.sha256, made)
        release_unused()
        return made

    def _keep(self, key: str, made: _Embedded) -> None:
        """The newest, as far as there is room; at least this one."""
        room = KEPT_BYTES - made.n_bytes
        while self._embedded and sum(kept.n_bytes for kept in self._embedded.values()) > room:
            self._mtmd.mtmd_input_chunk_free(self._embedded.popitem(last=False)[1].chunk)
        self._embedded[key] = made

    def _note_compute(self, kind: str, tokens: int) -> None:
        if kind not in self._compute:
            self._compute[kind] = _Compute(self._log.lines, tokens)
        self._compute[kind].most_tokens = max(self._compute[kind].most_tokens, tokens)
        self._log.clear()

    # -- loading ------------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        if self._context:
            return
        _check_room(self._header, self._device)
        from llama_cpp import mtmd_cpp

        self._mtmd = mtmd_cpp
        self._log.clear()
        mtmd_cpp.mtmd_helper_log_set(self._log.callback, None)
        params = mtmd_cpp.mtmd_context_params_default()
        params.use_gpu = bool(self._plan.shares)
        params.device = device_of(self._device).pointer if self._plan.shares else None
        params.print_timings = params.warmup = False
        params.n_threads = self._model.threads
        # Fewer than its own least it refuses, for sound as well. No picture comes this far then.
        params.image_max_tokens = max(self._most_tokens, LEAST_TOKENS)
        self._look = lib.ggml_backend_sched_eval_callback(_looker(self._model.abort))
        params.cb_eval = self._look
        abort = self._model.abort
        self._progress = mtmd_cpp.mtmd_progress_callback(lambda _fraction, _data: not abort.is_set())
        params.progress_callback = self._progress
        self._context = mtmd_cpp.mtmd_init_from_file(self._path.encode(), self._model.handle, params)
        if abort.is_set():
            self.close()
            raise Cancelled
        if not self._context:
            raise self._failed(Path(self._path))
        self._log.clear()

    def _failed(self, path: Path) -> GemfitError:
        """With the first error that libmtmd logged: the others come of it."""
        errors = [line.strip().rsplit(": ", 1)[-1] for line in self._log.lines if "error" in line or "failed" in line]
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The part for pictures and sound could not take {file} ({reason}). Nothing was sent; the conversation is "
            "whole. Verify the projector on the Models page, or take another file.",
        )
        return GemfitError("media_failed", say(text, file=path.name, reason=errors[0][:200] if errors else "?"))


def _looker(abort: Abort) -> Callable[[Any, bool, Any], bool]:
    """For the graph: asked before each node whether to look after it, and after it whether to go on.

    Each look counts as a node of the model's own graph: a large picture takes minutes on a slow processor, and
    whoever watches the child has to see that it gets on with it.
    """
    asked = 0

    def look(_tensor: Any, ask: bool, _data: Any) -> bool:
        nonlocal asked
        if not ask:
            abort.callback(abort.data)
            return not abort.is_set()
        asked += 1
        return asked % ASK_EVERY == 0 or abort.is_set()

    return look


def _check_pair(header: GgufHeader, model: NativeModel) -> None:
    """Raises GemfitError `projector_wrong` where the file is no projector, or its vectors have another length."""
    lengths = {
        header.integer(f"clip.{side}.projection_dim")
        for side in ("vision", "audio")
        if header.flag(f"clip.has_{side}_encoder")
    } - {None}
    if header.architecture == "clip" and lengths == {model.embedding_length}:
        return
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is the projector of another model, or none at all. The model was not loaded with it. "
        "Get the projector that belongs to this model, on the Models page.",
    )
    raise GemfitError("projector_wrong", say(text, file=header.file))


def _check_vision(header: GgufHeader) -> None:
    """Raises GemfitError `projector_damaged` for what llama.cpp does not check itself: it would read where nothing is,
    divide by zero, or abort (tools/mtmd/clip.cpp takes these tensors for optional).
    """
    kind = header.text("clip.vision.projector_type")
    if not header.flag("clip.has_vision_encoder") or kind not in ("gemma4v", "gemma4uv"):
        return
    length = header.integer("clip.vision.embedding_length") or 0
    patch = header.integer("clip.vision.patch_size") or 0
    merged = header.integer("clip.vision.projector.scale_factor")
    side = patch * (3 if merged is None else merged) if kind == "gemma4uv" else patch
    shapes = {tensor.name: tensor.shape for tensor in header.tensors}
    positions = shapes.get("v.position_embd.weight", ())
    sound = (
        0 < patch <= MOST_PATCH
        and (merged is None or 0 < merged <= MOST_MERGED)
        and prod(shapes.get("v.patch_embd.weight", ())) == side * side * 3 * length
        and len(positions) == 3
        and (positions[0], positions[2]) == (length, 2)
        and (kind == "gemma4v" or shapes.get("v.patch_embd.bias") == (length,))
    )
    if not sound:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The projector {file} is damaged: what it says of itself does not fit what it holds. The model was loaded "
            "without it. Verify it on the Models page, or get it again.",
        )
        raise GemfitError("projector_damaged", say(text, file=header.file))


def _check_room(header: GgufHeader, device: str) -> None:
    """Raises GemfitError `out_of_memory` where its weights are more than what is free."""
    needed, free = header.tensor_bytes, psutil.virtual_memory().available
    if device == SYSTEM_MEMORY and needed > free:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The part for pictures and sound needs {needed_bytes} of memory; {free_bytes} are free. Nothing was sent. "
            "Close other programs, load the model with a shorter context, or take a smaller one.",
        )
        raise GemfitError("out_of_memory", say(text, needed_bytes=needed, free_bytes=free))


def _too_narrow(path: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is too long and narrow for this model to look at. Nothing was sent. Cut out the part that matters.",
    )
    return GemfitError("picture_too_narrow", say(text, file=path.name))


def _no_room(batch_tokens: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The context is too small for a picture: it takes {batch_tokens} tokens at once, and a picture has "
        "{least_tokens} or more. Nothing was sent; the conversation is whole. Load the model with a context of "
        "{needed_tokens} tokens or more.",
    )
    values = {"batch_tokens": batch_tokens, "least_tokens": LEAST_TOKENS, "needed_tokens": ENOUGH_TOKENS}
    return GemfitError("no_room_for_picture", say(text, **values))


def _changed(path: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP("gemfit", "{file} was changed while it was being read. Nothing is lost. Ask again.")
    return GemfitError("media_changed", say(text, file=path.name))
