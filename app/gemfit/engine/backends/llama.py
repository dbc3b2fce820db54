"""The llama.cpp backend: loads a GGUF, measures one, answers conversations."""

import ctypes
import os
import time
from collections.abc import Callable
from pathlib import Path

import llama_cpp.llama_cpp as lib
import msgspec
import psutil
from llama_cpp._ggml import libggml

from gemfit.engine import refusals, template, threads
from gemfit.engine.backends import llama_log, sampling
from gemfit.engine.backends.abort import Abort
from gemfit.engine.backends.ahead import Ahead
from gemfit.engine.backends.binding import binding_version
from gemfit.engine.backends.drafter import ARCHITECTURE as DRAFTER
from gemfit.engine.backends.drafter import Drafter, speculation_of
from gemfit.engine.backends.generation import Generation
from gemfit.engine.backends.ggml_devices import GpuMemory
from gemfit.engine.backends.heap import release_unused
from gemfit.engine.backends.llama_layout import layout, with_more
from gemfit.engine.backends.llama_native import Cancelled, LoadError, Log, NativeModel
from gemfit.engine.backends.media import Projector
from gemfit.engine.backends.pacing import Pacing
from gemfit.engine.backends.saved_state import Owner, SavedStates
from gemfit.engine.backends.speed_run import SpeedRun
from gemfit.engine.protocol import (
    Bench,
    Benched,
    Failed,
    Generate,
    Layout,
    Load,
    Loaded,
    LoadPlan,
    LoadProgress,
    Measure,
    Measured,
    Resize,
    Resized,
    Sampling,
    SaveState,
    Send,
    StateSaved,
)
from gemfit.engine.state_files import file_identity
from gemfit.errors import GemfitError
from gemfit.gguf.check import check_file
from gemfit.gguf.types import GgufHeader
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say


def build_name() -> str:
    """The binding's version and llama.cpp's, with its commit: `llama-cpp-python 0.3.36, llama.cpp 0.5.0-dev (…)`."""
    return f"llama-cpp-python {binding_version()}, llama.cpp {lib.llama_version().decode()} ({commit_name()})"


def commit_name() -> str:
    """The commit of llama.cpp, shortened: `0c1e570`."""
    commit = libggml.ggml_commit
    commit.argtypes, commit.restype = [], ctypes.c_char_p
    return str(commit().decode().split("-")[0])


