"""A command as one line of a shell."""

import re
import shlex
from collections.abc import Sequence

_PLAIN = re.compile(r"[A-Za-z0-9_./\\:=+-]+")
# PowerShell takes the typographic ones for plain quotes too:
# https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")


def posix(argv: Sequence[str]) -> str:
    """For sh, bash, zsh."""
    return shlex.join(argv)


def powershell(argv: Sequence[str]) -> str:
    """For PowerShell, on Windows or elsewhere. A double quote in an argument needs PowerShell 7.3 or later."""
    words = [_word(word) for word in argv]
    return ("& " if words and words[0] != argv[0] else "") + " ".join(words)


def _word(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    return "'" + _QUOTES.sub(r"\1\1", word) + "'"
