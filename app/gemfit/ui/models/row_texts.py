"""What a row of the list says of a model: whose it is, in which state, and how it would run here."""

from PySide6.QtCore import QCoreApplication

from gemfit.fit.types import Option
from gemfit.library.types import LocalFile
from gemfit.ui import words
from gemfit.ui.home.cells import speed_text, verdict_text


def state_text(file: LocalFile) -> tuple[str, str]:
    """The state of a file in words with a sign before it, and the colour of it."""
    note = words.text(file.note) if file.note is not None else ""
    if file.verified:
        when = (file.verified_at or "")[:10]
        dated = QCoreApplication.translate("ModelRow", "Verified on %1: it is the published file.").replace("%1", when)
        plain = QCoreApplication.translate("ModelRow", "Verified: it is the published file.")
        return "✓ " + (dated if when else plain), "good"
    if not file.complete:
        return "◐ " + (note or QCoreApplication.translate("ModelRow", "Not finished.")), "caution"
    if not file.usable:
        return "✗ " + note, "bad"
    return "○ " + (note or QCoreApplication.translate("ModelRow", "Not verified yet.")), "muted"


def outlook(option: Option | None) -> str:
    """How it would run here: `fits · 3.2 GiB of memory · ~3.2–7.6 tokens/s`."""
    if option is None:
        return ""
    if not option.runnable:
        return QCoreApplication.translate("ModelRow", "This engine cannot run it. It can be kept for later.")
    memory = QCoreApplication.translate("ModelRow", "%1 of memory").replace("%1", words.size(option.total_bytes))
    pieces = [verdict_text(option), memory]
    if option.tps_range is not None and option.verdict != "no":
        speed = QCoreApplication.translate("ModelRow", "%1 tokens/s")
        pieces.append(speed.replace("%1", speed_text(option)))
    return " · ".join(pieces)


def parts_text(file: LocalFile) -> str:
    """`In 3 parts`, for a model in several; nothing for one file."""
    if file.parts < 2 or not file.complete:  # what is missing says it too
        return ""
    return QCoreApplication.translate("ModelRow", "In %1 parts").replace("%1", words.count(file.parts))


def origin_text(file: LocalFile) -> str:
    """Whose file it is, where it is not Gemfit's own: `In LM Studio, as gemma-4-e2b`."""
    names = {
        "package": QCoreApplication.translate("ModelRow", "Comes with Gemfit"),
        "import": QCoreApplication.translate("ModelRow", "Used where it is"),
        "folder": QCoreApplication.translate("ModelRow", "In a folder of yours"),
        "huggingface": QCoreApplication.translate("ModelRow", "In the Hugging Face cache"),
        "lmstudio": QCoreApplication.translate("ModelRow", "In LM Studio"),
        "ollama": QCoreApplication.translate("ModelRow", "In Ollama"),
        "jan": QCoreApplication.translate("ModelRow", "In Jan"),
        "gpt4all": QCoreApplication.translate("ModelRow", "In GPT4All"),
        "llamacpp": QCoreApplication.translate("ModelRow", "In llama.cpp's cache"),
    }
    name = names.get(file.origin, "")
    return f"{name} ({file.called})" if name and file.called else name
