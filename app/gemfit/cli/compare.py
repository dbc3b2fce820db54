"""The formats of one model side by side: official figures, computed and measured ones, and five dimensions."""

import textwrap
from collections.abc import Sequence

from gemfit.catalog.types import Model
from gemfit.cli.output import print_json, print_table
from gemfit.fit.comparison import Compared, published_comparison
from gemfit.fit.dimensions import Dimension, dimensions
from gemfit.fit.types import Option, Outcome
from gemfit.words import size, size_gb

WIDTH = 100
_MARKS = 10


def compare(model: Model, options: Sequence[Option], outcomes: Sequence[Outcome], *, as_json: bool) -> None:
    """Print the formats of `model`; `options` are those of a machine, with all of its builds among them."""
    rows = published_comparison(model, options, outcomes)
    by_build = {option.build: option for option in options if option.model == model.id}
    scored = {build.id: dimensions(build, by_build[build.id]) for build in model.builds}
    if as_json:
        print_json({"model": model.id, "formats": rows, "dimensions": {k: _plain(v) for k, v in scored.items()}})
        return
    context_tokens = by_build[model.builds[0].id].context_tokens
    print(f"{model.name}: memory by format, with a context of {context_tokens:,} tokens\n")
    header = ["FORMAT", "PUBLISHED", "FILE", "WEIGHTS", "EVERYTHING", "MEASURED"]
    print_table(header, [_row(row) for row in rows], frozenset({1, 2, 3, 4, 5}))
    note = (
        "Published: the official table, of weights alone. Weights and everything: computed for this machine, where the "
        "embeddings of E2B and E4B may stay on disk. Measured: everything, at the newest load here."
    )
    print("\n" + textwrap.fill(note, WIDTH))
    for build in model.builds:
        print(f"\n{build.title} ({build.publisher})")
        for dimension in scored[build.id]:
            _print_dimension(dimension)


def _row(row: Compared) -> list[str]:
    published = "-" if row.published_gb is None else f"{row.published_gb:g} GB"
    computed = [size(n) if n is not None else "-" for n in (row.weights_bytes, row.total_bytes, row.measured_bytes)]
    return [row.title, published, size_gb(row.file_bytes) if row.file_bytes else "-", *computed]


def _print_dimension(dimension: Dimension) -> None:
    """`memory   ########..  Takes …`: a mark for every tenth of the score, none where it is not known."""
    marks = "?" if dimension.score is None else "#" * round(dimension.score * _MARKS)
    lead = f"  {dimension.name:<8} {marks:{'<' if dimension.score is None else '.<'}{_MARKS}}  "
    print(textwrap.fill(str(dimension.sentence), WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead)))


def _plain(found: Sequence[Dimension]) -> list[dict[str, object]]:
    return [{"name": d.name, "score": d.score, "sentence": str(d.sentence)} for d in found]
