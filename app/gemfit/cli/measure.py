"""`gemfit measure`: how the engine itself would lay out a file in memory; nothing is allocated."""

import argparse
from pathlib import Path

from gemfit.cli.chat import DEFAULT_CONTEXT, positive
from gemfit.cli.engine import running_engine
from gemfit.cli.output import print_json, print_table
from gemfit.engine.protocol import LoadPlan
from gemfit.words import size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=Path, help="a GGUF file")
    parser.add_argument("--context", metavar="N", type=positive, default=DEFAULT_CONTEXT, help="tokens of context")
    parser.add_argument("--ubatch", metavar="N", type=positive, default=512, help="tokens of one batch")
    parser.add_argument("--kv", choices=("f16", "q8_0"), default="f16", help="type of the KV cache")


def run(args: argparse.Namespace) -> int:
    plan = LoadPlan(context_tokens=args.context, ubatch_tokens=args.ubatch, kv_type=args.kv)
    with running_engine() as engine:
        layout = engine.measure(args.path, plan)
    if args.json:
        print_json(layout)
        return 0
    rows = [
        ("weights", size(layout.weights_bytes)),
        ("KV cache", size(layout.kv_bytes)),
        ("compute buffers", size(layout.compute_bytes)),
        ("total", size(layout.total_bytes)),
    ]
    if layout.lazy_bytes:
        rows.append(("of the weights, left on disk", size(layout.lazy_bytes)))
    print_table(("as the engine lays it out", ""), rows, right=frozenset({1}))
    return 0
