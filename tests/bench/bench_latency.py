"""How long a token is on its way from the sampler to the painted window, while a fast model streams into the chat page.

    python -m tests.bench.bench_latency [--rate 300] [--tokens 4000] [--only NAME] [--platform offscreen] [--kinds]

Real parts: the engine child with its decode loop, the client, the main window with its store, its status line and its
readout. The model is a tiny one from tests/data, slowed down to RATE tokens a second, and what it says is put into its
mouth (see `paced_child`): Markdown of every kind. A token counts from the moment when the sampler gave it until the
window has painted its text and handed the picture over: the answer laid out, scrolled to its end.

Prints one JSON object a case (the window wide and narrow, light and dark; with `--kinds`, each kind of text by itself):
the rate reached; milliseconds of all tokens, the median, the 95th and 99th of a hundred and the longest; how many
took more than 40; the 95th of the first and of the last quarter of the answer; of each stage the median, the 99th and
the longest; and the stages of the token that took longest. Stages: `held` by the child until a message is worth it;
`written` to the pipe; `read` by the client's thread; `taken` by the window's thread; `waiting` for the next frame;
`drawn` into the documents; `painted`, with the layout. On a busy machine these are noise; what counts there as well
is the processor time of the window's thread: of all it did, for each frame, and the longest single pieces of work.
"""

import argparse
import collections
import contextlib
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gemfit.chat.tree import Draft
from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import Delta, LoadPlan
from gemfit.settings import Settings
from gemfit.ui import theme, worker
from gemfit.ui.chat import transcript
from gemfit.ui.chat.blocks import ProseView
from gemfit.ui.chat.message import AnswerView
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.collector import Collector
from gemfit.ui.program import _shown as started
from gemfit.ui.session import CHAT, Session
from gemfit.ui.status import StatusLine
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection
from gemfit.ui.window import MainWindow
from tests.bench.paced_child import FIELDS, SLOTS, mapped, pieces

DATA = Path(__file__).parents[1] / "data"
MODEL = DATA / "gemma4-tiny.gguf"
STAGES = ("held", "written", "read", "taken", "waiting", "drawn", "painted")
GOAL_MS = 40.0

PROSE = """## Part {n}

The sky is **blue** because *short* waves scatter more, as `1/n4` says; see [the article](https://example.org/{n}).
A second sentence makes the paragraph long enough to be wrapped over several lines of the column, as answers are, and a
third one says that the sun is red in the evening for the very same reason, only seen from the other side.

"""
LISTS = """What happens, in order:

1. First, the light of the sun comes in, which is white and has all colours in it, more or less alike.
2. Then molecules scatter it:
   - **blue** a lot, since it is short,
   - red a little:
     - some of it at noon,
     - most of it in the evening.
3. Last, it reaches the eye, which sees violet badly.

> What is quoted has a line of its own, and is muted.

"""
CODE = """```python
def scatter(wavelength_nm: float, relative_to_nm: float = 550.0) -> float:
    \"\"\"How strongly light of that colour is scattered, beside green.\"\"\"
    if wavelength_nm <= 0:
        raise ValueError(f"a wavelength of {{wavelength_nm}} nm?")
    return (relative_to_nm / wavelength_nm) ** 4  # Rayleigh


for number, colour in enumerate(["violet", "blue", "green", "red"], start={n}):
    print(number, colour, scatter(400.0 + 80 * number))
```

"""
TABLE = """| Colour | Wavelength | Strength | Remark |
|---|---:|---:|---|
| violet | 400 nm | 3.6 | *hardly* seen |
| blue | 450 nm | 2.2 | what we see |
| green | 550 nm | 1.0 | by definition |
| red | 700 nm | 0.4 | left over in the **evening** |

"""
SIGNS = "✅ Done: α → β, “quoted” – 100 %, 空は青い, небо голубое, السماء زرقاء 🚀 and on in plain words.\n\n"
LONG_CODE = "```python\n" + "".join(f"    print({n}, 'a line of a long program', {n} * {n})\n" for n in range(2000))
LONG_LINE = " ".join(f"word{n}" for n in range(4000))
LONG_LIST = "".join(
    f"- item {n}: something that is **said** about it, in a line or two of words\n" for n in range(2000)
)
LONG_TABLE = "| n | word | square |\n|---|---|---|\n" + "".join(f"| {n} | word | {n * n} |\n" for n in range(2000))


