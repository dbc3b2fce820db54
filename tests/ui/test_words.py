"""Sentences of the core are translated, and numbers written as the language writes them."""

import pytest
from PySide6.QtCore import QLocale

from gemfit import paths
from gemfit.errors import GemfitError
from gemfit.ui import words
from gemfit.words import say


@pytest.fixture
def german():
    before = QLocale()
    QLocale.setDefault(QLocale("de"))
    yield
    QLocale.setDefault(before)


def test_a_sentence_is_filled_in():
    assert words.text(say("{a_bytes} of {name}", a_bytes=3 << 30, name="x")) == "3.0 GiB of x"


def test_numbers_follow_the_language(german):
    assert words.text(say("{a_bytes} of {name}", a_bytes=3 << 30, name="x.y")) == "3,0 GiB of x.y"
    assert words.count(8192) == "8.192"
    assert words.size(1536 << 20) == "1,5 GiB"
    assert words.size_gb(2_600_000_000) == "2,6 GB"
    assert words.rate(7.25) == "7,2"
    assert words.duration(0.5) == "0,5 s"


def test_slow_transfers_show_that_they_move(german):
    assert words.speed(300_000) == "0,3 MB/s"
    assert words.speed(12_400_000) == "12 MB/s"
    assert words.remaining(0.2) == "1 s"
    assert words.remaining(200) == "3 min 20 s"


def test_an_error_for_a_person_says_its_sentence():
    assert words.error_text(GemfitError("x", say("Do this."))) == "Do this."


def test_a_bug_is_said_with_where_to_look():
    text = words.error_text(KeyError("secret"))
    assert "KeyError" in text
    assert "secret" not in text
    assert str(paths.log_file()) in text
