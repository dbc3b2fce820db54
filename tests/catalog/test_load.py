"""What a catalogue may say, and what is said when it is wrong."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.catalog.load import (
    CatalogProblem,
    find_build,
    load_catalog,
    parse_catalog,
    parse_model_argument,
    safe_file_name,
)
from gemfit.catalog.schema import catalog_schema
from gemfit.errors import GemfitError
from gemfit.paths import resources_dir

relaxed = settings(deadline=None)  # how long an example takes depends on what else runs


@pytest.fixture
def plain() -> dict[str, Any]:
    """The example of a firm's own catalogue, as plain data to spoil."""
    value: dict[str, Any] = json.loads((resources_dir() / "catalog.example.json").read_text())
    return value


def test_the_shipped_catalogue_has_the_five_models_and_the_starter():
    catalog = load_catalog()
    assert [m.id for m in catalog.models] == ["E2B", "E4B", "12B", "26B-A4B", "31B", "SmolLM2-135M"]
    assert [m.id for m in catalog.models if m.starter] == ["SmolLM2-135M"]
    qualities = [m.quality for m in catalog.models if not m.starter]
    assert qualities == sorted(qualities)


def test_every_gemma_comes_in_googles_and_the_preferred_q4_0_pinned_and_hashed():
    for model in load_catalog().models[:5]:
        q4_0 = [b for b in model.builds if b.format == "q4_0"]
        assert [(b.id, b.publisher, b.preferred) for b in q4_0] == [
            ("q4_0", "Unsloth", True),
            ("q4_0-google", "Google", False),
        ]
        for build in q4_0:
            assert build.why
            assert [f.role for f in build.files] == ["weights", "projector", "drafter"]
            for file in build.files:
                assert file.revision
                assert file.sha256
                assert file.bytes
            assert all(f.why for f in build.files[1:])
        assert q4_0[0].weights.bytes < q4_0[1].weights.bytes


def test_a_bf16_file_whose_size_is_not_known_says_so_and_gives_the_published_one():
    weights = find_build(load_catalog(), "E2B", "bf16")[1].weights
    assert (weights.bytes, weights.sha256, weights.approx_bytes) == (None, None, 9_310_000_000)
    assert find_build(load_catalog(), "12B", "bf16")[1].weights.bytes == 23_832_066_656


def test_the_mobile_format_is_another_container():
    _, build = find_build(load_catalog(), "E4B", "mobile")
    assert (build.container, build.weights.file) == ("litertlm", "gemma-4-E4B-it.litertlm")


def test_superseded_files_are_known_by_a_hash_that_no_current_file_has():
    catalog = load_catalog()
    current = {f.sha256 for m in catalog.models for b in m.builds for f in b.files}
    assert len({old.sha256 for old in catalog.superseded}) == len(catalog.superseded) == 7
    assert not current & {old.sha256 for old in catalog.superseded}


def test_the_memory_that_the_publisher_names_is_there():
    assert find_build(load_catalog(), "12B")[0].published_memory_gb == {"bf16": 26.7, "sfp8": 13.4, "q4_0": 6.7}


def test_the_shipped_schema_is_the_one_of_the_types():
    assert (resources_dir() / "catalog.schema.json").read_bytes() == catalog_schema()


def test_another_catalogue_is_taken_from_the_argument_then_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    example = resources_dir() / "catalog.example.json"
    assert load_catalog(example).title == "Models of Example Ltd"
    monkeypatch.setenv("GEMFIT_CATALOG", str(example))
    assert load_catalog().title == "Models of Example Ltd"
    assert load_catalog(resources_dir() / "catalog.json").title == "Gemma 4"


def test_the_example_shows_the_least_that_a_model_needs():
    model, build = find_build(load_catalog(resources_dir() / "catalog.example.json"), "example-helpdesk")
    assert (build.id, build.weights.sha256, build.weights.revision) == ("bf16", None, None)
    assert model.quality > find_build(load_catalog(resources_dir() / "catalog.example.json"), "E4B")[0].quality


SPOILED = [
    ("models.0.builds.0.files.0.sha256", "abc", r"64 digits.*\$\.models\[0\]\.builds\[0\]\.files\[0\]\.sha256"),
    ("models.0.builds.0.files.0.sha256", "D" * 64, "64 digits"),
    ("models.0.builds.0.files.0.revision", "main", "a commit"),
    ("models.0.builds.0.files.0.file", "../../etc/passwd", "no `..`"),
    ("models.0.builds.0.files.0.file", "/etc/passwd", "relative"),
    ("models.0.builds.0.files.0.file", "a\\b.gguf", "relative"),
    ("models.0.builds.0.files.0.repo", "https://example.org/x", "`owner/name`"),
    ("models.0.builds.0.files.0.repo", "../x", "`owner/name`"),
    ("models.0.builds.0.files.0.repo", "", "either from a `repo` or from a `package`"),
    ("models.0.builds.0.files.0.package", "llm-x", "either from a `repo` or from a `package`"),
    ("models.0.builds.0.files.0.bytes", 0, "above 0"),
    ("models.0.builds.0.files.0.bytes", "many", "Expected `int"),
    ("models.0.builds.0.files.0.role", "projector", "has to be the weights"),
    ("models.0.builds.0.files", [], "has to be the weights"),
    ("models.0.builds.0.tensors.embedding_bytes", -1, "below 0"),
    ("models.0.builds.0.tensors.read_bytes", {"q4_0": -1}, "below 0"),
    ("models.0.builds.0.tensors.layer_bytes", [1], "one entry for each layer"),
    ("models.0.builds.0.tensors.expert_bytes", [1], "one entry for each layer"),
    ("models.0.builds.0.format", "q9", "Invalid enum value"),
    ("models.0.builds.0.sha265", "x", "unknown field `sha265`"),
    ("models.0.builds.0.id", "a b", "an id is"),
    ("models.0.builds", [], "no build"),
    ("models.0.shape.layers", 0, "above 0"),
    ("models.0.shape.kv_rotation_bytes", -1, "below 0"),
    ("models.0.shape.kv_bytes_per_cell", [1], "one entry for each layer"),
    ("models.0.shape.query_lengths", [-1] * 42, "below 0"),
    ("models.0.shape.full_layers", [42], "counted from 0"),
    ("models.0.licence_url", "http://example.org", "https://"),
    ("models.0.id", "../x", "an id is"),
    ("models.1.id", "e4b", "e4b is there twice"),
    ("models", [], "no model"),
    ("schema", 2, "reads schema 1"),
    ("superseded", [{"model": "x", "file": "y", "repo": "a/b", "sha256": "?"}], "64 digits"),
    ("superseded", [{"model": "x", "file": "y", "repo": "a/b", "sha256": "0" * 64, "bytes": 0}], "above 0"),
]


