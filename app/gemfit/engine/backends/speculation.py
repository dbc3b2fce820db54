"""How many tokens to guess ahead: where the guesses were right often enough for what checking them costs, no others.

A step checks the guesses together with the last token. Where each guess after right ones is right with the chance r, k
guesses give 1 + r + … + r^k tokens (Leviathan et al. 2023, arXiv:2211.17192, equation 1). What a step takes is timed.
"""

from collections import deque
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple, Protocol

from gemfit.engine.backends.prompt import Entry
from gemfit.engine.protocol import Guesser

WORTH_IT = 1.03
"""The least gain: less than that is lost in what timing cannot tell."""
TRIAL_STEPS = 3
TRIAL_TOKENS = 2
"""A trial after a pause: that many steps with that many guesses each; the very first has guesses as long as allowed."""
FIRST_PAUSE, LONGEST_PAUSE = 64, 1024
"""Tokens without guesses after a trial that did not pay; twice as many after each more."""
PLAIN_EVERY = 64
"""Steps between two without guesses, so that it stays known what one takes."""
_KEPT_TIMES = 15
_MEMORY = 0.9
"""What a step counts for after each more, in how often guesses are right."""


class Length(NamedTuple):
    """So many guesses, and how many times faster than none that is expected to be."""

    tokens: int
    gain: float


def expected_tokens(right: float, guesses: int) -> float:
    """Tokens that a step with so many guesses gives."""
    return sum(right**i for i in range(guesses + 1))


def best_length(right: float, plain_s: float, guess_s: float, limit: int) -> Length:
    """The number of guesses, at most `limit`, with the most tokens per second, if it is worth it.

    `plain_s`: a step without guesses; `guess_s`: what each guess adds to it, by making and by checking it.
    """
    best = Length(0, 1.0)
    for tokens in range(1, limit + 1):
        gain = expected_tokens(right, tokens) * plain_s / (plain_s + tokens * guess_s)
        if gain > best.gain:
            best = Length(tokens, gain)
    return best if best.gain >= WORTH_IT else Length(0, 1.0)


