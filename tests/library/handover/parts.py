"""Subjects to hand over, made without a catalogue or with a small one."""

from pathlib import Path

from gemfit.catalog.load import find_build, load_catalog
from gemfit.library.handover.types import Subject
from gemfit.paths import resources_dir

SHIPPED = load_catalog(resources_dir() / "catalog.json")


def gemma(model_id: str = "E2B", build_id: str | None = None, **changes: object) -> Subject:
    """A model of the shipped catalogue, of which nothing is here unless `changes` say so."""
    model, build = find_build(SHIPPED, model_id, build_id)
    return Subject(
        **{
            "name": f"{model.name}, {build.title}",
            "container": build.container,
            "model": model,
            "build": build,
            "licence": model.licence,
            "licence_url": model.licence_url,
            **changes,
        }
    )


def here(at: Path, data: bytes = b"weights", **changes: object) -> Subject:
    """E2B in Q4_0, verified and here, as the file `at`."""
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_bytes(data)
    return gemma(**{"path": at, "verified": True, "architecture": "gemma4", **changes})
