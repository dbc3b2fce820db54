"""What is loaded: a file with its companions, how, and what is expected of it."""

from pathlib import Path

import msgspec

from gemfit.engine.protocol import LoadPlan
from gemfit.fit.types import Intent


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What to load. `title` names model and format for people, `model` and `build` name them in the catalogue.

    `gpu_total_bytes`: the memory of the GPUs that it goes to; 0 when it goes to none. `intent`: where `plan` comes from
    and what is expected of it; None where nothing is known of the machine or the file. `projector`: the file for
    pictures and sound, where it is here; `drafter` the one that guesses ahead for this model. `sha256`: of `path`.
    """

    path: Path
    plan: LoadPlan = LoadPlan()
    title: str = ""
    predicted_bytes: int = 0
    gpu_total_bytes: int = 0
    model: str = ""
    build: str = ""
    intent: Intent | None = None
    projector: Path | None = None
    drafter: Path | None = None
    sha256: str | None = None
