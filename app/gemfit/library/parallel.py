"""A download over several connections as a state machine: events in, actions out; no clock, no socket, no disk.

`step(state, event)` is given what happened on a connection (here: a line) and says what to do now. A line is lent a
run of bytes from the beginning of what is missing, so that the front of the file grows without gaps and can be hashed
while the rest comes. One line asks first; when its answer shows that the server gives ranges, and of which version,
the others follow. A server that ignores ranges, or wants fewer connections, is met with fewer, in the end with one.

What one answer means (the same version or another, busy or refused for good) is said in `transfer`.
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from gemfit.library import transfer
from gemfit.library.pieces import Layout, add, full
from gemfit.library.transfer import Answer, Broke, GiveUp
from gemfit.words import Sentence

LONGEST_LEASE_PIECES = 4
MOST_DOUBTS = 2


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One connection: lent the bytes from `at` to `end`. `asked` is the number of its request, and tells late events.

    `failures`: in a row, with nothing gained on any line. `doubts`: answers in a row that did not fit what others said.
    `came`: it has brought bytes in this run. `stale`: the next request goes to the endpoint, not to the address that it
    sent us to before.
    """

    doing: Literal["idle", "asking", "receiving", "waiting", "retired"] = "idle"
    asked: int = 0
    start: int = 0
    at: int = 0
    end: int = 0
    failures: int = 0
    doubts: int = 0
    came: bool = False
    stale: bool = False

    @property
    def is_busy(self) -> bool:
        return self.doing in ("asking", "receiving")


class Fetch(msgspec.Struct, frozen=True, kw_only=True):
    """A download between two events. `held`: bytes here from the beginning of each piece.

    `known`: an answer of this run said which version there is, and that ranges work. `names`: ETags that servers of a
    CDN have for this one version, once there are several. `running`: between Start and Stop.
    """

    layout: Layout
    held: tuple[int, ...]
    lines: tuple[Line, ...]
    page: str = ""
    etag: str | None = None
    content: str | None = None
    names: frozenset[str] = frozenset()
    known: bool = False
    running: bool = False
    requests: int = 0
    restarts: int = 0
    gained_bytes: int = 0
    arrived: bool = False

    @property
    def held_bytes(self) -> int:
        return sum(self.held)

    @property
    def is_complete(self) -> bool:
        return self.held_bytes == self.layout.total_bytes

    @property
    def connections(self) -> int:
        """Lines on which bytes come."""
        return sum(line.doing == "receiving" for line in self.lines)


def fresh(
    layout: Layout,
    held: tuple[int, ...],
    connections: int,
    *,
    page: str = "",
    etag: str | None = None,
    content: str | None = None,
) -> Fetch:
    """A download that has not begun in this run. `held`: what an earlier one made durable."""
    missing = sum(have < whole for have, whole in zip(held, full(layout), strict=True))
    lines = tuple(Line() for _ in range(max(1, min(connections, missing))))
    return Fetch(layout=layout, held=held, lines=lines, page=page, etag=etag, content=content)


class Start(msgspec.Struct, frozen=True):
    """Begin, or go on after Stop or Discard."""


class Stop(msgspec.Struct, frozen=True):
    """A pause: hang up everywhere."""


class Answered(msgspec.Struct, frozen=True):
    line: int
    asked: int
    answer: Answer


class Came(msgspec.Struct, frozen=True):
    """The body on this line has been read, and written down, up to `position` in the file."""

    line: int
    asked: int
    position: int


class Ended(msgspec.Struct, frozen=True):
    """The body came to its end. `beyond`: there was more than was asked for."""

    line: int
    asked: int
    beyond: bool = False


class Failed(msgspec.Struct, frozen=True):
    line: int
    asked: int
    broke: Broke


class Waited(msgspec.Struct, frozen=True):
    line: int
    asked: int


Event = Start | Stop | Answered | Came | Ended | Failed | Waited


class Ask(msgspec.Struct, frozen=True):
    """Send a request for the bytes from `start` to `end`; for all of the file without Range when `ranged` is not set.

    `if_range`: only if the file is still that version. `anew`: ask the endpoint, not the address it gave before.
    """

    line: int
    asked: int
    start: int
    end: int
    ranged: bool
    if_range: str | None
    anew: bool


