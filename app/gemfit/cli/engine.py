"""`gemfit engine`: which build of the engine runs, how old it is, what it drives; others beside it."""

import argparse
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gemfit.cli import lessons
from gemfit.cli.output import print_json
from gemfit.engine import builds, sandbox
from gemfit.engine.builds import Build
from gemfit.machine import install
from gemfit.machine.advice import for_cpu, for_gpu
from gemfit.machine.probe import probe
from gemfit.settings import load_settings
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(act=_list)
    acts = parser.add_subparsers(metavar="WHAT")
    add = acts.add_parser("add", help="put another build beside ours", description="Put another build beside ours.")
    add.add_argument("name", metavar="NAME", help="what it will be called: cuda, vulkan, …")
    source = add.add_mutually_exclusive_group(required=True)
    source.add_argument("--wheels", metavar="NAME", help="the publisher's ready build: cpu, cu124, vulkan, metal, …")
    source.add_argument("--index", metavar="URL", help="a ready build from this package index")
    source.add_argument("--from", metavar="WHEEL", type=Path, dest="wheel", help="a ready build in a .whl file")
    source.add_argument("--cmake", metavar="OPTIONS", help="compile it here: -DGGML_VULKAN=on, …")
    add.set_defaults(act=_add)
    use = acts.add_parser("use", help="choose the build that runs", description="Choose the build that runs.")
    use.add_argument("name", metavar="NAME", help="as listed; own: the one that came with Gemfit")
    use.set_defaults(act=_use)
    remove = acts.add_parser("remove", help="delete a build", description="Delete a build.")
    remove.add_argument("name", metavar="NAME", help="as listed")
    remove.set_defaults(act=_remove)
    learnt = "what went wrong with models and helped; forget it"
    learning = acts.add_parser("lessons", help=learnt, description="What went wrong and what helped.")
    lessons.add_arguments(learning)
    for act in (add, use, remove, learning):
        act.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """List the builds, or do what was asked. Returns 0."""
    return int(args.act(args))


def _list(args: argparse.Namespace) -> int:
    found = [builds.ask(build) for build in builds.listed()]
    if args.json:
        print_json({"builds": [as_json(build) for build in found], "sandbox": sandbox.name()})
        return 0
    for build in found:
        print("\n".join(lines(build)))
    print(f"\n{_confined()}")
    machine = probe(load_settings().weights_folder)
    advice = [(machine.cpu.model, for_cpu(machine)), *((gpu.name, for_gpu(gpu, machine)) for gpu in machine.gpus)]
    for device, better in advice:
        print(f"\n{device}: {better.sentence}")
        for offer in better.offers:
            print(f"  with {offer.api}, beside this one: {offer.beside}")
    return 0


def _confined() -> Sentence:
    version = sandbox.version()
    if not version:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine runs in a process of its own; this system has nothing that would keep it from your files and "
            "the network.",
        )
    elif version >= sandbox.TCP_VERSION:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine runs in a process of its own, which can write only to its cache folder and make no "
            "connections (Landlock {version}).",
        )
    else:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine runs in a process of its own, which can write only to its cache folder (Landlock {version}).",
        )
    return say(text, version=version)


def _add(args: argparse.Namespace) -> int:
    index = f"{install.WHEEL_INDEX}{args.wheels}" if args.wheels else args.index or ""
    made = builds.add(args.name, builds.pip(index=index, wheel=args.wheel, cmake=args.cmake or ""))
    return _tell(
        args,
        made,
        str(
            say(
                QT_TRANSLATE_NOOP("gemfit", "{name} works. Choose it: {command}"),
                name=made.name,
                command=f"gemfit engine use {made.name}",
            )
        ),
    )


def _use(args: argparse.Namespace) -> int:
    used = builds.use(args.name)
    return _tell(
        args, used, str(say(QT_TRANSLATE_NOOP("gemfit", "{name} runs from the next load on."), name=used.name))
    )


def _remove(args: argparse.Namespace) -> int:
    builds.remove(args.name)
    if args.json:
        print_json({"removed": args.name})
    else:
        print(say(QT_TRANSLATE_NOOP("gemfit", "{name} is removed."), name=args.name))
    return 0


def _tell(args: argparse.Namespace, build: Build, sentence: str) -> int:
    if args.json:
        print_json(as_json(build))
    else:
        print("\n".join(lines(build)))
        print(sentence)
    return 0


def as_json(build: Build) -> dict[str, Any]:
    """What it said, and where it is."""
    return {
        **build.says,
        "name": build.name,
        "folder": str(build.folder) if build.folder else None,
        "in_use": build.in_use,
        "installed": datetime.fromtimestamp(build.installed_s, UTC).isoformat(timespec="seconds"),
        "problem": str(build.problem) if build.problem else None,
    }


def lines(build: Build) -> list[str]:
    """A build for people: what it is, what it drives, which instruction sets it uses."""
    says = build.says
    name = f"{'*' if build.in_use else ' '} {build.name:<10}"
    if build.problem is not None:
        return [f"{name} {build.problem}"]
    devices = [f"{d['name']} ({d['description']})" for d in says["devices"]]
    installed = time.strftime("%Y-%m-%d", time.localtime(build.installed_s))
    found = [
        f"{says['build']}{_made(says)}, installed {installed}",
        f"built with {', '.join(says['backends'])}; drives {', '.join(devices)}",
        *textwrap.wrap(f"uses {', '.join(says['features'])}", 100),
    ]
    return [f"{name if number == 0 else '':<12} {line}" for number, line in enumerate(found)]


def _made(says: dict[str, Any]) -> str:
    """`, made 2026-10-01, 52 days ago`."""
    days = builds.age_days(says["commit"], datetime.now(UTC).date())
    return f", made {says['commit_date']}, {days} days ago" if days is not None else ""
