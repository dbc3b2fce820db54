"""All programs that weights can be handed over to."""

from collections.abc import Callable
from typing import get_args

from gemfit.library.handover import litert_lm, llama_server, lmstudio, ollama, servers, transformersjs
from gemfit.library.handover.types import Handover, Subject, Target

TARGETS: tuple[Target, ...] = get_args(Target)

_OFFERS: dict[Target, Callable[[Subject, int], Handover]] = {
    "lmstudio": lambda subject, _context: lmstudio.offer(subject),
    "ollama": ollama.offer,
    "llama-server": llama_server.offer,
    "vllm": servers.vllm,
    "mlx": servers.mlx,
    "sglang": servers.sglang,
    "litert-lm": litert_lm.offer,
    "transformersjs": lambda subject, _context: transformersjs.offer(subject),
}


def offer(target: Target, subject: Subject, context_tokens: int) -> Handover:
    """What handing `subject` over to one program means here. Changes nothing, starts nothing, asks no network."""
    return _OFFERS[target](subject, context_tokens)


def offers(subject: Subject, context_tokens: int) -> list[Handover]:
    """The same for all of them: those that are here and can run it first."""
    made = [offer(target, subject, context_tokens) for target in TARGETS]
    return sorted(made, key=lambda one: (not one.possible, one.found is None))