class LlamaBackend:
    """One file at a time. `abort` may be set from another thread; everything else belongs to one thread."""

    name = "llama"

    def __init__(self, send: Send) -> None:
        self._send = send
        self._log = Log()
        self._busy = threads.BusyMeter()
        self._model: NativeModel | None = None
        self._generation: Generation | None = None
        self._projector: Projector | None = None
        self._drafter: Drafter | None = None
        self.abort = Abort()
        lib.llama_backend_init()

    def build(self) -> str:
        return build_name()

    def load(self, request: Load) -> None:
        """Load a file in place of the one before. Sends `Loaded` or `Failed`."""
        started = time.perf_counter()
        try:
            header = _header_of(request.path)
            self.close()
            self._load(header, request, started)
        except GemfitError as error:
            self.close()
            self._send(Failed(code=error.code, sentence=error.sentence))

    def _load(self, header: GgufHeader, request: Load, started: float) -> None:
        gpus = self._gpus = GpuMemory()
        with Ahead(Path(request.path), header, request.plan) as ahead:
            progress = _hundredths(self._send, ahead.reserved)
            model = self._open(request.path, request.plan, self._threads(request.plan), progress)
        self._model = model
        source = model.chat_template() or template.PLAIN
        chat = template.ChatTemplate(source, bos=model.token_text(model.bos()), eos=model.token_text(model.eos()))
        defaults = sampling.merged(
            _own_sampling(model),
            request.plan.sampling,
            sampling.GEMMA if header.architecture.startswith("gemma") else sampling.OTHERS,
        )
        problem = self._look_at_projector(request, model)
        drafter_problem = self._take_drafter(request, header, model)
        speculation = speculation_of(request.plan, model, self._drafter)
        self._generation = Generation(
            model,
            chat,
            defaults,
            gpus,
            self._send,
            checkpoint_bytes=request.plan.checkpoint_bytes,
            projector=self._projector,
            speculation=speculation,
            states=self._states(request),
        )
        self._loaded = header, request
        self._send(LoadProgress(1.0, "warming"))
        pacing = Pacing(model, request.plan, self._busy)
        best_threads = pacing.warm_up()
        model.before_decode = pacing.before_decode
        release_unused()
        self._send(
            Loaded(
                name=header.name or Path(request.path).stem,
                architecture=header.architecture,
                context_tokens=model.context_tokens,
                train_context_tokens=model.train_context_tokens,
                supports_thinking=template.supports_thinking(source),
                template_known=template.is_known(source),
                sampling=defaults,
                threads=pacing.threads,
                load_s=time.perf_counter() - started,
                layout=self._layout(model, header, request.plan),
                resident_bytes=psutil.Process().memory_info().rss,
                device_bytes=gpus.used_bytes(),
                best_threads=best_threads,
                images=self._projector is not None and self._projector.images,
                audio=self._projector is not None and self._projector.audio,
                media_problem=problem,
                guessers=speculation.guessers,
                drafter_problem=drafter_problem,
            )
        )
        self._log.clear()

    def _look_at_projector(self, request: Load, model: NativeModel) -> Sentence | None:
        """Take the projector along, if there is one; returns why not. The model is of use without it too."""
        if request.projector is None:
            return None
        try:
            self._projector = Projector(request.projector, model, request.plan, self._log)
        except GemfitError as error:
            return error.sentence
        return None

    def _take_drafter(self, request: Load, header: GgufHeader, model: NativeModel) -> Sentence | None:
        """Load the drafter, if there is one and it is wanted; returns why not. The model is of use without it too."""
        if request.drafter is None or request.plan.speculation == "off":
            return None
        try:
            self._drafter = Drafter(request.drafter, header, model, request.plan, self._log)
        except GemfitError as error:
            return error.sentence
        return None

    def _layout(self, model: NativeModel, header: GgufHeader, plan: LoadPlan) -> Layout:
        found = layout(model, header, self._log.lines, plan, no_alloc=False)
        return found if self._drafter is None else with_more(found, self._drafter.buffers())

    def measure(self, request: Measure) -> None:
        """Lay a file out, allocating nothing. Sends `Measured` or `Failed`."""
        try:
            header = _header_of(request.path)
            model = self._open(request.path, request.plan, 1, None, no_alloc=True)
        except GemfitError as error:
            self._send(Failed(code=error.code, sentence=error.sentence))
            return
        found = layout(model, header, self._log.lines, request.plan, no_alloc=True)
        model.close()
        self._send(Measured(found))

    def generate(self, request: Generate) -> None:
        """Answer. Sends `Delta`s, then `Done` or `Failed`."""
        if self._model is None or self._generation is None:
            self._send(refusals.not_loaded(request.request_id))
            return
        try:
            self._generation.run(request)
        except GemfitError as error:
            self._send(Failed(code=error.code, sentence=error.sentence, request_id=request.request_id))
        release_unused()  # after a prompt some 3 MiB; nobody waits for it

    def resize(self, request: Resize) -> None:
        """Another context size. Sends `Resized` or `Failed`; where there is no memory for it, all stays as it was."""
        model, generation = self._model, self._generation
        if model is None or generation is None:
            self._send(refusals.not_loaded(request.request_id))
            return
        header, loaded = self._loaded
        plan = msgspec.structs.replace(loaded.plan, context_tokens=request.context_tokens)
        error = self._resized(model, loaded.plan, plan)
        if error is not None:
            self._send(Failed(code=error.code, sentence=error.sentence, request_id=request.request_id))
            return
        kept = generation.cache.settle()
        self._loaded = header, msgspec.structs.replace(loaded, plan=plan)
        self._send(
            Resized(
                request_id=request.request_id,
                context_tokens=model.context_tokens,
                kept_tokens=kept,
                layout=self._layout(model, header, plan),
                resident_bytes=psutil.Process().memory_info().rss,
                device_bytes=self._gpus.used_bytes(),
            )
        )

    def _resized(self, model: NativeModel, before: LoadPlan, after: LoadPlan) -> GemfitError | None:
        """Make the context anew, and the drafter's, which reads it; returns why not."""
        if self._drafter is not None:
            self._drafter.detach()
        try:
            model.resize(before, after)
        except LoadError:
            error = _no_room_for_context(after.context_tokens)
            if model.context is None:
                self.close()
                return error
            assert self._generation is not None
            self._generation.cache.settle()
            return error
        finally:
            if self._drafter is not None and model.context is not None:
                self._drafter.attach()
        return None

    def save_state(self, request: SaveState) -> None:
        """Keep the conversation's state on disk. Sends `StateSaved` or `Failed`."""
        if self._generation is None:
            self._send(refusals.not_loaded(request.request_id))
            return
        started = time.perf_counter()
        try:
            n_bytes = self._generation.save(request)
        except GemfitError as error:
            self._send(Failed(code=error.code, sentence=error.sentence, request_id=request.request_id))
            return
        tokens = self._generation.cache.tokens if n_bytes else 0
        took_s = time.perf_counter() - started
        self._send(StateSaved(request_id=request.request_id, tokens=tokens, n_bytes=n_bytes, took_s=took_s))

    def _states(self, request: Load) -> SavedStates | None:
        if request.cache_dir is None:
            return None
        model = file_identity(Path(request.path), request.file_sha256)
        return SavedStates(Path(request.cache_dir), Owner(model, build_name(), request.plan.kv_type))

    def bench(self, request: Bench) -> None:
        """Time a file, loaded in place of the one before. Sends `BenchProgress`, then `Benched` or `Failed`."""
        started = time.perf_counter()
        try:
            header = _header_of(request.path)
            self.close()
            count = self._threads(request.plan)
            gpus = GpuMemory()
            with Ahead(Path(request.path), header, request.plan) as ahead:
                progress = _hundredths(lambda _: None, ahead.reserved)
                self._model = self._open(request.path, request.plan, count, progress)
            load_s = time.perf_counter() - started
            laid_out = layout(self._model, header, self._log.lines, request.plan, no_alloc=False)
            run = SpeedRun(self._model, request, self._send)
            run.run()
            resident_bytes, device_bytes = psutil.Process().memory_info().rss, gpus.used_bytes()
        except (GemfitError, Cancelled) as error:
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
                layout=laid_out,
                resident_bytes=resident_bytes,
                device_bytes=device_bytes,
            )
        )

    def _bench_failed(self, request_id: int, error: GemfitError | Cancelled) -> None:
        if self.abort.is_set() or not isinstance(error, GemfitError):  # a load that was stopped fails as well
            error = refusals.timing_stopped()
        self._send(Failed(code=error.code, sentence=error.sentence, request_id=request_id))

    def close(self) -> None:
        """Free what is loaded."""
        if self._drafter is not None:
            self._drafter.close()
            self._drafter = None
        if self._projector is not None:
            self._projector.close()
        if self._model is not None:
            self._model.close()
        self._model = self._generation = self._projector = None

    def _threads(self, plan: LoadPlan) -> int:
        wanted = plan.best_threads or threads.physical_cores()
        return plan.threads or threads.choose(threads.logical_cores(), self._busy.busy_cores(), wanted)

    def _open(
        self,
        path: str,
        plan: LoadPlan,
        count: int,
        on_progress: Callable[[float], None] | None,
        *,
        no_alloc: bool = False,
    ) -> NativeModel:
        self._log.clear()
        try:
            return NativeModel(path, plan, count, self.abort, on_progress, no_alloc=no_alloc)
        except LoadError as error:
            raise _load_failed(path, self._log.errors) from error


