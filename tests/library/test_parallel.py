"""A download over several connections, without a socket, a clock or a disk: whatever happens, the bytes are right."""

import hypothesis.strategies as st
import pytest
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

LAYOUT = Layout(1000, 100)
NOTHING = (0,) * 10


def begun(connections: int = 3, held: tuple[int, ...] = NOTHING, layout: Layout = LAYOUT) -> tuple[p.Fetch, Ask]:
    """A download whose first request is on its way."""
    state, (ask,) = p.step(p.fresh(layout, held, connections, etag='"e"', content='"c"'), Start())
    assert isinstance(ask, Ask)
    return state, ask


def answer_to(ask: Ask, **changes: object) -> Answered:
    good = {
        "status": 206 if ask.ranged else 200,
        "etag": '"e"',
        "content": '"c"',
        "length": ask.end - ask.start,
        "range_start": ask.start if ask.ranged else None,
        "range_total": 1000 if ask.ranged else None,
    }
    return Answered(ask.line, ask.asked, Answer(**{**good, **changes}))


def of(kind: type, actions: tuple) -> list:
    return [action for action in actions if isinstance(action, kind)]


def three_lines() -> tuple[p.Fetch, list[Ask]]:
    state, first = begun()
    state, actions = p.step(state, answer_to(first))
    return state, [first, *of(Ask, actions)]


def test_one_line_asks_first_and_the_others_follow_its_answer():
    state, first = begun()
    assert (first.start, first.end, first.ranged, first.anew) == (0, 100, True, True)
    state, actions = p.step(state, answer_to(first))
    assert of(Receive, actions) == [Receive(0, first.asked, 0, 100, NOTHING)]
    assert [(ask.start, ask.end, ask.anew, ask.if_range) for ask in of(Ask, actions)] == [
        (100, 200, False, '"e"'),
        (200, 300, False, '"e"'),
    ]


def test_a_single_line_asks_for_everything_that_is_missing():
    _, ask = begun(1)
    assert (ask.start, ask.end, ask.ranged) == (0, 1000, False)
    _, ask = begun(1, (100, 40) + (0,) * 8)
    assert (ask.start, ask.end, ask.ranged, ask.if_range) == (140, 1000, True, '"e"')


def test_a_line_that_is_done_goes_on_with_the_first_piece_that_nobody_has():
    state, asks = three_lines()
    state, _ = p.step(state, Came(0, asks[0].asked, 100))
    state, actions = p.step(state, Ended(0, asks[0].asked))
    assert [(ask.start, ask.end) for ask in of(Ask, actions)] == [(300, 400)]
    assert state.held_bytes == 100


def test_what_is_here_is_not_asked_for():
    held = (100, 0, 100, 30, *(100,) * 6)
    state, first = begun(4, held)
    assert (first.start, first.end) == (100, 200)
    state, actions = p.step(state, answer_to(first))
    assert [(ask.start, ask.end) for ask in of(Ask, actions)] == [(330, 400)]


def whole(ask: Ask, **changes: object) -> Answered:
    return answer_to(ask, status=200, length=1000, range_start=None, range_total=None, **changes)


def asked_again(state: p.Fetch, event: Answered) -> tuple[p.Fetch, Ask]:
    """Nothing is read of that answer, and the endpoint is asked for the same bytes, whatever their version."""
    before = state.lines[event.line]
    state, actions = p.step(state, event)
    (ask,) = actions
    assert isinstance(ask, Ask)
    assert (ask.line, ask.start, ask.end, ask.anew, ask.if_range) == (event.line, before.at, before.end, True, None)
    return state, ask


def test_a_server_without_ranges_is_read_from_the_beginning_by_one_line():
    state, ask = begun()
    state, actions = p.step(state, whole(ask))
    assert of(Receive, actions) == [Receive(0, ask.asked, 0, 1000, NOTHING)]
    assert not of(Ask, actions)
    state, _ = p.step(state, Came(0, ask.asked, 1000))
    assert p.step(state, Ended(0, ask.asked))[1] == (Done(),)


def test_a_range_that_one_server_ignores_is_asked_for_again_and_then_left_to_the_others():
    state, asks = three_lines()
    state, _ = p.step(state, Came(0, asks[0].asked, 60))
    state, ask = asked_again(state, whole(asks[1]))
    state, ask = asked_again(state, whole(ask))
    state, actions = p.step(state, whole(ask))
    assert not of(HangUp, actions)
    assert [line.doing for line in state.lines] == ["receiving", "retired", "asking"]


def test_a_server_that_has_no_ranges_any_more_is_read_through_and_nothing_here_is_written_again():
    state, ask = begun(1, (60, *(0,) * 9))
    state, ask = asked_again(state, whole(ask))
    state, ask = asked_again(state, whole(ask))
    state, actions = p.step(state, whole(ask))
    assert of(Receive, actions) == [Receive(0, ask.asked, 0, 1000, (60, *(0,) * 9))]
    state, _ = p.step(state, Came(0, ask.asked, 1000))
    assert p.step(state, Ended(0, ask.asked))[1] == (Done(),)


