"""What in a text would tell who a person is, and the same text without it: for the log, reports and saved probes."""

import getpass
import os
import platform
import re
from pathlib import Path
from typing import NamedTuple

# Names that many computers have say nothing about a person, and shorter ones would be found inside other words.
COMMON_NAMES = {"root", "user", "admin", "administrator", "localhost", "linux", "debian", "ubuntu", "fedora", "gemfit"}
SHORTEST = 3


class Personal(NamedTuple):
    """The home folder, and the names of the person and of the computer; empty where there is none to hide."""

    home: str = ""
    users: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


def here() -> Personal:
    """What is personal on this computer, now."""
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises where there is no home
    host = platform.node()
    return Personal(
        home=home if len(home) > 1 and home != "~" else "",
        users=_told_apart(Path(home).name, _login()),
        hosts=_told_apart(host, host.partition(".")[0]),
    )


def without(text: str, who: Personal) -> str:
    """`text` with the home folder as `~`, and the names of the person and the computer as `(user)` and `(computer)`."""
    if who.home:
        for home in {who.home, who.home.replace("\\", "/")}:
            text = re.sub(rf"{re.escape(home)}(?![A-Za-z0-9])", "~", text)
    for names, instead in ((who.hosts, "(computer)"), (who.users, "(user)")):
        for name in names:
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", instead, text, flags=re.IGNORECASE)
    return text


def _told_apart(*names: str) -> tuple[str, ...]:
    """Those worth hiding, the longest first."""
    kept = {name for name in names if len(name) >= SHORTEST and name.lower() not in COMMON_NAMES}
    return tuple(sorted(kept, key=len, reverse=True))


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user without a name
        return ""
