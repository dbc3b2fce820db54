"""A plan of the arithmetic in the engine's words: the one place where both are known."""

import msgspec

from gemfit.engine.protocol import DeviceLayers, LoadPlan, Sampling
from gemfit.fit.types import Plan

MOBILE_GPU = "GPU"
"""As the device of a model in the mobile format: its library does not say which GPUs there are, and takes the first."""


def on_gpu(plan: LoadPlan) -> LoadPlan:
    """The plan for a model in the mobile format, whole on the GPU; where that does not work, the engine says so and
    takes the processor.
    """
    return msgspec.structs.replace(plan, shares=[DeviceLayers(MOBILE_GPU, 1)])


def load_plan(
    plan: Plan, *, threads: int | None = None, best_threads: int | None = None, sampling: Sampling | None = None
) -> LoadPlan:
    """How the engine has to load a file to carry out `plan`. `threads` None: the engine decides, knowing that
    `best_threads` were the fastest on this machine, if that was found out.

    The projector and the drafter of a plan are files of their own: `Load.projector`, `Load.drafter`.
    """
    return LoadPlan(
        context_tokens=plan.context_tokens,
        shares=[DeviceLayers(share.device, share.layers) for share in plan.shares if share.layers],
        host_expert_layers=plan.host_expert_layers,
        load_mode=plan.load_mode,
        repack=plan.repack,
        threads=threads,
        best_threads=best_threads,
        ubatch_tokens=plan.ubatch_tokens,
        kv_type=plan.kv_type,
        lazy_embeddings=plan.lazy_embeddings,
        checkpoint_bytes=plan.checkpoint_bytes,
        speculation="auto" if plan.draft_tokens else "off",
        draft_tokens=plan.draft_tokens,
        sampling=sampling or Sampling(),
    )
