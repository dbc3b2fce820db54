"""Writes tiny projectors with made-up weights, encoder-free like the 12B's."""

from pathlib import Path

import numpy as np

import gguf

INNER, PATCH = 16, 48 * 48 * 3


def write(path: Path, *, width: int, audio: bool = True, leave_out: tuple[str, ...] = ()) -> None:
    """For a model of `width` values; without the tensors of `leave_out`."""
    made = gguf.GGUFWriter(str(path), "clip")
    made.add_type("mmproj")
    for side, here, inner in (("vision", True, INNER), ("audio", audio, 640)):
        made.add_bool(f"clip.has_{side}_encoder", here)
        if here:
            made.add_string(f"clip.{side}.projector_type", "gemma4uv" if side == "vision" else "gemma4ua")
            made.add_uint32(f"clip.{side}.embedding_length", inner)
            made.add_uint32(f"clip.{side}.projection_dim", width)
            for key in ("feed_forward_length", "block_count", "attention.head_count"):
                made.add_uint32(f"clip.{side}.{key}", 0)
            made.add_float32(f"clip.{side}.attention.layer_norm_epsilon", 1e-6)
    made.add_uint32("clip.vision.image_size", 896)
    made.add_uint32("clip.vision.patch_size", 16)
    made.add_uint32("clip.vision.projector.scale_factor", 3)
    made.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    made.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    made.add_uint32("clip.audio.num_mel_bins", 640)
    made.add_bool("clip.use_gelu", True)
    for name, tensor in _tensors(width, audio=audio):
        if name not in leave_out:
            made.add_tensor(name, tensor)
    made.write_header_to_file()
    made.write_kv_data_to_file()
    made.write_tensors_to_file()
    made.close()


def _tensors(width: int, *, audio: bool) -> list[tuple[str, np.ndarray]]:
    chance = np.random.default_rng(0)

    def noise(*shape: int) -> np.ndarray:
        return (chance.standard_normal(shape) * 0.02).astype(np.float16)

    found = [
        ("v.patch_embd.weight", noise(INNER, PATCH)),
        ("v.patch_embd.bias", np.zeros(INNER, np.float32)),
        ("v.position_embd.weight", noise(2, 256, INNER)),
        ("mm.input_projection.weight", noise(width, INNER)),
    ]
    for number, length in ((1, PATCH), (2, INNER), (3, INNER)):
        found.append((f"v.patch_norm.{number}.weight", np.ones(length, np.float32)))
        found.append((f"v.patch_norm.{number}.bias", np.zeros(length, np.float32)))
    return [*found, ("mm.a.input_projection.weight", noise(width, 640))] if audio else found
