"""What is handed over, and what comes out."""

from pathlib import Path
from typing import Literal

import msgspec

from gemfit.catalog.types import Build, Container, Model
from gemfit.words import Sentence

Target = Literal["lmstudio", "ollama", "llama-server", "vllm", "mlx", "sglang", "litert-lm", "transformersjs"]
Act = Literal["link", "create", "run"]
"""What Gemfit can do itself: link files into another program's folder, have it make a model, start it."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is handed over: one format of one model of the catalogue, or a file of one's own.

    `path`, `projector` and `drafter` are None where that file is not on this disk. `architecture`: what the header of a
    GGUF says, empty for other files and for what is not here. `sha256`: what was computed here, and `verified` whether
    it is the expected one; a file that nobody published a hash for is `own`.
    """

    name: str
    container: Container
    model: Model | None = None
    build: Build | None = None
    path: Path | None = None
    others: list[tuple[Path, str | None]] = []
    projector: Path | None = None
    drafter: Path | None = None
    architecture: str = ""
    sha256: str | None = None
    verified: bool = False
    own: bool = False
    licence: str = ""
    licence_url: str = ""

    @property
    def is_gemma_4(self) -> bool:
        """Whether it is of the family, by its header or by the catalogue."""
        return self.architecture == "gemma4" or (self.model is not None and self.model.name.startswith("Gemma 4 "))

    @property
    def repo(self) -> str:
        """The repository that the weights come from, `owner/name`; empty for a file of one's own."""
        return self.build.weights.repo if self.build else ""


class Repo(msgspec.Struct, frozen=True, kw_only=True):
    """A repository that a program fetches by itself. `approx_bytes` and `revision` None: not known here."""

    repo: str
    approx_bytes: int | None = None
    revision: str | None = None


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """How one program gets one model.

    `program`: its name; `found`: where it is on this machine, None when it was not seen. `possible`: whether it can run
    this model in this format at all; `notes` say why not, and what else is to be known. `acts`: what Gemfit itself can
    do now. `argv`: the command that runs the model there, with `posix` and `powershell` quoted for those shells;
    `document`: the text of a file that is needed, called `document_name`. `folder`: where files go.
    `repos`: what the program fetches itself. `tested`: against what this was tried.
    """

    target: Target
    program: str
    found: str | None
    possible: bool
    tested: Sentence
    licence: Sentence
    acts: list[Act] = []
    argv: list[str] = []
    posix: str = ""
    powershell: str = ""
    document_name: str = ""
    document: str = ""
    folder: str = ""
    repos: list[Repo] = []
    notes: list[Sentence] = []
