"""What the tests of `get`, `list` and `verify` share: a catalogue file, a command and its JSON."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gemfit.catalog.types import Catalog
from gemfit.cli.main import main

Command = Callable[..., tuple[int, str, str]]


def write_catalog(path: Path, catalog: Catalog) -> Path:
    path.write_bytes(msgspec.json.encode(catalog))
    return path


def command_in(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command line in this process: exit code, stdout, stderr."""

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return command


def parsed(result: tuple[int, str, str]) -> Any:
    """The one JSON object on stdout of a command that went well."""
    code, out, err = result
    assert code == 0, err
    return json.loads(out)
