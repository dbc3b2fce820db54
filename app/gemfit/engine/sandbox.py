"""What the engine child may touch, by the system's own means: it reads, it writes to one folder, it talks to nobody.

On Linux that is Landlock (https://docs.kernel.org/userspace-api/landlock.html), through its three system calls, since
there is no binding. Everything can be read, model files being anywhere. Written can be the child's own folder and the
nodes of GPUs; TCP sockets cannot be bound or connected (from version 4), and no process outside signalled (from 6).
UDP stays open: Landlock does not know it. Nothing of this can be undone, by the child or by what it starts.

Windows and macOS offer nothing that a process can put on by itself without being packaged for it: there is none there.

Setuid programs lose their power inside. `nvidia-modprobe` is one, which makes /dev/nvidia-uvm at the first use of CUDA
after a start of the system; the child that lists devices (`engine/devices.py`) is outside and has done that before.
"""

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

MORE = "GEMFIT_ENGINE_WRITES"
"""Names, in the environment, one more folder that may be written to: for a driver or a measuring tool that needs it."""

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture that Python runs on
_VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION
_PATH_BENEATH = 1
_NO_NEW_PRIVS = 38  # PR_SET_NO_NEW_PRIVS

_WRITE_FILE = 1 << 1
_CHANGE_FOLDERS = sum(1 << bit for bit in range(4, 13))  # REMOVE_DIR to MAKE_SYM
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_TCP = 0b11  # BIND, CONNECT
TCP_VERSION = 4
"""The first version that knows sockets."""
_SCOPES = 0b11  # abstract sockets, signals

_DEVICES = ("null", "zero", "nvidia*", "nvidia-caps/*", "dri", "kfd", "dxg", "accel")
"""Below /dev: where nothing is kept, and the nodes of GPUs (dxg: those of Windows, seen from WSL)."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("access", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version of Landlock that this system has in force; 0 for none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)))


def name() -> str:
    """What keeps the child in its place on this system (`landlock 7`); "" for nothing."""
    known = version()
    return f"landlock {known}" if known else ""


def enter(folder: Path) -> str:
    """Confine this process, for good, to writing below `folder`, which is made where it is missing.

    Counts for the calling thread and those that it starts: call it before there are others. Returns what is in force
    (`landlock 7`), "" where the system has nothing.
    """
    known = version()
    if not known:
        return ""
    folders = [folder, *map(Path, filter(None, [os.environ.get(MORE)]))]
    with contextlib.suppress(OSError):  # a full disk, say: then nothing at all can be written
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _keep_caches_in(folder)
    try:
        _restrict(known, [path for path in folders if path.is_dir()])
    except OSError as error:
        print(f"the engine runs without a sandbox: {error}", file=sys.stderr)
        return ""
    return f"landlock {known}"


def _keep_caches_in(folder: Path) -> None:
    """Drivers keep what they compile for a GPU; temporary files go to the same place."""
    for name in ("CUDA_CACHE_PATH", "MESA_SHADER_CACHE_DIR", "__GL_SHADER_DISK_CACHE_PATH", "TMPDIR"):
        os.environ[name] = str(folder)


def _restrict(known: int, folders: Iterable[Path]) -> None:
    writes = _WRITE_FILE | _CHANGE_FOLDERS
    writes |= (_REFER if known >= 2 else 0) | (_TRUNCATE if known >= 3 else 0)
    rules = _Ruleset(writes, _TCP if known >= TCP_VERSION else 0, _SCOPES if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= TCP_VERSION else 8
    ruleset = _checked(_libc().syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0))
    try:
        for path in folders:
            _allow(ruleset, path, writes)
        for path in _written_devices():
            _allow(ruleset, path, _WRITE_FILE | (writes & _TRUNCATE))
        if Path("/dev/kfd").exists():  # ROCm's runtime shares memory between processes by files there
            _allow(ruleset, Path("/dev/shm"), writes)
        _checked(_libc().prctl(_NO_NEW_PRIVS, *map(ctypes.c_ulong, (1, 0, 0, 0))))
        _checked(_libc().syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _written_devices() -> Iterator[Path]:
    for name in _DEVICES:
        yield from Path("/dev").glob(name)
    yield Path("/proc/self/task")  # CUDA names its threads there


def _allow(ruleset: int, path: Path, access: int) -> None:
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _PathBeneath(access, folder)
        _checked(_libc().syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(folder)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
