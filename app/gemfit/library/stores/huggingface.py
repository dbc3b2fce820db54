"""The Hugging Face cache: `models--owner--name/snapshots/<commit>/<file>`, links into `blobs/`.

A blob is named after its ETag, which for large files is their SHA-256. On Windows without the right to make links, and
where a program copied it so, the files themselves lie in the snapshots:
https://huggingface.co/docs/huggingface_hub/guides/manage-cache
"""

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from gemfit.library.names import is_repo, is_sha256
from gemfit.library.stores.found import Found, Trouble
from gemfit.library.stores.host import Host
from gemfit.library.stores.walk import weights_below
from gemfit.library.types import Origin

ORIGIN: Origin = "huggingface"
_PREFIX = "models--"


def places(host: Host) -> list[Path]:
    """As huggingface_hub finds it: `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`, else `~/.cache`, on every system."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if named := host.named(variable):
            return [named]
    cache = host.named("XDG_CACHE_HOME") or host.home / ".cache"
    return [(host.named("HF_HOME") or cache / "huggingface") / "hub"]


def files(folder: Path, trouble: Trouble) -> Iterator[Found]:
    """The weights in all snapshots; what `main` means now comes before older commits of it."""
    for repo_folder in _folders(folder, trouble):
        repo = repo_folder.name.removeprefix(_PREFIX).replace("--", "/", 1)
        if not repo_folder.name.startswith(_PREFIX) or not is_repo(repo):
            continue
        main = _main(repo_folder)
        snapshots = _folders(repo_folder / "snapshots", trouble)
        for snapshot in sorted(snapshots, key=lambda one: (one.name != main, one.name)):
            for found in weights_below(snapshot, trouble, depth=3):
                yield _of_repo(found, repo, repo_folder / "blobs")


def _folders(folder: Path, trouble: Trouble) -> list[Path]:
    try:
        with os.scandir(folder) as listing:
            return sorted(Path(entry.path) for entry in listing if entry.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        trouble(folder, error)
        return []


def _main(repo_folder: Path) -> str:
    try:
        return (repo_folder / "refs" / "main").read_text(encoding="utf-8", errors="replace")[:64].strip()
    except OSError:  # no branch of that name was asked for: then no snapshot comes first
        return ""


def _of_repo(found: Found, repo: str, blobs: Path) -> Found:
    return replace(found, called=f"{repo}/{found.called}", origin=ORIGIN, said_sha256=_said(found.path, blobs))


def _said(path: Path, blobs: Path) -> str | None:
    """The name of the blob that a link leads to, if it is one of this repository and is a SHA-256."""
    try:
        target = Path(os.path.normpath(path.parent / path.readlink()))
    except OSError:  # no link: the file itself, whose name says nothing
        return None
    return target.name if is_sha256(target.name) and target.parent == blobs else None
