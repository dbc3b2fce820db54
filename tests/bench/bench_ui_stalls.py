"""How long the window's event loop is ever held up while a long answer streams into the real chat page.

    .venv/bin/python tests/bench/bench_ui_stalls.py [--kilobytes 30] [--every-ms 30] [--characters 160]

Prints one JSON object: the longest gap between two turns of the event loop in ms, and the most processor time that this
thread used in one (on a machine busy with other things, the first is longer than the second), while the answer streams
and while the same conversation is opened again. The page, the store and the threads are the real ones;
the text comes from a thread that speaks like an engine child, so that it is the same in every run.
"""

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gemfit.chat.store import ChatStore
from gemfit.chat.tree import Draft
from gemfit.engine import protocol
from gemfit.ui import theme, worker
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

PIECE = """## Part {n}

The sky is **blue** because *short* waves scatter more, as `1/λ⁴` says; see [the article](https://example.org/{n}).
A second sentence makes the paragraph long enough to be wrapped over several lines of the column, as answers are.

1. First, the light comes in.
2. Then molecules scatter it:
   - blue a lot,
   - red a little.

```python
def scatter(wavelength_nm: float) -> float:
    return (550 / wavelength_nm) ** 4  # relative to green
```

| Colour | Wavelength | Strength |
|---|---|---|
| blue | 450 nm | 2.2 |
| red | 700 nm | 0.4 |

"""
LAYOUT = protocol.Layout(weights_bytes=0, kv_bytes=0, compute_bytes=0, total_bytes=0)
LOADED = protocol.Loaded(
    name="bench", architecture="bench", context_tokens=65536, train_context_tokens=65536, supports_thinking=False,
    template_known=True, sampling=protocol.Sampling(), threads=1, load_s=0.0, layout=LAYOUT, resident_bytes=0,
)  # fmt: skip


class Speaker:
    """Stands for an engine client: answers every question with the same text, at the same pace."""

    def __init__(self, listener: Callable[[object], None], text: str, characters: int, every_s: float) -> None:
        self._listener = listener
        self._text, self._characters, self._every_s = text, characters, every_s
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._listener(protocol.Hello(protocol=protocol.PROTOCOL_VERSION, backend="bench", build="", pid=0))

    def load(self, path: Path, plan: protocol.LoadPlan, **_: object) -> None:  # noqa: ARG002 - the client's signature
        self._listener(LOADED)

    def generate(self, request: protocol.Generate) -> None:
        self._thread = threading.Thread(target=self._speak, args=(request.request_id,))
        self._thread.start()

    def close(self, timeout_s: float = 5.0) -> None:
        if self._thread is not None:
            self._thread.join(timeout_s)

    def resident_bytes(self) -> int:
        return 1 << 30

    def _speak(self, request_id: int) -> None:
        for at in range(0, len(self._text), self._characters):
            stats = protocol.Stats(generated_tokens=at // 4 + 1, generation_tps=40.0, ttft_s=0.4)
            piece = self._text[at : at + self._characters]
            self._listener(protocol.Delta(request_id=request_id, text=piece, stats=stats))
            time.sleep(self._every_s)
        self._listener(protocol.Done(request_id=request_id, finish_reason="stop", stats=stats))


class Heartbeat:
    """Notes the gaps between turns of the event loop."""

    def __init__(self) -> None:
        self.gaps_ms: list[tuple[float, float]] = []
        self._last = (0.0, 0.0)
        self._loop = QEventLoop()  # a real one, as the program's: only it deletes what was to be deleted later
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._beat)

    def during(self, done: Callable[[], bool], start: Callable[[], object]) -> dict[str, float]:
        self.gaps_ms, self._last = [], (time.perf_counter(), time.thread_time())
        self._done = done
        self._timer.start()
        QTimer.singleShot(0, start)
        self._loop.exec()
        self._timer.stop()
        walls, processor = zip(*self.gaps_ms, strict=True)
        return {"longest_ms": round(max(walls), 1), "longest_processor_ms": round(max(processor), 1)}

    def _beat(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.gaps_ms.append((1000 * (now[0] - self._last[0]), 1000 * (now[1] - self._last[1])))
        self._last = now
        if len(self.gaps_ms) > 2 and self._done():  # what was to begin has begun by then
            self._loop.quit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kilobytes", type=int, default=30)
    parser.add_argument("--every-ms", type=float, default=30)
    parser.add_argument("--characters", type=int, default=160)
    arguments = parser.parse_args()
    text = ""
    while len(text) < 1000 * arguments.kilobytes:
        text += PIECE.format(n=text.count("##") + 1)
    app = QApplication([])
    theme.apply(app, "light")
    with tempfile.TemporaryDirectory() as folder:
        store = ChatStore(Path(folder) / "chats.sqlite3")
        pace = (text, arguments.characters, arguments.every_ms / 1000)
        engine = EngineSession(make_client=lambda listener: Speaker(listener, *pace))  # type: ignore[arg-type,return-value]
        result = _measure(engine, store)
        engine.close()
        worker.wait_for_all(10)
        store.close()
    print(json.dumps({"answer_bytes": len(text.encode()), **result}))


def _measure(engine: EngineSession, store: ChatStore) -> dict[str, object]:
    page = ChatPage(engine, store, list)
    page.resize(1280, 800)
    page.show()
    beat = Heartbeat()
    beat.during(lambda: engine.state == "ready", lambda: engine.load(Selection(path=Path("bench"), title="Bench")))
    streaming = beat.during(
        lambda: not page.controller.busy and not page.transcript.working,
        lambda: page.controller.send(Draft("Explain the sky at length.")),
    )
    name = page.controller.conversation_id
    page.new_chat()
    opening = beat.during(
        lambda: page.controller.conversation_id == name and not page.transcript.working, lambda: page.open_chat(name)
    )
    page.close()
    return {"streaming": streaming, "opening": opening}


if __name__ == "__main__":
    main()
