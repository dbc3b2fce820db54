"""Whether a file on the Hub fits this machine, by the engine's word, before it is downloaded.

Only the header is fetched, once for each commit. The arithmetic chooses the plan, llama.cpp lays the file out by it,
and where it knows better its figures decide.
"""

import threading

import msgspec
from msgspec.structs import replace

from gemfit.catalog.types import Shape, TensorLayout
from gemfit.errors import GemfitError
from gemfit.fit.header import shape_from_header, tensors_from_header
from gemfit.fit.intent import intend
from gemfit.fit.memory import by_device
from gemfit.fit.option import on_gpus, refitted
from gemfit.fit.plan import Planned, leanest, max_context
from gemfit.fit.speed import speed_of
from gemfit.fit.types import Component, Known, Plan, Speed, Verdict
from gemfit.gguf.parts import read_model
from gemfit.library.card import Card, card_of
from gemfit.library.download import Rules
from gemfit.library.header_fetch import HubFile, fetch_header
from gemfit.library.progress import OnProgress
from gemfit.library.source import Source
from gemfit.machine.types import Machine
from gemfit.measured.engine_word import EngineWord, ask_engine
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

DEFAULT_CONTEXT = 4096


class HubFit(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one file at one context on one machine. `card`: what the file says of itself.

    `components` are the engine's figures, and the formula's for what the engine does not lay out itself; `computed`:
    how many bytes the formula alone would have said. `available_bytes` are free where it would run, `device` names that
    place for people. `max_context`: the largest that fits, 0 if none. `reasons` say what is missing, `notes` what the
    plan saves. `fetched_bytes` came over the network just now.
    """

    verdict: Verdict
    card: Card
    file_bytes: int
    fetched_bytes: int
    context_tokens: int
    trained_tokens: int
    max_context: int
    plan: Plan
    components: list[Component]
    computed_bytes: int
    available_bytes: int
    device: str
    speed: Speed
    notes: list[Sentence] = []
    reasons: list[Sentence] = []

    @property
    def total_bytes(self) -> int:
        """Everything that it takes, on all devices together."""
        return sum(component.n_bytes for component in self.components)


def fit_of(
    wanted: HubFile,
    machine: Machine,
    *,
    context_tokens: int = DEFAULT_CONTEXT,
    known: Known | None = None,
    hub: Source | None = None,
    on_progress: OnProgress = lambda _progress: None,
    stopped: threading.Event | None = None,
    rules: Rules | None = None,
) -> HubFit:
    """Ask for the fit of `wanted` on `machine`. Waits for a fetch and a second; any thread may call.

    A longer context than the model was trained for is cut to that. Raises GemfitError: those of `fetch_header`, of
    reading a header and of `ask_engine`; `no_model` for a projector, a drafter, an adapter.
    """
    known, stopped = known or Known(), stopped or threading.Event()
    fetched = fetch_header(wanted, source=hub, on_progress=on_progress, cancelled=stopped, rules=rules)
    header = read_model(fetched.path)
    shape, tensors, card = shape_from_header(header), tensors_from_header(header), card_of(header)
    if card.kind != "model" or not shape.layers:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} holds no language model that could be talked to ({architecture}). Nothing was downloaded but its "
            "header.",
        )
        raise GemfitError("no_model", say(text, file=wanted.file, architecture=header.architecture or "?"))
    context_tokens = min(context_tokens, shape.context_tokens or context_tokens)
    planned = leanest(machine, shape, tensors, context_tokens)
    word = ask_engine(fetched.path, planned.plan, stopped=stopped, rules=rules)
    judged = _by_the_engine(planned, word)
    used = [room for room in judged.rooms if room.needed_bytes and room.device] or judged.rooms
    refusal = intend(machine, shape, tensors, context_tokens, known=known).refusal if judged.verdict == "no" else []
    return HubFit(
        verdict=judged.verdict,
        card=card,
        file_bytes=header.file_bytes,
        fetched_bytes=fetched.fetched_bytes,
        context_tokens=context_tokens,
        trained_tokens=shape.context_tokens,
        max_context=max_context(machine, shape, tensors),
        plan=judged.plan,
        components=judged.components,
        computed_bytes=planned.total_bytes,
        available_bytes=sum(room.free_bytes for room in used),
        device=" + ".join(dict.fromkeys(room.name for room in used)),
        speed=_speed(machine, shape, tensors, judged.plan, known),
        notes=judged.notes,
        reasons=refusal,
    )


def _by_the_engine(planned: Planned, word: EngineWord) -> Planned:
    """The plan judged by the engine's figures, where they are of the same devices."""
    if by_device(word.components).keys() != by_device(planned.components).keys():
        return planned
    return refitted(planned, word.components)


def _speed(machine: Machine, shape: Shape, tensors: TensorLayout, plan: Plan, known: Known) -> Speed:
    """By calibration or published figures; partly on a GPU that nothing is known about, as on the processor alone."""
    found = speed_of(machine, shape, tensors, plan, known)
    if found.source == "none" and (on_gpus(plan) <= shape.layers or plan.host_expert_layers):
        return speed_of(machine, shape, tensors, replace(plan, shares=[], host_expert_layers=0), known)
    return found
