"""German is complete, keeps every place for a value, and arrives in the window."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from gemfit.settings import Settings
from gemfit.ui import words
from gemfit.ui.program import speak
from gemfit.ui.session import SETTINGS
from gemfit.ui.window import MainWindow
from gemfit.words import say

ROOT = Path(__file__).parents[2]
TOOLS = Path(PySide6.__file__).parent
PLACES = re.compile(r"\{\w+\}|%\d|%n")

pytestmark = pytest.mark.skipif(not (ROOT / "i18n").is_dir(), reason="an installed copy has no sources to compare with")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Path:
    """The German texts, brought up to date with the sources as they are now."""
    target = tmp_path_factory.mktemp("i18n") / "gemfit_de.ts"
    shutil.copy(ROOT / "i18n" / "gemfit_de.ts", target)
    sources = [str(path) for path in (ROOT / "app").rglob("*.py")]
    options = ["-silent", "-no-obsolete", "-locations", "none"]
    subprocess.run([TOOLS / "lupdate", *options, *sources, "-ts", target], check=True, timeout=120)
    return target


@pytest.fixture
def compiled(fresh, monkeypatch) -> Path:
    """A folder with the German texts as the window loads them."""
    subprocess.run([TOOLS / "lrelease", "-silent", fresh], check=True, timeout=120)
    monkeypatch.setattr("gemfit.paths.i18n_dir", lambda: fresh.parent)
    return fresh.parent


@pytest.fixture
def german(qapp: QApplication, compiled):
    before = QLocale()
    speak(qapp, Settings(language="de"))
    yield
    speak(qapp, Settings(language="en"))
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
    QLocale.setDefault(before)


def messages(path: Path) -> list[tuple[str, str, list[str], bool]]:
    """Context, source, translations and whether it is finished, of every message."""
    found = []
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.findall("numerusform")] or [translation.text or ""]
            finished = translation.get("type") is None and all(forms)
            found.append((context.findtext("name", ""), message.findtext("source", ""), forms, finished))
    return found


def test_no_text_is_left_untranslated(fresh):
    unfinished = [f"{context}: {source}" for context, source, _forms, finished in messages(fresh) if not finished]
    assert not unfinished


def test_every_place_for_a_value_is_kept(fresh):
    for _context, source, forms, _finished in messages(fresh):
        for form in forms:
            assert sorted(PLACES.findall(form)) == sorted(PLACES.findall(source)), source


def test_no_text_has_a_context_that_no_class_has(fresh):
    """`widget.tr(...)` is found under the name of the variable, and the window looks under the name of the class."""
    lower = {context for context, *_ in messages(fresh) if not context[:1].isupper()} - {"gemfit"}
    assert not lower


def test_sentences_of_the_core_are_translated(german):
    settings_damaged = "The settings file was damaged, so Gemfit uses its defaults. The old file is kept in {path}."
    assert words.text(say(settings_damaged, path="/x")).startswith("Die Datei der Einstellungen war beschädigt")


def test_plurals_are_translated(german):
    assert QCoreApplication.translate("HomePage", "%n core(s)", "", 1) == "1 Kern"
    assert QCoreApplication.translate("HomePage", "%n core(s)", "", 8) == "8 Kerne"


def test_the_window_speaks_german_and_changes_while_it_is_open(german, ready, qapp, qtbot):
    window = MainWindow(ready)
    qtbot.addWidget(window)
    assert window.names == ("Start", "Chat", "Modelle", "Rechner", "Einstellungen")
    assert "Kein Modell ist geladen" in window.status.text()
    window.open_page(SETTINGS)
    assert speak(qapp, Settings(language="en"))
    window.rebuild()
    assert window.names[0] == "Home"
    assert window.stack.currentWidget() is window.page(SETTINGS)
    assert not speak(qapp, Settings(language="en"))
