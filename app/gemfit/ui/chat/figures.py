"""The figures of one moment: what the engine last said of itself and of its answer, for the readout."""

import msgspec

from gemfit.ui.account import account_lines, settled_error
from gemfit.ui.viewmodels.engine import EngineSession


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What the readout shows; None where it is not known. Rates in tokens per second, times in seconds.

    `account`: memory by component, predicted beside measured, a line each. `difference`: by how much of the prediction
    the measured is more (less if negative), once everything that was predicted is in use.

    Of the last answer: `reused_tokens` of the conversation did not have to be processed, `restored_tokens` of these
    came from disk. Of `drafted_tokens` guessed ahead `accepted_tokens` were right, which made it `speculation_gain`
    times as fast. `checkpoint_bytes`: kept of earlier turns, so that less has to be processed again.
    """

    generation_tps: float | None = None
    prompt_tps: float | None = None
    ttft_s: float | None = None
    context_used_tokens: int | None = None
    context_tokens: int | None = None
    resident_bytes: int | None = None
    predicted_bytes: int | None = None
    gpu_used_bytes: int | None = None
    gpu_total_bytes: int | None = None
    reused_tokens: int | None = None
    restored_tokens: int = 0
    drafted_tokens: int = 0
    accepted_tokens: int = 0
    speculation_gain: float = 1.0
    checkpoint_bytes: int = 0
    account: tuple[str, ...] = ()
    difference: float | None = None


def figures_of(engine: EngineSession) -> Figures:
    """As they are now."""
    stats, info, gpu = engine.last_stats, engine.loaded_info, engine.gpu_memory()
    figures = Figures(
        context_tokens=info.context_tokens if info else None,
        resident_bytes=engine.resident_bytes(),
        predicted_bytes=engine.predicted_bytes or None,
        account=account_lines(engine.outcome) if engine.outcome is not None else (),
        difference=settled_error(engine.outcome) if engine.outcome is not None else None,
        gpu_used_bytes=gpu[0] if gpu else None,
        gpu_total_bytes=gpu[1] if gpu else None,
    )
    if stats is None:
        return figures
    return msgspec.structs.replace(
        figures,
        generation_tps=stats.generation_tps,
        prompt_tps=stats.prompt_tps,
        ttft_s=stats.ttft_s,
        context_used_tokens=stats.context_used_tokens,
        reused_tokens=stats.cached_tokens,
        restored_tokens=stats.restored_tokens,
        drafted_tokens=stats.drafted_tokens,
        accepted_tokens=stats.accepted_tokens,
        speculation_gain=stats.speculation_gain,
        checkpoint_bytes=stats.checkpoint_bytes,
    )
