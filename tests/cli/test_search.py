"""`gemfit search`, and `gemfit get` of what it finds."""

from pathlib import Path

import pytest

from gemfit.settings import Settings
from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.fakes.hub import FakeHub, Fault
from tests.library.parts import FILE as KNOWN_FILE
from tests.library.parts import REPO as KNOWN
from tests.library.parts import tiny_catalog

REPO = "someone/small-gemma-GGUF"
FILE = "small-gemma-Q4_0.gguf"

# The formula is for models of the usual size; with a tiny one the engine's own word counts, and that is logged.
pytestmark = pytest.mark.logs_warnings


@pytest.fixture
def command(capsys):
    return command_in(capsys)


@pytest.fixture
def hub(tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch):
    """A Hub that counts as the official one, with a repository of the catalogue and another one."""
    data = (data_dir / "gemma4-tiny.gguf").read_bytes()
    with FakeHub(tmp_path / "hub") as hub:
        hub.add(KNOWN, KNOWN_FILE, data)
        hub.add(REPO, FILE, data)
        hub.add(REPO, "mmproj-F16.gguf", b"eyes")
        hub.about[REPO] = {"downloads": 4321, "gated": "auto", "tags": ["license:gemma"]}
        monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", tiny_catalog(data))))
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setattr("gemfit.library.web.OFFICIAL_ENDPOINT", hub.url)
        yield hub


def test_a_search_lists_the_catalogue_first_then_the_hub(command, hub):
    code, out, err = command("search", "gguf")
    assert (code, err) == (0, "")
    assert out.index("In Gemfit's catalogue") < out.index("gemfit get Tiny q4_0") < out.index(REPO)
    row = next(line for line in out.splitlines() if line.startswith(REPO))
    assert row.split() == [REPO, "4,321", "2026-10-01", "gemma", "licence", "to", "accept"]
    assert "in the catalogue" in next(line for line in out.splitlines() if line.startswith(KNOWN))


def test_for_programs_it_is_one_object(command, hub):
    found = parsed(command("search", "small", "gemma", "--json"))
    assert found["catalogue"] == []
    assert [one["repo"] for one in found["repositories"]] == [REPO]
    assert found["repositories"][0]["gated"] is True
    assert found["more"] == ""


def test_the_next_page_is_asked_for_with_the_mark_of_the_one_before(command, hub):
    first = parsed(command("search", "gguf", "--limit", "1", "--json"))
    second = parsed(command("search", "gguf", "--limit", "1", "--after", first["more"], "--json"))
    assert {one["repositories"][0]["repo"] for one in (first, second)} == {REPO, KNOWN}
    assert second["catalogue"] == []


def test_what_is_not_found_is_said_and_ends_with_one(command, hub):
    assert command("search", "nothing-like-it")[:2] == (1, "The Hub has no GGUF repository that matches.\n")


def test_a_search_for_nothing_asks_nothing(command, hub):
    code, _out, err = command("search")
    assert code == 1
    assert "OWNER/" in err
    assert not hub.requests()


def test_files_come_with_format_size_and_an_estimate_that_is_marked_as_one(command, hub):
    code, out, err = command("search", "--files", REPO)
    assert (code, err) == (0, "")
    assert f"licence has to be accepted first: {hub.url}/{REPO}" in out
    row = next(line for line in out.splitlines() if line.startswith(FILE))
    assert "Q4_0" in row
    assert "~ fits, about" in row
    assert "projector" in next(line for line in out.splitlines() if line.startswith("mmproj"))
    assert f"gemfit search --fit 'hf://{REPO}/{FILE}'" in out


def test_files_for_programs_come_with_their_hashes_and_the_commit(command, hub):
    found = parsed(command("search", "--files", f"hf://{REPO}", "--json"))
    weights = found["files"][0]
    assert (weights["name"], weights["role"], weights["format"]) == (FILE, "weights", "Q4_0")
    assert weights["parts"][0]["sha256"] == hub.sha256(hub.root / REPO / FILE)
    assert (weights["fit"]["verdict"], weights["fit"]["source"]) == ("fits", "size")
    assert found["revision"] == hub.commit(REPO)


def test_the_fit_is_the_engines_word_and_only_the_header_is_fetched(command, hub, data_dir):
    found = parsed(command("search", "--fit", f"hf://{REPO}/{FILE}", "--context", "1024", "--json"))
    assert (found["verdict"], found["source"], found["context_tokens"]) == ("fits", "engine", 1024)
    assert found["total_bytes"] == sum(component["n_bytes"] for component in found["components"])
    assert found["fetched_bytes"] == hub.sent_bytes() < found["file_bytes"]


def test_the_fit_for_people_ends_with_how_to_get_it(command, hub):
    code, out, err = command("search", "--fit", f"{REPO}/{FILE}")
    assert (code, err) == (0, "")
    assert "fit, by the engine    fits" in out
    assert f"gemfit get 'hf://{REPO}/{FILE}'" in out


def test_what_was_found_is_got_into_the_folder_for_weights_and_verified(command, hub):
    got = parsed(command("get", f"hf://{REPO}/{FILE}", "--json"))
    assert got["path"] == str(Settings().weights_folder / "hub" / REPO / FILE)
    assert got["verified"]
    assert got["sha256"] == hub.sha256(hub.root / REPO / FILE)
    listed = parsed(command("list", "--json"))
    assert got["path"] in [file["path"] for file in listed["files"]]


def test_a_revision_is_got_as_it_was_named(command, hub):
    hub.commits[REPO] = "d" * 40
    command("get", f"hf://{REPO}/{FILE}@{'d' * 40}", "--json")
    assert {request.path.split("/")[4] for request in hub.requests("file")} == {"d" * 40}


def test_a_file_that_is_not_there_is_said_before_anything_is_fetched(command, hub):
    code, _out, err = command("get", f"hf://{REPO}/other.gguf")
    assert code == 1
    assert "other.gguf" in err
    assert not hub.requests("cdn")


@pytest.mark.parametrize(
    "arguments", [("search", "gemma"), ("search", "--files", REPO), ("get", f"hf://{REPO}/{FILE}")]
)
def test_a_gated_answer_says_what_to_do(command, hub, arguments):
    where = "search" if arguments[1] == "gemma" else "api"
    hub.fault(Fault(where, "status", status=403, times=-1))
    code, _out, err = command(*arguments)
    assert code == 1
    assert ("token" if where == "search" else f"{hub.url}/{REPO}") in err
