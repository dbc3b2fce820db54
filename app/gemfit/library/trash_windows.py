"""Windows' recycle bin: the shell moves the file, and by its file number it is found again in the bin.

https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-shfileoperationw. The shell asks, itself, before it
destroys what is too large for the bin.
"""

# Only run on Windows; the finding is plain file work and is tested everywhere.
import ctypes
import errno
import sys
from pathlib import Path

_DELETE = 3
_SILENT, _NO_CONFIRMATION, _ALLOW_UNDO, _WARN_IF_DESTROYED = 0x4, 0x10, 0x40, 0x4000
_DRIVE_REMOVABLE, _DRIVE_FIXED = 2, 3


def has_trash(path: Path) -> bool:
    """Local disks have a bin; network drives and discs have none."""
    if sys.platform == "win32":  # pragma: no cover - Windows
        kind = ctypes.windll.kernel32.GetDriveTypeW(path.absolute().anchor)
        return kind in (_DRIVE_REMOVABLE, _DRIVE_FIXED)
    return False


def put(path: Path) -> dict[str, str | None]:
    """Move a file into the bin: where it is `now` and the `info` beside it. Raises GemfitError `no_trash`, OSError."""
    if has_trash(path):  # pragma: no cover - Windows
        number = path.stat().st_ino
        _shell_delete(path)
        return found(Path(path.anchor) / "$Recycle.Bin", number)
    from gemfit.library.trash import no_trash

    raise no_trash(path)


def found(bin_folder: Path, number: int) -> dict[str, str | None]:
    """The file with that number in one user's folder of the bin: `$Rxxxxxx.gguf`, described by `$Ixxxxxx.gguf`."""
    for now in bin_folder.glob("*/$R*"):
        if now.stat().st_ino == number:
            return {"now": str(now), "info": str(now.with_name("$I" + now.name.removeprefix("$R")))}
    return {"now": None, "info": None}


def _shell_delete(path: Path) -> None:  # pragma: no cover - Windows
    if sys.platform == "win32":
        from ctypes import wintypes

        class Operation(ctypes.Structure):
            _pack_ = 1 if ctypes.sizeof(ctypes.c_void_p) == 4 else 8
            _fields_ = (
                ("window", wintypes.HWND),
                ("what", wintypes.UINT),
                ("source", wintypes.LPCWSTR),
                ("target", wintypes.LPCWSTR),
                ("flags", wintypes.WORD),
                ("aborted", wintypes.BOOL),
                ("mappings", wintypes.LPVOID),
                ("title", wintypes.LPCWSTR),
            )

        source = ctypes.create_unicode_buffer(f"{path}\0")  # a list of names, with an empty one at its end
        flags = _SILENT | _NO_CONFIRMATION | _ALLOW_UNDO | _WARN_IF_DESTROYED
        operation = Operation(what=_DELETE, source=ctypes.cast(source, wintypes.LPCWSTR), flags=flags)
        code = ctypes.windll.shell32.SHFileOperationW(ctypes.byref(operation))
        if code or operation.aborted:
            raise OSError(errno.EACCES, f"the recycle bin did not take it (0x{code:x})", str(path))
