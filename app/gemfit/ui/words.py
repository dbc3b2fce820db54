"""Words of the window: the core's sentences translated, and numbers as the person's language writes them."""

from PySide6.QtCore import QCoreApplication, QLocale

from gemfit import paths, words
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, Sentence

_SWAP = str.maketrans({".": ",", ",": "."})


def text(sentence: Sentence) -> str:
    """The sentence in the language of the window, its values filled in."""
    shown = {name: _value(name, value) for name, value in sentence.values.items()}
    return QCoreApplication.translate("gemfit", sentence.text).format_map(shown)


def error_text(error: Exception) -> str:
    """What to tell a person about an error; one that is not a GemfitError is a bug, and the log has it."""
    if isinstance(error, GemfitError):
        return text(error.sentence)
    bug = QT_TRANSLATE_NOOP(
        "gemfit", "Something went wrong that should not ({reason}). Nothing was lost; try again. Details: {path}"
    )
    return text(words.say(bug, reason=type(error).__name__, path=str(paths.log_file())))


def size(n_bytes: int) -> str:
    """`4.2 GiB`, in German `4,2 GiB`."""
    return _local(words.size(n_bytes))


def size_gb(n_bytes: int) -> str:
    """`4.2 GB`, as download pages say it."""
    return _local(words.size_gb(n_bytes))


def speed(bps: float) -> str:
    """Bytes per second as `12 MB/s`, slow ones as `0.3 MB/s`."""
    if bps < 10e6:
        return _local(f"{bps / 1e6:.1f} MB/s")
    return f"{size_gb(int(bps))}/s"


def remaining(seconds: float) -> str:
    """Time left, in whole seconds: `8 s`, `3 min 20 s`."""
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 60 else duration(whole)


def duration(seconds: float) -> str:
    """`12 s`, `3 min 20 s`."""
    return _local(words.duration(seconds))


def count(number: int) -> str:
    """`8,192`, in German `8.192`."""
    return _local(f"{number:,}")


def rate(tps: float) -> str:
    """Tokens per second without the unit: `61`, `7.3`."""
    return _local(words.show("_tps", tps))


def percent(fraction: float) -> str:
    """`+2.4 %` or `−2.4 %`, in German `+2,4 %`."""
    return _local(f"{fraction * 100:+.1f} %").replace("-", "−")


def _value(name: str, value: words.Value) -> str:
    if isinstance(value, Sentence):
        return text(value)
    shown = words.show(name, value)
    return shown if isinstance(value, str) else _local(shown)


def _local(number: str) -> str:
    return number.translate(_SWAP) if QLocale().decimalPoint() == "," else number
