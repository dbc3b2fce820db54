"""What speaks for a format: five scores, each with the sentence that it comes from."""

import msgspec
import pytest

from gemfit.catalog.load import find_build, load_catalog
from gemfit.fit.dimensions import Dimension, dimensions
from gemfit.fit.types import Option

CATALOG = load_catalog()
GIB = 1 << 30


def option(**figures: object) -> Option:
    plain = Option(
        model="E2B",
        build="q4_0",
        format="q4_0",
        file="f.gguf",
        verdict="fits",
        place="cpu",
        weights_bytes=GIB,
        kv_bytes=0,
        compute_bytes=0,
        base_bytes=GIB,
        total_bytes=2 * GIB,
        available_bytes=8 * GIB,
        download_bytes=2_620_370_976,
        context_tokens=4096,
        max_context=8192,
        generation_tps=7.0,
    )
    return msgspec.structs.replace(plain, **figures)


def of(build: str, found: Option | None = None) -> dict[str, Dimension]:
    return {d.name: d for d in dimensions(find_build(CATALOG, "E2B", build)[1], found or option())}


def test_there_are_five_and_every_score_lies_between_nothing_and_one():
    for model in CATALOG.models:
        for build in model.builds:
            found = dimensions(build, option())
            assert [d.name for d in found] == ["memory", "quality", "speed", "support", "access"]
            assert all(d.score is None or 0 <= d.score <= 1 for d in found)
            assert all(str(d.sentence) for d in found)


def test_memory_is_the_share_that_stays_free():
    assert of("q4_0")["memory"].score == pytest.approx(0.75)
    assert str(of("q4_0")["memory"].sentence) == "Takes 2.0 GiB of the 8.0 GiB that are free (computed)."
    assert of("q4_0", option(total_bytes=9 * GIB))["memory"].score == 0


def test_quality_is_the_published_agreement_with_the_weights_as_trained():
    assert of("bf16")["quality"].score == 1
    assert of("q4_0")["quality"].score == pytest.approx(0.9826)
    assert "98.26 % of cases; mean divergence (KLD) 0.00173 (published)" in str(of("q4_0")["quality"].sentence)
    assert (of("q4_0")["quality"].score or 0) > (of("q4_0-google")["quality"].score or 1)
    mixture = dimensions(find_build(CATALOG, "26B-A4B", "q4_0")[1], option())[1]
    assert str(mixture.sentence).endswith("85.6 % of cases (published).")


def test_what_is_not_published_has_no_score():
    unknown = dimensions(find_build(CATALOG, "12B", "q4_0")[1], option())[1]
    assert unknown.score is None
    assert "not published" in str(unknown.sentence)


def test_reading_speed_is_half_and_faster_is_more():
    assert of("q4_0")["speed"].score == pytest.approx(0.5)
    assert of("q4_0", option(generation_tps=63.0))["speed"].score == pytest.approx(0.9)
    assert of("q4_0", option(generation_tps=None))["speed"].score is None


def test_a_format_that_cannot_be_run_here_is_half_as_accessible_and_says_so():
    able, unable = of("mobile")["access"], of("mobile", option(runnable=False))["access"]
    assert able.score is not None
    assert unable.score == pytest.approx(able.score / 2)
    assert "this Gemfit cannot run it" in str(unable.sentence)
    assert str(able.sentence) == "2.6 GB to download, without an account, and one click to run."


def test_support_names_the_programs():
    assert "LiteRT-LM" in str(of("mobile")["support"].sentence)
    assert "llama.cpp" in str(of("q4_0")["support"].sentence)