@pytest.mark.parametrize(("place", "value", "said"), SPOILED, ids=[f"{p}={str(v)[:12]}" for p, v, _ in SPOILED])
def test_a_spoiled_catalogue_is_refused_with_the_place_and_what_is_wrong(
    plain: dict[str, Any], tmp_path: Path, place: str, value: object, said: str
):
    *path, last = place.split(".")
    target: Any = plain
    for step in path:
        target = target[int(step) if step.isdigit() else step]
    target[last] = value
    file = tmp_path / "firm.json"
    file.write_text(json.dumps(plain))
    with pytest.raises(GemfitError) as caught:
        load_catalog(file)
    assert caught.value.code == "catalog_invalid"
    assert re.search(said, str(caught.value))
    assert "firm.json" in str(caught.value)
    assert "`$" in str(caught.value)


def test_a_second_file_of_weights_is_refused(plain: dict[str, Any]):
    files = plain["models"][0]["builds"][0]["files"]
    files.append({**files[0], "file": "other.gguf"})
    with pytest.raises(CatalogProblem, match="only the first file is the weights"):
        parse_catalog(json.dumps(plain).encode())


def test_a_packaged_file_needs_size_and_hash_because_no_hub_can_say_them(plain: dict[str, Any]):
    plain["models"][1]["builds"][0]["files"] = [{"file": "x.gguf", "package": "some-weights"}]
    with pytest.raises(CatalogProblem, match="needs its `bytes` and its `sha256`"):
        parse_catalog(json.dumps(plain).encode())


@pytest.mark.parametrize("text", ["", "hello", "[]", "{}", '{"schema": "one"}', "\x00"])
def test_what_is_no_catalogue_is_refused_in_a_sentence(tmp_path: Path, text: str):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(GemfitError, match=r"The catalogue .*x\.json cannot be used"):
        load_catalog(tmp_path / "x.json")


def test_a_file_that_is_missing_or_far_too_large_is_refused(tmp_path: Path):
    with pytest.raises(GemfitError, match="cannot be read: No such file"):
        load_catalog(tmp_path / "none.json")
    with (tmp_path / "weights.gguf").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(GemfitError, match="far too large"):
        load_catalog(tmp_path / "weights.gguf")


@relaxed
@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_the_parser_fail_otherwise(data: bytes):
    with pytest.raises(ValueError):  # msgspec.DecodeError and CatalogProblem both are; anything else is a bug
        parse_catalog(data)


@relaxed
@given(st.text(max_size=30))
def test_a_safe_file_name_stays_in_its_folder(name: str):
    folder = Path("/weights")
    if safe_file_name(name):
        assert folder in (folder / name).resolve().parents
        assert "\\" not in name


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("E2B", ("E2B", "q4_0")),
        ("e2b", ("E2B", "q4_0")),
        ("gemma-4-E2B-it", ("E2B", "q4_0")),
        ("Gemma 4 E4B", ("E4B", "q4_0")),
        ("e2b:Q4_0 QAT", ("E2B", "q4_0")),
        ("12b:BF16", ("12B", "bf16")),
        ("31B:q4_0-google", ("31B", "q4_0-google")),
        ("26b", ("26B-A4B", "q4_0")),
        ("starter", ("SmolLM2-135M", "q4_1")),
        ("smollm2", ("SmolLM2-135M", "q4_1")),
        ("smollm2:other", ("SmolLM2-135M", "q4_1")),
    ],
)
def test_what_a_person_types_is_found(typed: str, found: tuple[str, str]):
    model, build = find_build(load_catalog(), typed)
    assert (model.id, build.id) == found


@pytest.mark.parametrize("typed", ["", "4", "E3B", "gemma-4", "e", ":q4_0"])
def test_an_unknown_model_is_answered_with_those_there_are(typed: str):
    with pytest.raises(GemfitError, match="26B-A4B, 31B, SmolLM2-135M") as caught:
        find_build(load_catalog(), typed)
    assert caught.value.code == "unknown_model"


def test_an_unknown_format_is_answered_with_those_there_are():
    with pytest.raises(GemfitError, match=r"no format q8 of Gemma 4 31B.*q4_0, q4_0-google") as caught:
        find_build(load_catalog(), "31B", "q8")
    assert caught.value.code == "unknown_build"


def test_the_models_argument_has_a_format_after_a_colon():
    assert parse_model_argument("E2B:q4_0") == ("E2B", "q4_0")
    assert parse_model_argument(" E2B ") == ("E2B", None)
    assert parse_model_argument("E2B:") == ("E2B", None)
