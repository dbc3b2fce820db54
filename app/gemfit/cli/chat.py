"""`gemfit chat`: ask a model, once or in turns."""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from gemfit.catalog.load import find_build, parse_model_argument
from gemfit.chat.options import ChatOptions
from gemfit.chat.tree import Message
from gemfit.cli import answer_options, guessing, media
from gemfit.cli.answer_options import chat_options, positive, refuse_for_mobile
from gemfit.cli.chosen import as_listed
from gemfit.cli.conversation import Answered, Talk
from gemfit.cli.output import ProgressLine, print_json, print_table
from gemfit.cli.running import Engine, running_engine
from gemfit.cli.weights import catalog_of, stop_by_signal
from gemfit.engine.formats import backend_of
from gemfit.engine.protocol import Delta, Done, Event, Loaded, LoadPlan, LoadProgress, PromptProgress, Sampling
from gemfit.errors import GemfitError
from gemfit.fit.files import FileFacts, facts_of
from gemfit.fit.intent import intend, what_may_happen
from gemfit.fit.types import Intent, Outcome
from gemfit.library import store
from gemfit.library.get import get
from gemfit.library.types import LocalFile
from gemfit.loading import load_plan, on_gpu
from gemfit.machine.probe import probe
from gemfit.machine.types import Machine
from gemfit.measured.account import after_answer, after_load
from gemfit.measured.best_threads import best_threads, remember_threads
from gemfit.measured.comparison import Part, host_bytes, memory_error, parts, total_bytes
from gemfit.measured.known import load_known
from gemfit.measured.machine_key import machine_key
from gemfit.measured.outcomes import try_to_remember
from gemfit.media.types import DEFAULT_IMAGE_TOKENS
from gemfit.settings import load_settings
from gemfit.words import QT_TRANSLATE_NOOP, say, size

DEFAULT_CONTEXT = 4096


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", metavar="MODEL[:FORMAT]|NAME|PATH", default="starter", help="what to ask (the starter)"
    )
    parser.add_argument("--context", metavar="N", type=positive, help="tokens of context (4096)")
    parser.add_argument("--think", action=argparse.BooleanOptionalAction, default=False, help="think before answering")
    parser.add_argument(
        "--threads", metavar="N", type=positive, help="threads (the fastest number, fewer while others are busy)"
    )
    parser.add_argument("--force", action="store_true", help="load it although it does not fit in memory")
    parser.add_argument(
        "--mobile-gpu", action="store_true", help="try the GPU for a model in the mobile format, else the processor"
    )
    parser.add_argument("--stats", action="store_true", help="print what the answer cost on standard error")
    media.add_arguments(parser)
    guessing.add_arguments(parser)
    answer_options.add_arguments(parser)
    parser.add_argument("prompt", metavar="PROMPT", nargs="?", help="what to ask; without it, standard input is read")


def run(args: argparse.Namespace) -> int:
    with media.given(args) as given:
        return _run(args, given)