class Receive(msgspec.Struct, frozen=True):
    """Read the body: it holds the bytes from `start` to `end`. Those that are in `held` already are not written."""

    line: int
    asked: int
    start: int
    end: int
    held: tuple[int, ...]


class HangUp(msgspec.Struct, frozen=True):
    """Stop what this line does: its connection is of no more use."""

    line: int


class Wait(msgspec.Struct, frozen=True):
    line: int
    asked: int
    least_s: float
    spread_s: float
    sentence: Sentence


class Discard(msgspec.Struct, frozen=True):
    """The bytes here belong to another version: when all lines are silent drop them, then Start."""

    sentence: Sentence


class Done(msgspec.Struct, frozen=True):
    """All bytes are here."""


Action = Ask | Receive | HangUp | Wait | Discard | Done | GiveUp
Outcome = tuple[Fetch, tuple[Action, ...]]


def step(state: Fetch, event: Event) -> Outcome:
    """The state after `event`, and what to do now. Events of requests that were hung up change nothing."""
    match event:
        case Start():
            return _lend(replace(state, running=True))
        case Stop():
            return _stop(state)
        case _ if not state.running or state.lines[event.line].asked != event.asked:
            return state, ()
        case Answered():
            return _answered(state, event.line, event.answer)
        case Came():
            return _came(state, event.line, event.position), ()
        case Ended(beyond=True):
            return state, (transfer.too_long(_summary(state)),)
        case Ended():
            line = state.lines[event.line]
            if line.at < line.end:
                return _trouble(state, event.line, Broke("broken"))
            return _lend(_with(state, event.line, doing="idle"))
        case Failed():
            return _trouble(state, event.line, event.broke)
        case Waited():
            return _lend(_with(state, event.line, doing="idle"))


def _with(state: Fetch, index: int, **changes: object) -> Fetch:
    lines = list(state.lines)
    lines[index] = replace(lines[index], **changes)
    return replace(state, lines=tuple(lines))


def _summary(state: Fetch) -> transfer.Transfer:
    """As `transfer` sees it, for what it says."""
    return transfer.Transfer(total_bytes=state.layout.total_bytes, page=state.page, held_bytes=state.held_bytes)


def _stop(state: Fetch) -> Outcome:
    hang_up = tuple(HangUp(i) for i, line in enumerate(state.lines) if line.is_busy or line.doing == "waiting")
    lines = tuple(
        line if line.doing == "retired" else replace(line, doing="idle", asked=0, doubts=0, stale=True)
        for line in state.lines
    )
    return replace(state, lines=lines, known=False, running=False), hang_up


def _lend(state: Fetch) -> Outcome:
    """Give every idle line something to fetch; before the first answer only one."""
    if state.is_complete and not any(line.is_busy for line in state.lines):
        return state, (Done(),)
    actions: list[Action] = []
    for index, line in enumerate(state.lines):
        if line.doing != "idle":
            continue
        if not state.known and any(other.is_busy or other.doing == "waiting" for other in state.lines):
            break
        run = _next_run(state)
        if run is None:
            break
        state, ask = _ask(state, index, *run)
        actions.append(ask)
    return state, tuple(actions)


def _ask(state: Fetch, index: int, start: int, end: int, ranged: bool | None = None) -> tuple[Fetch, Ask]:
    number, total = state.requests + 1, state.layout.total_bytes
    ranged = (start, end) != (0, total) if ranged is None else ranged
    strong = state.etag if state.etag and not state.etag.startswith("W/") else None  # RFC 9110: If-Range
    anew = state.lines[index].stale or not state.known
    state = _with(state, index, doing="asking", asked=number, start=start, at=start, end=end, stale=False)
    doubtful = state.names or state.lines[index].doubts  # by one of several names a range would be refused in vain
    condition = strong if ranged and not doubtful and (state.known or state.held_bytes) else None
    return replace(state, requests=number), Ask(index, number, start, end, ranged, condition, anew)


