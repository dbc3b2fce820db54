"""The sampler chain: llama.cpp's own samplers, in llama.cpp's own order."""

from collections.abc import Callable
from typing import Any

import llama_cpp.llama_cpp as lib

from gemfit.engine.backends.grammar import Grammar
from gemfit.engine.protocol import Sampling

GEMMA = Sampling(temperature=1.0, top_k=64, top_p=0.95, min_p=0.0, repeat_penalty=1.0)
"""Gemma 4's published defaults (model card; also in its GGUFs as general.sampling.*)."""

OTHERS = Sampling(temperature=0.8, top_k=40, top_p=0.95, min_p=0.05, repeat_penalty=1.1)
"""For files that say nothing: llama.cpp's defaults and Ollama's repetition penalty; small models loop without it."""

PENALTY_TOKENS = 64
"""How far back in the answer the penalties look (llama.cpp's default); the question does not count."""


def merged(*choices: Sampling) -> Sampling:
    """The first value that is not None, field by field."""
    fields = Sampling.__struct_fields__
    return Sampling(**{f: next((v for c in choices if (v := getattr(c, f)) is not None), None) for f in fields})


def is_greedy(sampling: Sampling) -> bool:
    """Whether chance has no part in it."""
    return sampling.temperature is None or sampling.temperature <= 0 or sampling.top_k == 1


def build_chain(sampling: Sampling, vocab_tokens: int) -> Any:
    """A sampler chain for complete `sampling` (seed may be None: a random one). Free with `llama_sampler_free`."""
    temperature, seed = sampling.temperature, sampling.seed
    chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())

    def add(sampler: Any) -> None:
        lib.llama_sampler_chain_add(chain, sampler)

    repeat, frequency = sampling.repeat_penalty or 1.0, sampling.frequency_penalty or 0.0
    presence = sampling.presence_penalty or 0.0
    if (repeat, frequency, presence) != (1.0, 0.0, 0.0):
        add(lib.llama_sampler_init_penalties(vocab_tokens, PENALTY_TOKENS, repeat, frequency, presence))
    if temperature is None or temperature <= 0:
        add(lib.llama_sampler_init_greedy())
        return chain
    if sampling.top_k and 0 < sampling.top_k < vocab_tokens:
        add(lib.llama_sampler_init_top_k(sampling.top_k))
    if sampling.top_p is not None and sampling.top_p < 1.0:
        add(lib.llama_sampler_init_top_p(sampling.top_p, 1))
    if sampling.min_p:
        add(lib.llama_sampler_init_min_p(sampling.min_p, 1))
    add(lib.llama_sampler_init_temp(temperature))
    add(lib.llama_sampler_init_dist(lib.LLAMA_DEFAULT_SEED if seed is None else seed & 0xFFFFFFFF))
    return chain


class Sampler:
    """Chooses the tokens of one answer: a chain, with a grammar in front of it where one is asked for. Close it."""

    def __init__(self, chain: Any, context: Callable[[], Any], grammar: Grammar | None = None) -> None:
        self._chain = chain
        self._context = context
        self._grammar = grammar

    def sample(self, index: int = -1) -> int:
        """The next token, from the scores of the output `index`; what is sampled counts as said.

        Raises GemfitError `grammar_stuck` where the grammar allows nothing that the model can say.
        """
        if self._grammar is None:
            return int(lib.llama_sampler_sample(self._chain, self._context(), index))
        return self._grammar.sample(self._chain, lib.llama_get_logits_ith(self._context(), index))

    def close(self) -> None:
        lib.llama_sampler_free(self._chain)
        if self._grammar is not None:
            self._grammar.close()
