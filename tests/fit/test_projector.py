"""What pictures and sound take: the projector and what a picture is computed in, beside what the engine laid out."""

from pathlib import Path

import msgspec
import pytest

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.types import CatalogFile
from gemfit.fit import projector
from gemfit.fit.intent import intend
from gemfit.fit.memory import by_device, components, tensors_of
from gemfit.fit.types import SYSTEM_MEMORY, Intent, Known, Share
from gemfit.gguf.check import check_file
from gemfit.media.types import KEPT_BYTES
from tests.fit.test_intent import intent, machine

MIB = 1 << 20
ENGINE = [(768, 81, 32.04), (768, 272, 107.60), (768, 552, 218.36), (768, 1089, 430.78)]
ENGINE += [(1152, 81, 47.66), (1152, 272, 160.04), (1152, 552, 324.79), (1152, 1089, 640.75)]


@pytest.mark.parametrize(("width", "tokens", "mib"), ENGINE)
def test_the_buffer_is_what_llama_cpp_reserves_for_such_an_encoder(width, tokens, mib):
    """As its log said for made-up encoders of these widths (E2B and E4B have 768, 26B-A4B and 31B have 1,152)."""
    assert projector.computed_in_bytes(width, tokens) == pytest.approx(mib * MIB, rel=0.02)


@pytest.mark.parametrize(("tokens", "n_bytes"), [(25, 3_586_130), (375, 53_078_917), (750, 106_105_405)])
def test_so_is_the_buffer_for_sound(tokens, n_bytes):
    assert projector.heard_in_bytes(tokens) == pytest.approx(n_bytes, rel=0.02)


def test_without_an_encoder_it_is_the_pixels_twice(data_dir: Path):
    """46.75 MiB in the log for 882 tokens of the tiny projector."""
    header = check_file(data_dir / "gemma4-mmproj.gguf")
    more = projector.of_header(header, 882) - header.tensor_bytes - projector.of_header(header, 0) + header.tensor_bytes
    assert more == pytest.approx(46.8 * MIB, rel=0.02)


def test_the_published_files_are_told_apart_by_their_length():
    sizes = {}
    for model in load_catalog().models:
        file = model.builds[0].file_of("projector")
        if file is not None:
            sizes[model.id] = projector.of_size(file.bytes) - file.bytes
    assert sizes["E2B"] == sizes["E4B"]
    assert sizes["26B-A4B"] == sizes["31B"]
    assert sizes["12B"] < sizes["E2B"]
    assert projector.of_size(0) == 0


def with_pictures(available_gib: float, *, context_tokens: int = 8192, image_tokens: int = 280) -> Intent:
    model, build = find_build(load_catalog(), "12B", "q4_0")
    return intend(
        machine(available_gib),
        model.shape,
        tensors_of(model, build),
        context_tokens,
        known=Known(),
        projector_bytes=projector.of_size(build.file_of("projector").bytes, image_tokens),
        image_tokens=image_tokens,
    )


def projector_file() -> CatalogFile:
    file = find_build(load_catalog(), "12B", "q4_0")[1].file_of("projector")
    assert file is not None
    return file


def named(found: Intent, name: str) -> int:
    return sum(component.n_bytes for component in found.predicted if component.name == name)


def test_a_load_with_pictures_counts_them_and_one_without_does_not():
    found, without = with_pictures(32), intent(machine(32), "12B")
    assert found.plan.projector
    assert named(found, "projector") > 175_000_000
    assert not without.plan.projector
    assert named(without, "projector") == 0


def test_what_pictures_became_is_kept_in_system_memory_wherever_the_projector_computes():
    found = with_pictures(32)
    held = projector.of_size(projector_file().bytes)
    assert by_device(part for part in found.predicted if part.name == "projector") == {SYSTEM_MEMORY: held + KEPT_BYTES}
    model, build = find_build(load_catalog(), "12B", "q4_0")
    plan = msgspec.structs.replace(found.plan, shares=[Share("CUDA0", model.shape.layers + 1)])
    parts = components(model.shape, tensors_of(model, build), plan, projector_bytes=held)
    sums = by_device(part for part in parts if part.name == "projector")
    assert sums == {"CUDA0": held, SYSTEM_MEMORY: KEPT_BYTES}
    without = components(model.shape, tensors_of(model, build), plan, projector_bytes=0)
    assert by_device(parts)["CUDA0"] - by_device(without)["CUDA0"] == held


@pytest.mark.parametrize("image_tokens", [70, 280, 560, 1120])
def test_every_picture_fits_a_micro_batch(image_tokens):
    """llama.cpp #23409; the buffers grow with it, and so does the window's cache."""
    for gib in (32, 8.5):
        found = with_pictures(gib, image_tokens=image_tokens)
        if found.plan.projector:
            assert found.plan.ubatch_tokens >= image_tokens
    assert with_pictures(32).plan.ubatch_tokens == 512
    assert named(with_pictures(32, image_tokens=1120), "kv") > named(with_pictures(32), "kv")


def test_where_only_text_fits_it_is_planned_for_text():
    least = next(step / 20 for step in range(100, 200) if not intent(machine(step / 20), "12B").refusal)
    found = with_pictures(least)
    assert found.refusal == []
    assert not found.plan.projector
    assert with_pictures(least + 1).plan.projector
