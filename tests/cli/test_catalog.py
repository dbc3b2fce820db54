"""`gemfit catalog`: which models are known, and bringing that list by file."""

import pytest

from gemfit.library.bundle.export import export
from gemfit.library.bundle.plan import plan
from gemfit.library.store import verify
from gemfit.paths import resources_dir
from tests.cli.weights_parts import command_in, parsed
from tests.library.parts import FILE, tiny_catalog

EXAMPLE = resources_dir() / "catalog.example.json"


@pytest.fixture
def command(capsys):
    return command_in(capsys)


def test_it_says_where_the_catalogue_is_from(command):
    shown = parsed(command("catalog", "--json"))
    assert (shown["from"], shown["title"], shown["problem"]) == ("shipped", "Gemma 4", None)
    assert shown["models"][:5] == ["E2B", "E4B", "12B", "26B-A4B", "31B"]
    assert "comes with Gemfit" in command("catalog")[1]


def test_a_catalogue_is_brought_by_file_and_counts_for_the_other_commands(command):
    assert parsed(command("catalog", "use", EXAMPLE, "--json"))["from"] == "kept"
    assert "example-helpdesk" in command("get", "nothing")[2]
    assert parsed(command("catalog", "use", "--shipped", "--json"))["from"] == "shipped"


def test_the_catalogue_of_a_bundle_can_be_used(command, tmp_path):
    data = b"weights"
    catalog, path = tiny_catalog(data), tmp_path / "w" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    verify(path, tmp_path / "w", catalog)
    export(plan(catalog, [("tiny", None)], tmp_path / "w"), tmp_path / "b.tar", reserve_bytes=0)
    assert parsed(command("catalog", "use", tmp_path / "b.tar", "--json"))["models"] == ["Tiny"]


def test_what_is_no_catalogue_changes_nothing(command, data_dir):
    code, _out, err = command("catalog", "use", data_dir / "gemma4-tiny.gguf")
    assert (code, "cannot be used" in err) == (1, True)
    assert parsed(command("catalog", "--json"))["from"] == "shipped"
    assert command("catalog", "use", data_dir / "none.json")[0] == 1


@pytest.mark.parametrize("words", [("use",), ("use", EXAMPLE, "--shipped"), ("show", "x"), ("--shipped",)])
def test_half_an_order_is_refused(command, words):
    code, _out, err = command("catalog", *words)
    assert (code, "gemfit catalog use" in err) == (1, True)


def test_the_environment_still_comes_first_and_that_is_said(command, monkeypatch):
    monkeypatch.setenv("GEMFIT_CATALOG", str(resources_dir() / "catalog.json"))
    code, out, err = command("catalog", "use", EXAMPLE)
    assert (code, "still comes first" in err, "Gemma 4" in out) == (0, True, True)
