"""What hatchling does beyond packing the sources: compiled translations and the program's data go into the wheel.

`app/gemfit/paths.py` finds them there as `gemfit/resources` and `gemfit/i18n`. An editable installation reads
`resources/` and `i18n/` where they are, so nothing is copied for it.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NOT_SHIPPED = ("screenshots",)


class DataHook(BuildHookInterface[Any]):
    """Compiles the translations; for a real wheel, includes them and `resources/`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        subprocess.run([sys.executable, str(root / "packaging" / "i18n.py"), "compile"], check=True)
        if version == "editable":
            return
        shipped = [p for p in (root / "resources").rglob("*") if p.is_file()]
        shipped = [p for p in shipped if p.relative_to(root).parts[1] not in NOT_SHIPPED]
        for path in [*shipped, *(root / "i18n").glob("*.qm")]:
            build_data["force_include"][str(path)] = f"gemfit/{path.relative_to(root).as_posix()}"
