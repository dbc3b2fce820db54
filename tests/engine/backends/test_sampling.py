"""How the next token is chosen, through llama.cpp's own samplers."""

import llama_cpp.llama_cpp as lib
import pytest

from gemfit.engine.backends import sampling
from gemfit.engine.protocol import Sampling


def names(chosen: Sampling) -> list[str]:
    chain = sampling.build_chain(chosen, 1000)
    found = [
        lib.llama_sampler_name(lib.llama_sampler_chain_get(chain, i))
        .decode()
        .lstrip("?")  # "?temp": it has nothing to do
        for i in range(lib.llama_sampler_chain_n(chain))
    ]
    lib.llama_sampler_free(chain)
    return found


def test_what_is_asked_for_wins_over_the_file_and_the_file_over_the_publisher() -> None:
    merged = sampling.merged(Sampling(temperature=0.2), Sampling(temperature=0.5, top_k=7), sampling.GEMMA)
    assert (merged.temperature, merged.top_k, merged.top_p) == (0.2, 7, 0.95)


@pytest.mark.parametrize("temperature", [0.0, -1.0])
def test_temperature_zero_takes_the_likeliest_token(temperature: float) -> None:
    assert names(sampling.merged(Sampling(temperature=temperature), sampling.GEMMA)) == ["greedy"]


def test_gemmas_defaults_make_a_chain_of_top_k_top_p_and_temperature() -> None:
    assert names(sampling.GEMMA) == ["top-k", "top-p", "temp", "dist"]


def test_a_repetition_penalty_comes_first() -> None:
    chosen = sampling.merged(Sampling(repeat_penalty=1.1, min_p=0.1), sampling.GEMMA)
    assert names(chosen) == ["penalties", "top-k", "top-p", "min-p", "temp", "dist"]


@pytest.mark.parametrize("penalty", [{"presence_penalty": 0.5}, {"frequency_penalty": 0.5}, {"repeat_penalty": 1.2}])
def test_any_penalty_comes_first_and_without_one_there_is_none(penalty: dict[str, float]) -> None:
    assert names(sampling.merged(Sampling(**penalty), sampling.GEMMA))[0] == "penalties"
    assert "penalties" not in names(sampling.merged(Sampling(presence_penalty=0.0), sampling.GEMMA))
