"""The arguments, and which command they mean. Each command is a module beside this one."""

import argparse
import contextlib
import importlib
import keyword
import os
import sys
from importlib.metadata import version
from typing import Any

from gemfit.errors import GemfitError

COMMANDS = {
    "probe": "what this computer has, and what the engine can drive",
    "fit": "which model in which format runs here",
    "calibrate": "time this machine, for the speed of every model before its download",
    "bench": "time a model on this machine, also beside llama-bench",
    "search": "find any model on the Hub, and whether it fits here",
    "get": "download a model and verify it",
    "queue": "see and change what is to be downloaded",
    "list": "what is on this disk",
    "import": "take in weights from anywhere: used where they are, or copied, moved, linked",
    "verify": "check files against their SHA-256, and repair what is damaged",
    "updates": "ask the Hub whether it has something newer than what is kept",
    "remove": "take weights out of the library, into the trash",
    "undo": "put back what was removed last",
    "reclaim": "what lies about and is not needed: unfinished and left-over files",
    "bundle": "weights in a folder or a .tar, for machines without a network",
    "catalog": "the list of models that is in force, and bringing it by file",
    "handover": "give weights to another program: LM Studio, Ollama, llama-server, …",
    "engine": "which build of the engine runs, and others beside it",
    "measure": "ask the engine how it would lay out a file in memory",
    "chat": "ask a model",
    "report": "what belongs into the description of a bug, with nothing personal in it",
}


def parser(chosen: str | None) -> argparse.ArgumentParser:
    """The command line. Only the `chosen` command is imported; the others are there for the help."""
    top = argparse.ArgumentParser(
        prog="gemfit",
        description="Puts the right Gemma 4 on this machine. Without a command it opens the window.",
    )
    top.add_argument("--version", action="version", version=f"gemfit {version('gemfit')}")
    top.add_argument(
        "--catalog", metavar="FILE", help="use this catalogue instead of the one shipped (or GEMFIT_CATALOG)"
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    commands.add_parser("window", help="open the window (the default)")
    for name, help_ in COMMANDS.items():
        command = commands.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".")
        if name != chosen:
            continue
        command.add_argument("--json", action="store_true", help="print one JSON object")
        command.add_argument("--catalog", metavar="FILE", help="use this catalogue instead of the one shipped")
        _module(name).add_arguments(command)
    return top


def _module(command: str) -> Any:
    """The module of a command; `import`, which is a word of Python, has an underscore."""
    return importlib.import_module(f"gemfit.cli.{command}{'_' if keyword.iskeyword(command) else ''}")


def main(arguments: list[str]) -> int:
    """Run one command. Returns 0 done, 1 failed (with a sentence on stderr), 2 wrong usage (argparse exits with it)."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    chosen = next((word for word in arguments if word in COMMANDS), None)
    args = parser(chosen).parse_args(arguments)
    try:
        return int(_module(args.command).run(args))
    except GemfitError as error:
        print(f"gemfit: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader went away (`gemfit list | head`): nothing is left to say to it
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("gemfit: stopped.", file=sys.stderr)
        return 130
