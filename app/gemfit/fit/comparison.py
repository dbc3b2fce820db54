"""The publisher's own figures of memory, beside what is computed and measured here and the size of the file."""

from collections.abc import Sequence

import msgspec

from gemfit.catalog.types import Build, Model
from gemfit.fit.types import ComponentName, Option, Outcome

# The columns of the official table, which is of the weights alone, in its order.
PUBLISHED = {"bf16": "BF16", "sfp8": "SFP8", "q4_0": "Q4_0", "mobile": "Mobile", "mobile_text": "Mobile, text only"}


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One row: a published format (`published_gb`: 10^9 bytes of weights) and one build of it, where there is one.

    `weights_bytes` and `total_bytes` are computed for this machine at the context asked for: weights in memory, and
    everything; `measured_bytes` is everything as it was at the newest load here. None where not known.
    """

    title: str
    published_gb: float | None = None
    build: str = ""
    file_bytes: int | None = None
    weights_bytes: int | None = None
    total_bytes: int | None = None
    measured_bytes: int | None = None


def published_comparison(model: Model, options: Sequence[Option], outcomes: Sequence[Outcome]) -> list[Compared]:
    """A row for every published format of `model` and every build of it: the official table first, in its order."""
    by_build = {option.build: option for option in options if option.model == model.id}
    rows = []
    for key, title in PUBLISHED.items():
        published_gb = model.published_memory_gb.get(key)
        builds = [build for build in model.builds if build.format == key]
        rows += [_row(model, build, published_gb, by_build.get(build.id), outcomes) for build in builds]
        if not builds and published_gb is not None:
            rows.append(Compared(title=title, published_gb=published_gb))
    others = [build for build in model.builds if build.format not in PUBLISHED]
    return rows + [_row(model, build, None, by_build.get(build.id), outcomes) for build in others]


def _row(
    model: Model, build: Build, published_gb: float | None, option: Option | None, outcomes: Sequence[Outcome]
) -> Compared:
    measured = [o for o in outcomes if (o.model, o.build) == (model.id, build.id) and o.measured]
    newest = max(measured, key=lambda outcome: outcome.at, default=None)
    return Compared(
        title=build.title,
        published_gb=published_gb,
        build=build.id,
        file_bytes=build.weights.bytes or build.weights.approx_bytes,
        weights_bytes=_sum(option, "weights") if option and option.runnable else None,
        total_bytes=_sum(option) if option and option.runnable else None,
        measured_bytes=sum(part.n_bytes for part in newest.measured) if newest else None,
    )


def _sum(option: Option, *names: ComponentName) -> int:
    """On all devices together: the components of these names, without any everything."""
    return sum(part.n_bytes for part in option.components if not names or part.name in names)
