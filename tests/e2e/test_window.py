"""The real program with its window on a screen of its own, used by keyboard and mouse. Pictures: `tests/shots`."""

import json
from pathlib import Path

import pytest

from tests.e2e.program import start
from tests.e2e.screen import Screen, Window, messages, newest_answer
from tests.e2e.wait import wait_until

CHATS = 420  # pixels: where the list of chats, whose chosen line has the accent colour, ends
LONG = "Write a long story about a lighthouse."


@pytest.fixture
def english(home: Path) -> Path:
    """Settings that do not depend on the system's: light and English."""
    (home / "config").mkdir()
    (home / "config" / "settings.json").write_text(json.dumps({"schema": 1, "theme": "light", "language": "en"}))
    return home


@pytest.fixture
def window(screen: Screen, english: Path):
    with Window(screen) as window:
        yield window


def open_chat(window: Window, model: str) -> None:
    """Go to a model by keyboard and wait for its engine."""

    def goes_there() -> bool:
        window.press("ctrl+k")
        window.type(model)
        window.press("Return")
        if not window.engines():
            window.press("Escape")  # the models are not listed yet
        return bool(window.engines())

    wait_until(goes_there, what=f"an engine for {model}")


def say(window: Window, text: str) -> None:
    window.press("ctrl+l")
    window.type(text)
    window.press("Return")


def log(home: Path) -> str:
    path = home / "state" / "gemfit.log"
    return path.read_text() if path.exists() else ""


def assert_quiet_log(home: Path) -> None:
    """No error, and nothing that a conversation is made of."""
    text = log(home)
    assert "CRITICAL" not in text, text
    assert "Traceback" not in text, text
    assert "lighthouse" not in text


def test_home_is_filled_in_and_offers_one_thing_to_do(window, screen, english):
    place = wait_until(lambda: screen.primary_button(screen.picture("home")), what="the button on the home page")
    assert place
    assert "window shown" in log(english)
    assert not window.engines(), "an engine before anyone asked for one"
    assert_quiet_log(english)


def test_every_page_opens_by_keyboard(window, screen, english):
    seen = [screen.picture("page-home").read_bytes()]
    for key, name in enumerate(("chat", "models", "machine", "settings"), start=2):
        window.press(f"ctrl+{key}")

        def another_page(name=name):
            picture = screen.picture(f"page-{name}").read_bytes()
            return picture if picture not in seen else b""

        seen.append(wait_until(another_page, what=f"the page {name}"))
    assert window.alive
    assert_quiet_log(english)


def test_starter_answers_and_is_remembered_after_a_kill(screen, english):
    with Window(screen) as window:
        open_chat(window, "smollm")
        say(window, "What is the capital of France?")
        text = wait_until(lambda: newest_answer(english, "complete"), what="the answer")
        assert "Paris" in text
        screen.picture("chat")
        before = messages(english)
        window.kill()
    with Window(screen) as window:
        window.press("ctrl+2")
        screen.picture("chat-after-restart")
        assert messages(english) == before
        assert window.alive
    assert_quiet_log(english)


def test_answer_under_way_survives_a_kill_of_the_window(screen, english):
    with Window(screen) as window:
        open_chat(window, "smollm")
        say(window, LONG)
        begun = wait_until(lambda: newest_answer(english, "streaming"), what="the beginning of an answer")
        window.kill()
    with Window(screen) as window:
        window.press("ctrl+2")
        kept = wait_until(lambda: newest_answer(english, "interrupted"), what="the answer to be known as interrupted")
        assert kept.startswith(begun)
        assert messages(english)[0][:2] == ("user", LONG)
        screen.picture("chat-interrupted")
    assert_quiet_log(english)


def test_one_click_gets_a_model_and_opens_the_chat_with_it(screen, english, tiny_on_hub, catalog):
    with Window(screen, HF_ENDPOINT=tiny_on_hub.url, GEMFIT_CATALOG=str(catalog)) as window:
        place = wait_until(lambda: screen.primary_button(screen.picture("get-before")), what="Get and chat")
        assert tiny_on_hub.requests() == [], "a connection that nobody asked for"
        window.click(*place)
        wait_until(window.engines, what="the model to be got and loaded")
        (file,) = english.rglob("gemma4-tiny.gguf")
        assert file.parent.name == "q4_0"
        say(window, LONG)
        wait_until(lambda: newest_answer(english), what="the beginning of an answer")
        screen.picture("get-after")
    assert_quiet_log(english)


def test_window_outlives_its_engine_and_the_answer_goes_on(window, screen, english):
    open_chat(window, "smollm")
    say(window, LONG)
    begun = wait_until(lambda: newest_answer(english, "streaming"), what="the beginning of an answer")
    (engine,) = window.engines()
    engine.kill()
    wait_until(lambda: window.engines() not in ([], [engine]), what="another engine")
    kept = newest_answer(english)
    assert kept.startswith(begun)
    assert window.alive
    wait_until(lambda: len(newest_answer(english)) > len(kept), what="the answer to go on")
    screen.picture("engine-killed")
    assert newest_answer(english).startswith(kept)
    assert len(messages(english)) == 2


def test_second_start_brings_the_first_window_forward(window, screen, english):
    def shown():
        return screen.primary_button(screen.picture("second-start"))

    wait_until(shown, what="the home page")
    with screen.covered():
        wait_until(lambda: not shown(), what="the window to be covered")
        second = start(DISPLAY=screen.display, QT_QPA_PLATFORM="xcb")
        _, stderr = second.communicate(timeout=60)
        assert second.returncode == 0, stderr
        wait_until(shown, what="the first window to come forward")
        assert len(screen.xdotool("search", "--onlyvisible", "--name", "^Gemfit").split()) == 1
