"""What a load really took, component by component: the engine's own layout, and the size of its process around it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from gemfit.engine.protocol import Buffer, Layout, Loaded, Stats
from gemfit.fit.types import SYSTEM_MEMORY, Component, ComponentName, Intent, Outcome, Plan

OWN_FILE = "A file of your own"
"""The title, in the record, of a model that is not of the catalogue: the name of a file may say something personal."""

_KINDS: dict[str, ComponentName] = {
    "weights": "weights",
    "repacked": "weights",
    "mapped": "weights",
    "kv": "kv",
    "compute": "compute",
    "projector": "projector",
    "drafter": "drafter",
}


def measured_components(
    layout: Layout,
    plan: Plan,
    *,
    resident_bytes: int,
    device_bytes: int = 0,
    prompt_tokens: int = 0,
    checkpoint_bytes: int = 0,
    projector: Sequence[Buffer] = (),
) -> list[Component]:
    """Divide what a process has in memory (`resident_bytes`) and on its GPUs (`device_bytes`, all of them together).

    Weights and KV cache are what the engine laid out; the rest is the base. The system gives memory when it is used
    first, so the compute buffer in system memory counts as far as the longest prompt (`prompt_tokens`) has filled it.
    `checkpoint_bytes` are the states of a conversation that it keeps, `projector` what pictures and sound took since.
    Of a mapped file the system keeps what it likes: then the weights are what is there. The sum is what was measured.
    """
    amounts = laid_out(layout)
    for buffer in projector:
        amounts["projector", buffer.device] = buffer.n_bytes
    for place, n_bytes in amounts.items():
        if place == ("compute", SYSTEM_MEMORY):
            amounts[place] = n_bytes * _filled_tokens(plan, prompt_tokens) // _batch_tokens(plan)
    if checkpoint_bytes:
        amounts["checkpoints", SYSTEM_MEMORY] = checkpoint_bytes
    missing = sum(n for (_, device), n in amounts.items() if device == SYSTEM_MEMORY) - resident_bytes
    for name in ("weights", "compute", "projector", "kv"):  # mapped and not there, or handed back to the system
        kept = amounts.get((name, SYSTEM_MEMORY), 0)
        taken = min(max(0, missing), kept)
        missing -= taken
        if taken:
            amounts[name, SYSTEM_MEMORY] = kept - taken
    found = [Component(name, device, n_bytes) for (name, device), n_bytes in amounts.items()]
    found.append(Component("base", SYSTEM_MEMORY, max(0, -missing)))
    return [*found, *_device_bases(found, device_bytes)]


def after_load(
    intent: Intent, title: str, loaded: Loaded, *, engine_build: str, machine_key: str = "", at: datetime | None = None
) -> Outcome:
    """What is kept of a load that was planned as `intent`; `at` is now unless it is given."""
    measured = measured_components(
        loaded.layout, intent.plan, resident_bytes=loaded.resident_bytes, device_bytes=loaded.device_bytes
    )
    return Outcome(
        at=(at or datetime.now(UTC)).isoformat(timespec="microseconds"),
        engine_build=engine_build,
        machine_key=machine_key,
        model=intent.model,
        build=intent.build,
        title=title if intent.model else OWN_FILE,
        plan=intent.plan,
        predicted=intent.predicted,
        corrected_by=intent.corrected_by,
        measured=measured,
        predicted_tps=intent.predicted_tps,
    )


def after_answer(outcome: Outcome, layout: Layout, stats: Stats) -> Outcome:
    """Take in an answer: the longest answer's speed, the longest prompt's, and the largest memory."""
    changes: dict[str, object] = {}
    if stats.prompt_tokens > outcome.prompt_tokens and not stats.media_tokens:  # encoding a picture is other work
        changes |= {"prompt_tokens": stats.prompt_tokens, "prompt_tps": stats.prompt_tps}
    if stats.generated_tokens > outcome.generated_tokens:
        changes |= {
            "generated_tokens": stats.generated_tokens,
            "generation_tps": stats.generation_tps,
            "context_used_tokens": stats.context_used_tokens,
        }
    changes["measured"] = measured_components(
        layout,
        outcome.plan,
        resident_bytes=max(stats.resident_bytes, _sum(outcome.measured, on_gpu=False)),
        device_bytes=max(stats.device_bytes, _sum(outcome.measured, on_gpu=True)),
        prompt_tokens=max(stats.prompt_tokens, outcome.prompt_tokens),
        checkpoint_bytes=stats.checkpoint_bytes,
        projector=stats.projector,
    )
    return msgspec.structs.replace(outcome, **changes)


def laid_out(layout: Layout) -> dict[tuple[ComponentName, str], int]:
    """What has to be in memory, by component and device: what is left on disk is not in it."""
    if not layout.buffers:
        sums = {
            "weights": layout.weights_bytes - layout.lazy_bytes,
            "kv": layout.kv_bytes,
            "compute": layout.compute_bytes,
        }
        return {(_KINDS[kind], SYSTEM_MEMORY): n_bytes for kind, n_bytes in sums.items()}
    found: dict[tuple[ComponentName, str], int] = {}
    for buffer in layout.buffers:
        if buffer.kind in _KINDS:
            place = _KINDS[buffer.kind], buffer.device
            found[place] = found.get(place, 0) + buffer.n_bytes
    return found


def _device_bases(components: list[Component], device_bytes: int) -> list[Component]:
    """What the drivers took besides, the same on every GPU: how it is divided among them is not known."""
    devices = sorted({c.device for c in components} - {SYSTEM_MEMORY})
    rest = max(0, device_bytes - sum(c.n_bytes for c in components if c.device != SYSTEM_MEMORY))
    return [Component("base", device, rest // len(devices)) for device in devices]


def _batch_tokens(plan: Plan) -> int:
    return max(1, min(plan.ubatch_tokens, plan.context_tokens))


def _filled_tokens(plan: Plan, prompt_tokens: int) -> int:
    return min(_batch_tokens(plan), prompt_tokens)


def _sum(components: list[Component], *, on_gpu: bool) -> int:
    return sum(c.n_bytes for c in components if (c.device != SYSTEM_MEMORY) == on_gpu)
