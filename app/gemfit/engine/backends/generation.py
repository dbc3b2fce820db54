"""Answering one conversation after another with a loaded model."""

import llama_cpp.llama_cpp as lib

from gemfit.engine import template
from gemfit.engine.backends import decoding, sampling
from gemfit.engine.backends.cache import Cache
from gemfit.engine.backends.ggml_devices import GpuMemory
from gemfit.engine.backends.llama_native import Cancelled, NativeModel
from gemfit.engine.backends.prompt import Entry, PromptMaker, tokens_of
from gemfit.engine.backends.reply import Reply
from gemfit.engine.protocol import FinishReason, Generate, Sampling, Send


class Generation:
    """A loaded model, what is in its cache, and what is needed to add to it."""

    def __init__(
        self,
        model: NativeModel,
        chat: template.ChatTemplate,
        defaults: Sampling,
        gpus: GpuMemory,
        send: Send,
    ) -> None:
        self._model = model
        self._prompts = PromptMaker(model, chat)
        self._cache = Cache(model)
        self._defaults = defaults
        self._gpus = gpus
        self._send = send

    def run(self, request: Generate) -> None:
        """Answer `request`: `Delta`s and one `Done`. Raises GemfitError when it cannot begin."""
        prompt = self._prompts.entries(request)
        reply = self._reply(request)
        reason: FinishReason
        try:
            self._process_prompt(prompt, reply)
            reason = self._generate(request, reply)
        except Cancelled:
            reason = "cancelled"
        reply.context_used = self._cache.tokens
        reply.finish(reason)

    def _reply(self, request: Generate) -> Reply:
        channel = (self._prompts.open, self._prompts.close)
        return Reply(request.request_id, self._send, self._gpus, channel)

    def _process_prompt(self, prompt: list[Entry], reply: Reply) -> None:
        """Put the prompt into the cache, batch by batch."""
        kept = self._cache.keep_common(prompt)
        new = [entry for entry in prompt[kept:] if isinstance(entry, int)]
        batch = int(lib.llama_n_batch(self._model.context))
        for begin in range(0, len(new), batch):
            self._cache.process(new[begin : begin + batch])
            reply.prompt(min(begin + batch, len(new)), len(new), tokens_of(prompt[:kept]))

    def _generate(self, request: Generate, reply: Reply) -> FinishReason:
        chosen = sampling.merged(request.sampling, self._defaults)
        chain = sampling.build_chain(chosen, self._model.vocab_tokens)
        try:
            return decoding.answer(self._model, self._cache, chain, reply, request.max_tokens)
        finally:
            lib.llama_sampler_free(chain)
