"""Chooses what this process is: a child, the command line or the window, before anything heavy is imported."""

import faulthandler
import sys
from collections.abc import Callable


def main() -> int:
    """Run Gemfit with the arguments of this process; returns the exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--child"]:
        return _child(arguments[1])
    faulthandler.enable()
    if not arguments or arguments[0] == "window":
        from gemfit.ui.app import main as window

        return window(arguments[1:])
    from gemfit.cli.main import main as command_line

    return command_line(arguments)


def _child(name: str) -> int:
    child: Callable[[], int]
    if name == "engine":
        from gemfit.engine.child import main as child
    elif name == "devices":
        from gemfit.engine.devices import main as child
    elif name == "nvml":
        from gemfit.machine.nvidia import main as child
    else:
        raise SystemExit(f"gemfit: no child is called {name!r}")
    return child()


if __name__ == "__main__":
    sys.exit(main())
