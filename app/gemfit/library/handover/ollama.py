"""Ollama: a model of its own, made from a file by `ollama create` with a Modelfile.

What a Modelfile holds: https://docs.ollama.com/modelfile. Ollama builds Gemma 4's prompts and reads its thoughts and
tool calls with code of its own, which RENDERER and PARSER name; a template in the file cannot do that, and without the
two the markers of the thoughts come out as text. FROM, a second FROM for the projector and DRAFT:
https://github.com/ollama/ollama/blob/main/parser/parser.go
"""

import contextlib
import re
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from gemfit.catalog.types import SamplingDefaults
from gemfit.errors import GemfitError
from gemfit.library.handover.common import about_file, found, is_ready, licence_of, why_not_gguf
from gemfit.library.handover.quoting import posix, powershell
from gemfit.library.handover.subject import need_file
from gemfit.library.handover.types import Handover, Subject
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

PROGRAM = "Ollama"
GEMMA_4 = SamplingDefaults(temperature=1.0, top_k=64, top_p=0.95)
"""https://ai.google.dev/gemma/docs/core/prompt-formatting-gemma4"""
DRAFTED_TOKENS = 3
_ASK_S = 20.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

_TESTED = QT_TRANSLATE_NOOP(
    "gemfit",
    "Tested with a stand-in that records what it is asked; written after Ollama's documentation and source. Ollama "
    "itself was not at hand.",
)
_COPIES = QT_TRANSLATE_NOOP("gemfit", "Ollama keeps a copy of its own: {needed_bytes} more on its disk.")
_PROJECTOR = QT_TRANSLATE_NOOP(
    "gemfit",
    "The projector is left out: several versions of Ollama do not load Gemma 4 with a separate one. For images there, "
    "take Ollama's own gemma4.",
)
# https://github.com/ollama/ollama/issues/5245
_IN_PARTS = QT_TRANSLATE_NOOP(
    "gemfit",
    "Ollama does not take a GGUF in several parts. Join them first, with llama.cpp's llama-gguf-split --merge, and "
    "import the one file.",
)
_NOT_INSTALLED = QT_TRANSLATE_NOOP(
    "gemfit", "Ollama was not found on this machine. Nothing was changed. Install it from https://ollama.com first."
)
_ANSWER = QT_TRANSLATE_NOOP(
    "gemfit", "Ollama does not answer: {reason}. Nothing was changed. Start Ollama, then try again."
)


def offer(subject: Subject, context_tokens: int, name: str | None = None) -> Handover:
    """The Modelfile and the commands. Changes nothing, asks nothing."""
    program, refused = found("ollama"), _why_not(subject)
    notes = [*refused, *about_file(subject)]
    document = ""
    argv = ["ollama", "create", name or name_for(subject), "-f", "Modelfile"]
    if not refused and subject.path is not None:
        document = modelfile(subject, context_tokens)
        notes.append(say(_COPIES, needed_bytes=subject.path.stat().st_size))
        notes += [say(_PROJECTOR)] if subject.projector else []
    return Handover(
        target="ollama",
        program=PROGRAM,
        found=program,
        possible=not refused,
        acts=["create"] if program and not refused and is_ready(subject) else [],
        argv=argv if document else [],
        posix=posix(argv) if document else "",
        powershell=powershell(argv) if document else "",
        document_name="Modelfile" if document else "",
        document=document,
        notes=notes,
        tested=say(_TESTED),
        licence=licence_of(subject),
    )


def _why_not(subject: Subject) -> list[Sentence]:
    return [*why_not_gguf(subject, PROGRAM), *([say(_IN_PARTS)] if subject.others else [])]


