"""`gemfit measure`: the engine's word on a file here, on a file of the Hub and on a model of the catalogue."""

from pathlib import Path

import msgspec
import pytest

from gemfit import paths
from gemfit.catalog.types import Shape, TensorLayout
from gemfit.cli.measure import hub_file
from gemfit.errors import GemfitError
from gemfit.gguf.reader import read_header
from gemfit.library.header_fetch import HubFile
from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.fakes.hub import FakeHub, Fault
from tests.library.parts import COMMIT, FILE, REPO, tiny_catalog

# The formula is for models of the usual size; with a tiny one the engine's own word counts, and that is logged.
pytestmark = pytest.mark.logs_warnings


@pytest.fixture
def command(capsys):
    return command_in(capsys)


@pytest.fixture
def tiny(data_dir: Path) -> Path:
    return data_dir / "gemma4-tiny.gguf"


@pytest.fixture
def hub(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch):
    """A Hub that has the tiny Gemma 4, and a catalogue with a model whose weights it is."""
    data = tiny.read_bytes()
    with FakeHub(tmp_path / "hub") as hub:
        hub.add(REPO, FILE, data)
        monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", tiny_catalog(data))))
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def test_the_layout_of_a_file_comes_with_its_components_and_the_formulas(command, tiny):
    word = parsed(command("measure", tiny, "--context", "1024", "--json"))
    assert word["total_bytes"] == word["weights_bytes"] + word["kv_bytes"] + word["compute_bytes"]
    assert word["fetched_bytes"] == 0
    engine = {c["name"]: c["n_bytes"] for c in word["components"]}
    formula = {c["name"]: c["n_bytes"] for c in word["formula"]}
    assert engine["weights"] == word["weights_bytes"] - word["lazy_bytes"]
    assert engine["kv"] == word["kv_bytes"] == formula["kv"]
    assert engine["compute"] == word["compute_bytes"]
    assert engine["base"] == formula["base"] > 0
    for differs in word["differences"]:
        assert differs["engine_bytes"] != differs["formula_bytes"] == formula[differs["name"]]


def test_shape_and_tensors_come_in_the_form_that_a_catalogue_has_them(command, tiny):
    word = parsed(command("measure", tiny, "--json"))
    shape = msgspec.convert(word["shape"], Shape)
    tensors = msgspec.convert(word["tensors"], TensorLayout)
    assert (shape.layers, shape.embedding_length) == (4, 64)
    in_file = read_header(tiny).tensors
    padding_bytes = tensors.total_bytes - sum(tensor.n_bytes for tensor in in_file)
    assert 0 <= padding_bytes < 32 * len(in_file)
    assert len(tensors.layer_bytes) == shape.layers


def test_more_context_than_the_model_has_is_laid_out_as_all_it_has(command, tiny):
    most = parsed(command("measure", str(tiny), "--context", "8192", "--json"))
    more = parsed(command("measure", str(tiny), "--context", "99999999", "--json"))
    assert (more["formula"], more["differences"]) == (most["formula"], [])


def test_for_people_it_is_a_table_with_both_columns(command, tiny):
    code, out, err = command("measure", tiny)
    assert (code, err) == (0, "")
    assert "engine  computed" in out
    assert "KV cache" in out
    assert "left on disk" in out
    assert "0 B were fetched of a file of" in out


def test_what_differs_is_logged_without_a_path(command, tiny, tmp_path):
    model = tmp_path / "someones name.gguf"
    model.write_bytes(tiny.read_bytes())
    differs = {one["name"] for one in parsed(command("measure", model, "--json"))["differences"]}
    said = paths.log_file().read_text()
    assert {name for name in ("weights", "kv", "compute") if f"lays out {name}" in said} == differs
    assert "someones name" not in said
    assert str(tmp_path) not in said


def test_a_file_of_the_hub_is_measured_by_its_header(command, hub, tiny):
    fetched = parsed(command("measure", f"hf://{REPO}/{FILE}@{COMMIT}", "--json"))
    here = parsed(command("measure", tiny, "--json"))
    assert fetched["fetched_bytes"] == sum(r.sent_bytes for r in hub.requests("cdn")) > 0
    assert fetched["buffers"] == here["buffers"]
    assert fetched["file_bytes"] == tiny.stat().st_size
    before = len(hub.requests())
    again = parsed(command("measure", f"hf://{REPO}/{FILE}@{COMMIT}", "--json"))
    assert again["fetched_bytes"] == 0
    assert again["components"] == fetched["components"]
    assert len(hub.requests()) == before


def test_the_newest_version_is_asked_for_without_a_revision(command, hub):
    word = parsed(command("measure", f"hf://{REPO}/{FILE}", "--endpoint", hub.url, "--json"))
    assert word["fetched_bytes"] > 0
    assert any(hub.commit(REPO) in request.path for request in hub.requests("cdn"))


def test_a_model_of_the_catalogue_is_measured_before_its_download(command, hub):
    word = parsed(command("measure", "tiny:q4_0", "--json"))
    assert word["fetched_bytes"] > 0
    assert {request.path.split("/")[4] for request in hub.requests("cdn")} == {COMMIT}


def test_weights_that_are_here_are_not_fetched(command, hub):
    assert command("get", "Tiny", "q4_0")[0] == 0
    before = len(hub.requests())
    assert parsed(command("measure", "Tiny", "--json"))["fetched_bytes"] == 0
    assert len(hub.requests()) == before


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("hf://owner/name/file.gguf", HubFile("owner/name", "file.gguf")),
        ("hf://owner/na-me_4.1/BF16/a b.gguf@main", HubFile("owner/na-me_4.1", "BF16/a b.gguf", "main")),
        (f"hf://o/n/f.gguf@{COMMIT}", HubFile("o/n", "f.gguf", COMMIT)),
        ("hf://o/n/f.gguf@refs/pr/7", HubFile("o/n", "f.gguf", "refs/pr/7")),
    ],
)
def test_a_file_of_the_hub_is_written_as_an_address(text, file):
    assert hub_file(text) == file


@pytest.mark.parametrize(
    "text",
    [
        "hf://",
        "hf://owner",
        "hf://owner/name",
        "hf://owner/name/",
        "hf://owner/name/f.gguf@",
        "hf:///name/f",
        "hf://../x/f",
    ],
)
def test_what_is_no_address_is_a_sentence_that_says_how_to_write_one(text, command):
    with pytest.raises(GemfitError, match="hf://OWNER/NAME/FILE"):
        hub_file(text)
    assert command("measure", text)[0] == 1


def test_bad_input_is_a_sentence(command, hub, tmp_path):
    text = tmp_path / "bad.gguf"
    text.write_text("no model")
    for argument, said in [
        (text, "bad.gguf is a text file"),
        ("nowhere.gguf", "nowhere.gguf cannot be read"),
        ("elephant", "There is no model called elephant"),
        (f"hf://{REPO}/other.gguf", "There is no file other.gguf"),
        ("hf://acme/nothing/f.gguf", "not there any more"),
    ]:
        code, out, err = command("measure", argument)
        assert (code, out) == (1, "")
        assert said in err, argument


def test_a_hub_that_fails_is_a_sentence(command, hub):
    hub.fault(Fault("api", "status", status=403))
    code, _, err = command("measure", f"hf://{REPO}/{FILE}@{COMMIT}")
    assert code == 1
    assert "HTTP 403" in err
