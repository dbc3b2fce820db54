"""Damaged input by the thousand into what reads it, each within a bound of time and memory.

    python -m tests.fuzz.fuzz TARGET CASES SEED FOLDER

Runs as a process of its own, so that a crash of native code or a memory that runs full is a result as well. Ends with 0
when every case gave a value or the error that is agreed on, else with a traceback; the case is kept in FOLDER.
"""

import resource
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random

CPU_S = 4.0
"""For one case, in time of this process: how busy the machine is does not matter."""
MEMORY_BYTES = 1 << 30
"""Of addresses, for everything."""

Case = Callable[[Random, Path], object]
DATA = Path(__file__).parents[1] / "data"


def gguf() -> Case:
    """A small header mostly; that of a real model now and then, without its weights: they are not looked at."""
    from gemfit.gguf.check import check_file
    from gemfit.gguf.reader import read_header
    from tests.fuzz.mutate import damaged
    from tests.gguf.test_fuzz import CODES, SMALL

    whole = DATA / "gemma4-tiny-moe.gguf"
    end, size = read_header(whole).data_offset, whole.stat().st_size
    head = whole.read_bytes()[:end]

    def case(random: Random, folder: Path) -> object:
        path = folder / "case.gguf"
        if random.random() < 0.9:
            path.write_bytes(damaged(SMALL, random))
        else:
            # Half of the damage where the numbers are, before the vocabulary.
            path.write_bytes(damaged(head, random, end=random.choice((4000, end))))
            with path.open("r+b") as file:
                file.truncate(size)
        return _agreed(lambda: check_file(path), CODES)

    return case


def litertlm() -> Case:
    from gemfit.litertlm.check import check_file
    from gemfit.litertlm.tflite import compiled
    from tests.fuzz.mutate import damaged

    whole = DATA / "tiny-gemma-chat.litertlm"
    end = max(section.end for section in check_file(whole).sections if section.kind != "tflite")
    data, size = whole.read_bytes(), whole.stat().st_size

    def case(random: Random, folder: Path) -> object:
        path = folder / "case.litertlm"
        path.write_bytes(damaged(data, random, end=random.choice((64, 2048, 20000, end + (1 << 14), size))))
        if random.random() < 0.9:
            with path.open("r+b") as file:
                file.truncate(size)
        return _agreed(lambda: compiled(path, check_file(path)), None)

    return case


def protocol() -> Case:
    from gemfit.engine import protocol as spoken
    from gemfit.words import say
    from tests.fuzz.mutate import damaged

    stats = spoken.Stats(prompt_tokens=7, prompt_tps=1.5)
    messages: list[spoken.Request | spoken.Event] = [
        spoken.Load("/model.gguf", spoken.LoadPlan(shares=[spoken.DeviceLayers("CUDA0", 3)])),
        spoken.Generate(request_id=1, messages=[spoken.ChatMessage("user", 'Hello {"} \\u00e4')]),
        spoken.Cancel(7),
        spoken.Quit(),
        spoken.Hello(protocol=2, backend="llama", build="b", pid=1),
        spoken.Beat(doing="prompt", cpu_s=1.0, read_bytes=2, nodes=3),
        spoken.Delta(request_id=1, text="x\n", thinking="y", stats=stats),
        spoken.Done(request_id=1, finish_reason="stop", stats=stats),
        spoken.Failed(code="x", sentence=say("{a}", a=say("b"))),
    ]
    lines = [spoken.encode(message) for message in messages]
    lines += [b"[" * 100_000, b'{"type":' * 100_000, b'{"type":"cancel","request_id":' + b"9" * 100_000 + b"}"]

    def case(random: Random, folder: Path) -> object:
        line = damaged(random.choice(lines), random)
        (folder / "case.json").write_bytes(line)
        return [_decoded(decode, line) for decode in (spoken.decode_request, spoken.decode_event)]

    return case


def _decoded(decode: Callable[[bytes], object], line: bytes) -> object:
    try:
        return decode(line)
    except ValueError as error:
        return str(error)