def _run(args: argparse.Namespace, given: media.Given) -> int:
    choice = find_model(args)
    refuse_for_mobile(choice.path, drafter=args.drafter, speculation=args.speculation == "auto")
    projector: Path | None = None
    if given.attachments:
        folder = load_settings().weights_folder
        projector = media.find_projector(args, choice.path, catalog_of(args), choice.model, choice.build, folder)
    facts = facts_of(choice.path)
    machine = probe(load_settings().weights_folder)
    drafter = guessing.find_drafter(args, catalog_of(args), choice.model, choice.build)
    needed = OtherFiles(
        projector_bytes=media.memory_bytes(projector, given.image_tokens),
        image_tokens=given.image_tokens,
        drafter_bytes=guessing.file_bytes(drafter),
        draft_tokens=guessing.draft_tokens(args),
    )
    intent = intent_of(args, choice, facts, machine, needed)
    talking = args.prompt is None and sys.stdin.isatty() and not args.json
    options = chat_options(args)
    prompt = args.prompt if args.prompt is not None or talking else sys.stdin.read()
    with running_engine(choice.path) as engine:
        known = best_threads(machine_key(machine), machine.engine.build)
        plan = load_plan(intent.plan, threads=args.threads, best_threads=known, sampling=choice.sampling)
        plan = msgspec.structs.replace(plan, low_priority=load_settings().low_priority)
        if args.mobile_gpu and backend_of(choice.path) == "litert":
            plan = on_gpu(plan)
        loaded = _load(engine, choice.path, plan, projector, drafter if intent.plan.drafter else None)
        if args.context and engine.as_planned and loaded.context_tokens == facts.shape.context_tokens < args.context:
            text = QT_TRANSLATE_NOOP("gemfit", "{file} takes at most {context_tokens} tokens of context.")
            print(say(text, file=choice.path.name, context_tokens=loaded.context_tokens), file=sys.stderr)
        if loaded.best_threads is not None:
            remember_threads(machine_key(machine), engine.build, loaded.best_threads)
        outcome = after_load(
            intent,
            choice.title,
            loaded,
            engine_build=engine.build,
            machine_key=machine_key(machine),
        )
        if engine.as_planned:
            try_to_remember(outcome)
        chat = _Chat(engine, args, options, loaded, outcome, given)
        if talking:
            return chat.talk()
        answer = chat.ask(prompt)
    if args.json:
        print_json(answer)
    elif args.stats:
        freed = say(
            QT_TRANSLATE_NOOP("gemfit", "The engine has ended; its {freed_bytes} are free again."),
            freed_bytes=answer["stats"]["resident_bytes"],
        )
        print(freed, file=sys.stderr)
    return 130 if answer["finish_reason"] == "cancelled" else 0


def _load(engine: Engine, path: Path, plan: LoadPlan, projector: Path | None, drafter: Path | None) -> Loaded:
    """Load a file; a line says how far it is. Ctrl+C ends the child at once, and nothing is left."""
    line = ProgressLine()
    line.show(str(say(QT_TRANSLATE_NOOP("gemfit", "Loading {file} …"), file=path.name)))

    def progress(event: LoadProgress) -> None:
        if event.phase == "warming":
            line.show(str(say(QT_TRANSLATE_NOOP("gemfit", "Warming up {file} …"), file=path.name)))
        else:
            text = QT_TRANSLATE_NOOP("gemfit", "Reading the weights of {file}: {percent} %")
            line.show(str(say(text, file=path.name, percent=round(100 * event.fraction))))

    try:
        loaded = engine.load(path, plan, progress, projector=projector, drafter=drafter)
        if loaded.media_problem is not None:
            raise GemfitError("projector_wrong", loaded.media_problem)
        if loaded.problem is not None:
            print(f"gemfit: {loaded.problem}", file=sys.stderr)
    finally:
        line.clear()
    if loaded.drafter_problem is not None:
        print(loaded.drafter_problem, file=sys.stderr)
    return loaded


class OtherFiles(NamedTuple):
    """What is loaded besides the weights, as `intend` takes it."""

    projector_bytes: int = 0
    image_tokens: int = DEFAULT_IMAGE_TOKENS
    drafter_bytes: int = 0
    draft_tokens: int = 0


class Choice(NamedTuple):
    """What `--model` means: a file, its publisher's sampling, and the ids of the catalogue, empty for other files."""

    path: Path
    sampling: Sampling = Sampling()
    model: str = ""
    build: str = ""
    title: str = ""


def intent_of(
    args: argparse.Namespace,
    choice: Choice,
    facts: FileFacts,
    machine: Machine,
    others: OtherFiles = OtherFiles(),  # noqa: B008 - an immutable value
) -> Intent:
    """How to load the file on this machine. Raises GemfitError `does_not_fit`, unless `--force` was given."""
    intent = intend(
        machine,
        facts.shape,
        facts.tensors,
        args.context or DEFAULT_CONTEXT,
        known=load_known(frozenset(), machine),
        model=choice.model,
        build=choice.build,
        force=args.force,
        **others._asdict(),
    )
    if intent.refusal:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{file} does not fit: {why} Nothing was loaded. {risk} To load it anyway, add --force."
        )
        why = " ".join(str(sentence) for sentence in intent.refusal)
        raise GemfitError("does_not_fit", say(text, file=choice.path.name, why=why, risk=str(what_may_happen())))
    return intent


