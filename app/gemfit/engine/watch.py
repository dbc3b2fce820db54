"""Whether a child that was asked for something still gets on with it, or hangs. Pure: the clock is given.

A long prompt may take minutes without a word, so time alone says nothing. There are three kinds of signs, and each must
be seen again before its time is up:

- *life*: any message, or processor time as the system counts it from outside;
- *work*: a message, processor time or bytes read. A GPU may compute while its process waits, so a plan that uses one is
  given longer;
- *progress*: a message that is no beat, bytes read, or nodes of the compute graph. Threads that wait for one another in
  a circle burn processor time without end and show none.
"""

from gemfit.engine.protocol import Beat

LIFE_S = 30.0
WORK_S = 60.0
DEVICE_WORK_S = 300.0
PROGRESS_S = 900.0
"""One micro-batch of 1120 tokens of the 31B, the slowest there is between two signs where nodes are not counted (on a
GPU, say), is through in less at 2 tokens/s."""

IDLE_FRACTION = 0.02
"""Of one core: a child that waits uses less for its beats."""


class Watch:
    """The signs of one child. All times in seconds of one monotonic clock."""

    def __init__(self, now_s: float) -> None:
        self._life_s = self._work_s = self._progress_s = self._looked_s = now_s
        self._cpu_s = 0.0
        self._read_bytes = 0
        self._nodes: int | None = None
        self.on_devices = False

    def begins(self, now_s: float) -> None:
        """It was asked for something: what was before does not count."""
        self._life_s = self._work_s = self._progress_s = now_s

    def heard(self, event: object, now_s: float) -> None:
        """It sent an event."""
        self._life_s = now_s
        if not isinstance(event, Beat):
            self._work_s = self._progress_s = now_s
            return
        if event.nodes is not None and event.nodes != self._nodes:
            self._nodes = event.nodes
            self._work_s = self._progress_s = now_s
        self._has_read(event.read_bytes, now_s)

    def seen(self, cpu_s: float, now_s: float) -> None:
        """Its processor time, looked at from outside."""
        passed_s = now_s - self._looked_s
        if cpu_s - self._cpu_s > IDLE_FRACTION * passed_s:
            self._life_s = self._work_s = now_s
        self._cpu_s, self._looked_s = cpu_s, now_s

    def _has_read(self, read_bytes: int, now_s: float) -> None:
        if read_bytes - self._read_bytes > READ_BYTES:
            self._work_s = self._progress_s = now_s
        self._read_bytes = read_bytes

    def hangs(self, now_s: float) -> bool:
        """Whether the time of one of the signs is up."""
        return (
            now_s - self._life_s > LIFE_S
            or now_s - self._work_s > (DEVICE_WORK_S if self.on_devices else WORK_S)
            or now_s - self._progress_s > PROGRESS_S
        )


READ_BYTES = 64 << 10
"""Between two beats: looking at its own figures reads a little as well."""
