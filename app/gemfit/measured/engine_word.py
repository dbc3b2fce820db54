"""The engine's word on a file: llama.cpp lays it out in a child, allocating nothing, and its figures are compared.

For a file of the Hub only the header is fetched. Where the formula differs by more than it should, the engine is right:
its figures are the ones to show, and the difference is logged, since the formula has then something to learn.
"""

import logging
import queue
import threading
from pathlib import Path

import msgspec

from gemfit.engine.client import EngineClient
from gemfit.engine.formats import backend_of
from gemfit.engine.protocol import EngineExit, Event, Failed, Layout, Measured
from gemfit.errors import GemfitError
from gemfit.fit.files import FileFacts, facts_of
from gemfit.fit.memory import components
from gemfit.fit.types import Component, ComponentName, Plan
from gemfit.gguf.parts import paths_of_parts
from gemfit.library.download import Rules
from gemfit.library.header_fetch import HubFile, fetch_header
from gemfit.library.progress import OnProgress
from gemfit.library.source import Source
from gemfit.loading import load_plan
from gemfit.measured.account import laid_out
from gemfit.words import QT_TRANSLATE_NOOP, say

TOLERANCE: dict[ComponentName, float] = {"weights": 0.0, "kv": 0.0, "compute": 0.02}
"""By what fraction the formula may differ. What the engine does not lay out itself (the base) is not compared."""

_LOOK_S = 0.1
log = logging.getLogger(__name__)


class Difference(msgspec.Struct, frozen=True):
    """One component on one device, by the engine and by the formula; `within` what is tolerated, or not."""

    name: ComponentName
    device: str
    engine_bytes: int
    formula_bytes: int
    within: bool


class EngineWord(msgspec.Struct, frozen=True, kw_only=True):
    """How the engine would lay out a file.

    `components`: what counts, the engine's figures, and the formula's for what the engine does not lay out.
    `formula`: all of the formula's. `differences`: every component that both know. `fetched_bytes` came over the
    network just now, `file_bytes` is the length of the whole file. `path`: the file, or the sparse one in its place.
    """

    path: Path
    layout: Layout
    components: list[Component]
    formula: list[Component]
    differences: list[Difference]
    file_bytes: int
    fetched_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        """Everything that the plan takes, on all devices together."""
        return sum(component.n_bytes for component in self.components)


def ask_engine(
    source: Path | HubFile,
    plan: Plan,
    *,
    hub: Source | None = None,
    on_progress: OnProgress = lambda _progress: None,
    stopped: threading.Event | None = None,
    rules: Rules | None = None,
) -> EngineWord:
    """Ask for the layout of a file here, or of one on the Hub. Waits, for a second or for a fetch; any thread may call.

    Raises GemfitError: those of `fetch_header` and of reading a header, what the engine refuses a file with,
    `engine_ended`, and `cancelled` once `stopped` is set.
    """
    stopped = stopped or threading.Event()
    path, fetched_bytes = (source, 0) if isinstance(source, Path) else (None, 0)
    if path is None:
        assert isinstance(source, HubFile)
        fetched = fetch_header(source, source=hub, on_progress=on_progress, cancelled=stopped, rules=rules)
        path, fetched_bytes = fetched.path, fetched.fetched_bytes
    facts = facts_of(path)
    plan = msgspec.structs.replace(  # the engine goes no further either
        plan, context_tokens=min(plan.context_tokens, facts.shape.context_tokens or plan.context_tokens)
    )
    layout = _measured(path, plan, stopped)
    formula = components(facts.shape, facts.tensors, plan)
    found = compare(layout, formula)
    _log_what_differs(found, facts, plan)
    return EngineWord(
        path=path,
        layout=layout,
        components=_in_force(layout, formula),
        formula=formula,
        differences=found,
        file_bytes=sum(part.stat().st_size for part in paths_of_parts(path)),
        fetched_bytes=fetched_bytes,
    )


def compare(layout: Layout, formula: list[Component]) -> list[Difference]:
    """Every weight, cache and buffer that the engine knows, by it and by the formula."""
    by_engine = _known(layout)
    by_formula = {(c.name, c.device): c.n_bytes for c in formula if c.name in _compared(layout)}
    found = []
    for name, device in sorted(by_engine.keys() | by_formula.keys()):
        engine, computed = by_engine.get((name, device), 0), by_formula.get((name, device), 0)
        within = abs(engine - computed) <= TOLERANCE[name] * engine
        found.append(Difference(name, device, engine, computed, within))
    return found


def _compared(layout: Layout) -> frozenset[ComponentName]:
    """What the engine lays out itself and knows; from its log alone, that is the compute buffers."""
    return frozenset(TOLERANCE) if layout.exact else frozenset({"compute"})


def _known(layout: Layout) -> dict[tuple[ComponentName, str], int]:
    return {place: n_bytes for place, n_bytes in laid_out(layout).items() if place[0] in _compared(layout)}


def _in_force(layout: Layout, formula: list[Component]) -> list[Component]:
    by_engine = [Component(name, device, n_bytes) for (name, device), n_bytes in _known(layout).items() if n_bytes]
    return [*by_engine, *(component for component in formula if component.name not in _compared(layout))]


def _log_what_differs(found: list[Difference], facts: FileFacts, plan: Plan) -> None:
    """A warning for each, without the file's name, which is nobody's business."""
    for one in found:
        if not one.within:
            log.warning(
                "the engine lays out %s on %s otherwise than computed: %d bytes, not %d (%s, %d layers, %s)",
                one.name,
                one.device or "the processor",
                one.engine_bytes,
                one.formula_bytes,
                facts.architecture,
                facts.shape.layers,
                msgspec.json.encode(plan).decode(),
            )


def _measured(path: Path, plan: Plan, stopped: threading.Event) -> Layout:
    """The layout, from a child of its own. Raises GemfitError."""
    events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
    client = EngineClient(events.put, backend=backend_of(path))
    client.start()
    try:
        client.measure(path, load_plan(plan, threads=1))
        while True:
            if stopped.is_set():
                text = QT_TRANSLATE_NOOP("gemfit", "Stopped before the engine had answered. Nothing was changed.")
                raise GemfitError("cancelled", say(text))
            try:
                event = events.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if isinstance(event, Measured):
                return event.layout
            if isinstance(event, Failed):
                raise GemfitError(event.code, event.sentence)
            if isinstance(event, EngineExit):
                raise GemfitError("engine_ended", event.sentence)
    finally:
        client.close(timeout_s=1.0)
