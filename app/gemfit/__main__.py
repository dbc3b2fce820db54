"""Chooses what this process is: a child, the command line or the window, before anything heavy is imported."""

import faulthandler
import os
import sys
from collections.abc import Callable


def main() -> int:
    """Run Gemfit with the arguments of this process; returns the exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--child"]:
        return _child(arguments[1], arguments[2:])
    if not faulthandler.is_enabled():  # a test runner's own would lose the file it writes to
        faulthandler.enable()
    arguments = _choose_catalog(arguments)
    if arguments in ([], ["window"]):
        from gemfit.ui.app import main as window

        return window([])
    from gemfit.cli.main import main as command_line

    return command_line(arguments)


def _choose_catalog(arguments: list[str]) -> list[str]:
    """Take `--catalog FILE` from the front: it counts for the window and for every command, as GEMFIT_CATALOG does."""
    name, _, value = arguments[0].partition("=") if arguments else ("", "", "")
    if name != "--catalog" or not (value or arguments[1:]):
        return arguments
    os.environ["GEMFIT_CATALOG"] = value or arguments[1]
    return arguments[1 if value else 2 :]


def _child(name: str, options: list[str]) -> int:
    child: Callable[[], int]
    if "--engine" in options:
        from gemfit.engine.builds import put_first

        put_first(options[options.index("--engine") + 1])
    if name == "engine" and "litert" in options:
        child = _litert_engine
    elif name == "engine":
        from gemfit.engine.child import main as child
    elif name == "devices":
        from gemfit.engine.devices import main as child
    elif name == "media":
        from functools import partial

        from gemfit.engine.sandbox import enter
        from gemfit.media.intake import main as take

        child = partial(take, enter)
    elif name == "nvml":
        from gemfit.machine.nvidia import main as child
    else:
        raise SystemExit(f"gemfit: no child is called {name!r}")
    return child()


def _litert_engine() -> int:
    from gemfit.engine.child import main as child

    return child("litert")


if __name__ == "__main__":
    sys.exit(main())
