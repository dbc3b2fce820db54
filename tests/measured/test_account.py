"""What a process took, divided: the sum is always what was measured."""

from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gemfit.engine.protocol import Buffer, Layout, Loaded, Sampling, Stats
from gemfit.fit.types import SYSTEM_MEMORY, Component, Intent, Plan, Share
from gemfit.measured.account import OWN_FILE, after_answer, after_load, measured_components

LAYOUT = Layout(
    weights_bytes=2000,
    kv_bytes=40,
    compute_bytes=512,
    total_bytes=2552,
    lazy_bytes=800,
    buffers=[
        Buffer("weights", "", 700),
        Buffer("repacked", "", 500),
        Buffer("lazy", "", 800),
        Buffer("kv", "", 40),
        Buffer("compute", "", 512),
    ],
)
ON_GPU = Layout(
    weights_bytes=1200,
    kv_bytes=40,
    compute_bytes=30,
    total_bytes=1270,
    buffers=[
        Buffer("weights", "", 200),
        Buffer("weights", "CUDA0", 1000),
        Buffer("kv", "CUDA0", 40),
        Buffer("compute", "CUDA0", 20),
        Buffer("compute", "", 10),
    ],
)
PREDICTED = [Component("weights", SYSTEM_MEMORY, 1200), Component("base", SYSTEM_MEMORY, 150)]
INTENT = Intent(
    model="E2B",
    build="q4_0",
    plan=Plan(ubatch_tokens=512),
    predicted=PREDICTED,
    corrected_by=[Component("base", SYSTEM_MEMORY, 10)],
    predicted_tps=11.0,
)
LOADED = Loaded(
    name="Gemma 4 E2B",
    architecture="gemma4",
    context_tokens=4096,
    train_context_tokens=131_072,
    supports_thinking=True,
    template_known=True,
    sampling=Sampling(),
    threads=2,
    load_s=3.0,
    layout=LAYOUT,
    resident_bytes=1400,
)


def as_dict(components: list[Component]) -> dict[tuple[str, str], int]:
    return {(c.name, c.device): c.n_bytes for c in components}


def test_the_base_is_what_the_process_has_besides_what_was_laid_out():
    found = measured_components(LAYOUT, Plan(), resident_bytes=1912, prompt_tokens=600)
    assert as_dict(found) == {("weights", ""): 1200, ("kv", ""): 40, ("compute", ""): 512, ("base", ""): 160}


def test_a_compute_buffer_counts_as_far_as_prompts_have_filled_it():
    found = as_dict(measured_components(LAYOUT, Plan(), resident_bytes=1400, prompt_tokens=0))
    assert (found["compute", ""], found["base", ""]) == (0, 160)
    found = as_dict(measured_components(LAYOUT, Plan(), resident_bytes=1528, prompt_tokens=128))
    assert (found["compute", ""], found["base", ""]) == (128, 160)


def test_pages_of_a_mapped_file_that_are_not_there_are_not_counted():
    mapped = msgspec.structs.replace(LAYOUT, buffers=[Buffer("mapped", "", 1200), Buffer("kv", "", 40)])
    found = as_dict(measured_components(mapped, Plan(load_mode="mapped"), resident_bytes=500, prompt_tokens=512))
    assert (found["weights", ""], found["kv", ""], found["base", ""]) == (460, 40, 0)


def test_on_a_gpu_both_memories_have_a_base():
    plan = Plan(shares=[Share("CUDA0", 36)])
    found = as_dict(measured_components(ON_GPU, plan, resident_bytes=410, device_bytes=1500, prompt_tokens=512))
    assert (found["base", ""], found["base", "CUDA0"]) == (200, 440)
    assert found["compute", "CUDA0"] == 20


def test_without_an_account_of_devices_the_sums_stand_for_it():
    plain = msgspec.structs.replace(LAYOUT, buffers=[])
    found = as_dict(measured_components(plain, Plan(), resident_bytes=1912, prompt_tokens=512))
    assert found == {("weights", ""): 1200, ("kv", ""): 40, ("compute", ""): 512, ("base", ""): 160}


@given(
    st.integers(min_value=0, max_value=4000),
    st.integers(min_value=0, max_value=4000),
    st.integers(min_value=0, max_value=2000),
)
def test_the_sum_is_what_was_measured(resident: int, device: int, prompt: int):
    found = measured_components(ON_GPU, Plan(), resident_bytes=resident, device_bytes=device, prompt_tokens=prompt)
    assert sum(c.n_bytes for c in found if c.device == SYSTEM_MEMORY) == resident
    assert sum(c.n_bytes for c in found if c.device != SYSTEM_MEMORY) == max(device, 1060)
    assert all(c.n_bytes >= 0 for c in found)


def test_a_load_is_kept_with_its_prediction_and_what_past_loads_had_changed_of_it():
    at = datetime(2026, 10, 2, 12, 0, tzinfo=UTC)
    kept = after_load(INTENT, "Gemma 4 E2B · Q4_0 QAT", LOADED, engine_build="b1", machine_key="m1", at=at)
    assert (kept.at, kept.title) == ("2026-10-02T12:00:00.000000+00:00", "Gemma 4 E2B · Q4_0 QAT")
    assert (kept.predicted, kept.corrected_by, kept.predicted_tps) == (PREDICTED, INTENT.corrected_by, 11.0)
    assert sum(c.n_bytes for c in kept.measured) == 1400
    assert kept.generated_tokens == 0


def test_a_file_of_ones_own_is_kept_without_its_name():
    own = msgspec.structs.replace(INTENT, model="", build="")
    kept = after_load(own, "my-diary-7b.gguf", LOADED, engine_build="b1", machine_key="m1")
    assert kept.title == OWN_FILE
    assert b"diary" not in msgspec.json.encode(kept)


def test_the_longest_answer_and_the_longest_prompt_give_the_speeds():
    kept = after_load(INTENT, "E2B", LOADED, engine_build="b1", machine_key="m1")
    long_answer = Stats(
        prompt_tokens=20,
        prompt_tps=9.0,
        generated_tokens=200,
        generation_tps=11.0,
        context_used_tokens=220,
        resident_bytes=1500,
    )
    long_prompt = Stats(
        prompt_tokens=600,
        prompt_tps=30.0,
        generated_tokens=5,
        generation_tps=7.0,
        context_used_tokens=825,
        resident_bytes=1912,
    )
    for stats in (long_answer, long_prompt, Stats(prompt_tokens=1, generated_tokens=1, resident_bytes=1000)):
        kept = after_answer(kept, LAYOUT, stats)
    assert (kept.generation_tps, kept.generated_tokens, kept.context_used_tokens) == (11.0, 200, 220)
    assert (kept.prompt_tps, kept.prompt_tokens) == (30.0, 600)
    assert as_dict(kept.measured) == {("weights", ""): 1200, ("kv", ""): 40, ("compute", ""): 512, ("base", ""): 160}