def find_model(args: argparse.Namespace) -> Choice:
    """The file that `--model` means: a path, a name that `gemfit list` shows, or a model of the catalogue that is here.

    Raises GemfitError.
    """
    path = Path(args.model).expanduser()
    if path.exists() or path.suffix in (".gguf", ".litertlm"):
        return Choice(path)
    catalog, folder = catalog_of(args), load_settings().weights_folder.absolute()
    listed = as_listed(args.model, catalog, folder)
    if listed != args.model:
        return Choice(Path(listed))
    model, build = find_build(catalog, *parse_model_argument(args.model))
    if (
        build.weights.package
    ):  # it is here with the package that carries it: verified at its first use, without a network
        local: LocalFile | None = get(catalog, model.id, build.id, weights_dir=folder)[0]
    else:
        local = store.find(folder, catalog, model.id, build.id)
    if local is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{name} ({title}) is not on this disk. Get it first: gemfit get {model} {build}"
        )
        raise GemfitError("not_here", say(text, name=model.name, title=build.title, model=model.id, build=build.id))
    return Choice(
        Path(local.path),
        Sampling(**msgspec.structs.asdict(model.sampling)),
        model.id,
        build.id,
        f"{model.name} · {build.title}",
    )


class _Chat:
    """A conversation with a loaded model, printed as it comes."""

    def __init__(
        self,
        engine: Engine,
        args: argparse.Namespace,
        options: ChatOptions,
        loaded: Loaded,
        outcome: Outcome,
        given: media.Given,
    ) -> None:
        self._engine = engine
        self._args = args
        self._loaded = loaded
        self._outcome = outcome
        when_full = load_settings().when_full
        self._media = given.attachments
        self._talk = Talk(
            engine,
            loaded,
            options,
            when_full,
            think=args.think,
            receive=self._receive,
            attachments=given.folder,
            image_tokens=given.image_tokens,
        )

    def talk(self) -> int:
        """Turn after turn until end-of-file (Ctrl+D)."""
        print(f"{self._loaded.name}. Ctrl+C stops an answer, Ctrl+D ends.", file=sys.stderr)
        while True:
            try:
                prompt = input("> ")
            except EOFError:
                print(file=sys.stderr)
                return 0
            if not prompt.strip():
                continue
            try:
                self.ask(prompt)
            except GemfitError as error:
                if error.code == "engine_ended":
                    raise
                print(f"gemfit: {error}", file=sys.stderr)

    def ask(self, prompt: str) -> dict[str, Any]:
        """One question and its answer, as the JSON object that `--json` prints."""
        prompt = prompt.encode("utf-8", "replace").decode()  # bytes of the command line that are no text
        if not prompt.strip():
            raise GemfitError("no_prompt", say(QT_TRANSLATE_NOOP("gemfit", "There is no question. Write one.")))
        answered = self._talk.ask(Message(id="", parent=None, role="user", text=prompt, media=self._media))
        self._media = []
        return {
            "text": answered.text,
            "thinking": answered.thinking.strip(),
            "finish_reason": answered.done.finish_reason,
            "stats": msgspec.to_builtins(answered.done.stats)
            | {"load_s": self._loaded.load_s, "predicted_bytes": host_bytes(self._outcome.predicted)},
            "components": [_as_json(part) for part in parts(self._outcome)],
        }

    def _receive(self, events: Iterator[Event], request_id: int) -> Answered:
        text, thinking = [], []
        printer = _Printer(silent=self._args.json, stats=self._args.stats)
        with stop_by_signal() as stopped:
            for event in events:
                if stopped.is_set() and not isinstance(event, Done):
                    self._engine.cancel(request_id)
                if isinstance(event, PromptProgress):
                    printer.prompt(event)
                elif isinstance(event, Delta):
                    text.append(event.text)
                    thinking.append(event.thinking)
                    printer.delta(event)
                elif isinstance(event, Done):
                    self._outcome = after_answer(self._outcome, self._loaded.layout, event.stats)
                    if self._engine.as_planned:
                        try_to_remember(self._outcome)
                    printer.done(event, self._outcome)
                    return Answered("".join(text), "".join(thinking), event)
        raise AssertionError("an answer ends with Done")


