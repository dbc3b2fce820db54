"""What is sampled behind guesses is distributed as without them.

Hundreds of answers of four tokens, with guesses in every step, against the probabilities that follow from the scores
of a model that was asked token by token. For every beginning of an answer that came up, the tokens after it are counted
and compared (Pearson's chi-square). All seeds are fixed, so a test passes always or never; what it would find is shown
by faults that are planted.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import inf, sqrt
from pathlib import Path

import llama_cpp.llama_cpp as lib
import numpy as np
import pytest

from gemfit.engine.backends import decoding, sampling
from gemfit.engine.backends.cache import Cache
from gemfit.engine.backends.llama import LlamaBackend
from gemfit.engine.backends.ngram import Ngrams
from gemfit.engine.backends.prompt import Entry
from gemfit.engine.backends.reply import Reply
from gemfit.engine.backends.sampling import Sampler
from gemfit.engine.backends.speculation import Source, Speculation
from gemfit.engine.protocol import ChatMessage, Generate, Load, LoadPlan, Sampling

DATA = Path(__file__).parents[2] / "data"
ANSWERS = 500
TOKENS = 4
CHOICES = Sampling(temperature=1.0, top_k=3)
QUESTION = Generate(request_id=1, messages=[ChatMessage("user", "Hello?")], prefill=" house" * 8)
Beginning = tuple[int, ...]


class Model:
    """A tiny model with a drafter, and the prompt that all answers begin after."""

    def __init__(self, path: Path, drafter: Path) -> None:
        self.backend = LlamaBackend(lambda _: None)
        plan = LoadPlan(context_tokens=256, threads=1, speculation="auto", draft_tokens=TOKENS - 1)
        self.backend.load(Load(str(path), plan, drafter=str(drafter)))
        assert self.backend._model is not None
        assert self.backend._generation is not None
        assert self.backend._drafter is not None
        self.native, self.generation, self.drafter = (
            self.backend._model, self.backend._generation, self.backend._drafter
        )  # fmt: skip
        self.prompt = self.generation._prompts.prompt(QUESTION).entries
        self._known: dict[Beginning, dict[int, float]] = {}

    @property
    def cache(self) -> Cache:
        return self.generation.cache

    def begin(self, answer: Sequence[Entry] = ()) -> None:
        """Have the prompt and so much of an answer processed, token by token."""
        entries = [*self.prompt, *answer]
        for token in entries[self.cache.keep_common(entries) :]:
            assert isinstance(token, int)
            self.cache.process([token])

    def chances(self, beginning: Beginning) -> dict[int, float]:
        """Of every token that may come after a beginning, from the scores: the likeliest ones, softmax."""
        if beginning not in self._known:
            self.begin(beginning)
            row = lib.llama_get_logits_ith(self.native.context, -1)
            scores = np.ctypeslib.as_array(row, (self.native.vocab_tokens,)).astype(np.float64)
            best = np.argsort(-scores)[: CHOICES.top_k]
            weights = np.exp(scores[best] - scores[best[0]])
            self._known[beginning] = dict(zip(best.tolist(), (weights / weights.sum()).tolist(), strict=True))
        return self._known[beginning]


class Guessing(Speculation):
    """As many guesses as there may be in every step, whatever they cost: what is timed decides nothing here."""

    def __init__(self, source: Source) -> None:
        super().__init__([source], TOKENS - 1)
        self._source = source
        self.last: list[int] = []

    def guess(self, token: int, row: int, room: int) -> list[int]:
        self._source.add([token])
        self.last = self._source.guess(min(room, self.limit), row) if room else []
        return self.last

    def learn(self, guesses: list[int], accepted: int, _took_s: float) -> None:
        self.drafted += len(guesses)
        self.accepted += accepted
        if accepted:
            self._source.add(guesses[:accepted])


class Knowing:
    """Guesses the likeliest tokens, of a model whose next ones depend on all before: right now and then."""

    name = "drafter"

    def __init__(self, model: Model) -> None:
        self._model = model

    def begin(self, _entries: Sequence[Entry]) -> None:
        self._said: Beginning = ()

    def add(self, tokens: Sequence[int]) -> None:
        self._said += tuple(tokens)

    def guess(self, limit: int, _row: int) -> list[int]:
        guesses: list[int] = []
        while len(guesses) < limit:
            chances = self._model.chances((*self._said, *guesses))
            guesses.append(max(chances, key=lambda token: chances[token]))
        return guesses


class Said(Reply):
    """Only the tokens."""

    def __init__(self) -> None:
        self.tokens: list[int] = []

    @property
    def generated(self) -> int:  # type: ignore[override]
        return len(self.tokens)

    @property
    def stopped(self) -> bool:
        return False

    def token(self, token: int, _piece: bytes) -> None:
        self.tokens.append(token)

    def hand_over(self, _now: float) -> None:
        pass


class AcceptsAlways(Sampler):
    """Planted: a guess is never looked at."""

    guessing: Guessing

    def sample(self, index: int = -1) -> int:
        token = super().sample(index)
        return self.guessing.last[index] if 0 <= index < len(self.guessing.last) else token


class TriesTwice(Sampler):
    """Planted: where a guess is wrong, the token is drawn once more."""

    guessing: Guessing

    def sample(self, index: int = -1) -> int:
        token = super().sample(index)
        wrong = 0 <= index < len(self.guessing.last) and token != self.guessing.last[index]
        return super().sample(index) if wrong else token


class LooksBehind(Sampler):
    """Planted: the scores are those of the token before."""

    def sample(self, index: int = -1) -> int:
        return super().sample(max(0, index - 1) if index >= 0 else index)


def answers(model: Model, source: Source, kind: type[Sampler] = Sampler) -> tuple[Counter[Beginning], float]:
    """How often each answer came, and how many of the guesses were right."""
    found: Counter[Beginning] = Counter()
    speculation = Guessing(source)
    drafted = accepted = 0
    for seed in range(ANSWERS):
        model.begin()
        chosen = Sampling(temperature=CHOICES.temperature, top_k=CHOICES.top_k, seed=seed)
        chain = sampling.build_chain(chosen, model.native.vocab_tokens)
        sampler, said = kind(chain, lambda: model.native.context), Said()
        sampler.guessing = speculation  # type: ignore[attr-defined]
        decoding.answer(model.native, model.cache, sampler, said, TOKENS, speculation)
        sampler.close()
        drafted, accepted = drafted + speculation.drafted, accepted + speculation.accepted
        found[tuple(said.tokens)] += 1
    return found, accepted / max(1, drafted)


def surprise(found: Counter[Beginning], truth: Model) -> float:
    """By how many standard deviations what was counted differs from what was to be expected, behind the first token.

    Chi-square over all beginnings, as a normal deviate (Wilson and Hilferty 1931); cells with fewer than five expected
    are left out together with the tokens in them.
    """
    total = freedom = 0.0
    for length in range(1, TOKENS):
        after: dict[Beginning, Counter[int]] = {}
        for answer, count in found.items():
            after.setdefault(answer[:length], Counter())[answer[length]] += count
        for beginning, counts in after.items():
            chances = truth.chances(beginning)
            if not counts.keys() <= chances.keys():  # one that cannot come
                return inf
            expected = {token: counts.total() * chance for token, chance in chances.items()}
            if min(expected.values()) >= 5:
                total += sum((counts[token] - n) ** 2 / n for token, n in expected.items())
                freedom += len(expected) - 1
    assert freedom > 10
    third = 2 / (9 * freedom)
    return float(((total / freedom) ** (1 / 3) - (1 - third)) / sqrt(third))


@pytest.fixture(scope="module")
def tiny() -> Iterator[Model]:
    model = Model(DATA / "gemma4-tiny.gguf", DATA / "gemma4-drafter.gguf")
    yield model
    model.backend.close()


@pytest.fixture(scope="module")
def copycat() -> Iterator[Model]:
    model = Model(DATA / "gemma4-copycat.gguf", DATA / "gemma4-drafter.gguf")
    yield model
    model.backend.close()


@pytest.fixture(scope="module")
def truth() -> Iterator[Model]:
    """The tiny model once more, which nobody guesses for."""
    model = Model(DATA / "gemma4-tiny.gguf", DATA / "gemma4-drafter.gguf")
    yield model
    model.backend.close()


def test_a_drafters_guesses_change_no_chances(copycat: Model) -> None:
    found, right = answers(copycat, copycat.drafter)
    assert 0.2 < right < 0.8
    assert surprise(found, copycat) < 3


def test_guesses_from_the_conversation_change_no_chances(copycat: Model) -> None:
    found, right = answers(copycat, Ngrams())
    assert 0.2 < right < 0.8
    assert surprise(found, copycat) < 3


def test_nor_do_they_where_every_token_depends_on_all_before(tiny: Model, truth: Model) -> None:
    found, right = answers(tiny, Knowing(truth))
    assert 0.2 < right < 0.8
    assert surprise(found, truth) < 3


@pytest.mark.parametrize("fault", [AcceptsAlways, TriesTwice, LooksBehind])
def test_a_fault_in_accepting_would_be_found(tiny: Model, truth: Model, fault: type[Sampler]) -> None:
    found, _ = answers(tiny, Knowing(truth), fault)
    assert surprise(found, truth) > 6
