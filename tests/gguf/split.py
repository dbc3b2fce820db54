"""Writes a model in several parts, with the gguf package: `name-00001-of-00003.gguf` and so on."""

import tempfile
from functools import cache
from pathlib import Path

import gguf


def split(source: Path, folder: Path, stem: str = "model", *, tensors_each: int = 12, empty_first: bool = False):
    """The parts of the model at `source`, in `folder`, with at most so many tensors in each. Returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = _parts_of(source, tensors_each, empty_first)
    paths = [folder / f"{stem}-{number:05d}-of-{len(made):05d}.gguf" for number in range(1, len(made) + 1)]
    for path, data in zip(paths, made, strict=True):
        path.write_bytes(data)
    return paths


@cache
def _parts_of(source: Path, tensors_each: int, empty_first: bool) -> list[bytes]:
    reader = gguf.GGUFReader(source)
    with tempfile.TemporaryDirectory() as folder:
        writer = gguf.GGUFWriter(
            Path(folder) / "model.gguf",
            str(reader.fields["general.architecture"].contents()),
            split_max_tensors=tensors_each,
            small_first_shard=empty_first,
        )
        for name, field in reader.fields.items():
            if not name.startswith("GGUF.") and name != "general.architecture":
                sub_type = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
                writer.add_key_value(name, field.contents(), field.types[0], sub_type=sub_type)
        for tensor in reader.tensors:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return [part.read_bytes() for part in sorted(Path(folder).glob("model-*-of-*.gguf"))]
