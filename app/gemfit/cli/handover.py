"""`gemfit handover MODEL[:FORMAT]|PATH [PROGRAM]`: give weights to another program."""

import argparse
import subprocess
from pathlib import Path
from typing import Any

import msgspec

from gemfit.catalog.load import parse_model_argument
from gemfit.cli.output import ProgressLine, print_json
from gemfit.cli.weights import catalog_of, stop_by_signal
from gemfit.errors import GemfitError
from gemfit.library.handover import lmstudio, ollama
from gemfit.library.handover.put import Put
from gemfit.library.handover.subject import need_file, of_build, of_file
from gemfit.library.handover.targets import TARGETS, offer, offers
from gemfit.library.handover.types import Handover, Subject
from gemfit.library.store import KINDS, is_file
from gemfit.settings import load_settings
from gemfit.words import QT_TRANSLATE_NOOP, say, size

_PLACED = {
    "hardlink": "linked, no copy",
    "clone": "cloned, no copy",
    "symlink": "linked, no copy",
    "copy": "copied",
    "there": "was there already",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL[:FORMAT]|PATH", help="a model of the catalogue, or a file of weights")
    parser.add_argument(
        "program", metavar="PROGRAM", nargs="?", choices=TARGETS, help=f"{', '.join(TARGETS)}; left out: what there is"
    )
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--link", action="store_true", help="lmstudio: link the files into its folder")
    act.add_argument("--copy", action="store_true", help="lmstudio: the same, and copy where no link is possible")
    act.add_argument("--run", action="store_true", help="ollama: make the model; others: start the program")
    parser.add_argument("--name", metavar="NAME", help="ollama: what the model is to be called there")
    parser.add_argument(
        "--context", metavar="TOKENS", type=int, help="context, in tokens; left out: as in the settings"
    )


def run(args: argparse.Namespace) -> int:
    subject = _subject(args)
    context_tokens = args.context or load_settings().context_tokens
    if args.program is None:
        return _list(args, subject, offers(subject, context_tokens))
    made = offer(args.program, subject, context_tokens)
    if args.link or args.copy:
        return _link(args, subject, made)
    if args.run:
        return _run(args, subject, made, context_tokens)
    if args.json:
        print_json(as_json(made))
    else:
        _print(made)
    return 0 if made.possible else 1


def _subject(args: argparse.Namespace) -> Subject:
    catalog, weights_dir = catalog_of(args), load_settings().weights_folder.absolute()
    text: str = args.model
    if "/" in text or "\\" in text or text.lower().endswith(KINDS) or is_file(Path(text)):
        return of_file(Path(text).absolute(), catalog, weights_dir)
    model_id, build_id = parse_model_argument(text)
    return of_build(catalog, model_id, build_id, weights_dir)


def as_json(made: Handover) -> dict[str, Any]:
    """The structure, with its sentences as texts."""
    plain: dict[str, Any] = msgspec.to_builtins(made)
    return {
        **plain,
        "notes": [str(note) for note in made.notes],
        "tested": str(made.tested),
        "licence": str(made.licence),
    }


def _list(args: argparse.Namespace, subject: Subject, made: list[Handover]) -> int:
    if args.json:
        path = str(subject.path) if subject.path else None
        print_json({"name": subject.name, "path": path, "programs": [as_json(one) for one in made]})
        return 0
    print(subject.name)
    for one in made:
        state = "cannot run this" if not one.possible else f"found: {one.found}" if one.found else "not found here"
        print(f"  {one.target:16}{state}")
    return 0


def _print(made: Handover) -> None:
    if made.folder:
        print(f"Folder: {made.folder}")
    if made.document:
        print(f"{made.document_name}:\n\n{made.document}")
    if made.argv:
        print(made.posix)
        if made.powershell != made.posix:
            print(f"In PowerShell: {made.powershell}")
    for repo in made.repos:
        about = [f"about {size(repo.approx_bytes)}"] if repo.approx_bytes else []
        about += [f"revision {repo.revision}"] if repo.revision else []
        print(f"Repository: https://huggingface.co/{repo.repo}" + (f" ({', '.join(about)})" if about else ""))
    for sentence in (*made.notes, made.licence, made.tested):
        print(str(sentence))


def _link(args: argparse.Namespace, subject: Subject, made: Handover) -> int:
    if args.program != "lmstudio":
        raise _cannot(made, "--link")
    line = ProgressLine()
    with stop_by_signal() as stopped:
        try:
            done = lmstudio.link(
                subject,
                copy=args.copy,
                cancelled=stopped,
                on_bytes=lambda n: line.show(f"copying {size(n)}"),
            )
        finally:
            line.clear()
    if args.json:
        print_json({"target": made.target, "files": msgspec.to_builtins(done), "licence": str(made.licence)})
    else:
        for file in done:
            print(_placed(file))
        print(str(made.licence))
    return 0


def _placed(file: Put) -> str:
    return f"{file.path}\n  {_PLACED[file.how]}"


def _run(args: argparse.Namespace, subject: Subject, made: Handover, context_tokens: int) -> int:
    if args.program == "ollama":
        return _create(args, subject, made, context_tokens)
    if "run" not in made.acts:
        need_file(subject)
        raise _cannot(made, "--run")
    try:
        return subprocess.run([str(made.found), *made.argv[1:]], check=False).returncode
    except KeyboardInterrupt:  # the program has had it too, and ended
        return 130


def _create(args: argparse.Namespace, subject: Subject, made: Handover, context_tokens: int) -> int:
    line = ProgressLine()
    with stop_by_signal() as stopped:
        try:
            name = ollama.create(subject, context_tokens, name=args.name, on_line=line.show, cancelled=stopped)
        finally:
            line.clear()
    if args.json:
        print_json({"target": made.target, "name": name, "licence": str(made.licence)})
    else:
        print(f"Ollama has it as {name}. Try it with: ollama run {name}\n{made.licence}")
    return 0


def _cannot(made: Handover, option: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "Gemfit cannot do this for {program} here ({option}). Nothing was changed. Leave the option out to see what is "
        "needed.",
    )
    return GemfitError("not_possible", say(text, program=made.program, option=option))
