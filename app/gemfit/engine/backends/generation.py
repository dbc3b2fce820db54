"""Answering one conversation after another with a loaded model."""

from itertools import pairwise

from gemfit.engine import template
from gemfit.engine.backends import decoding, sampling
from gemfit.engine.backends.cache import Cache
from gemfit.engine.backends.ggml_devices import GpuMemory
from gemfit.engine.backends.grammar import Grammar, grammar_of
from gemfit.engine.backends.llama_native import Cancelled, NativeModel
from gemfit.engine.backends.media import Projector
from gemfit.engine.backends.prompt import Entry, MediaChunk, Prompt, PromptMaker, batches, tokens_of
from gemfit.engine.backends.reply import Reply
from gemfit.engine.backends.sampling import Sampler
from gemfit.engine.backends.saved_state import SavedStates
from gemfit.engine.backends.speculation import Speculation
from gemfit.engine.protocol import FinishReason, Generate, Sampling, SaveState, Send
from gemfit.errors import GemfitError


class Generation:
    """A loaded model, what is in its cache, and what is needed to add to it."""

    def __init__(
        self,
        model: NativeModel,
        chat: template.ChatTemplate,
        defaults: Sampling,
        gpus: GpuMemory,
        send: Send,
        *,
        checkpoint_bytes: int = 0,
        projector: Projector | None = None,
        speculation: Speculation | None = None,
        states: SavedStates | None = None,
    ) -> None:
        self._model = model
        self._projector = projector
        self._speculation = speculation or Speculation([], 0)
        self._prompts = PromptMaker(model, chat, projector.entries if projector is not None else None)
        self.cache = Cache(model, checkpoint_bytes)
        self._states = states
        self._defaults = defaults
        self._gpus = gpus
        self._send = send

    def run(self, request: Generate) -> None:
        """Answer `request`: `Delta`s and one `Done`. Raises GemfitError when it cannot begin."""
        reply = self._reply(request)
        sampler = self._sampler(request)
        reason: FinishReason
        try:
            prompt = self._prompts.prompt(request)
            reply.media_tokens = sum(entry.tokens for entry in prompt.entries if isinstance(entry, MediaChunk))
            self._process_prompt(prompt, self._most_to_come(request), reply)
            reason = self._generate(request, sampler, reply)
        except Cancelled:
            reason = "cancelled"
        except GemfitError:
            reply.give_rest()
            raise
        finally:
            sampler.close()
        reply.context_used = self.cache.tokens
        reply.projector = self._projector.buffers if self._projector is not None else []
        reply.checkpoint_bytes = self.cache.checkpoints.n_bytes
        reply.finish(reason)

    def save(self, request: SaveState) -> int:
        """Keep the conversation's state on disk; returns the bytes. Raises GemfitError `state_not_saved`."""
        if self._states is None:
            return 0
        return self._states.save(request.name, self._model, self.cache, request.folder_limit_bytes)

    def _reply(self, request: Generate) -> Reply:
        channel = (self._prompts.open, self._prompts.close)
        return Reply(request, self._send, self._gpus, channel)

    def _most_to_come(self, request: Generate) -> int | None:
        """Tokens that the answer puts into the cache, guesses that are taken back with them; None where nobody knows.

        Nor where states are kept on disk: what the next prompt goes back to has left the window there, since llama.cpp
        writes only what the window still looks at, however much its cells hold.
        """
        if request.max_tokens is None or self._states is not None:
            return None
        return request.max_tokens + self._speculation.limit

    def _process_prompt(self, prompt: Prompt, max_tokens: int | None, reply: Reply) -> None:
        """Put the prompt into the cache, batch by batch, with a checkpoint at each of its marks."""
        if self._states is not None:
            reply.restored = self._states.restore(prompt.entries, self._model, self.cache)
        entries, kept = prompt.entries, self.cache.keep_common(prompt.entries)
        kept_tokens, all_tokens = tokens_of(entries[:kept]), tokens_of(entries)
        for begin, end in pairwise([kept, *(mark for mark in prompt.marks if mark > kept), len(entries)]):
            if begin in prompt.marks:
                to_come = all_tokens - self.cache.tokens
                self.cache.checkpoint(None if max_tokens is None else to_come + max_tokens)
            self._process(entries[begin:end], all_tokens, kept_tokens, reply)
        if len(entries) in prompt.marks:
            self.cache.checkpoint(max_tokens)

    def _process(self, entries: list[Entry], all_tokens: int, kept_tokens: int, reply: Reply) -> None:
        """Put these into the cache."""
        for part in batches(entries, self._model.ubatch_tokens):
            if isinstance(part, list):
                self.cache.process(part)
            else:
                assert self._projector is not None, "it made the chunk"
                self.cache.process_media(part, self._projector)
            reply.prompt(self.cache.tokens - kept_tokens, all_tokens - kept_tokens, kept_tokens)

    def _generate(self, request: Generate, sampler: Sampler, reply: Reply) -> FinishReason:
        greedy = sampling.is_greedy(sampling.merged(request.sampling, self._defaults))
        return decoding.answer(
            self._model, self.cache, sampler, reply, request.max_tokens, self._speculation, greedy=greedy
        )

    def _sampler(self, request: Generate) -> Sampler:
        """Raises GemfitError for a grammar that is none."""
        text = grammar_of(request)
        grammar = None
        if text is not None:
            channel = (self._prompts.open, self._prompts.close)
            thinks, of_schema = request.think and not request.prefill, request.json_schema is not None
            grammar = Grammar(self._model, text, channel, thinks=thinks, of_schema=of_schema)
            try:
                grammar.go_on_after(
                    self._model.tokenize(request.prefill, add_special=False, parse_special=False)
                    if request.prefill
                    else []
                )
            except GemfitError:
                grammar.close()
                raise
        chosen = sampling.merged(request.sampling, self._defaults)
        return Sampler(sampling.build_chain(chosen, self._model.vocab_tokens), lambda: self._model.context, grammar)
