"""Which model to run on a machine, and why: a policy over the arithmetic of memory and speed.

The policy, in order:

1. Leave out what this engine build cannot run, what was not trained for the context, and what the disk cannot hold.
2. A model runs whole on one GPU that the build can use, if it fits there, else whole on the processor.
3. `fits`: it leaves a tenth of the free memory free, at least 512 MiB. `tight`: it takes some of that. `no`: it needs
   more than is free.
4. Of those that fit, take the best answers at comfortable reading speed or more; if none reaches it, the fastest.
   Of several builds of a model take the preferred Q4_0.
5. If none fits, take the smallest that is tight; the starter only if there is no other.
"""

from collections.abc import Sequence

from gemfit.catalog.load import preferred_build
from gemfit.catalog.types import Build, Catalog, Model
from gemfit.errors import GemfitError
from gemfit.fit.option import Candidate, candidate
from gemfit.fit.reasons import bigger_one, cannot_use, headline, nothing_runs, slow_everywhere
from gemfit.fit.speed import COMFORTABLE_TPS
from gemfit.fit.types import Choice, Known, Option, Recommendation, Wish
from gemfit.machine.types import Machine
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

NOTHING_KNOWN = Known()


def options(machine: Machine, catalog: Catalog, wish: Wish, known: Known = NOTHING_KNOWN) -> list[Option]:
    """Every build of every model on this machine, the best answers first.

    Raises GemfitError `bad_context` for a context that no model has.
    """
    return [c.option for c in _candidates(machine, catalog, wish, known)]


def recommend(machine: Machine, catalog: Catalog, wish: Wish, known: Known = NOTHING_KNOWN) -> Recommendation:
    """The one to take, the one to take if not, and every option with its reasons. Raises as `options`."""
    candidates = _candidates(machine, catalog, wish, known)
    best = _best(candidates)
    runner_up = _best([c for c in candidates if best is None or c.model.id != best.model.id])
    if best is not None and runner_up is not None and runner_up.model.starter:
        runner_up = None  # worth falling back on, but not worth naming beside a real one
    return Recommendation(
        best=_choice(best, _why(best, candidates, machine)) if best else None,
        runner_up=_choice(runner_up, runner_up.option.reasons) if runner_up else None,
        options=[c.option for c in candidates],
        sentence=headline(best) if best else nothing_runs(machine),
    )


def _candidates(machine: Machine, catalog: Catalog, wish: Wish, known: Known) -> list[Candidate]:
    check_context(catalog, wish.context_tokens)
    pairs = [(model, build) for model in catalog.models for build in model.builds]
    return [
        candidate(machine, model, build, wish.context_tokens, (model.id, build.id) in known.installed)
        for model, build in sorted(pairs, key=_rank, reverse=True)
    ]


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


def _rank(pair: tuple[Model, Build]) -> tuple[int, bool, bool]:
    model, build = pair
    return model.quality, build is preferred_build(model), build.preferred


def _best(candidates: Sequence[Candidate]) -> Candidate | None:
    """`candidates` with the best answers first."""
    able = [c for c in candidates if c.option.verdict != "no" and not c.model.starter]
    fitting = [c for c in able if c.option.verdict == "fits"]
    comfortable = [c for c in fitting if _speed(c) >= COMFORTABLE_TPS]
    if comfortable:
        return comfortable[0]
    if fitting:
        return max(fitting, key=_speed)
    if able:
        return min(able, key=lambda c: c.option.total_bytes)
    return next((c for c in candidates if c.option.verdict != "no"), None)


def _speed(candidate: Candidate) -> float:
    """A GPU that nothing is known about, and that holds the whole model, is taken to be fast enough."""
    return candidate.option.generation_tps or COMFORTABLE_TPS


def _why(best: Candidate, candidates: Sequence[Candidate], machine: Machine) -> list[Sentence]:
    """The reasons of the best one, why the next bigger one is not it, and what the machine could do better."""
    reasons = list(best.option.reasons)
    if best.option.verdict == "fits" and _speed(best) < COMFORTABLE_TPS:
        reasons.append(slow_everywhere())
    bigger = [c for c in candidates if c.model.quality > best.model.quality and c.build is preferred_build(c.model)]
    if bigger:
        reasons.append(bigger_one(bigger[-1], machine))
    reasons += [cannot_use(gpu) for gpu in machine.gpus if not gpu.usable]
    return reasons


def _choice(candidate: Candidate, reasons: Sequence[Sentence]) -> Choice:
    return Choice(model=candidate.model.id, build=candidate.build.id, reasons=list(reasons))
