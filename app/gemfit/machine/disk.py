"""The disk that weights go to."""

import shutil
from pathlib import Path

from gemfit.machine.types import Disk


def probe_disk(weights_dir: Path) -> Disk:
    """The disk of the weights folder, which need not exist yet. Raises OSError when the system does not say."""
    usage = shutil.disk_usage(nearest_existing(weights_dir))
    evidence = {"total_bytes": "shutil.disk_usage", "free_bytes": "shutil.disk_usage"}
    return Disk(path=str(weights_dir), total_bytes=usage.total, free_bytes=usage.free, evidence=evidence)


def nearest_existing(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    absolute = path.expanduser().absolute()
    return next((folder for folder in (absolute, *absolute.parents) if folder.is_dir()), Path(absolute.anchor))
