"""Which model to run on a machine, and why: every option by the arithmetic, one of them by the policy."""

from collections.abc import Sequence

from gemfit.catalog.load import preferred_build
from gemfit.catalog.types import Build, Catalog, Model
from gemfit.errors import GemfitError
from gemfit.fit import reasons
from gemfit.fit.dimensions import closeness
from gemfit.fit.option import Question, candidate, question
from gemfit.fit.policy import Candidate, choose, comfortable, rank, speed
from gemfit.fit.speed import COMFORTABLE_TPS
from gemfit.fit.step_up import step_up
from gemfit.fit.types import Choice, Known, Option, Recommendation, Wish
from gemfit.machine.types import Machine
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

NOTHING_KNOWN = Known()


def options(machine: Machine, catalog: Catalog, wish: Wish, known: Known = NOTHING_KNOWN) -> list[Option]:
    """Every build of every model on this machine, the best answers first.

    Raises GemfitError `bad_context` for a context that no model has.
    """
    return [c.option for c in _candidates(question(machine, wish, known), catalog)]


def recommend(machine: Machine, catalog: Catalog, wish: Wish, known: Known = NOTHING_KNOWN) -> Recommendation:
    """The one to take, the one to take if not, what more memory would bring, what was ruled out, and every option.

    Raises as `options`.
    """
    asked = question(machine, wish, known)
    candidates = _candidates(asked, catalog)
    best = choose(candidates, wish.goal)
    runner_up = choose([c for c in candidates if best is None or c.model.id != best.model.id], wish.goal)
    if best is not None and runner_up is not None and runner_up.model.starter:
        runner_up = None  # worth falling back on, but not worth naming beside a real one
    better = _better(candidates, best, wish)
    return Recommendation(
        best=_choice(best, _why(best, better, machine, wish)) if best else None,
        runner_up=_choice(runner_up, runner_up.option.reasons) if runner_up else None,
        step_up=step_up(asked, best, better),
        ruled_out=[_choice(c, [reasons.why_not(c, best, wish, machine)]) for c in better],
        options=[c.option for c in candidates],
        sentence=reasons.headline(best, wish) if best else reasons.nothing_runs(machine),
    )


def _candidates(asked: Question, catalog: Catalog) -> list[Candidate]:
    check_context(catalog, asked.wish.context_tokens)

    def order(pair: tuple[Model, Build]) -> tuple[int, int, bool]:
        return rank(*pair, asked.wish.goal)

    pairs = [(model, build) for model in catalog.models for build in model.builds]
    return [candidate(asked, model, build) for model, build in sorted(pairs, key=order, reverse=True)]


def check_context(catalog: Catalog, context_tokens: int) -> None:
    """Raises GemfitError `bad_context` for a context that no model of the catalogue was trained for."""
    most = max(model.shape.context_tokens for model in catalog.models)
    if not 0 < context_tokens <= most:
        raise GemfitError(
            "bad_context",
            say(
                QT_TRANSLATE_NOOP(
                    "gemfit", "A context of {context_tokens} tokens is not possible. Choose from 1 to {most_tokens}."
                ),
                context_tokens=context_tokens,
                most_tokens=most,
            ),
        )


def _better(candidates: Sequence[Candidate], best: Candidate | None, wish: Wish) -> list[Candidate]:
    """Those that would answer better than `best`, the best answers first; and BF16 of it, whatever the goal.

    Of several packings of one format the preferred one stands for all.
    """
    real = [c for c in candidates if not c.model.starter and c.build.preferred]
    if best is None:
        return real
    exact = [c for c in real if c.model.id == best.model.id and c.build.format == "bf16" and c.build != best.build]
    mine = rank(best.model, best.build, wish.goal)
    return [c for c in real if rank(c.model, c.build, wish.goal) > mine or c in exact]


def _why(best: Candidate, better: Sequence[Candidate], machine: Machine, wish: Wish) -> list[Sentence]:
    """The reasons of the best one, why the next better one is not it, and what the machine could do better."""
    said = list(best.option.reasons)
    if best.option.verdict == "fits" and speed(best.option) < COMFORTABLE_TPS and not comfortable(best, wish.goal):
        said.append(reasons.slow_everywhere())
    if best.build.format == "bf16" or best.build.same_token_percent is not None:
        said.append(closeness(best.build))
    bigger = [c for c in better if c.model.id != best.model.id and c.build is preferred_build(c.model)]
    if bigger:
        said.append(reasons.why_not(bigger[-1], best, wish, machine))
    idle = [gpu for gpu in machine.gpus if not gpu.usable]
    if best.option.plan.shares:  # beside a GPU at work, graphics inside the processor would add nothing
        idle = [gpu for gpu in idle if not gpu.shared_memory]
    return said + [reasons.cannot_use(gpu) for gpu in idle]


def _choice(candidate: Candidate, said: Sequence[Sentence]) -> Choice:
    return Choice(model=candidate.model.id, build=candidate.build.id, reasons=list(said))