def test_a_busy_server_gets_fewer_lines():
    state, asks = three_lines()
    state, actions = p.step(state, answer_to(asks[1], status=503))
    assert not of(Wait, actions)
    assert [line.doing for line in state.lines] == ["receiving", "retired", "asking"]
    state, actions = p.step(state, Failed(2, asks[2].asked, Broke("broken", "refused")))
    assert [line.doing for line in state.lines] == ["receiving", "retired", "retired"]
    assert not of(GiveUp, actions)
    state, _ = p.step(state, Came(0, asks[0].asked, 100))
    state, actions = p.step(state, Ended(0, asks[0].asked))
    assert (of(Ask, actions)[0].start, of(Ask, actions)[0].end) == (100, 1000)  # alone now


def test_a_line_that_worked_and_broke_waits_and_goes_on():
    state, asks = three_lines()
    state, _ = p.step(state, Came(0, asks[0].asked, 60))
    state, actions = p.step(state, Failed(0, asks[0].asked, Broke("broken", "reset")))
    (wait,) = of(Wait, actions)
    state, actions = p.step(state, p.Waited(0, wait.asked))
    (ask,) = of(Ask, actions)
    assert (ask.start, ask.end, ask.anew) == (60, 100, True)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_by_the_endpoint_is_final(status):
    state, ask = begun()
    (action,) = p.step(state, answer_to(ask, status=status))[1]
    assert isinstance(action, GiveUp)


def test_a_signed_address_that_ran_out_is_renewed_where_no_other_line_works():
    state, ask = begun()
    state, actions = p.step(state, answer_to(ask, status=403, from_endpoint=False))
    (wait,) = of(Wait, actions)
    _, actions = p.step(state, p.Waited(0, wait.asked))
    assert of(Ask, actions)[0].anew


def test_another_version_on_any_line_discards_all():
    state, asks = three_lines()
    state, _ = p.step(state, Came(0, asks[0].asked, 100))
    state, actions = p.step(state, answer_to(asks[2], etag='"f"', content='"d"'))
    assert {hang.line for hang in of(HangUp, actions)} == {0, 1, 2}
    assert of(Discard, actions)
    assert (state.held_bytes, state.etag, state.running) == (0, None, False)
    assert p.step(state, Came(1, asks[1].asked, 200))[0] == state  # too late


def test_a_strange_etag_of_the_cdn_is_a_question_to_the_endpoint():
    state, asks = three_lines()
    state, ask = asked_again(state, answer_to(asks[1], etag='"f"', content=None, asked_endpoint=False))
    state, actions = p.step(state, answer_to(ask, etag='"f"'))
    assert of(Receive, actions)[0].line == 1


def test_once_a_version_has_two_names_both_are_taken_and_none_is_a_condition():
    state, asks = three_lines()
    state, _ = p.step(state, answer_to(asks[1], etag='"f"'))
    for etag in ('"e"', '"f"', 'W/"e"'):
        again, actions = p.step(state, answer_to(asks[2], etag=etag, content=None, asked_endpoint=False))
        assert of(Receive, actions)[0].line == 2
    state, _ = p.step(again, Came(1, asks[1].asked, 200))
    state, actions = p.step(state, Ended(1, asks[1].asked))
    assert [(ask.start, ask.if_range) for ask in of(Ask, actions)] == [(300, None)]
    assert state.etag == '"e"'


def test_where_the_hub_names_no_version_another_etag_must_be_said_three_times():
    nameless = {"etag": '"f"', "content": None}
    state, (ask,) = p.step(p.fresh(LAYOUT, (60, *(0,) * 9), 1, etag='"e"'), Start())
    state, ask = asked_again(state, answer_to(ask, **nameless))
    state, ask = asked_again(state, answer_to(ask, **nameless))
    state, actions = p.step(state, answer_to(ask, **nameless))
    assert of(Discard, actions)
    assert state.held_bytes == 0


def test_416_is_asked_again_then_left_to_the_others_then_asked_without_a_range():
    state, asks = three_lines()
    state, ask = asked_again(state, answer_to(asks[1], status=416))
    state, ask = asked_again(state, answer_to(ask, status=416))
    state, actions = p.step(state, answer_to(ask, status=416))
    assert [line.doing for line in state.lines] == ["receiving", "retired", "asking"]
    state, _ = p.step(state, Failed(2, asks[2].asked, Broke("broken", "refused")))
    state, _ = p.step(state, Came(0, asks[0].asked, 100))
    state, actions = p.step(state, Ended(0, asks[0].asked))
    (ask,) = of(Ask, actions)
    state, ask = asked_again(state, answer_to(ask, status=416))
    state, ask = asked_again(state, answer_to(ask, status=416))
    state, actions = p.step(state, answer_to(ask, status=416))
    (ask,) = of(Ask, actions)
    assert (ask.start, ask.end, ask.ranged) == (0, 1000, False)


def test_a_range_longer_than_asked_is_refused():
    state, ask = begun()
    (action,) = p.step(state, answer_to(ask, length=101))[1]
    assert isinstance(action, GiveUp)
    assert action.code == "wrong_length"


def test_nothing_missing_is_done_at_once():
    state = p.fresh(LAYOUT, full(LAYOUT), 4)
    assert p.step(state, Start())[1] == (Done(),)
    empty = Layout(0, 100)
    assert p.step(p.fresh(empty, (), 4), Start())[1] == (Done(),)


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
