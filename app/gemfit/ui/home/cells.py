"""What the cells of the table say, and why: a text, a key to sort by and an explanation for each column."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QCoreApplication

from gemfit.fit.speed import COMFORTABLE_TPS
from gemfit.fit.types import Component, Option
from gemfit.ui import words
from gemfit.ui.parameters import parameters_text
from gemfit.ui.viewmodels.machine import MachineModel


class Column(IntEnum):
    MODEL, FORMAT, VERDICT, MEMORY, SPEED, CONTEXT, DOWNLOAD = range(7)


NUMBERS = (Column.MEMORY, Column.SPEED, Column.CONTEXT, Column.DOWNLOAD)
_VERDICTS = {"fits": 0, "tight": 1, "no": 2}


def text(column: Column, option: Option, machine: MachineModel) -> str:
    model, build = machine.model(option.model), machine.build(option.model, option.build)
    match column:
        case Column.MODEL:
            return model.name if model else option.model
        case Column.FORMAT:
            return build.title if build else option.build
        case Column.VERDICT:
            return verdict_text(option)
        case Column.MEMORY:
            return words.size(memory_bytes(option))
        case Column.SPEED:
            return speed_text(option)
        case Column.CONTEXT:
            return words.count(option.max_context) if option.max_context else "–"
        case Column.DOWNLOAD:
            return words.size_gb(option.download_bytes) if option.download_bytes else "–"


def sort_key(column: Column, option: Option, machine: MachineModel) -> str | float:
    """Floats for all numbers: Qt would take small and large integers for two types and not compare them."""
    match column:
        case Column.MODEL | Column.FORMAT:
            return text(column, option, machine)
        case Column.VERDICT:
            return float(_VERDICTS[option.verdict] + (0 if option.runnable else 3))
        case Column.MEMORY:
            return float(memory_bytes(option))
        case Column.SPEED:
            return float(option.generation_tps or -1) if speed_is_known(option) else -1.0
        case Column.CONTEXT:
            return float(option.max_context)
        case Column.DOWNLOAD:
            return float(option.download_bytes)


def explanation(column: Column, option: Option, machine: MachineModel) -> str:
    """Why the cell says what it says, with the numbers; one sentence a line."""
    match column:
        case Column.MODEL:
            return _about_model(option, machine)
        case Column.FORMAT:
            return _about_format(option, machine)
        case Column.VERDICT:
            return "\n".join(words.text(reason) for reason in option.reasons)
        case Column.MEMORY:
            return "\n".join(_about_memory(option, machine))
        case Column.SPEED:
            return "\n".join(_about_speed(option))
        case Column.CONTEXT:
            return _about_context(option, machine)
        case Column.DOWNLOAD:
            return _about_download(option, machine)


def verdict_text(option: Option) -> str:
    """A shape and a word, so that colour is not all that tells."""
    if not option.runnable:
        return "– " + QCoreApplication.translate("Verdict", "cannot run")
    texts = {
        "fits": "● " + QCoreApplication.translate("Verdict", "fits"),
        "tight": "◐ " + QCoreApplication.translate("Verdict", "tight"),
        "no": "○ " + QCoreApplication.translate("Verdict", "no"),
    }
    return texts[option.verdict]


def speed_is_known(option: Option) -> bool:
    return option.generation_tps is not None and option.verdict != "no" and option.runnable


def speed_text(option: Option) -> str:
    """`61` as measured, `~58` as calibrated, `~22–45` from others' figures; a dash where nothing is known."""
    if option.generation_tps is None or not speed_is_known(option):
        return "–"
    if option.tps_source == "measured":
        return words.rate(option.generation_tps)
    if option.tps_source == "published" and option.tps_range is not None:
        return f"~{range_text(option.tps_range)}"
    return f"~{words.rate(option.generation_tps)}"


def range_text(tps_range: tuple[float, float]) -> str:
    """`22–45`; one figure where both ends read the same."""
    low, high = (words.rate(tps) for tps in tps_range)
    return low if low == high else f"{low}–{high}"


