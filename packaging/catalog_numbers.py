"""Writes the numbers of `resources/catalog.json` that the arithmetic works with: the shapes and the tensors.

    python packaging/catalog_numbers.py HEADERS

HEADERS is a folder of GGUF files, or of their headers in sparse files of the same length, named MODEL-FORMAT.gguf with
the formats of `_FORMATS` (`E2B-q4_0.gguf`). `tests/bench/make_gemma4_gguf.py --header-only` writes such files; their
tensors are those of the published ones. The compute buffer is asked of llama.cpp, which lays the model out without
allocating it. Everything else in the catalogue is left as it is; lists of numbers stand on one line.
"""

import ctypes
import json
import re
import sys
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as lib
import msgspec

from gemfit.catalog.load import parse_catalog
from gemfit.catalog.schema import catalog_schema
from gemfit.catalog.starter import find_packaged
from gemfit.catalog.types import CatalogFile, TensorLayout
from gemfit.fit.header import shape_from_header, tensors_from_header
from gemfit.fit.memory import DEFAULT_UBATCH, padded, swa_cells
from gemfit.gguf.reader import read_header
from gemfit.gguf.types import GgufHeader

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
_FORMATS = {"q4_0": "q4_0", "q4_0-google": "q4_0_google", "bf16": "bf16"}
_CONTEXT = 4096
# llama.cpp logs hundredths of a MiB; a figure known to the byte is kept.
_LOGGED_STEP_BYTES = (1 << 20) / 100


def main(headers: Path) -> None:
    file = RESOURCES / "catalog.json"
    catalog = json.loads(file.read_text(encoding="utf-8"))
    for model in catalog["models"]:
        for build in model["builds"]:
            path = _file(headers, model["id"], build)
            if path is None:
                continue
            header = read_header(path)
            build["tensors"] = _plain(_published(tensors_from_header(header), header, build["id"]))
            shape = shape_from_header(header)
            known = model["shape"].get("compute_base_bytes", 0)
            logged = compute_base_bytes(path)
            exact = known if abs(known - logged) < _LOGGED_STEP_BYTES else logged
            model["shape"] = _plain(msgspec.structs.replace(shape, compute_base_bytes=exact))
            build["files"] = build.pop("files")  # last
    text = compact(json.dumps(catalog, indent=2, ensure_ascii=False)) + "\n"
    parse_catalog(text.encode())
    file.write_text(text, encoding="utf-8")
    (RESOURCES / "catalog.schema.json").write_bytes(catalog_schema())


def _file(headers: Path, model_id: str, build: dict[str, Any]) -> Path | None:
    weights = build["files"][0]
    if weights.get("package"):
        return find_packaged(CatalogFile(file=weights["file"], package=weights["package"]))
    path = headers / f"{model_id}-{_FORMATS.get(build['id'], '')}.gguf"
    return path if path.is_file() else None


def _published(tensors: TensorLayout, header: GgufHeader, build_id: str) -> TensorLayout:
    """The published BF16 files of E2B and E4B also hold keys and values of blocks that use another's cache.

    601 tensors instead of E2B's 541: llama.cpp loads them and never reads them. With them E2B comes to 9.31 GB, as
    published, without to 9.27.
    """
    shape = shape_from_header(header)
    sharing = [i for i, n_bytes in enumerate(shape.kv_bytes_per_cell) if not n_bytes]
    if build_id != "bf16" or not sharing:
        return tensors
    layer_bytes = list(tensors.layer_bytes)
    for i in sharing:
        alike = next(
            j
            for j, n in enumerate(shape.kv_bytes_per_cell)
            if n and (j in shape.full_layers) == (i in shape.full_layers)
        )
        names = [f"blk.{alike}.attn_{part}.weight" for part in ("k", "v", "k_norm")]
        layer_bytes[i] += sum(tensor.n_bytes for tensor in header.tensors if tensor.name in names)
    return msgspec.structs.replace(tensors, layer_bytes=layer_bytes)


def _plain(struct: msgspec.Struct) -> dict[str, Any]:
    """As it stands in the catalogue: without what is its default."""
    defaults = {f.name: f.default for f in msgspec.structs.fields(struct)}
    return {k: v for k, v in msgspec.to_builtins(struct).items() if v != defaults[k] and v not in ([], {})}


def compact(text: str) -> str:
    """Lists of numbers, and maps of names to numbers, on one line each."""

    def one_line(match: re.Match[str]) -> str:
        inner = re.sub(r"\s+", " ", match[0])
        return re.sub(r"([\[{]) | ([\]}])", r"\1\2", inner)

    return re.sub(r'\[[\d\s,-]+\]|\{(?:\s*"[a-z0-9_]+": [\d.]+,?)+\s*\}', one_line, text)


def compute_base_bytes(path: Path) -> int:
    """llama.cpp's compute buffer for this model at 4,096 tokens without the attention masks, in bytes."""
    lines: list[str] = []
    log = lib.llama_log_callback(lambda _level, said, _data: lines.append(said.decode("utf-8", "replace")))
    lib.llama_log_set(log, ctypes.c_void_p(0))
    lib.llama_backend_init()
    params = lib.llama_model_default_params()
    params.no_alloc, params.load_mode, params.n_gpu_layers = True, lib.LLAMA_LOAD_MODE_NONE, 0
    model = lib.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise SystemExit("".join(lines[-5:]))
    context_params = lib.llama_context_default_params()
    context_params.n_ctx, context_params.n_outputs_max, context_params.swa_full = _CONTEXT, 1, False
    context_params.n_batch = context_params.n_ubatch = DEFAULT_UBATCH
    lib.llama_init_from_model(model, context_params)
    said = re.search(r"compute buffer size =\s*([\d.]+) MiB", "".join(lines))
    if said is None:
        raise SystemExit(f"llama.cpp says no compute buffer for {path}")
    shape = shape_from_header(read_header(path))
    masks = 2 * DEFAULT_UBATCH * (padded(_CONTEXT) + swa_cells(shape, _CONTEXT))
    return round(float(said[1]) * (1 << 20)) - masks


if __name__ == "__main__":
    main(Path(sys.argv[1]))