def name_for(subject: Subject) -> str:
    """`gemfit-e2b:q4_0`: says where it is from, and is none of Ollama's own names."""
    if subject.model and subject.build:
        return f"gemfit-{subject.model.id}:{subject.build.id}".lower()
    stem = subject.path.stem if subject.path else "model"
    return "gemfit-" + (re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")[:60] or "model")


def modelfile(subject: Subject, context_tokens: int) -> str:
    """The Modelfile for weights that are here. Raises GemfitError `unsuited_path`."""
    if subject.path is None:
        raise ValueError("there is no file to make a model from")
    lines = [f"FROM {_path(subject.path)}"]
    if subject.is_gemma_4:
        lines += ["TEMPLATE {{ .Prompt }}", "RENDERER gemma4", "PARSER gemma4"]
    if subject.drafter is not None and subject.is_gemma_4:
        lines += [f"DRAFT {_path(subject.drafter)}", f"PARAMETER draft_num_predict {DRAFTED_TOKENS}"]
    lines += _parameters(subject, context_tokens)
    if subject.licence:
        lines.append(f'LICENSE """{_one_line(f"{subject.licence} {subject.licence_url}")}"""')
    return "\n".join(lines) + "\n"


def _parameters(subject: Subject, context_tokens: int) -> list[str]:
    own = subject.model.sampling if subject.model else SamplingDefaults()
    sampling = GEMMA_4 if subject.is_gemma_4 else own
    values = {
        "num_ctx": context_tokens,
        "temperature": sampling.temperature,
        "top_k": sampling.top_k,
        "top_p": sampling.top_p,
    }
    return [f"PARAMETER {name} {value}" for name, value in values.items() if value is not None]


def _path(path: Path) -> str:
    """A path as a Modelfile has it: to the end of the line, so quotes at its ends and line breaks cannot be said."""
    text = str(path.absolute())
    if text != text.strip().strip('"') or not text.isprintable():
        sentence = QT_TRANSLATE_NOOP(
            "gemfit", "A Modelfile cannot name the path {path}. Nothing was changed. Give the file a plain name first."
        )
        raise GemfitError("unsuited_path", say(sentence, path=ascii(text)))
    return text


def _one_line(text: str) -> str:
    return " ".join(text.replace('"', "'").split())


def create(
    subject: Subject,
    context_tokens: int,
    *,
    name: str | None = None,
    on_line: Callable[[str], None] = lambda _line: None,
    cancelled: threading.Event | None = None,
) -> str:
    """Have Ollama make the model; returns its name there. A model that is there already is never replaced.

    Raises GemfitError: `not_found` (no Ollama), `no_answer`, `exists`, `unsuited_name`, `failed`, `cancelled`,
    `not_possible`, and those of `need_file` and `modelfile`.
    """
    need_file(subject)
    if refused := _why_not(subject):
        raise GemfitError("not_possible", refused[0])
    program = found("ollama")
    if program is None:
        raise GemfitError("not_found", say(_NOT_INSTALLED))
    name = name or name_for(subject)
    _check_name(name)
    if _full(name) in {_full(other) for other in models(program)}:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "Ollama has a model called {name} already, and it was left as it is. Choose another name."
        )
        raise GemfitError("exists", say(text, name=name))
    with tempfile.TemporaryDirectory(prefix="gemfit-ollama-") as folder:
        file = Path(folder) / "Modelfile"
        file.write_text(modelfile(subject, context_tokens), encoding="utf-8")
        code, last = _run([program, "create", name, "-f", str(file)], on_line, cancelled)
    if cancelled is not None and cancelled.is_set():
        text = QT_TRANSLATE_NOOP("gemfit", "Stopped. Ollama made no model; what it had copied it clears away itself.")
        raise GemfitError("cancelled", say(text))
    if code != 0:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "Ollama made no model: {reason}. The weights were not changed. See what Ollama says, and try again.",
        )
        raise GemfitError("failed", say(text, reason=last or f"exit code {code}"))
    return name


def models(program: str) -> list[str]:
    """The names of the models that Ollama has. Raises GemfitError `no_answer`."""
    try:
        answer = subprocess.run(
            [program, "list"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_ASK_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GemfitError("no_answer", say(_ANSWER, reason=str(error))) from error
    if answer.returncode != 0:
        raise GemfitError("no_answer", say(_ANSWER, reason=_last(answer.stderr) or f"exit code {answer.returncode}"))
    return [line.split()[0] for line in answer.stdout.splitlines()[1:] if line.strip()]


def _check_name(name: str) -> None:
    """https://github.com/ollama/ollama/blob/main/types/model/name.go"""
    part = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}"
    if re.fullmatch(f"(?:{part}/)?{part}(?::{part})?", name):
        return
    text = QT_TRANSLATE_NOOP("gemfit", "{name} is no name for a model in Ollama. Take letters and digits.")
    raise GemfitError("unsuited_name", say(text, name=name))


def _full(name: str) -> str:
    """With the tag that Ollama adds; it does not tell upper from lower case."""
    return (name if ":" in name else f"{name}:latest").lower()


def _run(argv: list[str], on_line: Callable[[str], None], cancelled: threading.Event | None) -> tuple[int, str]:
    """Run to the end, or until cancelled; the exit code and the last line that was printed."""
    last = ""
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        over = threading.Event()
        watcher = threading.Thread(target=_stop_when, args=(cancelled, over, process), name="gemfit-ollama")
        watcher.start()
        try:
            for text in process.stdout or ():
                if line := _plain(text):
                    last = line
                    on_line(line)
            code = process.wait()
        finally:
            over.set()
            watcher.join()
    return code, last


def _stop_when(cancelled: threading.Event | None, over: threading.Event, process: "subprocess.Popen[str]") -> None:
    while cancelled is not None and not over.is_set():
        if cancelled.wait(0.2):
            with contextlib.suppress(OSError):  # it has just ended by itself
                process.terminate()
            return


def _plain(text: str) -> str:
    """A line without the escapes that move the cursor; of one that is written over, what it said last."""
    parts = [part.strip() for part in re.split(r"[\r\n]", _ESCAPES.sub("", text)) if part.strip()]
    return parts[-1] if parts else ""


def _last(text: str) -> str:
    return next((line for line in map(_plain, reversed(text.splitlines())) if line), "")
