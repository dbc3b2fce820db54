"""A person's home with the stores of other programs in it, laid out as those programs do."""

import hashlib
import json
from pathlib import Path

from gemfit.library.stores.host import Host, Platform

PLATFORMS: tuple[Platform, ...] = ("linux", "darwin", "win32")


def host(folder: Path, platform: Platform = "linux", **environ: object) -> Host:
    """A computer that is all in one folder."""
    return Host(
        platform=platform,
        home=folder / "home",
        environ={name: str(value) for name, value in environ.items()},
        root=folder / "root",
    )


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(path: Path, data: bytes = b"weights") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def put_in_hugging_face(hub: Path, repo: str, file: str, data: bytes, commit: str = "c" * 40) -> Path:
    """As huggingface_hub lays it out: a blob, a link to it in the snapshot, and what `main` means."""
    folder = hub / f"models--{repo.replace('/', '--')}"
    blob = put(folder / "blobs" / sha256(data), data)
    link = folder / "snapshots" / commit / file
    link.parent.mkdir(parents=True, exist_ok=True)
    up = "../" * (2 + file.count("/"))
    link.symlink_to(f"{up}blobs/{blob.name}")
    put(folder / "refs" / "main", commit.encode())
    return link


def put_in_ollama(models: Path, name: str, *layers: tuple[str, bytes]) -> list[Path]:
    """A manifest and its layers, each a pair of the last word of its media type and its bytes. Returns the blobs."""
    blobs = [put(models / "blobs" / f"sha256-{sha256(data)}", data) for _kind, data in layers]
    listed = [
        {"mediaType": f"application/vnd.ollama.image.{kind}", "digest": f"sha256:{sha256(data)}", "size": len(data)}
        for kind, data in layers
    ]
    manifest = {"schemaVersion": 2, "config": {"digest": f"sha256:{'0' * 64}"}, "layers": listed}
    put(models / "manifests" / name, json.dumps(manifest).encode())
    return blobs