def repeated(*parts: str) -> str:
    return "".join(part.format(n=n) for n in range(200) for part in parts)


KINDS = {
    "mixed": repeated(PROSE, LISTS, CODE, TABLE, SIGNS),
    "prose": repeated(PROSE),
    "lists": repeated(LISTS),
    "code": repeated(CODE),
    "tables": repeated(TABLE),
    "signs": repeated(SIGNS),
    "one code block": LONG_CODE,
    "one paragraph": LONG_LINE,
    "one list": LONG_LIST,
    "one table": LONG_TABLE,
}


class Case(NamedTuple):
    kind: str
    width: int
    theme: str

    @property
    def name(self) -> str:
        return f"{self.kind}, {self.width} wide, {self.theme}"


class Message:
    """A message on its way. `tokens` and `characters`: of the answer, up to its end. The moments of the stages."""

    def __init__(self, tokens: int, characters: int) -> None:
        self.tokens, self.characters = tokens, characters
        self.read_s = time.perf_counter()
        self.taken_s = self.began_s = self.drawn_s = self.painted_s = 0.0


class Eye:
    """Notes what becomes of every message: when the client read it, the window took it, drew it, painted it."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._untaken: collections.deque[Message] = collections.deque()
        self._undrawn: collections.deque[Message] = collections.deque()
        self._unpainted: collections.deque[Message] = collections.deque()
        self._characters = 0
        self.frames = 0
        self.processor_s = 0.0
        self.work_ms: dict[str, list[float]] = {}
        self._settled: Callable[[], bool] = lambda: True

    def begin(self, settled: Callable[[], bool]) -> None:
        self.messages, self._characters, self._settled, self.frames = [], 0, settled, 0
        self.work_ms = {}
        self.processor_s = -time.thread_time()

    @contextlib.contextmanager
    def at_work(self, what: str) -> Iterator[None]:
        """Counts the processor time of this thread."""
        began_s = time.thread_time()
        yield
        self.work_ms.setdefault(what, []).append(1000 * (time.thread_time() - began_s))

    def count(self, owner: object, name: str, what: str) -> None:
        """From now on, count what that method takes."""
        method = getattr(owner, name)
        n_arguments = method.__code__.co_argcount  # a signal may bring more

        def counted(*args: object) -> object:
            with self.at_work(what):
                return method(*args[:n_arguments])

        setattr(owner, name, counted)

    def read(self, tokens: int, text: str) -> None:
        self._characters += len(text)
        message = Message(tokens, self._characters)
        self.messages.append(message)
        self._untaken.append(message)

    def taken(self) -> None:
        message = self._untaken.popleft()
        message.taken_s = time.perf_counter()
        self._undrawn.append(message)

    def drawing(self) -> None:
        now = time.perf_counter()
        for message in self._undrawn:
            message.began_s = message.began_s or now

    def drawn(self, characters: int) -> None:
        now = time.perf_counter()
        while self._undrawn and self._undrawn[0].characters <= characters:
            self._undrawn[0].drawn_s = now
            self._unpainted.append(self._undrawn.popleft())

    def painted(self) -> None:
        """All that was out of date in the window is painted and handed over."""
        self.frames += 1
        if not self._unpainted or not self._settled():
            return
        now = time.perf_counter()
        while self._unpainted:
            self._unpainted.popleft().painted_s = now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=300, help="tokens a second; 0: as fast as the tiny model goes")
    parser.add_argument("--tokens", type=int, default=4000, help="of each answer, 8000 at most")
    parser.add_argument("--kinds", action="store_true", help="each kind of text by itself")
    parser.add_argument("--only", default="", help="cases whose name has this in it")
    parser.add_argument("--platform", default="offscreen", help="Qt's; xcb under xvfb-run")
    args = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = args.platform
    cases = [Case("mixed", *looks) for looks in itertools.product((1280, 720), ("light", "dark"))]
    if args.kinds:
        cases += [Case(kind, 1280, "light") for kind in KINDS if kind != "mixed"]
    cases = [case for case in cases if args.only in case.name]
    with tempfile.TemporaryDirectory(prefix="gemfit-bench-") as folder:
        os.environ["GEMFIT_HOME"] = folder
        stamps = Path(folder) / "stamps"
        stamps.write_bytes(bytes(8 * SLOTS * len(FIELDS)))
        speech = Path(folder) / "speech"
        command = [sys.executable, "-m", "tests.bench.paced_child", str(speech), str(stamps), str(args.rate or 1e9)]
        with patch("gemfit.engine.client.engine_command", lambda *_: command):
            for result in measure(cases, args.tokens, speech, mapped(stamps)):
                print(json.dumps(result), flush=True)


def measure(cases: list[Case], tokens: int, speech: Path, stamps: memoryview) -> Iterator[dict[str, object]]:
    """The real program from its session up; only what has to be seen is watched."""
    eye = Eye()
    watch(eye)
    app = QApplication([])
    theme.apply(app, "light")
    session = Session(Settings())
    session.engine._make_client = watched_client(eye)
    session.engine.delta.connect(eye.taken)  # before the page, so that taking includes what the page does
    window = watched_window(eye)(session)
    window.show()
    started()
    collector = Collector(app)
    window.open_page(CHAT)
    page = window.page(CHAT)
    assert isinstance(page, ChatPage)
    session.engine.load(Selection(path=MODEL, plan=LoadPlan(context_tokens=8192, threads=1), title="Bench"))
    until(lambda: session.engine.state == "ready")
    for case in cases:
        window.resize(case.width, 800)
        theme.apply(app, case.theme)
        text = "".join(pieces(KINDS[case.kind])[:tokens])
        speech.write_text(text, "utf-8")
        answer(page, eye, text)
        yield {"case": case.name, "tokens": eye.messages[-1].tokens, **figures(eye, stamps)}
    window.close()
    session.close()
    worker.wait_for_all(10)
    collector.stop()


def answer(page: ChatPage, eye: Eye, text: str) -> None:
    """Have a new chat answered with `text`, watched by `eye`; ends the program if the page shows anything else."""
    page.new_chat()
    until(lambda: page.controller.conversation_id == "" and not page.transcript.working)
    eye.begin(lambda: settled(page))
    page.controller.send(Draft("Tell me about the colours of the sky."))
    until(lambda: not page.controller.busy and not page.transcript.working and not eye._unpainted)
    eye.processor_s += time.thread_time()
    shown = page.transcript.views()[-1].message
    if shown.text != text:
        raise SystemExit(
            f"{len(text)} characters were said and {len(shown.text)} shown: {shown.state}, {shown.finish_reason}"
        )


def watch(eye: Eye) -> None:
    """From now on, `eye` sees what the classes of the window do."""
    for owner, name, what in (
        (EngineSession, "_receive", "taking"),
        (transcript, "_lay_out", "layout"),
        (Collector, "look", "collecting garbage"),
        (StatusLine, "refresh", "status line"),
        (ChatPage, "update_readout", "readout"),
    ):
        eye.count(owner, name, what)
    advance = AnswerView.advance

    def watched(view: AnswerView) -> bool:
        eye.drawing()
        with eye.at_work("drawing"):
            more = advance(view)
        if not more:
            eye.drawn(len(view.message.text))
        return more

    AnswerView.advance = watched  # type: ignore[method-assign]


def watched_client(eye: Eye):  # type: ignore[no-untyped-def]
    """Makes the engine's real client; `eye` sees when it read a message."""

    def client(listener):  # type: ignore[no-untyped-def]
        def both(event: object) -> None:
            if isinstance(event, Delta):
                eye.read(event.stats.generated_tokens, event.text)
            listener(event)

        return EngineClient(both)

    return client


