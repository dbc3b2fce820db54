"""`gemfit engine lessons`: what went wrong with models here, which plan helped, and forgetting it."""

import argparse

import msgspec

from gemfit.cli.output import print_json
from gemfit.measured.lessons import forget, read_lessons
from gemfit.words import QT_TRANSLATE_NOOP, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--forget", action="store_true", help="load these models as planned again")
    parser.set_defaults(act=run)


def run(args: argparse.Namespace) -> int:
    """Print or forget them. Returns 0. Raises GemfitError `record_unwritable`."""
    lessons = read_lessons()
    if args.forget:
        forget(lessons)
    if args.json:
        print_json({"lessons": [msgspec.to_builtins(lesson) for lesson in lessons], "forgotten": args.forget})
        return 0
    for lesson in lessons:
        print(f"{lesson.at}  {lesson.title or lesson.file[:12]}: {lesson.sentence}")
    if args.forget:
        print(say(QT_TRANSLATE_NOOP("gemfit", "Forgotten: {number}."), number=len(lessons)))
    elif not lessons:
        print(say(QT_TRANSLATE_NOOP("gemfit", "Nothing went wrong here so far, or nothing helped.")))
    return 0
