"""What the name of a file on the Hub tells of it."""

import pytest

from gemfit.library import listing
from gemfit.library.listing import format_of


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("gemma-4-E2B-it-Q4_0.gguf", "Q4_0"),
        ("model.Q5_K_M.gguf", "Q5_K_M"),
        ("x-iq2_xxs.gguf", "IQ2_XXS"),
        ("gpt-oss-20b-mxfp4.gguf", "MXFP4"),
        ("BF16/model.gguf", "BF16"),
        ("qwen2-0_5b-f16.gguf", "F16"),
        ("gemma-4-E2B_q4_0-it.gguf", "Q4_0"),
        ("tinyllama.gguf", ""),
    ],
)
def test_the_format_is_read_from_the_name(name, format_):
    assert format_of(name) == format_


def test_roles_are_read_from_the_names():
    roles = {
        "mmproj-F16.gguf": "projector",
        "MTP/gemma-4-drafter-Q8_0.gguf": "drafter",
        "gemma-4-E2B-it-assistant-Q8_0.gguf": "drafter",
        "draftsman-7b-Q4_0.gguf": "weights",
    }
    assert {name: listing._role(name) for name in roles} == roles
