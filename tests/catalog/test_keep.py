"""A catalogue brought by file: checked, kept, in force, and given up again."""

from pathlib import Path

import pytest

from gemfit.catalog.keep import use, use_shipped
from gemfit.catalog.load import choose, kept_file, load_catalog
from gemfit.errors import GemfitError
from gemfit.paths import resources_dir

EXAMPLE = resources_dir() / "catalog.example.json"


def bring(path: Path = EXAMPLE) -> None:
    use(path.read_bytes(), path)


def test_the_shipped_one_is_in_force_until_another_is_brought():
    assert choose()[0].kind == "shipped"
    bring()
    source, catalog = choose()
    assert (source.kind, source.path, source.problem) == ("kept", str(kept_file()), None)
    assert catalog.title == load_catalog().title == "Models of Example Ltd"


def test_it_is_given_up_again():
    bring()
    assert use_shipped()
    assert load_catalog().title == "Gemma 4"
    assert not use_shipped()


def test_one_that_cannot_be_used_changes_nothing(tmp_path):
    bring()
    bad = tmp_path / "bad.json"
    bad.write_text('{"schema": 1, "models": []}')
    with pytest.raises(GemfitError, match="there is no model in it"):
        bring(bad)
    assert load_catalog().title == "Models of Example Ltd"


def test_an_option_and_the_environment_come_first(monkeypatch):
    bring()
    monkeypatch.setenv("GEMFIT_CATALOG", str(resources_dir() / "catalog.json"))
    source, catalog = choose()
    assert (source.kind, catalog.title) == ("named", "Gemma 4")
    assert choose(EXAMPLE)[1].title == "Models of Example Ltd"


@pytest.mark.parametrize("data", [b"", b"{", b'{"schema": 99, "models": []}', b"x" * (17 << 20)])
def test_a_kept_one_that_was_damaged_is_said_and_does_not_stop_anything(data):
    bring()
    kept_file().write_bytes(data)
    source, catalog = choose()
    assert (source.kind, catalog.title) == ("shipped", "Gemma 4")
    assert str(kept_file()) in str(source.problem)


def test_a_folder_that_cannot_be_written_is_said(home):
    (home / "config").write_bytes(b"a file where the folder should be")
    with pytest.raises(GemfitError) as caught:
        bring()
    assert caught.value.code == "not_kept"
    assert load_catalog().title == "Gemma 4"
