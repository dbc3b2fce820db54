"""The window's start and end: what has to be so before Qt starts, then the program, then everything put away."""

import sys

from gemfit.ui.display import HINT, display_problem


def main(argv: list[str]) -> int:
    """Open the window and stay until it closes. Returns 0, or 1 with a line on stderr when none can be opened."""
    problem = display_problem()
    if problem is None:
        try:
            from gemfit.ui.program import run
        except ImportError as error:  # a native library that Qt needs is missing
            if "PySide6" not in str(error) and ".so" not in str(error):
                raise
            problem = f"The window cannot be opened: {error}. {HINT}"
        else:
            return run(argv)
    print(f"gemfit: {problem}", file=sys.stderr)
    return 1
