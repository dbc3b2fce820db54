"""The LiteRT-LM backend: loads a `.litertlm` file (the mobile format), answers conversations."""

import shutil
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path

import psutil

from gemfit.engine import refusals, template, threads
from gemfit.engine.answer import CLOSE, OPEN, THOUGHT
from gemfit.engine.backends.litert_generation import Generation
from gemfit.engine.backends.litert_native import LiteRtError, NativeModel
from gemfit.engine.backends.litert_pace import PrefillPace
from gemfit.engine.backends.litert_prompt import PromptMaker, template_source
from gemfit.engine.backends.litert_speed import SpeedRun, Stopped
from gemfit.engine.protocol import (
    SYSTEM_MEMORY,
    Bench,
    Benched,
    Buffer,
    Failed,
    Generate,
    Layout,
    Load,
    Loaded,
    LoadPlan,
    LoadProgress,
    Measure,
    Measured,
    Sampling,
    Send,
)
from gemfit.errors import GemfitError
from gemfit.litertlm import tflite
from gemfit.litertlm.check import ENDING, check_file
from gemfit.litertlm.types import Channel, LitertlmHeader, LlmMetadata
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

GEMMA = Sampling(temperature=1.0, top_k=64, top_p=0.95)
"""Gemma 4's published defaults (model card)."""
GEMMA4_CHANNEL = Channel(THOUGHT, OPEN, CLOSE)
"""For files that do not name their channels: the template says where thoughts are."""
CACHE_TIMES = 1.2
"""The library's cache is nearly as big as the weights; this much has to be free for it."""
SLACK_TOKENS = 16
"""More context than is used, where the model has it: what the library holds back at its end would be lost there."""


def build_name() -> str:
    return f"litert-lm-api {version('litert-lm-api')}"


class LitertBackend:
    """One file at a time. `abort` may be set from another thread; everything else belongs to one thread."""

    name = "litert"

    def __init__(self, send: Send) -> None:
        self._send = send
        self._busy = threads.BusyMeter()
        self._model: NativeModel | None = None
        self._generation: Generation | None = None
        self.abort = threading.Event()

    def build(self) -> str:
        return build_name()

    def load(self, request: Load) -> None:
        """Load a file in place of the one before. Sends `Loaded` or `Failed`."""
        started = time.perf_counter()
        try:
            header = check_file(Path(request.path))
            self.close()
            self._send(LoadProgress(0.0))
            self._load(header, request, started)
        except GemfitError as error:
            self.close()
            self._send(Failed(code=error.code, sentence=error.sentence))

    def _load(self, header: LitertlmHeader, request: Load, started: float) -> None:
        metadata = header.metadata
        context = _context(header, request.plan)
        count = self._threads(request.plan)
        model, problem = self._open(header, request.path, request.plan, count, request.cache_dir)
        self._model = model
        source = template_source(metadata)
        defaults = _defaults(header, request.plan)
        pace = PrefillPace(tflite.compiled(Path(request.path), header).prefill_tokens, metadata.context_tokens)
        prompts = PromptMaker(model, metadata)
        self._generation = Generation(
            model, prompts, _channels(metadata), defaults, context, pace, self.abort, self._send
        )
        self._send(
            Loaded(
                name=Path(request.path).stem,
                architecture=header.architecture,
                context_tokens=context,
                train_context_tokens=metadata.context_tokens or context,
                supports_thinking=bool(_channels(metadata)) and template.supports_thinking(source),
                template_known=template.is_known(source),
                sampling=defaults,
                threads=count,
                load_s=time.perf_counter() - started,
                layout=_layout(Path(request.path), header),
                resident_bytes=psutil.Process().memory_info().rss,
                problem=problem,
            )
        )

    def measure(self, request: Measure) -> None:
        """Say how a file would be laid out, from its header: the library does not say. Sends `Measured` or `Failed`."""
        try:
            self._send(Measured(_layout(Path(request.path), check_file(Path(request.path)))))
        except GemfitError as error:
            self._send(Failed(code=error.code, sentence=error.sentence))

    def generate(self, request: Generate) -> None:
        """Answer. Sends `Delta`s, then `Done` or `Failed`."""
        if self._generation is None:
            self._send(refusals.not_loaded(request.request_id))
            return
        try:
            self._generation.run(request)
        except GemfitError as error:
            self._send(Failed(code=error.code, sentence=error.sentence, request_id=request.request_id))

    def bench(self, request: Bench) -> None:
        """Time a file, loaded in place of the one before. Sends `BenchProgress`, then `Benched` or `Failed`."""
        started = time.perf_counter()
        try:
            header = check_file(Path(request.path))
            self.close()
            count = self._threads(request.plan)
            self._model, _ = self._open(header, request.path, request.plan, count, None)
            load_s = time.perf_counter() - started
            run = SpeedRun(self._model, request, self.abort, self._send)
            run.run()
            resident = int(psutil.Process().memory_info().rss)
        except (GemfitError, Stopped, LiteRtError) as error:
            self._bench_failed(request.request_id, error)
            return
        finally:
            self.close()
        self._send(
            Benched(
                request_id=request.request_id,
                prompt_s=run.prompt_s,
                token_s=run.token_s,
                threads=count,
                load_s=load_s,
                busy_cores=self._busy.busy_cores(),
                layout=_layout(Path(request.path), header),
                resident_bytes=resident,
            )
        )

    def _bench_failed(self, request_id: int, error: Exception) -> None:
        if isinstance(error, Stopped):
            error = refusals.timing_stopped()
        elif not isinstance(error, GemfitError):
            text = QT_TRANSLATE_NOOP("gemfit", "The engine could not compute while its speed was measured. Try again.")
            error = GemfitError("decode_failed", say(text))
        self._send(Failed(code=error.code, sentence=error.sentence, request_id=request_id))

    def close(self) -> None:
        """Free what is loaded. The library keeps some of it: only the end of the process gives everything back."""
        if self._generation is not None:
            self._generation.close()
        if self._model is not None:
            self._model.close()
        self._model = self._generation = None

    def _threads(self, plan: LoadPlan) -> int:
        return plan.threads or threads.choose(threads.physical_cores(), self._busy.busy_cores(), plan.best_threads)

    def _open(
        self, header: LitertlmHeader, path: str, plan: LoadPlan, count: int, cache_dir: str | None
    ) -> tuple[NativeModel, Sentence | None]:
        """The model, on the GPU if the plan wants that and it works; else on the processor, and why."""
        most = header.metadata.context_tokens
        context = _context(header, plan) + SLACK_TOKENS
        if most:
            context = min(context, most)
        cache_dir = _usable(cache_dir, Path(path), header)
        problem = None
        for gpu in (True, False) if plan.shares else (False,):
            try:
                return NativeModel(path, threads=count, context_tokens=context, cache_dir=cache_dir, gpu=gpu), problem
            except LiteRtError:
                problem = _no_gpu()
        raise _load_failed(header.file)


