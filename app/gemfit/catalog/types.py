"""The catalogue: models, their formats and files. `resources/catalog.schema.json` describes the same for others."""

from typing import Literal

import msgspec

SCHEMA = 1
FormatName = Literal["bf16", "q4_0", "mobile", "other"]
Container = Literal["gguf", "litertlm"]
Role = Literal["weights", "projector", "drafter"]


class CatalogFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file on the Hub (or in a Python package, for the starter).

    `revision` pins a commit; None: the newest, resolved and pinned when fetched. `bytes` and `sha256` are None where
    they are not known here: then the official API says. `approx_bytes` is a published, rounded figure. `why` says why
    this file and not another that would do.
    """

    file: str
    role: Role = "weights"
    repo: str = ""
    revision: str | None = None
    bytes: int | None = None
    approx_bytes: int | None = None
    sha256: str | None = None
    package: str | None = None
    why: str = ""


class TensorLayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tensors of one file of weights, by where they go, in bytes, padded as they are in the file and in memory.

    Derived from a header by `fit/header.py`.

    `embedding_bytes`: the token embedding, which stays in system memory. `output_bytes`: the output matrix; 0 where the
    token embedding is that as well, and `copied` says whether the engine then keeps a second copy of it in system
    memory (on a GPU it always needs one of its own). `lazy_bytes`: the per-layer embeddings, left on disk and read row
    by row. `layer_bytes`: one entry for each block; `expert_bytes`: of those, the experts (no entries without any).
    `other_bytes`: everything else. `repack_bytes`: of all of it, what the processor's kernels lay out anew.

    `read_bytes`: what generating one token reads of the matrices that every token uses, the output matrix with them, by
    tensor type as ggml names it, in lower case; `expert_read_bytes`: the same of the experts that one token uses.
    """

    embedding_bytes: int
    output_bytes: int = 0
    copied: bool = False
    lazy_bytes: int = 0
    other_bytes: int = 0
    layer_bytes: list[int]
    expert_bytes: list[int] = []
    repack_bytes: int = 0
    read_bytes: dict[str, int]
    expert_read_bytes: dict[str, int] = {}

    @property
    def total_bytes(self) -> int:
        """All tensors as they stand in the file."""
        outside = self.embedding_bytes + self.output_bytes + self.lazy_bytes + self.other_bytes
        return outside + sum(self.layer_bytes)

    @property
    def output_matrix_bytes(self) -> int:
        """The output matrix, whether it is one of its own or the token embedding."""
        return self.output_bytes or self.embedding_bytes

    @property
    def read_bytes_per_token(self) -> int:
        """Everything that generating one token reads of the weights."""
        return sum(self.read_bytes.values()) + sum(self.expert_read_bytes.values())


class Build(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One format of one model as one publisher packs it. `id` is what a person types (`q4_0`, `q4_0-google`).

    The first file is the weights; projector and drafter, where there are any, follow. `preferred`: the one to take
    among several of the same format, and `why` says why (or why not).

    `tensors`: for the arithmetic; None where they are not known. `split`: the publisher has the weights in several
    files, which this version cannot fetch.

    How close it is to the weights as trained (QAT BF16), where that is published: `mean_kld`, the mean divergence of
    Kullback and Leibler, and `same_token_percent`, how often both think the same token the most probable; found with
    this file, or with one that packs the same values.
    """

    id: str
    format: FormatName
    title: str
    publisher: str
    container: Container = "gguf"
    preferred: bool = True
    why: str = ""
    split: bool = False
    tensors: TensorLayout | None = None
    mean_kld: float | None = None
    same_token_percent: float | None = None
    files: list[CatalogFile]

    @property
    def weights(self) -> CatalogFile:
        return self.files[0]

    def file_of(self, role: Role) -> CatalogFile | None:
        """The first file of that role; None if there is none."""
        return next((file for file in self.files if file.role == role), None)


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What memory and the work of attention depend on. The lists have one entry for each block.

    `kv_bytes_per_cell`: keys and values of one cell in f16; 0 for a block without a cache of its own. `full_layers`:
    the blocks that attend to the whole context; the others see `sliding_window_tokens`. `query_lengths`: query heads
    times their length. `input_length`: the values that one token brings in, its embeddings of all kinds; 0: only the
    one of `embedding_length`. `kv_rotation_bytes`: the matrices that rotate keys and values of a quantized cache.
    `compute_base_bytes`: the compute buffer for micro-batches of 512 tokens, without the attention masks, which grow
    with the context. Derived from a header by `fit/header.py`; those of the catalogue are confirmed by the engine.
    """

    layers: int
    embedding_length: int
    vocab_tokens: int
    context_tokens: int
    sliding_window_tokens: int
    kv_bytes_per_cell: list[int]
    full_layers: list[int]
    query_lengths: list[int]
    input_length: int = 0
    kv_rotation_bytes: int = 0
    compute_base_bytes: int


class SamplingDefaults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the publisher recommends, for files that do not say it themselves."""

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model. `quality` orders models by how good their answers are: higher is better, within this catalogue.

    `published_memory_gb`: the publisher's own table of memory for the weights, in GB, by precision.
    """

    id: str
    name: str
    quality: int
    parameters: str
    modalities: list[str]
    licence: str
    licence_url: str
    starter: bool = False
    description: str = ""
    active_parameters_b: float
    published_memory_gb: dict[str, float] = {}
    sampling: SamplingDefaults = SamplingDefaults()
    shape: Shape
    builds: list[Build]


class Superseded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that was published once under a name that now means another. Recognised by its hash."""

    model: str
    file: str
    repo: str
    sha256: str
    bytes: int | None = None
    note: str = ""


class Catalog(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: int
    title: str = ""
    compiled: str = ""
    models: list[Model]
    superseded: list[Superseded] = []

    def model(self, model_id: str) -> Model | None:
        """The model of that id, whatever its case; None if there is none."""
        return next((m for m in self.models if m.id.lower() == model_id.lower()), None)
