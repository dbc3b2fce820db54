"""The card of a model, from its header."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.catalog.load import load_catalog
from gemfit.catalog.starter import find_packaged
from gemfit.gguf.reader import read_header
from gemfit.gguf.types import STRING, ArrayInfo, GgufHeader, TensorInfo
from gemfit.library.card import TEXT_CAP, card_of, card_of_file, format_of, kind_of


def header(*types: str, **metadata) -> GgufHeader:
    """A header with a tensor of each of `types`, the first the largest."""
    found = {key.replace("__", "."): value for key, value in metadata.items()}
    tensors = [
        TensorInfo(f"t{i}", (64, 100 - i), 0, 0, name, 1000 - i) for i, name in enumerate(types or ["F16", "F32"])
    ]
    return GgufHeader(
        file="x.gguf",
        version=3,
        metadata={"general.architecture": "llama", **found},
        value_types={},
        tensors=tensors,
        alignment=32,
        data_offset=0,
        file_bytes=123,
    )


def test_a_gemma_says_what_it_is(data_dir):
    card = card_of(read_header(data_dir / "gemma4-tiny-moe.gguf"))
    assert (card.kind, card.architecture, card.format, card.layers) == ("model", "gemma4", "Q4_0", 4)
    assert (card.experts, card.experts_used) == (8, 2)
    assert (card.parameters, card.context_tokens, card.vocabulary_tokens) == (826_564, 8192, 7979)
    assert (card.template, card.thinking, card.modalities) == ("known", True, ["text"])
    assert "Gemma 4" in card.template_name
    assert sum(card.tensor_bytes_by_type.values()) == card.tensor_bytes


def test_another_architecture_says_so_too(data_dir):
    starter = next(model for model in load_catalog().models if model.starter)
    card = card_of(read_header(find_packaged(starter.builds[0].weights)))
    assert (card.architecture, card.format, card.licence) == ("llama", "Q4_1", "apache-2.0")
    assert (card.template, card.template_name, card.author) == ("known", "SmolLM2", "HuggingFaceTB")
    assert card.parameters == 134_515_008


def test_what_the_publisher_says_is_taken_over():
    card = card_of(
        header(
            general__name="Gemma",
            general__license="gemma",
            general__license__name="Gemma Terms of Use",
            general__license__link="https://ai.google.dev/gemma/terms",
            general__organization="Google",
            general__quantized_by="Unsloth",
            general__repo_url="https://huggingface.co/unsloth/x",
            general__base_model__count=2,
            general__base_model__0__name="Gemma 4 E2B",
            general__base_model__0__organization="Google",
            general__base_model__1__repo_url="https://huggingface.co/a/b",
        )
    )
    assert (card.name, card.licence, card.licence_url) == (
        "Gemma",
        "Gemma Terms of Use",
        "https://ai.google.dev/gemma/terms",
    )
    assert (card.author, card.quantized_by, card.url) == ("Google", "Unsloth", "https://huggingface.co/unsloth/x")
    assert [(base.name, base.organization) for base in card.base_models] == [
        ("Gemma 4 E2B", "Google"),
        ("https://huggingface.co/a/b", ""),
    ]


@pytest.mark.parametrize(
    ("types", "file_type", "format_"),
    [
        (("Q4_0", "F32"), 2, "Q4_0"),
        (("Q4_K", "Q6_K", "F32"), 15, "Q4_K_M"),
        (("Q6_K", "Q4_0", "F32"), 2, "Q4_0"),
        (("Q4_0", "F32"), 15, "Q4_0"),
        (("BF16", "F32"), 32, "BF16"),
        (("MXFP4", "Q8_0"), 38, "MXFP4_MOE"),
        (("Q5_K", "F32"), None, "Q5_K"),
        (("Q5_K", "F32"), 9999, "Q5_K"),
        (("Q5_K", "F32"), "Q4", "Q5_K"),
        (("Q5_K", "F32"), -1, "Q5_K"),
    ],
)
def test_the_format_is_what_the_file_calls_it_if_its_tensors_are_of_that(types, file_type, format_):
    metadata = {} if file_type is None else {"general__file_type": file_type}
    assert format_of(header(*types, **metadata)) == format_


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [
        ({}, "model"),
        ({"general__architecture": "clip"}, "projector"),
        ({"general__type": "mmproj"}, "projector"),
        ({"general__architecture": "gemma4-assistant"}, "drafter"),
        ({"general__type": "adapter"}, "adapter"),
        ({"general__type": "vocab"}, "vocabulary"),
        ({"llama__pooling_type": 1}, "embedding"),
        ({"llama__pooling_type": 0}, "model"),
    ],
)
def test_a_file_says_what_it_is_for(metadata, kind):
    assert kind_of(header(**metadata)) == kind


def test_a_projector_says_what_it_sees_and_hears():
    clip = header(general__architecture="clip", clip__has_vision_encoder=True, clip__has_audio_encoder=False)
    assert card_of(clip).modalities == ["image"]


@pytest.mark.parametrize(("template", "state"), [("", "none"), ("{{ messages }}", "unknown")])
def test_a_template_that_nobody_read_is_said_to_be_unknown(template, state):
    card = card_of(header(tokenizer__chat_template=template))
    assert (card.template, card.template_name) == (state, "")


def test_texts_are_short_and_cannot_steer_a_terminal():
    card = card_of(header(general__name="\x1b[2J\u202eGemma\n4" + "x" * 1000))
    assert card.name.startswith("[2JGemma4x")
    assert len(card.name) == TEXT_CAP


SCALARS = st.one_of(st.booleans(), st.integers(-(2**63), 2**64), st.floats(), st.text(max_size=20))
ARRAYS = st.builds(ArrayInfo, st.just(STRING), st.integers(0, 10), st.just(0), st.just(0))
KEYS = st.sampled_from(
    [
        "general.architecture",
        "general.name",
        "general.type",
        "general.file_type",
        "general.license",
        "general.base_model.count",
        "general.base_model.0.name",
        "llama.context_length",
        "llama.block_count",
        "llama.expert_count",
        "llama.pooling_type",
        "tokenizer.ggml.tokens",
        "tokenizer.chat_template",
        "clip.has_vision_encoder",
        "split.count",
    ]
)


@given(st.dictionaries(KEYS, st.one_of(SCALARS, ARRAYS)))
def test_whatever_the_values_there_is_a_card(metadata):
    card = card_of(header(**{key.replace(".", "__"): value for key, value in metadata.items()}))
    assert card.parts >= 1
    assert len(card.base_models) <= 8


def test_the_card_does_not_depend_on_the_name_of_the_file(data_dir, tmp_path):
    copy = tmp_path / "sha256-0"
    shutil.copyfile(data_dir / "gemma4-tiny.gguf", copy)
    assert card_of(read_header(copy)) == card_of(read_header(data_dir / "gemma4-tiny.gguf"))


def test_a_file_in_the_mobile_format_has_a_card_too(data_dir):
    card = card_of_file(data_dir / "tiny-gemma-chat.litertlm")
    assert (card.kind, card.architecture, card.format) == ("model", "gemma3", "LiteRT-LM")
    assert (card.context_tokens, card.modalities, card.thinking) == (1024, ["text"], True)
    assert (card.author, card.template, card.file_bytes) == ("ODML", "unknown", 923_968)
    assert card_of_file(data_dir / "gemma4-tiny.gguf").architecture == "gemma4"
