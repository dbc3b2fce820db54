"""The decode loop: sample, piece, append; with guesses, several at once."""

import ctypes
import time

import llama_cpp.llama_cpp as lib

from gemfit.engine.backends.cache import Cache
from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.backends.reply import Reply
from gemfit.engine.backends.sampling import Sampler
from gemfit.engine.backends.speculation import Speculation
from gemfit.engine.protocol import FinishReason


def answer(
    model: NativeModel,
    cache: Cache,
    sampler: Sampler,
    reply: Reply,
    max_tokens: int | None,
    speculation: Speculation,
    *,
    greedy: bool = False,
) -> FinishReason:
    """Generate after the prompt in the cache until the answer ends; returns why it ended.

    `greedy`: chance has no part in it. What is sampled is the same whatever is guessed: each token is chosen by the
    sampler, in turn, and a guess only saves a step where it was the one chosen. Raises Cancelled, or GemfitError when
    llama.cpp cannot go on.
    """
    room = model.context_tokens - cache.tokens
    most = room + 1 if max_tokens is None else min(max_tokens, room + 1)  # the last token needs no place
    guesses: list[int] = []
    speculation.begin(cache.entries)
    reply.speculation = speculation
    began: float | None = None
    while True:
        accepted = 0
        while True:
            row = accepted if guesses else -1
            reply.context_used = cache.tokens - (len(guesses) - accepted)
            token = sampler.sample(row)
            ended = _take(model, token, reply, most, max_tokens)
            if ended is not None or accepted == len(guesses) or token != guesses[accepted]:
                break
            accepted += 1
        cache.take_back(len(guesses) - accepted)
        now = time.perf_counter()
        if began is not None:
            speculation.learn(guesses, accepted, now - began)
        if ended is not None:
            return ended
        reply.hand_over(now)
        began = time.perf_counter()
        guesses = speculation.guess(token, row, most - reply.generated - 1)
        if guesses and greedy:
            looked = time.perf_counter()
            guesses = guesses if _same(model, cache, [token, *guesses], speculation) else []
            took_s = time.perf_counter() - looked
            speculation.looked(took_s)
            began += took_s
        cache.process([token, *guesses], outputs_for_all=bool(guesses))


def _take(model: NativeModel, token: int, reply: Reply, most: int, max_tokens: int | None) -> FinishReason | None:
    """Tell of a token; returns why it is the last, if it is."""
    if model.is_end(token):
        return "stop"
    reply.token(token, model.piece(token))
    if reply.stopped:  # by one of the texts that end it
        return "stop"
    if max_tokens is not None and reply.generated >= max_tokens:
        return "length"
    return "context" if reply.generated >= most else None


def _same(model: NativeModel, cache: Cache, tokens: list[int], speculation: Speculation) -> bool:
    """Whether these, processed together, have the very scores that they have one after the other. The cache is as
    before.
    """
    known = speculation.sameness.known(len(tokens), cache.tokens)
    if known is not None:
        return known
    cells = cache.tokens
    cache.process(tokens, outputs_for_all=True)
    together = [_scores(model, row) for row in range(len(tokens))]
    cache.take_back(len(tokens))
    single = []
    for token in tokens:
        cache.process([token])
        single.append(_scores(model, -1))
    cache.take_back(len(tokens))
    speculation.sameness.found(len(tokens), cells, same=together == single)
    return together == single


def _scores(model: NativeModel, row: int) -> bytes:
    return ctypes.string_at(lib.llama_get_logits_ith(model.context, row), 4 * model.vocab_tokens)