def _channels(metadata: LlmMetadata) -> tuple[Channel, ...]:
    if metadata.channels or not metadata.architecture.startswith("gemma4"):
        return metadata.channels
    return (GEMMA4_CHANNEL,)


def _usable(cache_dir: str | None, path: Path, header: LitertlmHeader) -> str | None:
    """The folder, made where it is missing; None where it cannot be made, or has no room: the library works without,
    more slowly and in more memory, but it ends the process when the disk runs full under it.
    """
    if cache_dir is None:
        return None
    folder = Path(cache_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _drop_old(folder, path)
        there = sum(file.stat().st_size for file in folder.iterdir())
        room = shutil.disk_usage(folder).free + there
    except OSError as error:
        print(f"no cache can be kept in {cache_dir}: {error}", file=sys.stderr)
        return None
    if room < CACHE_TIMES * header.weights_bytes:
        print(f"no cache is kept in {cache_dir}: {room} bytes are free there", file=sys.stderr)
        return None
    return cache_dir


def _drop_old(folder: Path, path: Path) -> None:
    """Delete what was made of an earlier file of that name: the names end with its time and size."""
    state = path.stat()
    ending = f"_{int(state.st_mtime)}_{state.st_size}.xnnpack_cache"
    for file in folder.iterdir():
        if file.suffix == ".xnnpack_cache" and not file.name.endswith(ending):
            file.unlink()


def _context(header: LitertlmHeader, plan: LoadPlan) -> int:
    """Tokens: what the plan wants, no more than the model was compiled for."""
    return min(plan.context_tokens, header.metadata.context_tokens or plan.context_tokens)


def _defaults(header: LitertlmHeader, plan: LoadPlan) -> Sampling:
    """The sampling in force where a request says nothing: the file's, the publisher's, Gemma's."""
    metadata, theirs = header.metadata, plan.sampling

    def first(*values: float | None) -> float | None:
        return next((value for value in values if value is not None), None)

    top_k = first(metadata.top_k, theirs.top_k, GEMMA.top_k)
    return Sampling(
        temperature=first(metadata.temperature, theirs.temperature, GEMMA.temperature),
        top_k=None if top_k is None else int(top_k),
        top_p=first(metadata.top_p, theirs.top_p, GEMMA.top_p),
        min_p=0.0,
        repeat_penalty=1.0,
    )


def _layout(path: Path, header: LitertlmHeader) -> Layout:
    """What the file says; what the library computes with beyond that, it does not."""
    try:
        kv_bytes = tflite.compiled(path, header).kv_bytes
    except OSError:
        kv_bytes = 0
    weights, lazy = header.weights_bytes, header.looked_up_bytes
    return Layout(
        weights_bytes=weights + lazy,
        kv_bytes=kv_bytes,
        compute_bytes=0,
        total_bytes=weights + lazy + kv_bytes,
        lazy_bytes=lazy,
        # The KV cache is somewhere within what the process takes: the library does not say how much it really is.
        buffers=[Buffer("mapped", SYSTEM_MEMORY, weights)],
        exact=False,
    )


def _no_gpu() -> Sentence:
    return say(
        QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine for the mobile format cannot use this computer's GPU, so the model runs on the processor.",
        )
    )


def _load_failed(file: str) -> GemfitError:
    if not file.endswith(ENDING):  # the library looks at the letters
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine takes {file} only under a name that ends in {ending}, in small letters. Nothing was loaded. "
            "Rename it.",
        )
        return GemfitError("load_failed", say(text, file=file, ending=ENDING))
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine could not load {file}. Nothing was loaded. Verify the file, or download it again; if it is whole, "
        "take the same model in Q4_0.",
    )
    return GemfitError("load_failed", say(text, file=file))
