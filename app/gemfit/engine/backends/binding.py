"""The binding without its high-level half, which takes 0.15 s and some 20 MiB for what is never called here."""

import sys
from importlib.util import find_spec, module_from_spec

PACKAGE = "llama_cpp"


def low_level_only() -> None:
    """Let `llama_cpp.llama_cpp` and its neighbours be imported without running the package's own `__init__`.

    That imports the class `Llama`, and with it NumPy and more. For a whole process: to be called in a child, before
    anything of the binding is imported.
    """
    spec = find_spec(PACKAGE)
    if spec is not None and PACKAGE not in sys.modules:
        sys.modules[PACKAGE] = module_from_spec(spec)