def _header_of(path: str) -> GgufHeader:
    """Of a model. Raises GemfitError as `check_file`, and `part_of_a_model` for what only goes with one."""
    header = check_file(Path(path))
    texts = {
        "clip": QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} is no model by itself but a projector, the part for pictures and sound. Nothing was loaded. Choose "
            "the model that it belongs to.",
        ),
        DRAFTER: QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} is no model by itself but a drafter, which guesses ahead for one. Nothing was loaded. Choose the "
            "model that it belongs to.",
        ),
    }
    if header.architecture in texts:
        raise GemfitError("part_of_a_model", say(texts[header.architecture], file=Path(path).name))
    return header


def _hundredths(send: Send, at_first: Callable[[], None]) -> Callable[[float], None]:
    """Progress of a load, a message for each hundredth: llama.cpp tells of every tensor.

    `at_first` is called once, when the weights have their memory.
    """
    told = -1

    def progress(fraction: float) -> None:
        nonlocal told
        if told < 0:
            at_first()
        if int(fraction * 100) > told:
            told = int(fraction * 100)
            send(LoadProgress(fraction))

    return progress


def _own_sampling(model: NativeModel) -> Sampling:
    """The sampling defaults that the file brings along (`general.sampling.*`)."""

    def number(key: str) -> float | None:
        text = model.metadata(f"general.sampling.{key}")
        try:
            return None if text is None else float(text)
        except ValueError:
            return None

    top_k = number("top_k")
    return Sampling(
        temperature=number("temp"),
        top_k=None if top_k is None else int(top_k),
        top_p=number("top_p"),
        min_p=number("min_p"),
        repeat_penalty=number("penalty_repeat"),
    )


def _no_room_for_context(context_tokens: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "There is not enough memory for a context of {context_tokens} tokens. The conversation goes on with the one it "
        "has. Close other programs, or choose a smaller one.",
    )
    return GemfitError("out_of_memory", say(text, context_tokens=context_tokens))


def _load_failed(path: str, log: list[str]) -> GemfitError:
    reason = llama_log.reason(log)
    file = os.path.basename(path)  # noqa: PTH119 - a name for people, whatever the path looks like
    if "unknown model architecture" in reason:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine does not know the architecture of {file} ({reason}). Nothing was loaded. "
            "Choose another model, or a newer version of Gemfit.",
        )
        return GemfitError("unknown_architecture", say(text, file=file, reason=reason))
    if "alloc" in reason:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "There is not enough memory for {file} ({reason}). Nothing was loaded. "
            "Choose a smaller context or a smaller model, or close other programs.",
        )
        return GemfitError("out_of_memory", say(text, file=file, reason=reason))
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine could not load {file} ({reason}). Nothing was loaded. Verify the file, or download it again.",
    )
    return GemfitError("load_failed", say(text, file=file, reason=reason or "?"))
