"""A loaded model at the pace of the machine: warmed up, with the best number of threads, and fewer beside others."""

import time

from gemfit.engine import threads
from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.protocol import LoadPlan

MEASURE_S = 1.0
"""For timing numbers of threads; a model that is slower than that takes two steps with each nevertheless."""
MOST_ROUNDS = 16
_LEAST_ROUNDS = 2


class Pacing:
    """Decides the threads of `model`. Where the plan fixes their number, that holds and nothing is looked at."""

    def __init__(self, model: NativeModel, plan: LoadPlan, meter: threads.BusyMeter) -> None:
        self._model = model
        self._fixed = plan.threads
        self._best = plan.best_threads
        self._meter = meter
        self._cores = threads.logical_cores()
        self._pace = threads.Pace(self._cores, plan.best_threads or threads.physical_cores())
        self._looked_at = 0.0
        self._set = 0

    @property
    def threads(self) -> int:
        """In force now."""
        return self._set

    def warm_up(self) -> int | None:
        """Decode first tokens, into a cache that is empty again afterwards.

        Returns the fastest number of threads where that was asked for and could be found out: others were idle.
        """
        self.look()
        token = max(0, self._model.bos())
        for _ in range(2):  # the first allocates and builds the graph; the second finds out whether it does so again
            self._step(token)
        self._model.clear_cache()
        if self._fixed is not None or self._best is not None:
            return None
        found = self._fastest(token)
        if found is not None:
            self._pace = threads.Pace(self._cores, found)
            self._use(self._pace.threads)
        return found

    def before_decode(self) -> None:
        """To be called before each batch: looks at what others do, twice a second."""
        if self._fixed is None and time.monotonic() - self._looked_at >= threads.LOOK_S:
            self.look()

    def look(self) -> None:
        """Take as many threads as the machine has room for now."""
        self._looked_at = time.monotonic()
        self._use(self._fixed or self._pace.look(self._meter.busy_cores()))

    def _fastest(self, token: int) -> int | None:
        timings: dict[int, list[float]] = {
            n: [] for n in threads.candidates(threads.physical_cores(), threads.logical_cores())
        }
        if len(timings) == 1 or self._meter.busy_cores() > threads.BUSY_FRACTION:
            return None
        self._meter.start()
        began = time.monotonic()
        rounds = 0
        while rounds < _LEAST_ROUNDS or (rounds < MOST_ROUNDS and time.monotonic() - began < MEASURE_S):
            for n, steps in timings.items():
                self._use(n)
                steps.append(self._step(token))
            self._model.clear_cache()
            if self._model.abort.is_set():
                return None
            rounds += 1
        quiet = self._meter.busy_cores() <= threads.BUSY_FRACTION
        self.look()
        if not quiet:
            return None
        return threads.fastest({n: steps[1:] for n, steps in timings.items()})  # the first one starts threads as well

    def _step(self, token: int) -> float:
        """Seconds for one token."""
        started = time.perf_counter()
        self._model.decode([token])
        self._model.wait()
        return time.perf_counter() - started

    def _use(self, count: int) -> None:
        if count != self._set:
            self._model.set_threads(count)
            self._set = count
