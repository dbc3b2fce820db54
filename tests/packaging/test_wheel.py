"""The wheel that is built from this checkout holds the program, its data and the compiled translations."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in the wheel, built once."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_holds_every_module(wheel):
    modules = {path.relative_to(ROOT / "app").as_posix() for path in (ROOT / "app").rglob("*.py")}
    assert modules <= set(wheel.namelist())


def test_holds_the_data_where_the_program_looks_for_it(wheel):
    names = set(wheel.namelist())
    assert "gemfit/resources/catalog.json" in names
    assert any(name.startswith("gemfit/resources/icons/") for name in names)


def test_holds_a_compiled_translation_for_each_source_of_one(wheel):
    sources = sorted(path.stem for path in (ROOT / "i18n").glob("*.ts"))
    compiled = sorted(Path(name).stem for name in wheel.namelist() if name.startswith("gemfit/i18n/"))
    assert compiled == sources
    assert "gemfit_de" in compiled


def test_leaves_out_what_only_the_page_of_the_project_shows(wheel):
    assert not [name for name in wheel.namelist() if "screenshots" in name or name.startswith("tests")]


def test_starts_the_program_and_shows_it_in_menus(wheel):
    names = wheel.namelist()
    (entry_points,) = [name for name in names if name.endswith("entry_points.txt")]
    assert "gemfit = gemfit.__main__:main" in wheel.read(entry_points).decode()
    assert any(name.endswith("share/applications/gemfit.desktop") for name in names)
