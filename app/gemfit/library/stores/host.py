"""What the places of other programs depend on: the system, the person's home folder and the environment."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

Platform = Literal["linux", "darwin", "win32"]


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """One person on one computer. `root`: where the system's own folders begin."""

    platform: Platform
    home: Path
    environ: Mapping[str, str]
    root: Path = Path("/")

    def named(self, variable: str) -> Path | None:
        """The folder that a variable of the environment names; None when it is not set, or relative."""
        text = self.environ.get(variable, "").strip()
        if text == "~" or text.startswith(("~/", "~\\")):
            return self.home / text[2:]
        path = Path(text) if text else None
        return path if path is not None and path.is_absolute() else None

    @property
    def local_data(self) -> Path:
        """Where programs keep what is a person's, on this computer: `dirs::data_local_dir`, Qt's AppLocalData."""
        if self.platform == "win32":
            return self.named("LOCALAPPDATA") or self.home / "AppData" / "Local"
        return self.data

    @property
    def data(self) -> Path:
        """Where programs keep what is a person's: `dirs::data_dir`."""
        if self.platform == "win32":
            return self.named("APPDATA") or self.home / "AppData" / "Roaming"
        if self.platform == "darwin":
            return self.home / "Library" / "Application Support"
        return self.named("XDG_DATA_HOME") or self.home / ".local" / "share"

    @property
    def config(self) -> Path:
        """Where programs keep their settings."""
        if self.platform == "linux":
            return self.named("XDG_CONFIG_HOME") or self.home / ".config"
        return self.data

    @property
    def cache(self) -> Path:
        """Where programs keep what they can fetch again."""
        if self.platform == "win32":
            return self.local_data
        if self.platform == "darwin":
            return self.home / "Library" / "Caches"
        return self.named("XDG_CACHE_HOME") or self.home / ".cache"


def this_host() -> Host:
    """The one that this program runs on."""
    platform: Platform = "win32" if sys.platform == "win32" else "darwin" if sys.platform == "darwin" else "linux"
    return Host(platform=platform, home=Path.home(), environ=dict(os.environ))