def template() -> Case:
    from gemfit.engine import template as subject
    from gemfit.engine.bounded import bounded
    from gemfit.engine.protocol import ChatMessage
    from gemfit.gguf.reader import read_header
    from tests.fuzz.mutate import damaged, spliced

    subject.bounded = lambda work: bounded(work, 0.5, 1 << 27)  # as in life, only sooner
    source = read_header(DATA / "gemma4-tiny.gguf").chat_template or ""
    messages = [ChatMessage("system", "Be brief."), ChatMessage("user", "Hello"), ChatMessage("assistant", "Hi")]

    def case(random: Random, folder: Path) -> object:
        if random.random() < 0.5:
            text = damaged(source.encode(), random).decode("utf-8", "replace")
        else:
            text = spliced(SNIPPETS, random)
        (folder / "case.jinja").write_text(text, "utf-8", "replace")
        think = random.random() < 0.5

        def render() -> str:
            return subject.ChatTemplate(text, bos="<bos>", eos="<eos>").render(messages, think=think)

        answer = _agreed(render, {"template_bad"})
        return "template_bad" if answer == "template_bad" else None

    return case


SNIPPETS = [
    "{{ messages }}", "{{ messages[0].content }}", "{{ messages[99] }}", "{{ bos_token }}", "{{ none.x.y }}",
    "{% for m in messages %}", "{% endfor %}", "{% for i in range(99999) %}", "{% for j in range(99999) %}",
    "{% if true %}", "{% endif %}", "{% else %}", "{% break %}", "{% continue %}", "{% macro f(x) %}", "{% endmacro %}",
    "{{ f(f) }}", "{% call f() %}", "{% endcall %}", "{% set ns = namespace(s='a' * 99999) %}", "{% set x = 7 %}",
    "{% set ns.s = ns.s ~ ns.s %}", "{% set ns.s = ns.s + ns.s %}", "{% set ns.n = 99999999 * 99999999 %}",
    "{{ 'x' | center(2000000000) }}", "{{ '%2000000000d' | format(1) }}", "{{ 'x'.ljust(2000000000) }}",
    "{{ '{:2000000000}'.format(1) }}", "{{ 'x' | indent(2000000000) }}", "{{ range(99999) | list | tojson }}",
    "{{ [1, 2] * 99999999 }}", "{{ 9 ** 9 ** 9 }}", "{{ 'a' | replace('', 'b' * 9999) | replace('', 'c' * 9999) }}",
    "{{ ''.__class__.__mro__ }}", "{{ lipsum(99999) }}", "{{ cycler.__init__.__globals__ }}", "{{ self.__dict__ }}",
    "{{ raise_exception('no') }}", "{{ strftime_now('%Y' * 9999) }}", "{% include 'x' %}", "{% import 'x' as y %}",
    "{% extends 'x' %}", "{% block b %}", "{% endblock %}", "{{ super() }}", "{#", "#}", "{{", "}}", "{%", "%}",
    "{% raw %}", "{% filter upper %}", "{% endfilter %}", "{{ messages | map(attribute='content') | join }}",
    "((((((((", "[[[[[[[[",
    "{{ " + "(" * 500, "{{ " + "-" * 5000 + "1 }}", "\x00", "é", "{% set messages = 1 %}", "{{ messages.append(1) }}",
]  # fmt: skip

TARGETS: dict[str, Callable[[], Case]] = {
    "gguf": gguf,
    "litertlm": litertlm,
    "protocol": protocol,
    "template": template,
}


def _agreed(read: Callable[[], object], codes: set[str] | None) -> object:
    """What was read, or the code of the error that says why not."""
    from gemfit.errors import GemfitError

    try:
        return read()
    except GemfitError as error:
        refused = error
    assert codes is None or refused.code in codes, refused.code
    assert str(refused)
    return refused.code


def main(target: str, cases: int, seed: int, folder: Path) -> int:
    case = TARGETS[target]()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGPROF, _too_long)
    refused = 0
    for number in range(cases):
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        try:
            refused += isinstance(case(Random(f"{target} {seed} {number}"), folder), str)
        except BaseException:  # noqa: BLE001 - whatever it is, it is the finding
            print(f"case {number} of {target}, seed {seed}", file=sys.stderr)
            traceback.print_exc()
            return 1
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    print(f"{cases} cases, {refused} of them refused")
    return 0


class TooLong(BaseException):
    """No error that a reader could catch."""


def _too_long(_number: int, _frame: object) -> None:
    raise TooLong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
