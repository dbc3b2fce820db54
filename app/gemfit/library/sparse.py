"""Files with holes: long, and taking no more of the disk than what was written to them."""

import os
import sys
from typing import BinaryIO

PROBE_BYTES = 16 << 20
"""So much is made a hole first. A file system without holes writes zeros instead, which for this much costs little."""


def extend(file: BinaryIO, n_bytes: int) -> bool:
    """Make `file` `n_bytes` long by a hole at its end; False, and the file as it was, where it would not be a hole.

    Raises OSError, for instance where a file may not be that long.
    """
    length = file.seek(0, os.SEEK_END)
    _mark(file)
    before = _taken_bytes(file)
    probe = min(PROBE_BYTES, n_bytes - length)
    file.truncate(length + probe)
    _flush(file)
    if probe == PROBE_BYTES and _taken_bytes(file) - before >= probe // 2:
        file.truncate(length)
        return False
    file.truncate(n_bytes)
    return True


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


if sys.platform == "win32":  # pragma: no cover - Windows
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _FSCTL_SET_SPARSE = 0x900C4
    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)

    def _mark(file: BinaryIO) -> None:
        """NTFS makes holes only in files that are marked for it."""
        handle, returned = wintypes.HANDLE(msvcrt.get_osfhandle(file.fileno())), wintypes.DWORD()
        _kernel32.DeviceIoControl(handle, _FSCTL_SET_SPARSE, None, 0, None, 0, ctypes.byref(returned), None)

    def _taken_bytes(file: BinaryIO) -> int:
        high = wintypes.DWORD()
        _kernel32.GetCompressedFileSizeW.restype = wintypes.DWORD
        low = _kernel32.GetCompressedFileSizeW(ctypes.c_wchar_p(file.name), ctypes.byref(high))
        return int(low) + (int(high.value) << 32)

else:

    def _mark(file: BinaryIO) -> None:
        """Nothing to do: a hole comes by itself."""

    def _taken_bytes(file: BinaryIO) -> int:
        return os.fstat(file.fileno()).st_blocks * 512
