"""The engine child for `bench_latency`: it says a given text at a given pace, and notes the moment of every step.

    python -m tests.bench.paced_child SPEECH STAMPS TOKENS_PER_S

All of it is the real child, with the real decode loop and sampler, except: after each sampling it waits until the next
token is due, that token is an ordinary word whatever the model would like to say, its bytes are a piece of the file
SPEECH (cut about as Gemma's vocabulary cuts, some four characters a token), and at its end the answer ends. STAMPS is a
file that this process and the bench map: three moments for each token, on the clock that all processes share, see
`FIELDS`.
"""

import mmap
import re
import sys
import time
from pathlib import Path
from typing import Any

SLOTS = 1 << 15
FIELDS = ("sampled", "flushed", "written")
"""When a token was sampled; when the message that ends with it was begun, and when it was in the pipe."""
_PIECE = re.compile(r" ?[^\W_]{1,7}| ?[^\w\s]{1,3}|_|\s{1,8}")


def mapped(path: Path) -> memoryview:
    """The moments in `path`, as one row of floats."""
    with path.open("r+b") as file:
        return memoryview(mmap.mmap(file.fileno(), 8 * SLOTS * len(FIELDS))).cast("d")


def pieces(text: str) -> list[str]:
    return _PIECE.findall(text)


class _Reciter:
    """Stands before the sampler of one answer."""

    def __init__(self, sampler: Any, word: int, text: str, stamps: memoryview, every_s: float) -> None:
        self._sampler, self._word, self._stamps, self._every_s = sampler, word, stamps, every_s
        self._pieces = pieces(text)
        self._said = 0
        self._due_s = time.perf_counter()
        self.piece = b""
        self.ended = False

    def sample(self, index: int = -1) -> int:
        self._sampler.sample(index)
        self._due_s += self._every_s
        time.sleep(max(0.0, self._due_s - time.perf_counter()))
        now_s = time.perf_counter()
        self._due_s = max(self._due_s, now_s - self._every_s)  # what is late is not made good in a rush
        self.ended = self._said == len(self._pieces)
        if not self.ended:
            self.piece = self._pieces[self._said].encode()
            self._said += 1
            self._stamps[3 * self._said] = now_s
        return self._word

    def close(self) -> None:
        self._sampler.close()


def main() -> None:
    speech, stamps, every_s = Path(sys.argv[1]), mapped(Path(sys.argv[2])), 1 / float(sys.argv[3])
    from gemfit.engine.backends.generation import Generation
    from gemfit.engine.backends.llama_native import NativeModel
    from gemfit.engine.backends.reply import Reply
    from gemfit.engine.child import main as child

    of_model, flush = Generation._sampler, Reply._flush
    now: list[_Reciter] = []

    def sampler(self: Generation, request: Any) -> Any:
        word = self._model.tokenize(" the", add_special=False, parse_special=False)[0]
        now[:] = [_Reciter(of_model(self, request), word, speech.read_text("utf-8"), stamps, every_s)]
        return now[0]

    def stamped(self: Reply, now_s: float) -> None:
        if self._pending == ("", ""):  # nothing will be sent
            flush(self, now_s)
            return
        stamps[3 * self.generated + 1] = time.perf_counter()
        flush(self, now_s)
        stamps[3 * self.generated + 2] = time.perf_counter()

    Generation._sampler = sampler  # type: ignore[method-assign]
    Reply._flush = stamped  # type: ignore[method-assign]
    NativeModel.piece = lambda _self, _token: now[0].piece  # type: ignore[method-assign]
    NativeModel.is_end = lambda _self, _token: now[0].ended  # type: ignore[method-assign]
    child()


if __name__ == "__main__":
    main()
