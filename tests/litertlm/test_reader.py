"""The header of a file in the mobile format, read without its library."""

import io
from pathlib import Path

import pytest

from gemfit.errors import GemfitError
from gemfit.litertlm.check import check_file
from gemfit.litertlm.reader import read_header
from gemfit.litertlm.tflite import compiled
from gemfit.litertlm.types import Channel, LitertlmHeader, Section

TINY = Path(__file__).parents[1] / "data" / "tiny-gemma-chat.litertlm"
DATA = TINY.read_bytes()


def refused(data: bytes, tmp_path: Path, name: str = "model.litertlm") -> GemfitError:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(GemfitError) as caught:
        check_file(path)
    return caught.value


def test_what_the_header_says() -> None:
    header = check_file(TINY)
    assert header.version == (1, 7, 0)
    assert [section.kind for section in header.sections] == [
        "llm_metadata",
        "executor_metadata",
        "sp_tokenizer",
        "tflite",
    ]
    assert header.sections[-1] == Section(
        kind="tflite", begin=65_536, end=923_968, items={"model_type": "tf_lite_prefill_decode"}
    )
    assert header.needed_bytes == header.file_bytes == 923_968
    assert header.system["Authors"] == "ODML"
    assert (header.images, header.audio, header.backends) == (False, False, ("cpu", "gpu"))


def test_what_the_description_says() -> None:
    metadata = check_file(TINY).metadata
    assert (metadata.architecture, metadata.context_tokens) == ("gemma3", 1024)
    assert metadata.start_text == "<bos>"
    assert "<end_of_turn>\n" in " ".join(metadata.stop_texts)
    assert metadata.stop_ids == ((1,), (5,))
    assert metadata.channels == (Channel("thought", "<think>", "</think>"),)
    assert metadata.supports_thinking
    assert "enable_thinking" in metadata.template
    assert (metadata.temperature, metadata.top_k, round(metadata.top_p or 0, 2)) == (1.0, 40, 0.95)


def test_what_the_compiled_model_says() -> None:
    found = compiled(TINY, check_file(TINY))
    assert found.prefill_tokens == (16, 128)
    assert found.kv_bytes == 2 * 2 * 2 * 1024 * 32 * 4  # keys and values, layers, heads, cells, values of 4 bytes


def test_an_open_file_is_read_too() -> None:
    assert read_header(io.BytesIO(DATA)).metadata.architecture == "gemma3"


def test_what_is_compiled_for_pictures_and_guesses_is_not_of_the_text() -> None:
    kinds = (
        "tf_lite_prefill_decode",
        "tf_lite_vision_encoder",
        "tf_lite_audio_adapter",
        "tf_lite_mtp_drafter",
        "tf_lite_per_layer_embedder",
    )
    sections = tuple(
        Section(kind="tflite", begin=100 * i, end=100 * i + 10**i, items={"model_type": kind})
        for i, kind in enumerate(kinds)
    )
    header = LitertlmHeader(file="x", file_bytes=100_000, version=(1, 0, 0), sections=sections)
    assert (header.weights_bytes, header.unused_bytes, header.looked_up_bytes) == (1, 1110, 10_000)
    assert header.images
    assert header.audio


def test_a_bound_model_says_what_it_runs_on() -> None:
    bound = {"model_type": "tf_lite_prefill_decode", "backend_constraint": "gpu, npu"}
    section = Section(kind="tflite", begin=100, end=200, items=bound)
    assert LitertlmHeader(file="x", file_bytes=1, version=(1, 0, 0), sections=(section,)).backends == ("gpu", "npu")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_litertlm"),
        (b"text, and nothing but", "not_litertlm"),
        (b"GGUF\x03\0\0\0" * 20, "not_litertlm"),
        (DATA[:6], "litertlm_truncated"),
        (DATA[:400], "litertlm_truncated"),
        (DATA[:17_000], "litertlm_truncated"),
        (DATA[:-1], "litertlm_truncated"),
        (DATA[:8] + b"\x63" + DATA[9:], "litertlm_unsupported"),
        (DATA[:24] + (1 << 40).to_bytes(8, "little") + DATA[32:], "litertlm_damaged"),
        (DATA[:24] + ((1 << 64) - 1).to_bytes(8, "little") + DATA[32:], "litertlm_damaged"),
        (DATA[:32] + bytes(552) + DATA[584:], "litertlm_damaged"),
    ],
)
def test_what_is_refused(data: bytes, code: str, tmp_path: Path) -> None:
    error = refused(data, tmp_path)
    assert error.code == code
    assert str(error).startswith("model.litertlm")


def test_another_minor_version_and_more_bytes_at_the_end_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "model.litertlm"
    path.write_bytes(DATA[:12] + b"\x63" + DATA[13:] + b"more")
    assert check_file(path).version == (1, 99, 0)


def test_a_sound_file_by_another_name_is_told_what_to_do(tmp_path: Path) -> None:
    error = refused(DATA, tmp_path, "model.bin")
    assert error.code == "litertlm_unsupported"
    assert ".litertlm" in str(error)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GemfitError) as caught:
        check_file(tmp_path / "none.litertlm")
    assert caught.value.code == "litertlm_unreadable"


def test_a_compiled_model_that_names_no_tensors_is_refused(tmp_path: Path) -> None:
    """The library follows names and numbers of its signatures unchecked, and crashes."""
    assert refused(DATA[:65_540] + b"XXXX" + DATA[65_544:], tmp_path).code == "litertlm_damaged"
    at = DATA.index(b"kv_cache_v_1", 65_536)
    assert refused(DATA[:at] + b"\0" + DATA[at + 1 :], tmp_path).code == "litertlm_damaged"