class Timing:
    """A time that is taken again and again: the median of the last ones, since now and then others keep the machine
    busy, and the mean of them.
    """

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=_KEPT_TIMES)
        self.seconds: float | None = None
        """The median (of an even number, the upper one of the middle); None before the first."""

    def add(self, seconds: float) -> None:
        self._last.append(seconds)
        self.seconds = sorted(self._last)[len(self._last) // 2]

    @property
    def mean_s(self) -> float | None:
        return fmean(self._last) if self._last else None


class Pace:
    """What was learnt about one guesser: how often it is right, and what a guess of its costs."""

    def __init__(self) -> None:
        self._tried = self._right = 0.0
        self._guess = Timing()
        self._trial = TRIAL_STEPS
        self._first = True
        self._pause = 0
        self._next_pause = FIRST_PAUSE

    @property
    def pausing(self) -> bool:
        """Whether no guess is made now, whatever is known."""
        return self._pause > 0

    @property
    def right(self) -> float:
        """The chance that a guess is right where those before it were."""
        return self._right / self._tried if self._tried else 0.0

    def length(self, plain_s: float | None, limit: int) -> Length:
        """How many guesses to make now. None for `plain_s`: nothing is known, so none are."""
        if self.pausing or plain_s is None or limit < 1:
            return Length(0, 1.0)
        if self._trial > 0:
            return Length(limit if self._first else min(limit, TRIAL_TOKENS), 1.0)
        return best_length(self.right, plain_s, self._guess.seconds or 0.0, limit)

    def learn(self, guesses: int, accepted: int, took_s: float, plain_s: float, limit: int) -> None:
        """A step with so many guesses, of which the first `accepted` were right, took so long."""
        judged = min(guesses, accepted + 1)
        self._tried = self._tried * _MEMORY + judged
        self._right = self._right * _MEMORY + accepted
        self._guess.add(max(0.0, took_s - plain_s) / guesses)
        self._trial = max(0, self._trial - 1)
        if self._trial == 0:
            self._first = False
            self._judge(plain_s, limit)

    def passed(self, tokens: int) -> None:
        """So many tokens came without it."""
        if self._pause > 0:
            self._pause = max(0, self._pause - tokens)
            if self._pause == 0:
                self._trial, self._tried, self._right = TRIAL_STEPS, 0.0, 0.0

    def _judge(self, plain_s: float, limit: int) -> None:
        if best_length(self.right, plain_s, self._guess.seconds or 0.0, limit).tokens:
            self._next_pause = FIRST_PAUSE
        else:
            self._pause = self._next_pause
            self._next_pause = min(2 * self._next_pause, LONGEST_PAUSE)


class Source(Protocol):
    """Who makes guesses."""

    name: Guesser

    def begin(self, entries: Sequence[Entry]) -> None:
        """An answer begins after these."""

    def add(self, tokens: Sequence[int]) -> None:
        """The answer goes on with these; the last of them is not in the cache yet."""

    def guess(self, limit: int, row: int, /) -> list[int]:
        """At most `limit` tokens that may come next; none where it knows nothing. The last token was chosen by the
        model's output `row` (-1: the last).
        """


class Sameness:
    """Where the scores of several tokens processed together were seen to be those of one after the other, to the bit.

    llama.cpp's kernels differ with the number of tokens here and there (most of them on GPUs), and under greedy
    sampling that may decide between two tokens of nearly the same score. So it is looked at, for each number of tokens,
    and again whenever the cache has doubled. On the processor it is flash attention with several threads and more than
    256 cells of f16 or f32: there a single token's are shared out over the threads, and not those of several
    (`use_split_kv_path`, ggml-cpu/ops.cpp). Not so with a cache in q8_0. Without flash attention there is no difference
    either, in a buffer that grows with the context (E2B: 143 MiB instead of 115 at 4 K, 647 instead of 143 at 32 K).
    """

    def __init__(self) -> None:
        self._same: dict[tuple[int, int], bool] = {}

    def known(self, tokens: int, cells: int) -> bool | None:
        """Whether they are the same for so many tokens after so many in the cache; None where nobody looked."""
        place = _place(tokens, cells)
        if any(not same and n == tokens and p <= place for (n, p), same in self._same.items()):
            return False
        return self._same.get((tokens, place))

    def found(self, tokens: int, cells: int, *, same: bool) -> None:
        self._same[tokens, _place(tokens, cells)] = same


def _place(tokens: int, cells: int) -> int:
    """The same from just more than a power of two cells, with these tokens in them, up to the next: kernels are chosen
    by whole blocks of cells.
    """
    return (cells + tokens - 1).bit_length()


class Speculation:
    """Guesses for one loaded model, by those of `sources` who are worth it; the first of them who knows something."""

    def __init__(self, sources: Sequence[Source], limit: int) -> None:
        self._sources = [(source, Pace()) for source in sources]
        self.limit = limit
        self._plain = Timing()
        self._since_plain = 0
        self._by: Pace | None = None
        self.sameness = Sameness()
        self._reset_figures()

    def _reset_figures(self) -> None:
        self.steps = self.drafted = self.accepted = self._tokens = 0
        self._took_s = 0.0

    @property
    def guessers(self) -> list[Guesser]:
        return [source.name for source, _ in self._sources]

    @property
    def gain(self) -> float:
        """How many times faster the answer came than token by token; 1.0 where nothing was guessed."""
        if not self.drafted or not self._took_s or self._plain.mean_s is None:
            return 1.0
        return self._tokens * self._plain.mean_s / self._took_s

    def begin(self, entries: Sequence[Entry]) -> None:
        """An answer begins after these."""
        self._reset_figures()
        for source, _ in self._sources:
            source.begin(entries)

    def guess(self, token: int, row: int, room: int) -> list[int]:
        """What may come after `token`, which the model's output `row` gave, at most `room` tokens; empty where guessing
        does not pay. Raises Cancelled.
        """
        for source, _ in self._sources:
            source.add([token])
        self._by = None
        limit = min(room, self.limit)
        if self._since_plain >= PLAIN_EVERY or all(pace.pausing for _, pace in self._sources):
            return []
        chosen = [(pace.length(self._plain.seconds, limit), number) for number, (_, pace) in enumerate(self._sources)]
        # The one with the greater gain first; of equals, as while both are tried, the first of them.
        for length, number in sorted(chosen, key=lambda one: -one[0].gain):
            source, pace = self._sources[number]
            guesses = source.guess(length.tokens, row) if length.tokens else []
            if guesses:
                self._by = pace
                return guesses
        return []

    def looked(self, took_s: float) -> None:
        """So long was spent on finding out whether guesses may be made at all."""
        self._took_s += took_s

    def learn(self, guesses: list[int], accepted: int, took_s: float) -> None:
        """A step with these, of which so many were right, took so long (making them included)."""
        self.steps += 1
        self._tokens += accepted + 1
        self._took_s += took_s
        for source, pace in self._sources:
            if accepted:
                source.add(guesses[:accepted])
            if pace is not self._by or not guesses:
                pace.passed(accepted + 1)
        if not guesses or self._by is None or self._plain.seconds is None:
            self._plain.add(took_s)
            self._since_plain = 0
            return
        self._since_plain += 1
        self.drafted += len(guesses)
        self.accepted += accepted
        self._by.learn(len(guesses), accepted, took_s, self._plain.seconds, self.limit)
