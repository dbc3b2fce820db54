"""Whether a window can be opened here, found out before Qt aborts the process over it. Imports no Qt."""

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

HINT = 'To chat without a window: gemfit chat --model MODEL "your question"'


def display_problem() -> str | None:
    """One line that says why no window can be opened and what to do; None when it can."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return None
    if os.environ.get("WAYLAND_DISPLAY"):
        return None
    if not os.environ.get("DISPLAY"):
        return f"There is no display to open a window on. {HINT}"
    return _xcb_problem()


def _xcb_problem() -> str | None:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        ctypes.CDLL(str(_plugin()))
    except OSError as error:
        missing = str(error).split(":")[0]
        return f"The window needs the library {missing}, which is not installed here; the README names them all. {HINT}"
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if refused:
        return f"The display {os.environ['DISPLAY']} does not answer, so no window can be opened. {HINT}"
    return None


def _plugin() -> Path:
    spec = importlib.util.find_spec("PySide6")
    root = Path(spec.origin).parent if spec and spec.origin else Path()
    return root / "Qt" / "plugins" / "platforms" / "libqxcb.so"
