"""The engine as the window sees it: one child at most, its events as signals on the window's thread."""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from gemfit.engine.client import EngineClient
from gemfit.engine.formats import backend_of
from gemfit.engine.protocol import (
    ChatMessage,
    Delta,
    Done,
    EngineExit,
    Event,
    Failed,
    Generate,
    Hello,
    Loaded,
    LoadPlan,
    LoadProgress,
    PromptProgress,
    Resized,
    Sampling,
    StateSaved,
    Stats,
)
from gemfit.engine.recovery import Try
from gemfit.fit.types import Outcome
from gemfit.measured.account import after_answer, after_load
from gemfit.ui.viewmodels.child import ENDING_S, SAVING_S, Child
from gemfit.ui.viewmodels.computed import Computed
from gemfit.ui.viewmodels.idle import IdleLimit
from gemfit.ui.viewmodels.recovery import Recovery
from gemfit.ui.viewmodels.selection import Selection
from gemfit.words import QT_TRANSLATE_NOOP, say

EngineState = Literal["idle", "starting", "loading", "ready", "answering", "stopping", "ended"]
Listener = Callable[[Event | EngineExit], None]


class EngineSession(QObject):
    """Loads one model at a time and lets it answer.

    Signals, all on the thread this lives on: `state_changed(str)`, `load_progress(float)`, `loaded(Loaded)`,
    `prompt_progress(PromptProgress)`, `delta(Delta)`, `done(Done)`, `failed(Failed)`, `measured(Outcome)` after a load
    and after each answer, `noticed(Sentence)` for what a person should know, and
    `exited(EngineExit)` for every end of a child, asked for or not. Nothing here waits:
    children are started and ended on worker threads.

    A child that ends while it is at something is replaced by itself as long as there is something left to try:
    `recovering(Try)` comes instead of `exited` or `failed`, then `loaded`; an answer under way has to be asked
    for again.

    A model that is not asked anything for the time of `idle_limit` gives its memory back; `reload` brings it again. Of
    conversations `computed` keeps what the settings allow.

    States: `idle` (no child), `starting`, `loading`, `ready`, `answering`, `stopping` (the child is being ended),
    `ended` (the child ended by itself; `reload` starts another).
    """

    state_changed = Signal(str)
    load_progress = Signal(float)
    loaded = Signal(object)
    prompt_progress = Signal(object)
    delta = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    measured = Signal(object)
    exited = Signal(object)
    recovering = Signal(object)
    noticed = Signal(object)
    _arrived = Signal(int, object)

    def __init__(
        self, parent: QObject | None = None, make_client: Callable[[Listener], EngineClient] = EngineClient
    ) -> None:
        super().__init__(parent)
        self._make_client = make_client
        self._child: Child | None = None
        self._serial = 0  # of the client; what an earlier one still has to say is dropped
        self._state: EngineState = "idle"
        self._wanted: Selection | None = None
        self._closed = False
        self._request_ids = itertools.count(1)
        self._answer_id = 0
        self.selection: Selection | None = None
        self.loaded_info: Loaded | None = None
        self.last_stats: Stats | None = None
        self.outcome: Outcome | None = None
        self.engine_build = ""
        self.loading = LoadProgress(0.0)
        self.given_back_bytes = 0
        self.idled = False
        self.idle_limit = IdleLimit(self)
        self.idle_limit.reached.connect(self._idle)
        self.computed = Computed(self._request_ids)
        self._resizing: tuple[int, Selection] | None = None
        self._recovery: Recovery | None = None
        # A bound method of an object of this thread: Qt queues the call, whichever thread emits.
        self._arrived.connect(self._receive)

    @property
    def state(self) -> EngineState:
        return self._state

    @property
    def title(self) -> str:
        return self.selection.title if self.selection is not None else ""

    @property
    def predicted_bytes(self) -> int:
        """What the load was expected to take; 0 when nobody said."""
        return self.selection.predicted_bytes if self.selection is not None else 0

    @property
    def pid(self) -> int | None:
        """Of the child; None without one."""
        return self._child.client.pid if self._child is not None else None

    def resident_bytes(self) -> int | None:
        """What the child has in memory now; None without a child."""
        return self._child.client.resident_bytes() if self._child is not None else None

    def gpu_memory(self) -> tuple[int, int] | None:
        """Bytes that the model took of its GPU's memory, and how many that has; None where no GPU is used."""
        told = self.last_stats or self.loaded_info
        if told is None or self.selection is None or not self.selection.gpu_total_bytes:
            return None
        return told.device_bytes, self.selection.gpu_total_bytes

    def load(self, selection: Selection) -> None:
        """Load `selection`; a model that is loaded now is given back first."""
        self._wanted = selection
        if selection is not self.selection:
            self._recovery = None
        if self._state != "stopping":
            self._end_child()

    def reload(self) -> None:
        """Load again what was loaded last, after the child has ended or while it is being ended."""
        if self.selection is not None and self._state in ("idle", "ended", "stopping"):
            self.load(self._wanted or self.selection)

    @Slot()
    def _idle(self) -> None:
        if self._state == "ready":
            self.unload()
            self.idled = True

    def generate(
        self,
        messages: list[ChatMessage],
        sampling: Sampling | None = None,
        *,
        think: bool = False,
        max_tokens: int | None = None,
        prefill: str = "",
        stop: list[str] | None = None,
        json_schema: str = "",
        grammar: str = "",
        conversation: str = "",
    ) -> int:
        """Answer `messages`; returns the request's id. Raises RuntimeError unless the state is `ready`.

        `conversation`: whose turn it is; what was computed of it is kept when another's begins, or the child ends.
        """
        client = self._client_at_rest()
        self.computed.turn_to(conversation, client, something=self.last_stats is not None)
        self._answer_id = next(self._request_ids)
        request = Generate(
            request_id=self._answer_id,
            messages=messages,
            sampling=sampling or Sampling(),
            think=think,
            max_tokens=max_tokens,
            prefill=prefill,
            stop=stop or [],
            json_schema=json_schema or None,
            grammar=grammar or None,
        )
        client.generate(request)
        self._set_state("answering")
        return request.request_id

    def _client_at_rest(self) -> EngineClient:
        """The one that can be asked something. Raises RuntimeError unless the state is `ready`."""
        if self._child is None or self._state != "ready":
            raise RuntimeError(f"the engine is {self._state}, not ready")
        return self._child.client

    def resize(self, selection: Selection) -> None:
        """Give the loaded model the context of `selection`, without reading its weights again; `loaded` follows. Where
        the engine cannot, the model is loaded anew. Raises RuntimeError unless the state is `ready`.
        """
        client = self._client_at_rest()
        request_id = next(self._request_ids)
        self._resizing = request_id, selection
        self.loading = LoadProgress(1.0, "warming")
        self._set_state("loading")
        client.resize(request_id, selection.plan.context_tokens)

    def _resized(self, event: Resized) -> None:
        if self._resizing is None or event.request_id != self._resizing[0] or self.loaded_info is None:
            return
        self.selection, self._resizing = self._resizing[1], None
        self._recovery = Recovery(self.selection)
        self.loaded_info = msgspec.structs.replace(
            self.loaded_info,
            context_tokens=event.context_tokens,
            layout=event.layout,
            resident_bytes=event.resident_bytes,
            device_bytes=event.device_bytes,
        )
        self._set_state("ready")
        self._account_for(self.loaded_info)
        self.loaded.emit(self.loaded_info)

    def cancel(self) -> None:
        """Stop the answer; `done` follows, or `exited` when the engine does not listen."""
        if self._child is not None and self._state == "answering":
            self._child.client.cancel(self._answer_id)

    def unload(self) -> None:
        """End the child and give its memory back; `exited` follows. A load under way is broken off at once."""
        self._wanted = None
        if self._state == "ended":
            self._set_state("idle")
        elif self._state not in ("idle", "stopping"):
            self._end_child()

    def close(self) -> None:
        """At the end of the program: as `unload`, and nothing is loaded again."""
        self._closed = True
        self.unload()

    def _end_child(self) -> None:
        """End what runs, then load what is wanted."""
        child = self._child
        if child is None:
            self.loaded_info = self.outcome = None
            self._begin()
            return
        self.given_back_bytes = (child.client.resident_bytes() or 0) + self._device_bytes()
        if self._state == "answering":
            child.client.cancel(self._answer_id)
        at_once = self._state in ("starting", "loading")
        something = self.last_stats is not None
        patience_s = 0.0 if at_once else SAVING_S if self.computed.keep(child.client, something=something) else ENDING_S
        self.computed.forget()
        self._resizing = None
        self._let_go()
        self._set_state("stopping")
        child.end(patience_s, self._child_closed, self._child_not_closed)

    def _let_go(self) -> None:
        """Of the child, and of what is known of the model that it had loaded."""
        self._child = self.loaded_info = self.outcome = None

    def _child_closed(self, exit_: EngineExit | None) -> None:
        if exit_ is not None:
            self.exited.emit(exit_)
        self._begin()

    def _child_not_closed(self, error: Exception) -> None:
        """It may still be there; the next load is not held up by it."""
        self.given_back_bytes = 0
        self._fail(error)
        self._begin()

    def _begin(self) -> None:
        if self._wanted is None or self._closed:
            self._set_state("idle")
            return
        self.selection, self._wanted = self._wanted, None
        if self._recovery is None:
            self._recovery = Recovery(self.selection)
        self.last_stats, self.loading, self.idled = None, LoadProgress(0.0), False
        self.computed.forget()
        self._serial += 1
        self._child = Child(self._make_client(partial(self._arrived.emit, self._serial)))
        self._child.client.backend = backend_of(self.selection.path)
        self._set_state("starting")
        self._child.start(self._not_started)

    def _not_started(self, error: Exception) -> None:
        self._child = None
        self._set_state("ended")
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine could not be started or ended ({reason}). Your conversation is safe. "
            "Close other programs and try again.",
        )
        self.failed.emit(Failed(code="engine_process", sentence=say(text, reason=str(error))))

    @Slot(int, object)
    def _receive(self, serial: int, event: Event | EngineExit) -> None:
        if serial != self._serial or self._child is None:
            return
        match event:
            case EngineExit():
                self._child_ended(event)
            case Hello():
                self._greeted(self._child.client, event)
            case LoadProgress():
                self.loading = event
                self.load_progress.emit(event.fraction)
            case Loaded():
                self._model_loaded(event)
            case Resized():
                self._resized(event)
            case PromptProgress():
                self.prompt_progress.emit(event)
            case Delta():
                self.last_stats = event.stats
                self.delta.emit(event)
            case Done():
                self._answered(event)
            case StateSaved():
                self.computed.settle(event.request_id)
            case Failed():
                self._request_failed(event)

    def _child_ended(self, event: EngineExit) -> None:
        at_work = self._state in ("starting", "loading", "answering")
        self._let_go()
        if at_work:
            self._ask_what_next(event, None)
        else:
            self._set_state("ended")
            self.exited.emit(event)

    def _model_loaded(self, event: Loaded) -> None:
        self.loaded_info = event
        self._set_state("ready")
        self._account_for(event)
        self.loaded.emit(event)

    def _answered(self, event: Done) -> None:
        self.last_stats = event.stats
        self._set_state("ready")
        self._account_for(event)
        if self._recovery is not None and event.finish_reason != "cancelled":
            self._recovery.went_well()
        self.done.emit(event)

    def _request_failed(self, event: Failed) -> None:
        if self.computed.settle(event.request_id):
            self.noticed.emit(event.sentence)
        elif self._resizing is not None and event.request_id == self._resizing[0]:
            self.load(self._resizing[1])
        else:
            self._work_failed(event)

    def _work_failed(self, event: Failed) -> None:
        """A failed answer leaves the model loaded; after a failed load there is nothing to keep a child for."""
        assert self._recovery is not None
        if self._recovery.can_follow(event):
            child = self._child
            self._let_go()
            self._ask_what_next(event, child)
            return
        if event.request_id is not None:
            self._set_state("ready")
        else:
            self._end_child()
        self.failed.emit(event)

    def _account_for(self, event: Loaded | Done) -> None:
        """What the load was expected to take, and what it has taken by now."""
        intent = self.selection.intent if self.selection is not None else None
        if intent is None or self.loaded_info is None or not self._is_as_wanted:
            return
        if isinstance(event, Loaded):
            self.outcome = after_load(intent, self.title, event, engine_build=self.engine_build)
        elif self.outcome is not None:
            self.outcome = after_answer(self.outcome, self.loaded_info.layout, event.stats)
        self.measured.emit(self.outcome)

    def _greeted(self, client: EngineClient, hello: Hello) -> None:
        assert self._recovery is not None
        self.engine_build = hello.build
        if hello.problem is not None:
            self.noticed.emit(hello.problem)
        self._set_state("loading")
        self._recovery.heed(hello.build, partial(self._load, client, self._recovery), self._not_started)

    def _load(self, client: EngineClient, recovery: Recovery, plan: LoadPlan) -> None:
        if self._child is None or client is not self._child.client or self.selection is None:
            return
        if recovery.lesson is not None:
            self.noticed.emit(recovery.lesson)
        client.load(
            self.selection.path,
            plan,
            projector=self.selection.projector,
            drafter=self.selection.drafter,
            file_sha256=self.selection.sha256,
        )

    @property
    def _is_as_wanted(self) -> bool:
        return self._recovery is not None and self._recovery.is_as_wanted

    def _ask_what_next(self, event: EngineExit | Failed, child: Child | None) -> None:
        assert self._recovery is not None
        tokens = self.last_stats.context_used_tokens if self.last_stats is not None else 0
        self._set_state("starting")
        self._recovery.ask(event, child, tokens, partial(self._try_again, event))

    def _try_again(self, event: EngineExit | Failed, found: Try | None) -> None:
        overtaken = self._state != "starting" or self._child is not None  # a person wanted something else meanwhile
        if found is not None and not overtaken:
            self.recovering.emit(found)
            self._wanted = self.selection
            self._begin()
            return
        if not overtaken:
            assert self._recovery is not None
            event = self._recovery.last_word(event)
            self._set_state("ended" if isinstance(event, EngineExit) else "idle")
        signal = self.exited if isinstance(event, EngineExit) else self.failed
        signal.emit(event)

    def _set_state(self, state: EngineState) -> None:
        if state != self._state:
            self._state = state
            self.idle_limit.set_at_rest(state == "ready")
            self.state_changed.emit(state)

    def _device_bytes(self) -> int:
        told = self.last_stats or self.loaded_info
        return told.device_bytes if told is not None else 0
