"""Machine: every number with its evidence, and what would drive this hardware better."""

import json

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from gemfit.machine import install
from gemfit.machine.saved import load_machine
from gemfit.machine.types import EngineBuild, EngineDevice
from gemfit.ui.machine.page import MachinePage
from gemfit.words import say
from tests.ui.machine.parts import buttons, look, texts


@pytest.fixture
def page(session, qtbot):
    page = MachinePage(session)
    qtbot.addWidget(page)
    page.resize(800, 700)
    page.show()
    return page


def test_while_it_looks_it_says_so(page):
    assert "Looking at this machine …" in texts(page)
    assert not page.giving.copy.isEnabled()
    assert not page.giving.save.isEnabled()


def test_a_probe_that_fails_offers_another(page, session, probed, machine, trouble, qtbot):
    probed[:] = [trouble, machine]
    look(session, qtbot)
    assert "The disk does not answer" in page.notice.text()
    qtbot.mouseClick(buttons(page.notice)["Look again"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.machine.state == "ready")
    assert page.notice.text() == ""


def test_numbers_stand_beside_their_evidence(page, session, qtbot):
    look(session, qtbot)
    shown = texts(page)
    assert {"15.0 GiB", "psutil", "Ryzen 7 5800H", "/proc/cpuinfo", "5.0 GiB", "nvml", "AVX2, FMA"} <= shown
    assert "8 cores, 16 threads" in shown


def test_each_gpu_says_what_it_needs_of_the_engine(page, session, qtbot):
    look(session, qtbot)
    shown = texts(page)
    assert "CUDA or Vulkan" in shown
    assert "This engine drives it through CUDA. Nothing better exists for it." in shown


def test_the_command_for_a_better_engine_is_copied_with_a_key(page, session, machine, probed, qtbot, monkeypatch):
    monkeypatch.setattr(install, "has_makefile", lambda: True)
    cpu_build = EngineBuild(
        build="b1", backends=["CPU"], devices=[EngineDevice(name="CPU", description="Ryzen", kind="cpu")]
    )
    nvidia = msgspec.structs.replace(
        machine.gpus[0], usable=False, engine_device=None, cuda=12040, evidence={"name": "nvml"}
    )
    probed[:] = [msgspec.structs.replace(machine, gpus=[nvidia], engine=cpu_build, arch="x86_64")]
    look(session, qtbot)
    copies = {button.accessibleName(): button for button in page.facts.findChildren(QPushButton)}
    beside = copies["Copy: Command for CUDA on RTX 3060, beside this engine"]
    beside.setFocus()
    qtbot.keyClick(beside, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == "gemfit engine add cuda --wheels cu124"
    copy = copies["Copy: Command for CUDA on RTX 3060"]
    copy.setFocus()
    qtbot.keyClick(copy, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == install.ready("cu124")
    assert copy.text() == "Copied"


def test_no_graphics_card_is_said(page, session, machine, probed, qtbot):
    probed[:] = [msgspec.structs.replace(machine, gpus=[])]
    look(session, qtbot)
    assert "None was found. Models run on the processor." in texts(page)


def test_what_could_not_be_found_out_is_told(page, session, machine, probed, qtbot):
    probed[:] = [msgspec.structs.replace(machine, problem_sentences=[say("The driver did not answer.")])]
    look(session, qtbot)
    assert "The driver did not answer" in page.notice.text()


def test_the_report_is_copied(page, session, qtbot):
    look(session, qtbot)
    qtbot.mouseClick(page.giving.copy, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.giving.copy.text() == "Copied")
    text = QGuiApplication.clipboard().text()
    assert text.startswith("# Gemfit report\n")
    assert "Ryzen 7 5800H" in text
    assert "- Qt 6." in text


def dialog(page, qtbot) -> QFileDialog:
    page.giving.save.setFocus()
    qtbot.keyClick(page.giving.save, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.findChild(QFileDialog) is not None)
    return page.findChild(QFileDialog)


def test_the_probe_is_saved_as_another_computer_reads_it(page, session, machine, qtbot, tmp_path, monkeypatch):
    home = tmp_path / "marylou"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    disk = msgspec.structs.replace(machine.disk, path=str(home / "models"))
    look(session, qtbot)
    session.machine.machine = msgspec.structs.replace(machine, disk=disk)
    asked = dialog(page, qtbot)
    asked.setDirectory(str(home))
    asked.selectFile("mine.json")
    asked.accept()
    qtbot.waitUntil(lambda: "Saved as mine.json" in page.given.text())
    saved = home / "mine.json"
    assert "marylou" not in saved.read_text()
    assert json.loads(saved.read_text())["disk"]["path"] == "~/models"
    assert load_machine(saved).cpu == machine.cpu
    qtbot.mouseClick(buttons(page.given)["OK"], Qt.MouseButton.LeftButton)
    assert page.given.text() == ""


def test_a_probe_that_cannot_be_saved_says_why_and_asks_again(page, session, machine, qtbot, tmp_path):
    look(session, qtbot)
    page.giving.save_to(machine, tmp_path / "no such folder" / "mine.json")
    qtbot.waitUntil(lambda: "mine.json cannot be written" in page.given.text())
    qtbot.mouseClick(buttons(page.given)["Choose another place"], Qt.MouseButton.LeftButton)
    asked = page.findChild(QFileDialog)
    assert asked is not None
    asked.reject()


def test_looking_again_shows_what_is_new(page, session, machine, probed, qtbot):
    look(session, qtbot)
    probed[:] = [msgspec.structs.replace(machine, cpu=msgspec.structs.replace(machine.cpu, model="Z80"))]
    page.again.click()
    assert not page.again.isEnabled()
    qtbot.waitUntil(lambda: session.machine.state == "ready")
    assert "Z80" in texts(page)


def test_the_real_probe_fills_the_page(page, session, qtbot, monkeypatch):
    monkeypatch.undo()
    session.machine.probe()
    qtbot.waitUntil(lambda: session.machine.state == "ready", timeout=60_000)
    assert session.machine.machine is not None
    assert session.machine.machine.cpu.model in texts(page)


@pytest.mark.parametrize(("name", "part"), [("Speed", "speeds"), ("Past predictions", "past")])
def test_what_stands_below_is_a_key_away(page, session, qtbot, name, part):
    look(session, qtbot)
    page.resize(720, 460)
    qtbot.waitUntil(lambda: page.speeds.y() > page.viewport().height())  # laid out
    jump = buttons(page)[name]
    jump.setFocus()
    qtbot.keyClick(jump, Qt.Key.Key_Space)
    card = getattr(page, part)
    assert page.verticalScrollBar().value() > 0
    assert card.isAncestorOf(QApplication.focusWidget())
    assert 0 <= card.mapTo(page.viewport(), QPoint()).y() < page.viewport().height()
