"""The log rotates, catches what nobody caught, and names nobody."""

import logging
import sys
import threading
from pathlib import Path

import pytest

from gemfit import log, paths


@pytest.fixture
def logging_on():
    handler = log.start_logging()
    yield handler
    log.stop_logging(handler)


def content() -> str:
    return paths.log_file().read_text()


def test_lines_go_to_the_file(logging_on):
    logging.getLogger("gemfit.library").info("resumed")
    assert "INFO gemfit.library: resumed" in content()


def test_the_home_folder_the_name_and_tokens_are_blanked(monkeypatch, tmp_path):
    home = tmp_path / "marylou"
    monkeypatch.setenv("HOME", str(home))
    handler = log.start_logging()
    try:
        logging.getLogger("gemfit").info("read %s, marylou, hf_abcdefghijkl, Bearer xyz", home / "w.gguf")
    finally:
        log.stop_logging(handler)
    assert "read ~/w.gguf, (user), (token), Bearer (token)" in content()


@pytest.mark.logs_warnings
def test_an_uncaught_error_is_written_down(logging_on, capsys):
    try:
        raise ValueError("odd")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert "ValueError: odd" in content()
    assert "ValueError: odd" in capsys.readouterr().err


@pytest.mark.logs_warnings
def test_an_uncaught_error_in_a_thread_is_written_down(logging_on):
    def fail() -> None:
        raise ValueError("in a thread")

    thread = threading.Thread(target=fail, name="hasher")
    thread.start()
    thread.join()
    assert "uncaught error in thread hasher" in content()
    assert "ValueError: in a thread" in content()


def test_an_interrupt_is_no_error(logging_on, capsys):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert "KeyboardInterrupt" not in content()


def test_it_keeps_three_files_of_bounded_size(logging_on, monkeypatch):
    logging_on.maxBytes = 2000
    for _ in range(200):
        logging.getLogger("gemfit").info("x" * 80)
    files = sorted(paths.state_dir().iterdir())
    assert [f.name for f in files] == ["gemfit.log", "gemfit.log.1", "gemfit.log.2"]
    assert all(f.stat().st_size <= 2000 for f in files)


def test_a_folder_that_cannot_be_written_does_not_stop_the_program(tmp_path):
    (tmp_path / "state").write_text("a file")
    handler = log.start_logging(Path(tmp_path / "state" / "gemfit.log"))
    log.stop_logging(handler)
    assert not isinstance(handler, logging.FileHandler)


def test_stopping_puts_the_hooks_back():
    log.stop_logging(log.start_logging())
    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__


@pytest.mark.logs_warnings
def test_the_last_warnings_are_found_with_the_end_of_their_tracebacks(logging_on):
    logger = logging.getLogger("gemfit.library")
    for number in range(12):
        logger.info("fine %s", number)
        logger.warning("trouble %s", number)
    try:
        raise ValueError("odd")
    except ValueError:
        logger.exception("a bug")
    found = log.last_warnings(paths.log_file(), count=3, lines=2)
    assert [record.partition(": ")[2] for record in found] == ["trouble 10", "trouble 11", "a bug\nValueError: odd"]


def test_without_a_log_there_are_no_warnings(tmp_path):
    assert log.last_warnings(tmp_path / "none.log") == []


def test_an_empty_log_holds_no_warnings(tmp_path):
    path = tmp_path / "gemfit.log"
    path.touch()
    assert log.last_warnings(path) == []


def test_of_a_large_log_only_the_end_is_read(tmp_path):
    path = tmp_path / "gemfit.log"
    line = "2026-01-01 10:00:00,000 WARNING gemfit: old\n"
    path.write_text(line * (log.READ_BYTES // len(line) * 2) + line.replace("old", "new"))
    assert log.last_warnings(path, count=1) == [line.replace("old", "new").strip()]
