"""The engine child takes of the binding what it needs."""

import subprocess
import sys
from importlib.metadata import version


def in_a_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_engine_needs_neither_the_high_level_half_nor_what_that_imports() -> None:
    code = """
import sys
from gemfit.engine.backends.binding import low_level_only
low_level_only()
import gemfit.engine.child, gemfit.engine.backends.llama
print([name for name in ("llama_cpp.llama", "numpy", "email", "PIL") if name in sys.modules])
"""
    assert in_a_process(code) == "[]"


def test_what_else_is_used_of_the_binding_can_be_imported() -> None:
    code = """
from gemfit.engine.backends.binding import low_level_only
low_level_only()
from llama_cpp import llama_cpp_ext, mtmd_cpp
from llama_cpp.llama_grammar import json_schema_to_gbnf
print(json_schema_to_gbnf('{"type": "boolean"}').splitlines()[0])
"""
    assert in_a_process(code).startswith("root ::=")


def test_the_version_is_the_installed_one() -> None:
    code = """
from gemfit.engine.backends.binding import binding_version, low_level_only
low_level_only()
print(binding_version())
"""
    assert in_a_process(code) == version("llama-cpp-python")
