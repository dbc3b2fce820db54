"""Looks at this computer. What fails costs its own line and leaves a sentence; the probe itself does not fail."""

import logging
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from gemfit import paths
from gemfit.machine import apple, drm, nvidia, surroundings, windows
from gemfit.machine.advice import with_advice
from gemfit.machine.ask import TIMEOUT_S, Answer, ask
from gemfit.machine.cpu import probe_cpu
from gemfit.machine.disk import probe_disk
from gemfit.machine.memory import probe_memory
from gemfit.machine.merge import merge
from gemfit.machine.types import Disk, EngineBuild, Gpu, Machine
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

log = logging.getLogger(__name__)


def probe(weights_dir: Path, *, root: Path = Path("/"), timeout_s: float = TIMEOUT_S) -> Machine:
    """This computer, with the disk of `weights_dir`. Takes 0.5 s when all is well, `timeout_s` and a little at worst.

    `root` is where Linux's `/proc`, `/sys` and `/etc` are looked for. Nothing is raised for what cannot be found out:
    `problems` says so.
    """
    problems: list[Sentence] = []
    with ThreadPoolExecutor(3, "probe") as threads:
        devices = threads.submit(_ask_engine, timeout_s, problems)
        nvml = threads.submit(ask, [*paths.self_command(), "--child", "nvml"], "NVIDIA's driver", timeout_s)
        displays = threads.submit(ask, apple.COMMAND, "macOS", timeout_s) if sys.platform == "darwin" else None
        memory, cpu = probe_memory(root), probe_cpu(root)
        disk = _disk(weights_dir, problems)
        engine = engine_build(devices.result(), problems)
        report = nvml_report(nvml.result(), problems)
        gpus = nvidia.to_gpus(report)
        if displays is not None:
            gpus += apple.to_gpus(_value(displays.result(), problems), memory.total_bytes)
    gpus += _listed(root, bool(gpus), problems)
    if engine.features:
        evidence = {**cpu.evidence, "features": f"ggml {engine.evidence.get('features', '')}".strip()}
        cpu = msgspec.structs.replace(cpu, features=engine.features, evidence=evidence)
    environment, environment_evidence = surroundings.environment(root)
    machine = Machine(
        os=surroundings.system_name(root),
        arch=platform.machine(),
        environment=environment,
        memory=memory,
        cpu=cpu,
        gpus=merge(gpus, engine),
        disk=disk,
        engine=engine,
        problems=[str(problem) for problem in problems],
        problem_sentences=problems,
        evidence={"os": "platform", "arch": "platform"}
        | ({"environment": environment_evidence} if environment else {}),
    )
    return with_advice(machine)


def _ask_engine(timeout_s: float, problems: list[Sentence]) -> Answer:
    """Ask the build of the engine in use; our own where a chosen one does not answer, because that runs then."""
    chosen = paths.engine_in_use()
    answer = ask(paths.engine_command("devices", chosen), "The engine", timeout_s)
    if chosen is None:
        return answer
    if answer.problem is None:
        return msgspec.structs.replace(answer, value={**(answer.value or {}), "name": chosen.name})
    text = QT_TRANSLATE_NOOP(
        "gemfit", "The engine {name} does not answer ({why}), so the one that came with Gemfit is used instead."
    )
    problems.append(say(text, name=chosen.name, why=answer.problem))
    return ask(paths.engine_command("devices", None), "The engine", timeout_s)


def engine_build(answer: Answer, problems: list[Sentence]) -> EngineBuild:
    """What the engine's child said about itself; a build with a `problem` where it did not."""
    value = _value(answer, problems)
    try:
        return msgspec.convert(value, EngineBuild) if value else EngineBuild(problem=str(answer.problem))
    except msgspec.ValidationError:
        problem = _nonsense("The engine")
        problems.append(problem)
        return EngineBuild(problem=str(problem))


def nvml_report(answer: Answer, problems: list[Sentence]) -> nvidia.NvmlReport:
    """What NVML's child said; an empty report where it did not."""
    try:
        report = msgspec.convert(_value(answer, problems), nvidia.NvmlReport)
    except msgspec.ValidationError:
        problems.append(_nonsense("NVIDIA's driver"))
        return nvidia.NvmlReport()
    problem = nvidia.problem(report)
    if problem is not None:
        problems.append(problem)
    return report


def _nonsense(what: str) -> Sentence:
    text = QT_TRANSLATE_NOOP("gemfit", "{what} answered nonsense. Everything else was looked at.")
    return say(text, what=what)


def _value(answer: Answer, problems: list[Sentence]) -> dict[str, object]:
    if answer.problem is not None:
        problems.append(answer.problem)
        log.info("a probe failed: %s\n%s", answer.problem, answer.stderr)
    return answer.value or {}


def _disk(weights_dir: Path, problems: list[Sentence]) -> Disk:
    try:
        return probe_disk(weights_dir)
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The disk of the weights folder could not be asked: {reason}. Choose another folder in Settings."
        )
        problems.append(say(text, reason=error.strerror or type(error).__name__))
        return Disk(path=str(weights_dir), total_bytes=0, free_bytes=0, evidence={"free_bytes": "not known"})


def _listed(root: Path, nvml_found: bool, problems: list[Sentence]) -> list[Gpu]:
    """The GPUs that the system lists, without those that NVML told already."""
    try:
        listed = windows.probe_windows() if sys.platform == "win32" else drm.probe_drm(root)
    except OSError as error:
        text = QT_TRANSLATE_NOOP("gemfit", "The system's list of GPUs could not be read: {reason}.")
        problems.append(say(text, reason=error.strerror or type(error).__name__))
        return []
    return [gpu for gpu in listed if not (nvml_found and gpu.vendor == "NVIDIA")]
