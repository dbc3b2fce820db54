"""The report for a description of a bug: what the program is, what it found and measured, and nothing personal.

English and Markdown, for those who mend the program, whatever the language of the window.
"""

import platform
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import msgspec

from gemfit.engine import sandbox
from gemfit.fit.on_each import OnDevice
from gemfit.fit.types import Calibration, DeviceRates, Outcome
from gemfit.machine.advice import for_cpu, for_gpu
from gemfit.machine.facts import rows
from gemfit.machine.saved import without_personal
from gemfit.machine.types import Machine
from gemfit.measured import comparison
from gemfit.personal import Personal, without
from gemfit.words import show, size

OUTCOMES = 20
# What a line of the log says after naming something in the home folder may still be its name: names have spaces. A
# module of the program in a traceback keeps the end of its path.
_IN_HOME = re.compile(r"~[/\\].*")
_FRAME = re.compile(r'File "[^"]*?([^"/\\]+[/\\][^"/\\]+\.py)"')


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is made of. `speeds`: what follows from the calibration.

    `stale`: the calibration is of another machine or engine. `warnings`: records of the log.
    """

    machine: Machine | None = None
    calibration: Calibration | None = None
    stale: bool = False
    speeds: Sequence[OnDevice] = ()
    outcomes: Sequence[Outcome] = ()
    warnings: Sequence[str] = ()


def versions(**more: str) -> dict[str, str]:
    """What runs here, by name, and what confines the engine."""
    engine = version("llama-cpp-python")
    return {
        "Gemfit": version("gemfit"),
        "Python": platform.python_version(),
        "llama-cpp-python": engine,
        "sandbox": sandbox.name() or "none",
        **more,
    }


def report(found: Findings, programs: Mapping[str, str], who: Personal) -> str:
    """The report. `programs`: versions by name; `who`: what to leave out."""
    pieces = ["# Gemfit report", "\n".join(f"- {name} {number}" for name, number in programs.items())]
    pieces += _machine(without_personal(found.machine, who)) if found.machine else ["The machine is not known."]
    pieces += ["## Calibration", *_calibration(found)]
    pieces += ["## Past loads", *_outcomes(found.outcomes)]
    pieces += ["## Last warnings of the log", _warnings(found.warnings, who)]
    return without("\n\n".join(pieces), who) + "\n"


def _machine(machine: Machine) -> list[str]:
    facts = _table(("", "found", "known from"), [(f.name, f.value, f.evidence) for f in rows(machine)])
    advice = [f"- {machine.cpu.model}: {for_cpu(machine)}"]
    advice += [f"- {gpu.name}: {for_gpu(gpu, machine)}" for gpu in machine.gpus]
    troubles = [f"- {problem}" for problem in [*machine.problems, machine.engine.problem] if problem]
    return [
        "## Machine",
        facts,
        *(["\n".join(troubles)] if troubles else []),
        "## The engine for it",
        "\n".join(advice),
    ]


def _calibration(found: Findings) -> list[str]:
    made = found.calibration
    if made is None:
        return ["Not made."]
    said = f"Made {made.made_at} in {show('took_s', made.took_s)} with {made.engine_build}."
    if found.stale:
        return [f"{said} The machine or the engine has changed since; it does not count."]
    speeds = [
        (on.model, on.build, on.device or "processor", _tps(on.speed.generation_tps), _tps(on.speed.prompt_tps))
        for on in found.speeds
    ]
    rates = "\n".join(_rates(device) for device in made.devices)
    header = ("model", "format", "on", "generation, tokens/s", "prompt, tokens/s")
    return [said, rates, *([_table(header, speeds)] if speeds else [])]


def _rates(device: DeviceRates) -> str:
    reading = ", ".join(f"{kind} {bps / 1e9:.1f} GB/s" for kind, bps in device.read_bps.items())
    prompts = ", ".join(f"{kind} {flops / 1e9:.0f} GFLOP/s" for kind, flops in device.prompt_flops.items())
    return (
        f"- {device.device or 'processor'}, {device.threads} threads: {device.fixed_s * 1e3:.2f} ms a token, "
        f"{device.layer_s * 1e6:.0f} µs a layer; reads {reading}; prompts {prompts}"
    )


def _outcomes(outcomes: Sequence[Outcome]) -> list[str]:
    if not outcomes:
        return ["None yet."]
    newest = sorted(outcomes, key=lambda outcome: outcome.at, reverse=True)[:OUTCOMES]
    header = ("when", "model", "context", "predicted", "measured", "difference", "predicted t/s", "measured t/s")
    return [_table(header, [_outcome(outcome) for outcome in newest]), "\n".join(map(_parts, newest))]


def _outcome(outcome: Outcome) -> tuple[str, ...]:
    error = comparison.memory_error(outcome)
    return (
        outcome.at,
        _name(outcome),
        str(outcome.plan.context_tokens),
        size(comparison.total_bytes(outcome.predicted)),
        size(comparison.total_bytes(outcome.measured)),
        "" if error is None else f"{error:+.1%}",
        _tps(outcome.predicted_tps),
        _tps(outcome.generation_tps or None),
    )


def _parts(outcome: Outcome) -> str:
    """`- 2026-…: weights 1.2 GiB → 1.2 GiB, …, engine build, plan`."""
    told = ", ".join(
        f"{part.name}{f' on {part.device}' if part.device else ''} {_bytes(part.predicted_bytes)} → "
        f"{_bytes(part.measured_bytes)}"
        for part in comparison.parts(outcome)
    )
    plan = msgspec.json.encode(outcome.plan).decode()
    return f"- {outcome.at}, {_name(outcome)}: {told}; {outcome.engine_build}; `{plan}`"


def _name(outcome: Outcome) -> str:
    """A file that the catalogue does not know is called by whoever keeps it: its name stays here."""
    return f"{outcome.model} {outcome.build}" if outcome.model else "a file of one's own"


def _warnings(records: Sequence[str], who: Personal) -> str:
    if not records:
        return "None."
    told = [_IN_HOME.sub("~/…", _FRAME.sub(r'File "…/\1"', without(record, who))) for record in records]
    return "```\n" + "\n".join(told) + "\n```"


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    shown = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in shown)


def _tps(tps: float | None) -> str:
    return "" if tps is None else show("_tps", tps)


def _bytes(n_bytes: int | None) -> str:
    return "–" if n_bytes is None else size(n_bytes)
