"""`gemfit calibrate`: how fast this machine computes, found in under a minute with made-up weights."""

import argparse
from typing import Any

import msgspec

from gemfit.catalog.types import Catalog
from gemfit.cli.output import ProgressLine, print_json, print_table
from gemfit.cli.weights import catalog_of, stop_by_signal
from gemfit.errors import GemfitError
from gemfit.fit.memory import tensors_of
from gemfit.fit.speed import TYPICAL_USED_TOKENS, speed_of
from gemfit.fit.types import Calibration, Known, Plan, Share
from gemfit.machine.probe import probe
from gemfit.machine.types import Machine
from gemfit.measured.calibrate import calibrate, was_busy
from gemfit.settings import load_settings
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, duration, say, show

CONTEXT_TOKENS = 4096


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(args: argparse.Namespace) -> int:
    """Calibrate, then print what follows for each model and format on the processor. Returns 0.

    Raises GemfitError; KeyboardInterrupt where a person stopped it, with nothing left behind.
    """
    catalog = catalog_of(args)
    machine = probe(load_settings().weights_folder)
    line = ProgressLine()

    def progress(fraction: float, sentence: Sentence) -> None:
        line.show(f"{sentence} … {100 * fraction:.0f} %")

    with stop_by_signal() as stopped:
        try:
            made = calibrate(machine, progress, stopped)
        except GemfitError as error:
            if error.code == "cancelled":
                raise KeyboardInterrupt from None
            raise
        finally:
            line.clear()
    rows = speeds(machine, catalog, made)
    if args.json:
        print_json(msgspec.to_builtins(made) | {"speeds": rows, "note": str(was_busy(made) or "")})
        return 0
    print_table(
        ("on", "model", "format", "generation", "prompt"),
        [
            (
                row["device"] or machine.cpu.model,
                row["model"],
                row["title"],
                f"{show('generation_tps', row['generation_tps'])} tokens/s",
                f"{show('prompt_tps', row['prompt_tps'])} tokens/s",
            )
            for row in rows
        ],
        right=frozenset({3, 4}),
    )
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "Calibrated in {took}. Generation with {tokens} tokens in the context; whether a model fits: gemfit fit.",
    )
    print(say(text, took=duration(made.took_s), tokens=TYPICAL_USED_TOKENS))
    busy = was_busy(made)
    if busy is not None:
        print(busy)
    return 0


def speeds(machine: Machine, catalog: Catalog, made: Calibration) -> list[dict[str, Any]]:
    """What each model and format that the engine runs would reach, whole on each device, whether it fits or not."""
    found = []
    for device in made.devices:
        known = Known(calibration=msgspec.structs.replace(made, devices=[device]))
        for model in catalog.models:
            for build in model.builds:
                if build.container != "gguf" or build.tensors is None:
                    continue
                shares = [Share(device.device, model.shape.layers + 1)] if device.device else []
                plan = Plan(context_tokens=min(CONTEXT_TOKENS, model.shape.context_tokens), shares=shares)
                speed = speed_of(machine, model.shape, tensors_of(model, build), plan, known)
                found.append(
                    {
                        "device": device.device,
                        "model": model.id,
                        "build": build.id,
                        "title": build.title,
                        "generation_tps": speed.generation_tps,
                        "prompt_tps": speed.prompt_tps,
                        "tps_range": speed.tps_range,
                    }
                )
    return found