class _Printer:
    """The answer on stdout; the thinking, the progress and the figures on stderr, where that is a terminal."""

    def __init__(self, *, silent: bool, stats: bool = False) -> None:
        self._silent = silent
        self._stats = stats
        self._line = ProgressLine()
        self._terminal = sys.stderr.isatty() and not silent
        self._thinking = False
        self._started = time.monotonic()

    def prompt(self, event: PromptProgress) -> None:
        if self._terminal and time.monotonic() - self._started > 1:
            self._line.show(f"{event.done_tokens} of {event.total_tokens} tokens read")

    def delta(self, event: Delta) -> None:
        if self._silent:
            return
        self._line.clear()
        if event.thinking and self._terminal:
            sys.stderr.write(f"\x1b[2m{printable(event.thinking)}\x1b[0m")
            sys.stderr.flush()
            self._thinking = True
        if event.text:
            if self._thinking:
                sys.stderr.write("\n\n")
                self._thinking = False
            sys.stdout.write(printable(event.text) if sys.stdout.isatty() else event.text)
            sys.stdout.flush()

    def done(self, event: Done, outcome: Outcome) -> None:
        if self._silent:
            return
        sys.stdout.write("\n")
        sys.stdout.flush()
        stats = event.stats
        if self._terminal or self._stats:
            text = (
                f"{stats.generation_tps:.1f} tokens/s, first token after {stats.ttft_s:.2f} s, "
                f"{stats.generated_tokens} tokens; {size(stats.resident_bytes)} of memory "
                f"(predicted {size(host_bytes(outcome.predicted))})"
            )
            sys.stderr.write(f"\x1b[2m{text}\x1b[0m\n" if self._terminal else f"{text}\n")
        if self._stats:
            if stats.drafted_tokens:
                print(guessing.figures(stats), file=sys.stderr)
            print_table(_HEADING, _table(outcome), _NUMBERS, stream=sys.stderr)


_HEADING = ("MEMORY", "WHERE", "PREDICTED", "MEASURED", "DIFFERENCE")
_NUMBERS = frozenset({2, 3, 4})


def _table(outcome: Outcome) -> list[list[str]]:
    """A line for each component and device, and one for all of them."""
    found = parts(outcome)
    error = _percent(memory_error(outcome))
    if any(part.so_far for part in found):
        error += " without it"
    total = ["total", "", size(total_bytes(outcome.predicted)), size(total_bytes(outcome.measured)), error]
    return [*map(_row, found), total]


def _row(part: Part) -> list[str]:
    figures = ["-" if n is None else size(n) for n in (part.predicted_bytes, part.measured_bytes)]
    return [part.name, part.device or "system memory", *figures, "so far" if part.so_far else _percent(part.difference)]


def _percent(difference: float | None) -> str:
    return "-" if difference is None else f"{100 * difference:+.1f} %"


def _as_json(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "device": part.device,
        "predicted_bytes": part.predicted_bytes,
        "measured_bytes": part.measured_bytes,
        "difference": part.difference,
        "so_far": part.so_far,
    }


def printable(text: str) -> str:
    """Without control characters: what a model writes must not command the terminal."""
    return "".join(c for c in text if c in "\n\t" or not ("\x00" <= c < " " or "\x7f" <= c < "\xa0"))
