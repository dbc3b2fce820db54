"""Machine: every number with its evidence."""

import json

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from gemfit.ui.machine_page import MachinePage
from gemfit.words import say


@pytest.fixture
def page(session, qtbot):
    page = MachinePage(session.machine)
    qtbot.addWidget(page)
    page.resize(800, 700)
    page.show()
    return page


def texts(widget) -> set[str]:
    QApplication.processEvents()  # what was added to a layout is shown by the event loop
    return {label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)}


def look(session, qtbot) -> None:
    session.machine.probe()
    qtbot.waitUntil(lambda: session.machine.state != "waiting")


def test_while_it_looks_it_says_so(page):
    assert "Looking at this machine …" in texts(page)
    assert not page.copy.isEnabled()


def test_a_probe_that_fails_offers_another(page, session, probed, trouble, qtbot):
    probed[:] = [trouble]
    look(session, qtbot)
    assert "The disk does not answer" in page.notice.text()


def test_numbers_stand_beside_their_evidence(page, session, qtbot):
    look(session, qtbot)
    shown = texts(page)
    assert {"15.0 GiB", "psutil", "Ryzen 7 5800H", "/proc/cpuinfo", "5.0 GiB", "nvml", "AVX2, FMA"} <= shown
    assert "Install the Vulkan build to use it." in shown
    assert "8 cores, 16 threads" in shown


def test_no_graphics_card_is_said(page, session, machine, probed, qtbot):
    probed[:] = [msgspec.structs.replace(machine, gpus=[])]
    look(session, qtbot)
    assert "None was found. Models run on the processor." in texts(page)


def test_what_could_not_be_found_out_is_told(page, session, machine, probed, qtbot):
    probed[:] = [msgspec.structs.replace(machine, problem_sentences=[say("The driver did not answer.")])]
    look(session, qtbot)
    assert "The driver did not answer" in page.notice.text()


def test_copy_as_json_gives_all_of_it(page, session, machine, qtbot):
    look(session, qtbot)
    page.copy.click()
    assert page.copy.text() == "Copied"
    copied = json.loads(QGuiApplication.clipboard().text())
    assert copied["memory"]["total_bytes"] == machine.memory.total_bytes


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