def _next_run(state: Fetch) -> tuple[int, int] | None:
    """The first bytes that are missing and that nobody is fetching."""
    layout, lent = state.layout, [(line.at, line.end) for line in state.lines if line.is_busy]
    free = [
        piece
        for piece in range(layout.count)
        if state.held[piece] < layout.length(piece)
        and not any(at <= layout.start(piece) + state.held[piece] < end for at, end in lent)
    ]
    if not free:
        return None
    open_lines = sum(line.doing != "retired" for line in state.lines)
    most = len(free) if open_lines == 1 else max(1, min(LONGEST_LEASE_PIECES, len(free) // (2 * open_lines)))
    last = free[0]
    for piece in free[1:most]:
        if piece != last + 1 or state.held[piece]:
            break
        last = piece
    return layout.start(free[0]) + state.held[free[0]], layout.end(last)


def _came(state: Fetch, index: int, position: int) -> Fetch:
    line = state.lines[index]
    if line.doing != "receiving" or position <= line.at:
        return state
    held = add(state.layout, state.held, line.at, min(position, line.end))
    new = sum(held) - state.held_bytes
    state = replace(_with(state, index, at=position, came=True, doubts=0), held=held, arrived=state.arrived or new > 0)
    gained = state.gained_bytes + new
    if gained < transfer.GAIN_BYTES:
        return replace(state, gained_bytes=gained)
    return replace(state, gained_bytes=0, lines=tuple(replace(line, failures=0) for line in state.lines))


def _answered(state: Fetch, index: int, answer: Answer) -> Outcome:
    match answer.status:
        case 200 | 206 if answer.encoded:
            if state.lines[index].failures >= transfer.MAX_FAILURES_AT_FIRST:
                return state, (transfer.refused_for_good(_summary(state), answer.status),)
            return _trouble(state, index, Broke("broken", "a compressed answer"))
        case 200:
            return _whole(state, index, answer)
        case 206:
            return _range(state, index, answer)
        case 416:
            return _no_such_range(state, index)
    refused = transfer.refusal(_summary(state), answer)
    if isinstance(refused, GiveUp):
        return state, (refused,)
    return _trouble(state, index, refused, answer.retry_after_s)


def _same(state: Fetch, answer: Answer, unsaid: bool) -> bool:
    etag = answer.etag if answer.etag in state.names else state.etag
    seen = transfer.Transfer(total_bytes=state.layout.total_bytes, etag=etag, content=state.content)
    return transfer.same_file(seen, answer, unsaid)


def _named(state: Fetch, answer: Answer) -> Fetch:
    """What an answer of the same version says about it."""
    names = state.names
    if state.etag and answer.etag and state.etag != answer.etag:
        names |= {state.etag, answer.etag}
    return replace(state, etag=state.etag or answer.etag, content=state.content or answer.content, names=names)


def _whole(state: Fetch, index: int, answer: Answer) -> Outcome:
    """200: the server sends everything, asked for or not."""
    line, total = state.lines[index], state.layout.total_bytes
    if answer.length is not None and answer.length != total:
        return state, (transfer.wrong_length(_summary(state), answer.length),)
    if (state.held_bytes or state.known) and not _same(state, answer, unsaid=False):
        return _other_version(state, index, answer)
    state = _named(state, answer)
    asked_for_all = (line.start, line.end) == (0, total)
    if not asked_for_all and (other := _without_it(state, index)):
        return other
    state, hang_up = _alone(replace(state, known=True), index)
    state = _with(state, index, doing="receiving", start=0, at=0, end=total)
    return state, (*hang_up, Receive(index, line.asked, 0, total, state.held))


def _no_such_range(state: Fetch, index: int) -> Outcome:
    """416. In the end: asked for everything, it shows whether it still has the same file."""
    if other := _without_it(state, index):
        return other
    if state.lines[index].failures >= transfer.MAX_FAILURES_AT_FIRST:
        return state, (transfer.refused_for_good(_summary(state), 416),)
    state, hang_up = _alone(state, index)
    state = _with(state, index, failures=state.lines[index].failures + 1, stale=True)
    state, ask = _ask(state, index, 0, state.layout.total_bytes, ranged=False)
    return state, (*hang_up, ask)


def _without_it(state: Fetch, index: int) -> Outcome | None:
    """Do without an answer that would bring once more what is here: ask again, or leave it to lines that get ranges.

    None where nothing is lost by taking it, or nothing else helps.
    """
    others = _others_receive(state, index)
    if not state.held_bytes and not others:
        return None
    if asked := _doubt(state, index):
        return asked
    return _lend(_with(state, index, doing="retired", asked=0)) if others else None


def _doubt(state: Fetch, index: int) -> Outcome | None:
    """An answer that does not fit: ask the endpoint for the same bytes. None when that was done already."""
    line = state.lines[index]
    if line.doubts == MOST_DOUBTS:
        return None
    state = _with(state, index, doubts=line.doubts + 1, stale=True)
    state, ask = _ask(state, index, line.at, line.end)
    return state, (ask,)


def _others_receive(state: Fetch, index: int) -> bool:
    return any(other.doing == "receiving" for i, other in enumerate(state.lines) if i != index)


def _range(state: Fetch, index: int, answer: Answer) -> Outcome:
    """206: a range, if it is the right one."""
    line = state.lines[index]
    if answer.range_total is not None and answer.range_total != state.layout.total_bytes:
        return state, (transfer.wrong_length(_summary(state), answer.range_total),)
    if not _same(state, answer, unsaid=True):
        return _other_version(state, index, answer)
    if answer.length is not None and answer.length > line.end - line.at:
        return state, (transfer.wrong_length(_summary(state), line.at + answer.length),)
    if answer.range_start != line.at:
        return _trouble(state, index, Broke("broken"))
    state = _with(replace(_named(state, answer), known=True), index, doing="receiving")
    receive = Receive(index, line.asked, line.at, line.end, state.held)
    state, others = _lend(state)
    return state, (receive, *others)


def _alone(state: Fetch, index: int) -> Outcome:
    """Leave the download to one line."""
    hang_up = tuple(
        HangUp(i) for i, line in enumerate(state.lines) if i != index and (line.is_busy or line.doing == "waiting")
    )
    lines = tuple(line if i == index else replace(line, doing="retired", asked=0) for i, line in enumerate(state.lines))
    return replace(state, lines=lines), hang_up


def _other_version(state: Fetch, index: int, answer: Answer) -> Outcome:
    """Another file, it seems. That is sure where the endpoint calls the content by another name; else ask it again."""
    sure = state.content and answer.content
    if not sure and (asked := _doubt(state, index)):
        return asked
    if state.restarts == transfer.MAX_RESTARTS:
        return state, (transfer.changing(),)
    state, hang_up = _stop(state)
    nothing = tuple(0 for _ in state.held)
    fresh = replace(state, held=nothing, etag=None, content=None, names=frozenset(), gained_bytes=0)
    state = replace(fresh, restarts=state.restarts + 1)
    return state, (*hang_up, Discard(transfer.changed()))


def _trouble(state: Fetch, index: int, broke: Broke, retry_after_s: float | None = None) -> Outcome:
    """A line is in trouble: leave it where the others do without it, else wait and ask again."""
    line = state.lines[index]
    if _others_receive(state, index) and (broke.trouble == "refused" or not line.came):
        return _lend(_with(state, index, doing="retired", asked=0))
    if broke.trouble == "refused":
        state = _fewer(state, index)
    failures = line.failures + (2 if broke.trouble == "stalled" else 1)
    state = _with(state, index, doing="waiting", failures=failures, stale=True)
    if failures > (transfer.MAX_FAILURES if state.arrived else transfer.MAX_FAILURES_AT_FIRST):
        return state, (transfer.give_up(_summary(state), broke),)
    least_s, spread_s = transfer.backoff(line.failures, retry_after_s)
    wait = Wait(index, line.asked, least_s, spread_s, transfer.retrying(broke))
    state, others = _lend(state)
    return state, (wait, *others)


def _fewer(state: Fetch, index: int) -> Fetch:
    """One line less, of those that do nothing now."""
    idle = next((i for i, line in enumerate(state.lines) if i != index and line.doing == "idle"), None)
    return state if idle is None else _with(state, idle, doing="retired")