def watched_window(eye: Eye) -> type[MainWindow]:
    """The real window; `eye` sees when it has painted itself."""

    class Window(MainWindow):
        def event(self, event: QEvent) -> bool:
            if event.type() != QEvent.Type.UpdateRequest:
                return super().event(event)
            with eye.at_work("painting"):
                done = super().event(event)
            eye.painted()
            return done

    return Window


def until(condition: Callable[[], bool]) -> None:
    """The real event loop; looked at now and then."""
    loop, ends_s = QEventLoop(), time.monotonic() + 300
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > ends_s else None)
    timer.start(100)
    loop.exec()
    if not condition():
        raise SystemExit("it took too long")


def settled(page: ChatPage) -> bool:
    """Whether the page stands at its end and the answer's last words are in sight, none of them cut off."""
    bar = page.transcript.verticalScrollBar()
    view = page.transcript.views()[-1]
    last = view.body._box.itemAt(view.body._box.count() - 1)
    if last is None:
        return False
    widget = last.widget()
    bottom = widget.mapTo(page.transcript.viewport(), widget.rect().bottomLeft()).y()
    whole = not isinstance(widget, ProseView) or widget.height() >= widget.document().size().height()
    inside = widget.parentWidget().rect().contains(widget.geometry())
    return bool(bar.value() == bar.maximum() and bottom < page.transcript.viewport().height() and whole and inside)


