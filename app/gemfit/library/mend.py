"""Making a damaged file of the library whole again from the Hub; only what is damaged is fetched.

The damaged file becomes an unfinished one (`repair`): what arrives is checked, it can be stopped and goes on, and the
file has its name again only when the SHA-256 of the whole is the expected one. Meanwhile nobody takes it for the file.
"""

import threading
from pathlib import Path

from gemfit.catalog.types import Catalog, CatalogFile
from gemfit.errors import GemfitError
from gemfit.library import hub, store
from gemfit.library.index import checked, read_index, remember
from gemfit.library.progress import OnProgress
from gemfit.library.removal import is_shared
from gemfit.library.repair import repair
from gemfit.library.rules import Rules
from gemfit.library.shelf import shelf_of
from gemfit.library.source import Source
from gemfit.library.types import LocalFile
from gemfit.library.verify import unreadable
from gemfit.library.web import endpoint_in_force
from gemfit.words import QT_TRANSLATE_NOOP, say


def mend(
    path: Path,
    weights_dir: Path,
    catalog: Catalog,
    source: Source | None = None,
    *,
    on_progress: OnProgress = lambda _progress: None,
    cancelled: threading.Event | None = None,
    rules: Rules | None = None,
) -> LocalFile:
    """Make the file at `path` the published one again, fetching what is damaged of it, and say what it is then.

    Without the hashes of its pieces, pieces are fetched and compared until the whole is right. Raises GemfitError:
    `not_ours` (another program's file), `no_source` (nobody knows where it came from), those of `hub.resolve` and
    `download`. Offline, the file stays as it is, and can be repaired later.
    """
    source, rules, cancelled = source or Source(), rules or Rules(), cancelled or threading.Event()
    path = path.parent.resolve() / path.name
    if is_shared(path, weights_dir):
        raise _not_ours(path)
    file = _published(path, weights_dir, catalog)
    try:
        record = checked(path)
    except OSError as error:
        raise unreadable(error, path) from error
    if file is None:
        raise _no_source(path)
    remote = hub.resolve(
        file,
        endpoint_in_force(source.endpoint),
        source.token,
        cancelled=cancelled,
        official=source.official,
        wait=rules.wait,
    )
    if record is None or record.sha256 != remote.sha256:
        repair(path, remote, token=source.token, on_progress=on_progress, cancelled=cancelled, rules=rules)
        remember(path, remote.sha256, path.stat(), remote.sha256, remote.revision, repo=remote.repo, file=remote.file)
    local = store.describe(path, weights_dir, catalog)
    if local is None:
        raise unreadable(FileNotFoundError(2, "it is gone"), path)
    return local


def _published(path: Path, weights_dir: Path, catalog: Catalog) -> CatalogFile | None:
    """What should be at `path`: by the catalogue, else as it was downloaded."""
    known = shelf_of(weights_dir.resolve(), catalog).at.get(str(path))
    if known is not None:
        return known[2]
    record = read_index().get(str(path))
    if record is None or record.repo is None or record.file is None:
        return None
    return CatalogFile(file=record.file, repo=record.repo, revision=record.revision, sha256=record.expected)


def _not_ours(path: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{path} is another program's, so it was left as it is. Repair it there, or get the model again to have a copy "
        "of one's own.",
    )
    return GemfitError("not_ours", say(text, path=str(path)))


def _no_source(path: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "Nobody knows where {path} came from, so it cannot be repaired. It was left as it is. Get it again from where "
        "you have it.",
    )
    return GemfitError("no_source", say(text, path=str(path)))
