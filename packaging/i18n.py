"""Translations: `update` writes what the sources say into `i18n/*.ts`, `compile` makes the `.qm` that the window loads.

Run with a Python that has PySide6_Essentials, which brings Qt's own `lupdate` and `lrelease`.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "i18n"


def tool(name: str) -> str:
    """The path of a tool that PySide6_Essentials ships, found without importing Qt."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("PySide6_Essentials is not installed in this Python: it brings lupdate and lrelease.")
    folder = Path(spec.submodule_search_locations[0])
    return str(next(path for path in (folder / name, folder / f"{name}.exe") if path.exists()))


def update(targets: list[Path]) -> None:
    """Bring the texts in the sources into each of `targets`; what is translated stays."""
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "app").rglob("*.py"))
    options = ["-silent", "-no-obsolete", "-locations", "none", "-no-ui-lines"]
    for target in targets:
        plurals = ["-pluralonly"] if target.stem.endswith("_en") else []  # English needs no more than its plurals
        subprocess.run([tool("lupdate"), *options, *plurals, *sources, "-ts", str(target)], cwd=ROOT, check=True)


def compile_all() -> list[Path]:
    """Compile every `.ts`; returns the `.qm` files, which lie beside them."""
    sources = sorted(FOLDER.glob("*.ts"))
    if sources:
        subprocess.run([tool("lrelease"), "-silent", *map(str, sources)], check=True)
    return [path.with_suffix(".qm") for path in sources]


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update(sorted(FOLDER.glob("*.ts")))
    elif sys.argv[1:] != ["compile"]:
        raise SystemExit("usage: i18n.py update|compile")
    compile_all()
