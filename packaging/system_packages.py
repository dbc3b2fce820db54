"""The libraries and programs outside Python that Qt's window and the tests need on Linux.

Found by asking for the thing itself (a library is loaded, a program looked for), so it works on every distribution; the
names to install are Debian's and Ubuntu's, and root gets them installed there.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

# What PySide6_Essentials links against and does not bring, beyond what every system with glibc has.
WINDOW_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
}
TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool", "fc-list": "fontconfig"}
TEST_FONTS = {"NotoSans-Regular.ttf": "fonts-noto-core", "NotoSansMono-Regular.ttf": "fonts-noto-mono"}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


def ensure(*, for_tests: bool, needed: bool) -> None:
    """Install what is missing where that is ours to do (root, apt); otherwise say it, and stop if it is `needed`."""
    if not sys.platform.startswith("linux"):
        return
    packages = missing(for_tests=for_tests)
    if not packages:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"gemfit: Installing {' '.join(packages)} …", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-q"], ["install", "-qy", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", *command], env=environment, stdin=subprocess.DEVNULL)
        packages = missing(for_tests=for_tests)
        if not packages:
            return
    sentence = (
        f"gemfit: {'The tests need' if needed else 'The window may need'} system packages that are not there. On Debian"
        f" and Ubuntu: sudo apt-get install {' '.join(packages)} (elsewhere they are called much the same)."
    )
    if needed:
        raise SystemExit(sentence)
    print(sentence, file=sys.stderr)


def missing(*, for_tests: bool) -> list[str]:
    """Debian's names of what is not there."""
    names = [package for library, package in WINDOW_LIBRARIES.items() if not loads(library)]
    if for_tests:
        names += [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
        names += [package for font, package in TEST_FONTS.items() if not has_font(font)]
    return names


def loads(library: str) -> bool:
    """Whether the dynamic linker finds `library`."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font(file_name: str) -> bool:
    """Whether a font file lies in one of the usual folders."""
    return any(next(Path(folder).expanduser().rglob(file_name), None) for folder in FONT_FOLDERS)
