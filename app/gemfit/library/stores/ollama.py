"""Ollama: `manifests/<host>/<namespace>/<model>/<tag>` names layers by digest, `blobs/sha256-<digest>` holds them.

Media types: https://github.com/ollama/ollama/blob/main/server/model.go; places:
https://github.com/ollama/ollama/blob/main/docs/faq.mdx
"""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gemfit.catalog.types import Role
from gemfit.library.names import is_sha256
from gemfit.library.stores.found import Found, Trouble
from gemfit.library.stores.host import Host
from gemfit.library.stores.small import read_text
from gemfit.library.stores.walk import found_at
from gemfit.library.types import Origin

ORIGIN: Origin = "ollama"
_ROLES: dict[str, Role] = {
    "application/vnd.ollama.image.model": "weights",
    "application/vnd.ollama.image.projector": "projector",
}
_USUAL = ("registry.ollama.ai", "library")


class _Layer(msgspec.Struct, rename={"media_type": "mediaType"}):
    media_type: str
    digest: str


class _Manifest(msgspec.Struct):
    layers: list[_Layer] = []


def places(host: Host) -> list[Path]:
    """The person's own folder, and that of the service that its installer for Linux sets up."""
    own = host.named("OLLAMA_MODELS") or host.home / ".ollama" / "models"
    service = [host.root / "usr/share/ollama/.ollama/models"] if host.platform == "linux" else []
    return list(dict.fromkeys([own, *service]))


def files(folder: Path, trouble: Trouble) -> Iterator[Found]:
    """The layers of weights and projectors that manifests name and that are there; each once, by its first name."""
    seen = set()
    manifests, blobs = os.fspath(folder / "manifests"), os.fspath(folder / "blobs")
    for manifest in _manifests(manifests, trouble):
        for layer in _layers(manifest):
            digest = layer.digest.removeprefix("sha256:").removeprefix("sha256-")
            role = _ROLES.get(layer.media_type)
            if role is None or digest in seen or not is_sha256(digest):
                continue
            seen.add(digest)
            found = _blob(Path(blobs, f"sha256-{digest}"), trouble)
            if found is not None:
                called = _called(Path(os.path.relpath(manifest, manifests)).parts)
                yield replace(found, called=called, role=role, origin=ORIGIN, said_sha256=digest)


def _manifests(folder: str, trouble: Trouble) -> Iterator[str]:
    def told(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            trouble(Path(error.filename or folder), error)

    for here, folders, names in os.walk(folder, onerror=told):
        folders.sort()
        yield from (f"{here}{os.sep}{name}" for name in sorted(names) if not name.startswith("."))


def _layers(manifest: str) -> list[_Layer]:
    try:
        return msgspec.json.decode(read_text(Path(manifest)), type=_Manifest).layers
    except ValueError:  # half written, or no manifest at all
        return []


def _blob(path: Path, trouble: Trouble) -> Found | None:
    try:
        return found_at(path, path.name)
    except OSError as error:
        trouble(path, error)
        return None


def _called(parts: tuple[str, ...]) -> str:
    """`gemma4:e4b`, `owner/model:tag`, `hf.co/owner/model:tag`: as Ollama itself shortens them."""
    *path, tag = parts
    for usual in _USUAL:
        if path and path[0] == usual:
            path = path[1:]
        else:
            break
    return f"{'/'.join(path)}:{tag}"