def speed_phrase(option: Option) -> str:
    """`~22–45 tokens/s, estimated`: the speed with the word for where it comes from."""
    if not speed_is_known(option):
        return QCoreApplication.translate("Speed", "speed not known")
    texts = {
        "measured": QCoreApplication.translate("Speed", "%1 tokens/s, measured"),
        "calibrated": QCoreApplication.translate("Speed", "%1 tokens/s, calibrated"),
        "published": QCoreApplication.translate("Speed", "%1 tokens/s, estimated"),
    }
    unknown = QCoreApplication.translate("Speed", "%1 tokens/s")
    return texts.get(option.tps_source, unknown).replace("%1", speed_text(option))


def memory_bytes(option: Option) -> int:
    """All that it takes, on all devices together."""
    return option.total_bytes + option.host_bytes


def memory_phrase(option: Option, machine: MachineModel) -> str:
    """`needs 9.7 GiB of 11.2 GiB free GPU memory, and 5.4 GiB RAM`, or `needs 7.4 GiB of 11.3 GiB free RAM`."""
    gpus = machine.machine.gpus if machine.machine else []
    shared = any(gpu.shared_memory for gpu in gpus if gpu.engine_device == option.engine_device)
    phrase = QCoreApplication.translate("Memory", "needs %1 of %2 free RAM")
    taken_bytes = memory_bytes(option)
    if option.place == "gpu" and not shared:
        phrase = QCoreApplication.translate("Memory", "needs %1 of %2 free GPU memory, and %3 RAM")
        taken_bytes = option.total_bytes
    phrase = phrase.replace("%1", words.size(taken_bytes)).replace("%2", words.size(option.available_bytes))
    return phrase.replace("%3", words.size(option.host_bytes))


def component_names() -> dict[str, str]:
    """The words for the parts that memory is taken by."""
    return {
        "weights": QCoreApplication.translate("Memory", "Weights"),
        "kv": QCoreApplication.translate("Memory", "KV cache"),
        "compute": QCoreApplication.translate("Memory", "Compute"),
        "projector": QCoreApplication.translate("Memory", "Pictures and sound"),
        "drafter": QCoreApplication.translate("Memory", "Drafter"),
        "checkpoints": QCoreApplication.translate("Memory", "Earlier states"),
        "base": QCoreApplication.translate("Memory", "Program"),
    }


def components_text(components: Sequence[Component]) -> str:
    """`Weights 6.2 GiB, KV cache 608 MiB, …`."""
    names = component_names()
    return ", ".join(f"{names[c.name]} {words.size(c.n_bytes)}" for c in components if c.n_bytes)


def _about_model(option: Option, machine: MachineModel) -> str:
    model = machine.model(option.model)
    if model is None:
        return option.model
    said = QCoreApplication.translate("Cell", "%1: %2. It takes a context of at most %3 tokens.")
    said = said.replace("%1", model.name).replace("%2", parameters_text(model.parameters))
    takes = {
        "image": QCoreApplication.translate("Cell", "It can look at pictures."),
        "audio": QCoreApplication.translate("Cell", "It can listen to sound."),
    }
    lines = [said.replace("%3", words.count(model.shape.context_tokens))]
    if option == machine.best():
        lines.insert(0, QCoreApplication.translate("Cell", "This is the recommended one."))
    return "\n".join(lines + [takes[name] for name in model.modalities if name in takes])


def _about_format(option: Option, machine: MachineModel) -> str:
    build = machine.build(option.model, option.build)
    if build is None:
        return option.build
    said = QCoreApplication.translate("Cell", "%1, packed by %2: the file %3.")
    return said.replace("%1", build.title).replace("%2", build.publisher).replace("%3", option.file)


def _about_memory(option: Option, machine: MachineModel) -> list[str]:
    said = QCoreApplication.translate("Cell", "%1 in all, computed for a context of %2 tokens.")
    lines = [said.replace("%1", words.size(memory_bytes(option))).replace("%2", words.count(option.context_tokens))]
    for device in dict.fromkeys(component.device for component in option.components):
        parts = [component for component in option.components if component.device == device]
        place = QCoreApplication.translate("Cell", "%1: %2. In all %3; %4 are free.")
        place = place.replace("%1", device_name(device, machine)).replace("%2", components_text(parts))
        place = place.replace("%3", words.size(sum(part.n_bytes for part in parts)))
        lines.append(place.replace("%4", words.size(_free_bytes(device, machine))))
    lines += [words.text(note) for note in option.plan_notes]
    outcome = machine.last_outcome(option.model, option.build)
    if outcome is not None and outcome.measured:
        took = QCoreApplication.translate("Cell", "Measured here last: %1 with a context of %2 tokens.")
        took = took.replace("%1", words.size(sum(c.n_bytes for c in outcome.measured)))
        lines.append(took.replace("%2", words.count(outcome.plan.context_tokens)))
    return lines


