"""Going back in a conversation: which states are kept, and that what is put back is what was there."""

import ctypes
import random
from pathlib import Path

import llama_cpp.llama_cpp as lib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.engine.backends.abort import Abort
from gemfit.engine.backends.cache import Cache
from gemfit.engine.backends.checkpoints import Checkpoints, least_useful
from gemfit.engine.backends.llama_native import Log, NativeModel
from gemfit.engine.backends.prompt import MediaChunk, positions_of, tokens_of
from gemfit.engine.protocol import LoadPlan

BATCH = 64


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=20, unique=True).map(sorted))
def test_what_is_given_up_costs_least_and_is_never_the_last(entries: list[int]) -> None:
    index = least_useful(entries)
    assert index == 0 if len(entries) == 1 else index < len(entries) - 1
    gaps = [here - before for before, here in zip([0, *entries], entries, strict=False)]
    assert gaps[index] == min(gaps[:-1] or gaps)


def test_kept_states_stay_within_their_bytes_and_the_last_is_always_there() -> None:
    checkpoints = Checkpoints(250)
    for place in (100, 110, 400, 900):
        checkpoints.add(place, (ctypes.c_uint8 * 100)())
        assert checkpoints.n_bytes <= 250
        assert checkpoints.kept[-1].entries == place
    checkpoints.add(1000, (ctypes.c_uint8 * 251)())
    assert [c.entries for c in checkpoints.kept] == [400, 900]
    checkpoints.forget_after(899)
    assert [c.entries for c in checkpoints.kept] == [400]


def test_a_media_chunk_counts_what_it_takes_and_where_it_ends() -> None:
    entries = [1, 2, MediaChunk("ab", tokens=256, positions=16), 3]
    assert (tokens_of(entries), positions_of(entries)) == (259, 19)


@pytest.fixture
def cache(data_dir: Path):
    Log()
    plan = LoadPlan(context_tokens=4096, ubatch_tokens=BATCH)
    model = NativeModel(str(data_dir / "gemma4-tiny.gguf"), plan, 1, Abort())
    yield Cache(model, 1 << 26)
    model.close()


def feed(cache: Cache, tokens: list[int]) -> None:
    for begin in range(0, len(tokens), BATCH):
        cache.process(tokens[begin : begin + BATCH])


def scores(cache: Cache) -> np.ndarray:
    """What the model expects next."""
    model = cache._model
    pointer = lib.llama_get_logits_ith(model.context, -1)
    return np.ctypeslib.as_array(pointer, (model.vocab_tokens,)).copy()


def made_up(count: int, seed: int) -> list[int]:
    drawn = random.Random(seed)
    return [drawn.randrange(300, 5900) for _ in range(count)]


@pytest.mark.parametrize("before", [400, 1100])  # less than the window, and more than its cells
def test_a_state_that_is_put_back_is_what_it_was(cache: Cache, before: int) -> None:
    first, away, new = made_up(before, 1), made_up(500, 2), made_up(20, 3)
    feed(cache, first)
    cache.checkpoint(None)
    taken = bytes(cache.checkpoints.kept[-1].state)
    feed(cache, new)
    expected = scores(cache)
    cache.take_back(len(new))
    feed(cache, away)
    assert cache.keep_common(first + new) == before
    assert cache.entries == first
    assert len(cache._model.state(window_only=True)) == len(taken)
    if before < 512:  # further on the cells are in another order, and sums of floats depend on it
        assert bytes(cache._model.state(window_only=True)) == taken
    feed(cache, new)
    assert np.abs(scores(cache) - expected).max() < 0.05


def test_the_same_prompt_again_needs_only_its_last_token(cache: Cache) -> None:
    prompt = made_up(700, 1)
    feed(cache, prompt)
    expected = scores(cache)
    cache.checkpoint(None)
    feed(cache, made_up(500, 2))
    assert cache.keep_common(prompt) == len(prompt) - 1
    feed(cache, prompt[-1:])
    assert np.abs(scores(cache) - expected).max() < 0.05
    assert [c.entries for c in cache.checkpoints.kept] == [700]


def test_wrong_guesses_are_taken_back(cache: Cache) -> None:
    feed(cache, made_up(1000, 1))
    feed(cache, made_up(8, 2))
    assert cache.take_back(3)
    assert (len(cache.entries), cache.tokens, cache._model.cached_range()[1]) == (1005, 1005, 1004)


def test_a_place_that_will_not_leave_the_window_is_not_copied(cache: Cache) -> None:
    feed(cache, made_up(100, 1))
    cache.checkpoint(200)
    assert cache.checkpoints.n_bytes == 0
    cache.checkpoint(300)
    assert cache.checkpoints.n_bytes > 0
