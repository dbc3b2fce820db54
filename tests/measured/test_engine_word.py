"""The engine's word beside the formula's, and what counts where they differ."""

import logging
import threading
from pathlib import Path

import msgspec
import pytest

from gemfit.engine.protocol import Buffer, Layout
from gemfit.errors import GemfitError
from gemfit.fit.types import Component, Plan, Share
from gemfit.library.header_fetch import HubFile
from gemfit.library.source import Source
from gemfit.measured.engine_word import Difference, ask_engine, compare
from tests.fakes.hub import FakeHub, Fault
from tests.library.parts import COMMIT, FILE, REPO, rules


def layout(*buffers: Buffer) -> Layout:
    return Layout(weights_bytes=0, kv_bytes=0, compute_bytes=0, total_bytes=0, buffers=list(buffers))


@pytest.mark.parametrize(
    ("name", "engine", "formula", "within"),
    [
        ("kv", 1000, 1000, True),
        ("kv", 1000, 1001, False),
        ("weights", 1000, 999, False),
        ("compute", 1000, 1020, True),
        ("compute", 1000, 980, True),
        ("compute", 1000, 1021, False),
        ("compute", 1000, 0, False),
    ],
)
def test_weights_and_cache_are_exact_and_compute_is_within_two_percent(name, engine, formula, within) -> None:
    found = compare(layout(Buffer(name, "", engine)), [Component(name, "", formula)])
    assert found == [Difference(name, "", engine, formula, within)]


def test_each_device_is_compared_for_itself_and_nothing_is_passed_over() -> None:
    buffers = [Buffer("weights", "", 5), Buffer("repacked", "", 7), Buffer("lazy", "", 100), Buffer("kv", "CUDA0", 3)]
    formula = [Component("weights", "", 12), Component("kv", "", 3), Component("base", "", 99)]
    assert compare(layout(*buffers), formula) == [
        Difference("kv", "", 0, 3, False),
        Difference("kv", "CUDA0", 3, 0, False),
        Difference("weights", "", 12, 12, True),
    ]


@pytest.mark.logs_warnings
def test_where_they_differ_the_engines_figure_counts_and_it_is_logged(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        word = ask_engine(data_dir / "gemma4-tiny-moe.gguf", Plan(context_tokens=1024))
    differing = [one for one in word.differences if not one.within]
    assert [record.args[0] for record in caplog.records] == [one.name for one in differing]
    assert "gemma4-tiny-moe" not in caplog.text
    amounts = {component.name: component.n_bytes for component in word.components}
    assert amounts["compute"] == word.layout.compute_bytes
    assert amounts["base"] == next(c.n_bytes for c in word.formula if c.name == "base")
    assert word.total_bytes == sum(amounts.values())


@pytest.mark.logs_warnings
def test_the_hub_is_asked_from_a_thread_and_the_engine_answers_from_the_header(tmp_path: Path, data_dir: Path) -> None:
    tiny = data_dir / "gemma4-tiny.gguf"
    with FakeHub(tmp_path / "hub") as hub:
        hub.add(REPO, FILE, tiny.read_bytes())
        source, words = Source(endpoint=hub.url, official=hub.url), []

        def work() -> None:
            words.append(ask_engine(HubFile(REPO, FILE, COMMIT), Plan(), hub=source))

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert words[0].fetched_bytes == sum(request.sent_bytes for request in hub.requests("cdn"))
    assert words[0].layout == ask_engine(tiny, Plan()).layout


def test_a_stop_ends_the_fetch_and_the_child(tmp_path: Path, data_dir: Path) -> None:
    tiny, stopped = data_dir / "gemma4-tiny.gguf", threading.Event()
    with FakeHub(tmp_path / "hub") as hub:
        hub.add(REPO, FILE, tiny.read_bytes())
        hub.fault(Fault("cdn", "hang", after_bytes=1000))
        threading.Thread(target=lambda: (hub.wait_for("cdn"), stopped.set())).start()
        with pytest.raises(GemfitError) as caught:
            ask_engine(
                HubFile(REPO, FILE, COMMIT),
                Plan(),
                hub=Source(endpoint=hub.url, official=hub.url),
                stopped=stopped,
                rules=rules(stall_s=60.0),
            )
    assert caught.value.code == "cancelled"
    with pytest.raises(GemfitError) as caught:  # set before the child had answered
        ask_engine(tiny, Plan(), stopped=stopped)
    assert caught.value.code == "cancelled"


def test_what_the_engine_refuses_comes_with_its_sentence(data_dir: Path) -> None:
    with pytest.raises(GemfitError) as caught:
        ask_engine(data_dir / "gemma4-tiny.gguf", Plan(shares=[Share("CUDA9", 5)]))
    assert caught.value.code == "unknown_device"


def test_a_file_in_the_mobile_format_has_the_formulas_word(data_dir: Path) -> None:
    word = ask_engine(data_dir / "tiny-gemma-chat.litertlm", Plan())
    assert word.components == word.formula
    assert not word.differences
    assert word.layout.weights_bytes == 858_432


def test_what_the_engine_can_only_guess_is_left_to_the_formula() -> None:
    guessed = msgspec.structs.replace(layout(Buffer("weights", "", 5), Buffer("compute", "", 100)), exact=False)
    formula = [Component("weights", "", 7), Component("kv", "", 9), Component("compute", "", 99)]
    assert compare(guessed, formula) == [Difference("compute", "", 100, 99, True)]