def figures(eye: Eye, stamps: memoryview) -> dict[str, object]:
    parts: list[list[float]] = []
    before = 0
    for message in eye.messages:
        _, flushed_s, written_s = stamps[3 * message.tokens : 3 * message.tokens + 3]
        for token in range(before + 1, message.tokens + 1):
            sampled_s = stamps[3 * token]
            # The pipe may be read before the writer runs on.
            moments = [sampled_s, flushed_s, min(written_s, message.read_s), message.read_s, message.taken_s]
            moments += [message.began_s, message.drawn_s, message.painted_s]
            parts.append([1000 * (after - first) for first, after in itertools.pairwise(moments)])
        before = message.tokens
    whole = [sum(each) for each in parts]
    quarter = len(whole) // 4
    span_s = stamps[3 * before] - stamps[3]
    worst = max(range(len(whole)), key=whole.__getitem__)
    return {
        "tokens_per_s": round((before - 1) / span_s, 1),
        "latency_ms": spread(whole),
        f"beyond_{GOAL_MS:.0f}_ms": sum(each > GOAL_MS for each in whole),
        "first_quarter_95th_ms": spread(whole[:quarter])["95th"],
        "last_quarter_95th_ms": spread(whole[-quarter:])["95th"],
        "stages_ms": {
            stage: [spread([each[at] for each in parts])[of] for of in ("median", "99th", "longest")]
            for at, stage in enumerate(STAGES)
        },
        "longest_at_token": worst + 1,
        "longest_was_ms": {stage: round(ms, 1) for stage, ms in zip(STAGES, parts[worst], strict=True)},
        "messages": len(eye.messages),
        "frames": eye.frames,
        "processor_ms_a_frame": round(1000 * eye.processor_s / eye.frames, 2),
        "processor_ms": {what: spread(each) for what, each in eye.work_ms.items()},
        "window_processor_share": round(eye.processor_s / span_s, 3),
    }


def spread(values: list[float]) -> dict[str, float]:
    """`95th`: so many of a hundred are not longer."""
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 1),
        "95th": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
        "99th": round(ordered[int(0.99 * (len(ordered) - 1))], 1),
        "longest": round(ordered[-1], 1),
    }


if __name__ == "__main__":
    main()
