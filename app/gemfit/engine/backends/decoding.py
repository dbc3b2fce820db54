"""The decode loop: sample, piece, append."""

from typing import Any

import llama_cpp.llama_cpp as lib

from gemfit.engine.backends.cache import Cache
from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.backends.reply import Reply
from gemfit.engine.protocol import FinishReason


def answer(model: NativeModel, cache: Cache, chain: Any, reply: Reply, max_tokens: int | None) -> FinishReason:
    """Generate after the prompt in the cache until the answer ends; returns why it ended.

    `chain` is a sampler chain (`sampling.build_chain`). Raises Cancelled, or GemfitError when llama.cpp cannot go on.
    """
    room = model.context_tokens - cache.tokens
    while True:
        reply.context_used = cache.tokens
        token = int(lib.llama_sampler_sample(chain, model.context, -1))
        if model.is_end(token):
            return "stop"
        reply.token(token, model.piece(token))
        if max_tokens is not None and reply.generated >= max_tokens:
            return "length"
        if reply.generated > room:  # the last token needs no place: nothing is asked after it
            return "context"
        cache.process([token])
