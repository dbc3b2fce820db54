"""What a plan's choices save and cost, in words and numbers."""

from collections.abc import Sequence

import msgspec

from gemfit.fit.memory import Subject, checkpoint_bytes
from gemfit.fit.rooms import Room
from gemfit.fit.types import Component, Plan
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say


def notes_of(subject: Subject, plan: Plan, rooms: Sequence[Room], found: Sequence[Component]) -> list[Sentence]:
    """Where it runs if not in one piece, each saving with what it saves and costs, and what is missing where."""
    said = [*_spread(plan, rooms), *_left_to_the_processor(subject, plan), *_savings(subject, plan, found)]
    lazy_bytes = subject.tensors.lazy_bytes
    if lazy_bytes and plan.lazy_embeddings:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{saved_bytes} of the weights, the per-layer embeddings, stay on the disk and are read row by row: that "
            "costs next to no speed.",
        )
        said.append(say(text, saved_bytes=lazy_bytes))
    return said + [_missing(room) for room in rooms if room.missing_bytes]


def suggested_context(most_tokens: int) -> list[Sentence]:
    """A shorter conversation would fit."""
    text = QT_TRANSLATE_NOOP("gemfit", "With a context of at most {most_tokens} tokens it fits.")
    return [say(text, most_tokens=most_tokens)]


def forced_note(missing_bytes: int) -> Sentence:
    """What to expect of a plan that does not fit."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "Forced: it needs {missing_bytes} more than is free. The file is mapped, so that the system can drop parts of "
        "it and read them again from the disk, which can be slower by far.",
    )
    return say(text, missing_bytes=missing_bytes)


def _spread(plan: Plan, rooms: Sequence[Room]) -> list[Sentence]:
    if len(plan.shares) < 2:
        return []
    names = {room.device: room.name for room in rooms}
    listed = ", ".join(names.get(share.device, share.device) for share in plan.shares)
    text = QT_TRANSLATE_NOOP("gemfit", "Spread over {count} GPUs, which work one after the other: {names}.")
    return [say(text, count=len(plan.shares), names=listed)]


def _left_to_the_processor(subject: Subject, plan: Plan) -> list[Sentence]:
    if not plan.shares:
        return []
    blocks, said = subject.shape.layers, []
    first = blocks + 1 - min(blocks + 1, sum(share.layers for share in plan.shares))
    if first:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{gpu_layers} of {layers} layers run on the GPU and the others on the processor: faster than without a "
            "GPU, slower than all on it.",
        )
        said.append(say(text, gpu_layers=blocks - first, layers=blocks))
    saved_bytes = sum(subject.tensors.expert_bytes[first : plan.host_expert_layers])
    if saved_bytes:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The experts of {layers} layers stay in system memory: that saves {saved_bytes} of video memory, and the "
            "processor computes them, which is slower.",
        )
        said.append(say(text, layers=plan.host_expert_layers - first, saved_bytes=saved_bytes))
    return said


def _savings(subject: Subject, plan: Plan, found: Sequence[Component]) -> list[Sentence]:
    """Each saving with the difference to the same plan without it."""
    steps: list[tuple[str, Plan]] = []
    usual = Plan()
    if plan.ubatch_tokens < usual.ubatch_tokens:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "Prompts are processed 256 tokens at a time instead of 512: that saves {saved_bytes} and makes long "
            "prompts a little slower.",
        )
        steps.append((text, msgspec.structs.replace(plan, ubatch_tokens=usual.ubatch_tokens)))
    wanted = checkpoint_bytes(subject.shape, plan.context_tokens)
    if plan.checkpoint_bytes < wanted:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "No earlier states of the conversation are kept: that saves {saved_bytes}; after a long answer, and after "
            "an edit, the conversation is processed from the start again.",
        )
        steps.append((text, msgspec.structs.replace(plan, checkpoint_bytes=wanted)))
    if plan.kv_type != usual.kv_type:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The KV cache is kept in 8 bits instead of 16: that saves {saved_bytes}; answers hardly change, and long "
            "contexts get a little slower.",
        )
        steps.append((text, msgspec.structs.replace(plan, kv_type=usual.kv_type)))
    if plan.load_mode != usual.load_mode:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The file is mapped instead of read: that saves {saved_bytes}, and the system can drop most of the rest "
            "when it has to. Prompts and answers take about twice as long.",
        )
        steps.append((text, msgspec.structs.replace(plan, load_mode=usual.load_mode, repack=usual.repack)))
    total = sum(component.n_bytes for component in found)
    saved = [(text, sum(c.n_bytes for c in subject.components(without)) - total) for text, without in steps]
    return [say(text, saved_bytes=n_bytes) for text, n_bytes in saved if n_bytes > 0]


def _missing(room: Room) -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit", "{missing_bytes} are missing: {needed_bytes} are needed and {free_bytes} free ({name})."
    )
    return say(
        text,
        missing_bytes=room.missing_bytes,
        needed_bytes=room.needed_bytes,
        free_bytes=room.free_bytes,
        name=room.name,
    )
