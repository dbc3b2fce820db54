"""How long a token is on its way from the sampler to the painted window, while a fast model streams into the chat page.

    python -m tests.bench.bench_latency [MODEL.gguf] [--tokens 300]

Real parts: an engine child, the client, the chat page (painted off screen); without a model, the starter, which makes
about a hundred tokens a second on two cores. Prints one JSON object: its rate, and milliseconds from the moment that a
message's oldest token was sampled until a paint that shows it, the median, the 95th of a hundred and the longest, and
how they divide: waiting in the child, under way, until painted.

The child's clock and ours differ by a constant, which is taken from the message that came through fastest.
"""

import argparse
import collections
import itertools
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from gemfit.chat.store import ChatStore
from gemfit.chat.tree import Draft
from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import Delta, EngineExit, Event
from gemfit.ui import theme, worker
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession, Selection
from tests.bench.bench_generation import starter


class Passage:
    """One message: when its last token was sampled by the child's clock, when it came, when it was painted."""

    def __init__(self, delta: Delta) -> None:
        stats = delta.stats
        later = (stats.generated_tokens - 1) / stats.generation_tps if stats.generation_tps else 0.0
        self.sent_s = stats.ttft_s + later  # since the request began, as the child's figures imply
        self.tokens = stats.generated_tokens
        self.came_s = time.perf_counter()
        self.painted_s = 0.0


class Eye(QObject):
    """Sees paints of the transcript, and which messages were drawn by then."""

    def __init__(self, page: ChatPage) -> None:
        super().__init__()
        self._transcript = page.transcript
        self.waiting: collections.deque[Passage] = collections.deque()
        self.seen: list[Passage] = []

    def came(self, event: Event | EngineExit) -> None:
        if isinstance(event, Delta):
            self.waiting.append(Passage(event))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget) and not self._transcript.working:
            self._painted(watched)
        return False

    def _painted(self, watched: QWidget) -> None:
        if not self._transcript.viewport().isAncestorOf(watched):
            return
        now = time.perf_counter()
        while self.waiting and self.waiting[0].came_s < now - 0.0005:  # what came just now is not in this one yet
            passage = self.waiting.popleft()
            passage.painted_s = now
            self.seen.append(passage)


def measure(app: QApplication, model: Path, tokens: int) -> list[Passage]:
    with tempfile.TemporaryDirectory() as folder:
        store = ChatStore(Path(folder) / "chats.sqlite3")
        eyes: list[Eye] = []

        def client(listener):  # type: ignore[no-untyped-def]
            def both(event: Event | EngineExit) -> None:
                listener(event)
                if eyes:
                    eyes[0].came(event)

            return EngineClient(both)

        engine = EngineSession(make_client=client)
        page = ChatPage(engine, store, list)
        page.resize(1280, 800)
        page.show()
        eyes.append(Eye(page))
        app.installEventFilter(eyes[0])
        engine.load(Selection(path=model, title="Bench"))
        wait(app, lambda: engine.state == "ready")
        page.controller.send(Draft("Tell me a long story."))
        wait(app, lambda: page.controller.busy)
        wait(app, lambda: not page.controller.busy or (eyes[0].seen and eyes[0].seen[-1].tokens > tokens))
        page.controller.stop()
        wait(app, lambda: not page.controller.busy)
        page.close()
        engine.close()
        worker.wait_for_all(10)
        store.close()
        return eyes[0].seen


def wait(app: QApplication, condition) -> None:  # type: ignore[no-untyped-def]
    ends = time.monotonic() + 120
    QTimer.singleShot(0, app, lambda: None)
    while not condition():
        if time.monotonic() > ends:
            raise SystemExit("it took too long")
        app.processEvents()
        time.sleep(0.0005)


def figures(passages: list[Passage]) -> dict[str, object]:
    offset = min(p.came_s - p.sent_s for p in passages)
    held, way, paint = [], [], []
    for before, p in itertools.pairwise(passages):
        n_tokens = max(1, p.tokens - before.tokens)
        held.append(1000 * (p.sent_s - before.sent_s) * (n_tokens - 1) / n_tokens)  # since its oldest token
        way.append(1000 * (p.came_s - p.sent_s - offset))
        paint.append(1000 * (p.painted_s - p.came_s))
    whole = [sum(parts) for parts in zip(held, way, paint, strict=True)]
    span = passages[-1].sent_s - passages[0].sent_s
    return {
        "tokens_per_s": round((passages[-1].tokens - passages[0].tokens) / span),
        "messages": len(passages),
        "latency_ms": spread(whole),
        "held_by_the_child_ms": spread(held),
        "under_way_ms": spread(way),
        "until_painted_ms": spread(paint),
    }


def spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 1),
        "of_100_the_95th": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
        "longest": round(ordered[-1], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", type=Path, default=None)
    parser.add_argument("--tokens", type=int, default=300)
    args = parser.parse_args()
    app = QApplication([])
    theme.apply(app, "light")
    print(json.dumps(figures(measure(app, args.model or starter(), args.tokens))))


if __name__ == "__main__":
    main()
