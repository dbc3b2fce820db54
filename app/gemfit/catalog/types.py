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


class Build(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One format of one model as one publisher packs it. `id` is what a person types (`q4_0`, `q4_0-google`).

    The first file is the weights; projector and drafter, where there are any, follow. `preferred`: the one to take
    among several of the same format, and `why` says why (or why not).

    For the arithmetic, each None where it is not known: `tensor_bytes`, the weights without the file's header;
    `read_bytes_per_token`, what generating one token reads of them (a mixture of experts reads only a part);
    `tied_bytes`, the token embedding where it is the output matrix as well and the engine keeps a second copy of it.

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
    tensor_bytes: int | None = None
    read_bytes_per_token: int | None = None
    tied_bytes: int | None = None
    mean_kld: float | None = None
    same_token_percent: float | None = None
    files: list[CatalogFile]

    @property
    def weights(self) -> CatalogFile:
        return self.files[0]


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What memory depends on. Per-layer lists have one entry for each layer that keeps its own KV cache.

    `kv_full_bytes_per_token` and `kv_swa_bytes_per_cell` are for f16 (source: the catalogue's facts, confirmed by the
    engine). `compute_base_bytes` is the compute buffer for micro-batches of 512 tokens without the attention masks,
    which grow with the context. `lazy_bytes` is what `lazy_mode` leaves on disk (the per-layer embeddings), by build
    id.
    """

    layers: int
    embedding_length: int
    vocab_tokens: int
    context_tokens: int
    sliding_window_tokens: int
    kv_full_bytes_per_token: int
    kv_swa_bytes_per_cell: int
    compute_base_bytes: int
    lazy_bytes: dict[str, int] = {}


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
