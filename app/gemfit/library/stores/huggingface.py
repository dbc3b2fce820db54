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
from gemfit.library.stores.small import read_text
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
    for repo_folder in _folders(os.fspath(folder), trouble):
        name = repo_folder.name
        repo = name.removeprefix(_PREFIX).replace("--", "/", 1)
        if not name.startswith(_PREFIX) or not is_repo(repo):
            continue
        snapshots = _folders(f"{repo_folder.path}/snapshots", trouble)
        main = _main(repo_folder.path) if len(snapshots) > 1 else ""
        blobs = os.path.normpath(f"{repo_folder.path}/blobs")
        for snapshot in sorted(snapshots, key=lambda one: (one.name != main, one.name)):
            for found in weights_below(snapshot.path, trouble, depth=3):
                said = _said(found.path, blobs)
                yield replace(found, called=f"{repo}/{found.called}", origin=ORIGIN, said_sha256=said)


def _folders(folder: str, trouble: Trouble) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return sorted((entry for entry in listing if entry.is_dir()), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        trouble(Path(folder), error)
        return []


def _main(repo_folder: str) -> str:
    """The commit that `main` means; empty where no branch of that name was asked for."""
    return read_text(Path(repo_folder, "refs", "main"))[:64].strip()


def _said(path: Path, blobs: str) -> str | None:
    """The name of the blob that a link leads to, if it is one of this repository and is a SHA-256."""
    text = os.fspath(path)
    try:
        target = os.readlink(text)  # noqa: PTH115 - a thousand of them, and Path takes five times as long
    except OSError:  # no link: the file itself, whose name says nothing
        return None
    there, name = os.path.split(os.path.normpath(os.path.join(text, "..", target)))  # noqa: PTH118
    return name if there == blobs and is_sha256(name) else None