def _free_bytes(device: str, machine: MachineModel) -> int:
    """What is free of the memory that a component names."""
    if machine.machine is None:
        return 0
    gpu = next((g for g in machine.machine.gpus if device and device in (g.engine_device, g.name)), None)
    known = None if gpu is None else gpu.free_bytes if gpu.free_bytes is not None else gpu.total_bytes
    return machine.machine.memory.available_bytes if known is None else known


def device_name(device: str, machine: MachineModel) -> str:
    """What people call the memory that a component names: `RAM`, or the graphics card's name."""
    gpus = machine.machine.gpus if machine.machine else []
    gpu = next((g for g in gpus if device and device in (g.engine_device, g.name)), None)
    if gpu is None:
        return device or "RAM"
    twins = sum(g.name == gpu.name for g in gpus) > 1
    return f"{gpu.name} ({gpu.engine_device})" if twins and gpu.engine_device else gpu.name


def _about_speed(option: Option) -> list[str]:
    if option.generation_tps is None or not option.runnable:
        return [QCoreApplication.translate("Cell", "Nothing is known about its speed here.")]
    writing = QCoreApplication.translate("Cell", "Writes about %1 tokens per second with a context of %2 tokens.")
    writing = writing.replace("%1", words.rate(option.generation_tps))
    lines = [writing.replace("%2", words.count(option.context_tokens))]
    if option.tps_range is not None:
        between = QCoreApplication.translate("Cell", "Expect %1 tokens per second: less as the context fills.")
        lines.append(between.replace("%1", range_text(option.tps_range)))
    if option.prompt_tps is not None:
        reading = QCoreApplication.translate("Cell", "Reads a prompt at about %1 tokens per second.")
        lines.append(reading.replace("%1", words.rate(option.prompt_tps)))
    sources = {
        "measured": QCoreApplication.translate("Cell", "Measured in answers of this very model here."),
        "calibrated": QCoreApplication.translate("Cell", "Computed from the calibration of this machine."),
        "published": QCoreApplication.translate(
            "Cell", "Estimated from published figures of like hardware; calibrating gives this machine's own."
        ),
    }
    comfort = QCoreApplication.translate("Cell", "About %1 tokens per second is comfortable reading speed.")
    lines += [sources[option.tps_source]] if option.tps_source in sources else []
    return [*lines, comfort.replace("%1", f"{COMFORTABLE_TPS:g}")]


def _about_context(option: Option, machine: MachineModel) -> str:
    model = machine.model(option.model)
    trained = model.shape.context_tokens if model else 0
    if not option.max_context and not option.missing_bytes and option.reasons:
        return words.text(option.reasons[0])
    if not option.max_context:
        said = QCoreApplication.translate("Cell", "Not even the shortest context fits in the %1 that are free.")
        return said.replace("%1", words.size(option.available_bytes))
    if option.max_context >= trained:
        said = QCoreApplication.translate("Cell", "All %1 tokens that the model was made for fit: it is the limit.")
        return said.replace("%1", words.count(option.max_context))
    said = QCoreApplication.translate(
        "Cell", "%1 tokens fill the %2 that are free: memory is the limit. The model was made for %3."
    )
    said = said.replace("%1", words.count(option.max_context)).replace("%2", words.size(option.available_bytes))
    return said.replace("%3", words.count(trained))


def _about_download(option: Option, machine: MachineModel) -> str:
    if not option.download_bytes:
        return QCoreApplication.translate("Cell", "It is on this disk already.")
    said = QCoreApplication.translate("Cell", "%1 to download as %2; %3 of the disk are free.")
    free_bytes = machine.machine.disk.free_bytes if machine.machine else 0
    said = said.replace("%1", words.size_gb(option.download_bytes)).replace("%2", option.file)
    return said.replace("%3", words.size_gb(free_bytes))
