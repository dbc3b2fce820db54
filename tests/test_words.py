"""Values are printed by the unit that their name ends with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.words import Sentence, duration, fill, say, size, size_gb


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("needed_bytes", 4_509_715_660, "4.2 GiB"),
        ("needed_bytes", 1023, "1023 B"),
        ("needed_bytes", 1024, "1 KiB"),
        ("needed_bytes", 5 << 20, "5 MiB"),
        ("needed_bytes", 3 << 40, "3.0 TiB"),
        ("needed_bytes", 5000 << 40, "5,000.0 TiB"),
        ("spare_bytes", -(2 << 30), "-2.0 GiB"),
        ("context_tokens", 8192, "8,192"),
        ("generation_tps", 7.26, "7.3"),
        ("generation_tps", 61.2, "61"),
        ("elapsed_s", 3.21, "3.2 s"),
        ("elapsed_s", 200, "3 min 20 s"),
        ("elapsed_s", 7500, "2 h 5 min"),
        ("file", "x.gguf", "x.gguf"),
    ],
)
def test_the_name_says_the_unit(name: str, value: int | float | str, text: str) -> None:
    assert fill(f"<{{{name}}}>", {name: value}) == f"<{text}>"


def test_a_sentence_reads_as_its_text_with_its_values() -> None:
    assert str(say("{file} needs {needed_bytes}.", file="E2B", needed_bytes=1 << 30)) == "E2B needs 1.0 GiB."
    assert str(Sentence("100 % plain")) == "100 % plain"


def test_decimal_sizes_are_as_download_pages_say_them() -> None:
    assert size_gb(2_620_370_976) == "2.6 GB"
    assert size_gb(98_362_432) == "98 MB"


@given(st.integers(0, 1 << 60))
def test_every_size_and_duration_has_a_unit(n: int) -> None:
    assert size(n).split(" ")[-1] in {"B", "KiB", "MiB", "GiB", "TiB"}
    assert duration(n).split(" ")[-1] in {"s", "min"}
