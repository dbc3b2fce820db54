"""A download over several connections: in whatever order things happen, the bytes are right."""

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gemfit.library import parallel as p
from gemfit.library import transfer as t
from gemfit.library.parallel import (
    Answered,
    Ask,
    Came,
    Discard,
    Done,
    Ended,
    Failed,
    HangUp,
    Receive,
    Start,
    Stop,
    Wait,
)
from gemfit.library.pieces import Layout, full
from gemfit.library.transfer import Answer, Broke, GiveUp


class Interleavings(RuleBasedStateMachine):
    """A server, a disk and a network that do as they like; hypothesis chooses what happens next.

    `disk`: per byte, the version that was written there; a crash leaves what is `claimed` of it. `sent`: per byte, how
    often the server sent it, up to a piece ahead of what was read; `read`: how often it was read. What a crash, a
    change of the file or a server without ranges costs by its nature is taken out of both; then no byte is read twice,
    and what is sent twice was in flight when something happened: a piece for each connection, at most.

    `names_content`: whether the Hub says what it calls the file itself. `odd` answers, which do not fit the others, are
    one fewer than make a truth.
    """

    @initialize(
        connections=st.integers(1, 4), piece_bytes=st.integers(3, 40), total=st.integers(1, 120), named=st.booleans()
    )
    def begin(self, connections: int, piece_bytes: int, total: int, named: bool) -> None:
        self.layout, self.connections, self.names_content = Layout(total, piece_bytes), connections, named
        self.version, self.ranges = 0, True
        self.disk: list[int | None] = [None] * total
        self.read, self.sent, self.disturbances = [0] * total, [0] * total, 0
        self.claimed: tuple[tuple[int, ...], str | None, str | None] = ((0,) * self.layout.count, None, None)
        self.end: str | None = None
        self.mishaps = {"crash": 3, "pause": 3, "change": 2, "busy": 6, "broken": 8, "ranges": 1}
        self.mishaps["odd"] = p.MOST_DOUBTS
        self.restart()

    def may(self, mishap: str) -> bool:
        """Mishaps are rationed, so that most of what happens is bytes that come."""
        return not self.end and self.mishaps[mishap] > 0

    def spend(self, mishap: str) -> None:
        self.mishaps[mishap] -= 1
        self.disturbances += 1

    def restart(self) -> None:
        """As a new process finds it: the state is what was claimed, and no line exists."""
        held, etag, content = self.claimed
        self.asks: dict[int, Ask] = {}
        self.bodies: dict[int, Receive] = {}
        self.at: dict[int, int] = {}
        self.on_its_way: dict[int, int] = {}
        self.waits: dict[int, Wait] = {}
        self.state = p.fresh(self.layout, held, self.connections, etag=etag, content=content)
        self.feed(Start())

    def feed(self, event: p.Event) -> None:
        self.state, actions = p.step(self.state, event)
        for action in actions:
            match action:
                case Ask():
                    self.asks[action.line] = action
                    self.bodies.pop(action.line, None)
                case Receive():
                    assert self.asks.pop(action.line).asked == action.asked
                    self.bodies[action.line], self.at[action.line] = action, action.start
                    self.on_its_way[action.line] = action.start
                case Wait():
                    self.waits[action.line] = action
                    self.bodies.pop(action.line, None)
                case HangUp():
                    for table in (self.asks, self.bodies, self.waits):
                        table.pop(action.line, None)
                case Discard():
                    assert not {**self.asks, **self.bodies, **self.waits}
                    assert not self.ranges or self.version not in self.disk  # never for nothing
                    self.claimed = ((0,) * self.layout.count, None, None)
                    self.lose(range(self.layout.total_bytes))
                    self.feed(Start())
                case Done():
                    self.end = "done"
                case GiveUp():
                    self.end = action.code
                    self.asks, self.bodies, self.waits = {}, {}, {}

    def lose(self, lost: range) -> None:
        """These bytes are gone by the nature of what happened, and may come again."""
        for byte in lost:
            self.disk[byte], self.read[byte], self.sent[byte] = None, 0, 0

    def answer(self, ask: Ask, odd: str = "") -> Answer:
        total, tag = self.layout.total_bytes, f'"{self.version}"'
        etag = {"another name": f'"other-{self.version}"', "a weak name": f"W/{tag}"}.get(odd, tag)
        content = tag if ask.anew and self.names_content else None
        common = {"etag": etag, "content": content, "asked_endpoint": ask.anew}
        if odd == "no such range":
            return Answer(status=416)
        if not ask.ranged or not self.ranges or (ask.if_range and ask.if_range != etag) or odd == "all of it":
            return Answer(status=200, length=total, **common)
        return Answer(
            status=206, length=ask.end - ask.start, range_start=ask.start + (odd == "another range"), range_total=total,
            from_endpoint=False, **common,
        )  # fmt: skip

    @precondition(lambda self: not self.end and self.asks)
    @rule(data=st.data())
    def the_server_answers(self, data) -> None:
        self.reply(self.asks[data.draw(st.sampled_from(sorted(self.asks)))])

    @precondition(lambda self: self.may("odd") and self.asks and self.state.held_bytes)
    @rule(
        data=st.data(),
        odd=st.sampled_from(["another name", "a weak name", "no such range", "all of it", "another range"]),
    )
    def one_answer_is_odd(self, data, odd: str) -> None:
        self.spend("odd")
        self.reply(self.asks[data.draw(st.sampled_from(sorted(self.asks)))], odd)

    def reply(self, ask: Ask, odd: str = "") -> None:
        self.feed(Answered(ask.line, ask.asked, self.answer(ask, odd)))
        if self.asks.get(ask.line) == ask:  # of no use: its connection is closed
            del self.asks[ask.line]

    @precondition(lambda self: self.may("busy") and self.asks)
    @rule(data=st.data(), status=st.sampled_from([408, 429, 500, 503]))
    def the_server_is_busy(self, data, status: int) -> None:
        self.spend("busy")
        ask = self.asks.pop(data.draw(st.sampled_from(sorted(self.asks))))
        self.feed(Answered(ask.line, ask.asked, Answer(status=status)))

    @precondition(lambda self: not self.end and self.bodies)
    @rule(data=st.data(), n_bytes=st.integers(1, 50), ahead=st.integers(0, 40))
    def bytes_come(self, data, n_bytes: int, ahead: int) -> None:
        self.receive(data.draw(st.sampled_from(sorted(self.bodies))), n_bytes, ahead)

    def receive(self, line: int, n_bytes: int, ahead: int = 0) -> None:
        body = self.bodies[line]
        start, end = self.at[line], min(self.at[line] + n_bytes, body.end)
        self.send(line, min(body.end, end + min(ahead, self.layout.piece_bytes)))
        for piece, first, last in self.layout.parts_of(start, end):
            for position in range(first, last):
                byte, here = self.layout.start(piece) + position, position < body.held[piece]
                if not here:  # the rule of `Receive`
                    self.disk[byte] = self.version
                self.read[byte] += not (here and self.must_come_whole(body))
        self.at[line] = end
        self.feed(Came(line, body.asked, end))
        if end == body.end:
            del self.bodies[line]
            self.feed(Ended(line, body.asked))

    def send(self, line: int, to: int) -> None:
        body, start = self.bodies[line], self.on_its_way[line]
        for piece, first, last in self.layout.parts_of(start, max(start, to)):
            for position in range(first, last):
                here = position < body.held[piece]
                self.sent[self.layout.start(piece) + position] += not (here and self.must_come_whole(body))
        self.on_its_way[line] = max(start, to)

    def must_come_whole(self, body: Receive) -> bool:
        """Whether the server has no ranges, so that what is here has to be read once more."""
        return not self.ranges and body.start == 0

    @precondition(lambda self: self.may("broken") and self.bodies)
    @rule(data=st.data(), trouble=st.sampled_from(["stalled", "broken"]))
    def a_connection_breaks(self, data, trouble: t.Trouble) -> None:
        self.spend("broken")
        line = data.draw(st.sampled_from(sorted(self.bodies)))
        body = self.bodies.pop(line)
        self.feed(Failed(line, body.asked, Broke(trouble)))

    @precondition(lambda self: not self.end and self.waits)
    @rule(data=st.data())
    def a_wait_is_over(self, data) -> None:
        wait = self.waits.pop(data.draw(st.sampled_from(sorted(self.waits))))
        self.feed(p.Waited(wait.line, wait.asked))

    @precondition(lambda self: not self.end and self.claimed[0] != self.state.held)
    @rule()
    def what_is_here_is_claimed(self) -> None:
        self.claimed = self.state.held, self.state.etag, self.state.content

    @precondition(lambda self: self.may("pause"))
    @rule()
    def a_pause(self) -> None:
        self.spend("pause")
        self.feed(Stop())
        assert not {**self.asks, **self.bodies, **self.waits}
        self.claimed = self.state.held, self.state.etag, self.state.content
        self.feed(Start())

    @precondition(lambda self: self.may("crash"))
    @rule()
    def a_crash(self) -> None:
        self.spend("crash")
        self.crash()

    def crash(self) -> None:
        """What was not claimed may be anything now, and may be fetched again; nothing else may."""
        for piece, n_bytes in enumerate(self.claimed[0]):
            self.lose(range(self.layout.start(piece) + n_bytes, self.layout.end(piece)))
        self.restart()

    @precondition(lambda self: self.may("change") and self.state.held_bytes)
    @rule()
    def the_file_changes_on_the_server(self) -> None:
        """And cuts the connections that are open."""
        self.spend("change")
        self.version += 1
        for line, body in list(self.bodies.items()):
            self.bodies.pop(line, None)
            if not self.end:
                self.feed(Failed(line, body.asked, Broke("broken")))

    @precondition(lambda self: self.may("ranges") and self.state.held_bytes)
    @rule()
    def the_server_forgets_ranges(self) -> None:
        self.spend("ranges")
        self.ranges = False

    @precondition(lambda self: self.end and self.end != "done")
    @rule()
    def it_is_tried_again_later(self) -> None:
        self.end, self.disturbances = None, self.disturbances + 1
        self.crash()

    @precondition(lambda self: self.end == "done")
    @rule()
    def a_later_look_finds_it_done(self) -> None:
        self.claimed, self.end = (self.state.held, self.state.etag, self.state.content), None
        self.restart()
        assert self.end == "done"

    @invariant()
    def what_is_claimed_is_there_and_of_one_version(self) -> None:
        if not hasattr(self, "layout"):
            return
        for held in (self.state.held, self.claimed[0]):
            versions = {
                self.disk[self.layout.start(piece) + i] for piece, n_bytes in enumerate(held) for i in range(n_bytes)
            }
            assert len(versions) <= 1
            assert None not in versions

    @invariant()
    def no_byte_is_fetched_twice_but_those_in_flight(self) -> None:
        if not hasattr(self, "layout"):
            return
        assert max(self.read) <= 1
        in_flight = self.connections * self.layout.piece_bytes
        assert sum(max(0, times - 1) for times in self.sent) <= self.disturbances * in_flight

    @invariant()
    def it_ends_with_every_byte_or_says_why(self) -> None:
        if not hasattr(self, "layout"):
            return
        if self.end == "done":
            assert self.state.held == full(self.layout)
        elif self.end is None:
            assert self.asks or self.bodies or self.waits  # never stuck

    def teardown(self) -> None:
        """From wherever it stands, a server that behaves brings it to its end."""
        if not hasattr(self, "layout"):
            return
        for _ in range(1000):
            if self.end == "done":
                break
            if self.end:
                self.it_is_tried_again_later()
            elif self.asks:
                self.reply(next(iter(self.asks.values())))
            elif self.bodies:
                self.receive(next(iter(self.bodies)), 50)
            else:
                wait = self.waits.pop(next(iter(self.waits)))
                self.feed(p.Waited(wait.line, wait.asked))
        assert self.end == "done"
        assert set(self.disk) == {self.version}
        assert set(self.read) == {1}


Interleavings.TestCase.settings = settings(max_examples=150, stateful_step_count=60)
TestInterleavings = Interleavings.TestCase
