"""How well memory is predicted: the formula beside llama.cpp's own layout, and both beside what a loaded model takes.

    python -m tests.bench.bench_memory                         # formula and engine, over a grid; two minutes
    python -m tests.bench.bench_memory E2B.gguf 12B.gguf …     # and these, loaded, after a prompt of 512 and 16 tokens

The grid: five sizes in three formats, contexts from 512 to the largest, micro-batches of 256, 512 and 1120, a cache in
f16 and in q8_0. The goals: weights and cache exact, compute buffers within 2 %; and the total of a loaded model within
3 %. For the grid only headers are written, of files with the real shapes; the files to load are given.
"""

import argparse
import itertools
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gemfit.catalog.load import load_catalog
from gemfit.engine.protocol import ChatMessage, Generate, Measured, Sampling
from gemfit.fit.header import shape_from_header, tensors_from_header
from gemfit.fit.memory import components, tensors_of
from gemfit.fit.types import Component, KvType, Plan
from gemfit.gguf.reader import read_header
from gemfit.loading import load_plan
from gemfit.measured.engine_word import Difference, compare
from tests.bench.child import Child
from tests.bench.make_gemma4_gguf import write

SIZES = ("E2B", "E4B", "12B", "26B-A4B", "31B")
FORMATS = {"q4_0": "q4_0", "q4_0_google": "q4_0-google", "bf16": "bf16"}
"""As the generator names them, and as the catalogue does."""
CONTEXTS = (512, 4096, 8192, 32768, 131072, 262144)
UBATCHES = (256, 512, 1120)
KV_TYPES: tuple[KvType, ...] = ("f16", "q8_0")
PROMPT = "one two three four five six seven eight nine ten " * 50  # a little more than 512 tokens with the template


class Cell(NamedTuple):
    """One point of the grid: what the engine and the formula say, from the file's header or from the catalogue."""

    size: str
    format: str
    source: str
    plan: Plan
    differences: list[Difference]


def grid(size: str) -> Iterator[Plan]:
    """Every plan for a model of that size."""
    largest = 131072 if size in ("E2B", "E4B") else 262144
    for context, ubatch, kv in itertools.product(CONTEXTS, UBATCHES, KV_TYPES):
        if context <= largest:
            yield Plan(context_tokens=context, ubatch_tokens=ubatch, kv_type=kv)


def cells(child: Child, folder: Path, size: str, format_: str, plans: Iterable[Plan]) -> Iterator[Cell]:
    """Measure a model's header with each plan and compare both ways to compute the same."""
    path = folder / f"{size}-{format_}.gguf"
    write(None, size, format_, path, header_only=True)
    header = read_header(path)
    shape, tensors = shape_from_header(header), tensors_from_header(header)
    model = next(model for model in load_catalog(None).models if model.id == size)
    build = next(build for build in model.builds if build.id == FORMATS[format_])
    for plan in plans:
        child.client.measure(path, load_plan(plan, threads=1))
        layout = child.wait_for(Measured).layout
        computed = {
            "header": components(shape, tensors, plan),
            "catalogue": components(model.shape, tensors_of(model, build), plan),
        }
        for source, formula in computed.items():
            yield Cell(size, format_, source, plan, compare(layout, formula))


def print_grid(sizes: Iterable[str], formats: Iterable[str]) -> None:
    """The worst differences of each model and format over all its plans."""
    worst: dict[tuple[str, str, str], dict[str, Difference]] = defaultdict(dict)
    count = 0
    with tempfile.TemporaryDirectory() as folder, Child() as child:
        for size, format_ in itertools.product(sizes, formats):
            for cell in cells(child, Path(folder), size, format_, grid(size)):
                count += 1
                row = worst[size, format_, cell.source]
                for one in cell.differences:
                    if one.name not in row or error(one) > error(row[one.name]):
                        row[one.name] = one
    print(
        "| model, format | figures from | weights | KV cache | compute buffers, worst |\n"
        "| --- | --- | --- | --- | --- |"
    )
    for (size, format_, source), row in worst.items():
        figures = [f"{row[name].formula_bytes - row[name].engine_bytes:+,} B" for name in ("weights", "kv")]
        compute = f"{100 * signed(row['compute']):+.2f} %"
        print(f"| {size} {format_} | {source} | {' | '.join(figures)} | {compute} |")
    print(f"{count // 2} layouts were asked for.")


def signed(one: Difference) -> float:
    """By what fraction the formula says more."""
    return one.formula_bytes / one.engine_bytes - 1 if one.engine_bytes else float(bool(one.formula_bytes))


def error(one: Difference) -> float:
    return abs(signed(one))


class Truth(NamedTuple):
    """Bytes: computed before, laid out by the engine (with the same base), and really resident after an answer."""

    name: str
    computed: list[Component]
    engine_bytes: int
    resident_bytes: int
    prompt_tokens: int


def truth(path: Path, plan: Plan) -> Truth:
    """Load a file and have it answer."""
    header = read_header(path)
    computed = components(shape_from_header(header), tensors_from_header(header), plan)
    with Child() as child:
        layout = child.load(path, load_plan(plan)).layout
        greedy = Sampling(temperature=0.0)
        request = Generate(request_id=1, messages=[ChatMessage("user", PROMPT)], sampling=greedy, max_tokens=16)
        _, stats = child.answer(request)
    base = sum(component.n_bytes for component in computed if component.name == "base")
    engine = layout.total_bytes - layout.lazy_bytes + base
    return Truth(path.stem, computed, engine, stats.resident_bytes, stats.prompt_tokens)


def print_truth(files: Iterable[Path], plan: Plan) -> None:
    """One line for each file."""
    print(
        "| model | computed | laid out by the engine | resident after the prompt and 16 tokens | computed | engine |\n"
        "| --- | --- | --- | --- | --- | --- |"
    )
    for path in files:
        found = truth(path, plan)
        total = sum(component.n_bytes for component in found.computed)
        sizes = [f"{n / 2**20:,.0f} MiB" for n in (total, found.engine_bytes, found.resident_bytes)]
        errors = [f"{100 * (n / found.resident_bytes - 1):+.1f} %" for n in (total, found.engine_bytes)]
        print(f"| {found.name} | {' | '.join(sizes)} | {' | '.join(errors)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="files to load, one after the other")
    parser.add_argument("--only", action="store_true", help="only load the files, without the grid")
    parser.add_argument("--size", choices=SIZES, action="append", help="only this size in the grid; can be repeated")
    parser.add_argument("--format", choices=FORMATS, action="append", help="only this format in the grid")
    parser.add_argument("--context", type=int, default=4096)
    parser.add_argument("--ubatch", type=int, default=512)
    parser.add_argument("--kv", choices=KV_TYPES, default="f16")
    args = parser.parse_args()
    if not args.only:
        print_grid(args.size or SIZES, args.format or FORMATS)
    if args.files:
        print_truth(args.files, Plan(context_tokens=args.context, ubatch_tokens=args.ubatch, kv_type=args.kv))


if __name__ == "__main__":
    main()
