"""The binding without what is never called here: its high-level half alone takes 0.15 s and 10 MiB."""

import sys
from importlib.util import find_spec, module_from_spec
from pathlib import Path

PACKAGE = "llama_cpp"
DISTRIBUTION = "llama-cpp-python"


def low_level_only() -> None:
    """Let `llama_cpp.llama_cpp` and its neighbours be imported without running the package's own `__init__`.

    That imports the class `Llama`, and with it NumPy and more. For a whole process: to be called in a child, before
    anything of the binding is imported.
    """
    spec = find_spec(PACKAGE)
    if spec is not None and PACKAGE not in sys.modules:
        sys.modules[PACKAGE] = module_from_spec(spec)


def binding_version() -> str:
    """Its version, off the name of the folder in which the installer noted it: what reads that takes 3 MiB."""
    spec = find_spec(PACKAGE)
    beside = Path(spec.origin).parent.parent if spec is not None and spec.origin else Path()
    found = [folder.name for folder in beside.glob(f"{DISTRIBUTION.replace('-', '_')}-*.dist-info")]
    if len(found) == 1:
        return found[0].removesuffix(".dist-info").partition("-")[2]
    from importlib.metadata import version

    return version(DISTRIBUTION)
