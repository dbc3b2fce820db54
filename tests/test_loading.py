"""A plan of the arithmetic says the same in the engine's words."""

from gemfit.engine.protocol import DeviceLayers, LoadPlan, Sampling
from gemfit.fit.types import Plan, Share
from gemfit.loading import load_plan


def test_a_plan_without_choices_is_the_engines_usual_one() -> None:
    assert load_plan(Plan()) == LoadPlan()


def test_every_choice_is_taken_over() -> None:
    plan = Plan(
        context_tokens=8192,
        kv_type="q8_0",
        ubatch_tokens=256,
        shares=[Share("CUDA0", 20), Share("CUDA1", 0), Share("CUDA2", 11)],
        host_expert_layers=7,
        load_mode="mapped",
        lazy_embeddings=False,
        repack=False,
        draft_tokens=3,
        forced=True,
    )
    sampling = Sampling(top_k=64)
    assert load_plan(plan, threads=3, sampling=sampling) == LoadPlan(
        context_tokens=8192,
        kv_type="q8_0",
        ubatch_tokens=256,
        shares=[DeviceLayers("CUDA0", 20), DeviceLayers("CUDA2", 11)],
        host_expert_layers=7,
        load_mode="mapped",
        lazy_embeddings=False,
        repack=False,
        threads=3,
        speculation="auto",
        draft_tokens=3,
        sampling=sampling,
    )
