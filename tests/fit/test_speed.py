"""Speed: published figures lie in their ranges, calibrated ones follow their rates, and the sums behave."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.types import Build, Model
from gemfit.fit.memory import tensors_of
from gemfit.fit.published import cpu_bandwidth_gbps, cpu_rates, gpu_bandwidth_gbps, gpu_rates
from gemfit.fit.speed import Basis, basis_of, generation_at, speed_of, typical
from gemfit.fit.types import Calibration, DeviceRates, Known, Plan, Share, Speed
from gemfit.fit.work import prompt_s
from gemfit.machine.types import Cpu, Disk, EngineBuild, Gpu, Machine, Memory

relaxed = settings(deadline=None)  # how long an example takes depends on what else runs
CATALOG = load_catalog()
PAIRS = [(model, build) for model in CATALOG.models for build in model.builds if build.tensors is not None]
pairs = st.sampled_from(PAIRS)
contexts = st.integers(0, 131_072)

CPU = Cpu(model="a processor", physical_cores=4, logical_cores=8)
RATES = DeviceRates(
    device="",
    threads=4,
    fixed_s=0.0005,
    layer_s=0.0001,
    vocab_s=4e-9,
    read_bps={"q4_0": 24e9, "q4_0:experts": 20e9, "bf16": 26e9, "q6_k": 10e9},
    attention_s=1.5e-10,
    prompt_flops={"q4_0": 240e9, "q4_0:experts": 110e9, "bf16": 290e9, "q6_k": 25e9},
    prompt_attention_s=1.3e-10,
    element_s=5e-9,
)
FAST = msgspec.structs.replace(
    RATES,
    device="CUDA0",
    read_bps={name: 20 * bps for name, bps in RATES.read_bps.items()},
    prompt_flops={name: 50 * flops for name, flops in RATES.prompt_flops.items()},
)


def machine(cpu: Cpu = CPU, *gpus: Gpu) -> Machine:
    return Machine(
        memory=Memory(total_bytes=1 << 36, available_bytes=1 << 36),
        cpu=cpu,
        gpus=list(gpus),
        disk=Disk(path="/", total_bytes=1, free_bytes=1),
        engine=EngineBuild(build="b"),
    )


def known(*devices: DeviceRates) -> Known:
    made = Calibration(
        engine_build="b", machine_key="k", made_at="2026-11-22T00:00:00+00:00", took_s=40, devices=list(devices)
    )
    return Known(calibration=made)


def calibrated(model: Model, build: Build, plan: Plan, *devices: DeviceRates) -> Basis:
    basis = basis_of(machine(), model.shape, tensors_of(model, build), plan, known(*devices))
    assert basis is not None
    assert basis.source == "calibrated"
    return basis


def published(typed: str, plan: Plan, cpu: Cpu = CPU, *gpus: Gpu) -> Speed:
    model, build = find_build(CATALOG, typed)
    return speed_of(machine(cpu, *gpus), model.shape, tensors_of(model, build), plan, Known())


def whole_on(device: str, typed: str) -> list[Share]:
    return [Share(device, find_build(CATALOG, typed)[0].shape.layers + 1)]


# Generation with llama.cpp, tokens per second, as published by users (single sources) in 2026.
@pytest.mark.parametrize(
    ("gpu", "typed", "tps"),
    [
        ("NVIDIA GeForce RTX 4070", "12B:q4_0-google", 54.9),
        ("NVIDIA GeForce RTX 4090", "E2B:q4_0-google", 241),
        ("NVIDIA GeForce RTX 4090", "E2B", 243),
        ("NVIDIA GeForce RTX 5090", "26B-A4B", 228),
        ("NVIDIA GeForce RTX 5060 Ti", "26B-A4B", 121.26),
        ("NVIDIA GeForce RTX 3090", "26B-A4B", 143),
        ("NVIDIA GeForce RTX 3090", "31B", 40),
        ("NVIDIA GeForce RTX 3060", "E2B", 153.38),
        ("NVIDIA GeForce RTX 3060", "E2B", 132.81),
        ("NVIDIA GeForce GTX 1660 Ti", "E2B:q4_0-google", 118.6),
        ("NVIDIA GeForce GTX 1650 Ti", "E2B:q4_0-google", 73),
        ("NVIDIA GeForce GTX 1650 Ti", "E2B", 82),
        ("NVIDIA GeForce GTX 1650 Ti", "E4B:q4_0-google", 37.6),
        ("NVIDIA GeForce GTX 1650 Ti", "E4B", 39.8),
        ("NVIDIA GeForce RTX 4060", "12B", 22.5),
        ("NVIDIA GB10", "26B-A4B", 77),
        ("Apple M1 Pro", "12B", 22.2),
        ("Apple M1 Pro", "E4B", 40),
        ("Apple M4", "12B", 13.4),
    ],
)
def test_published_figures_of_gpus_lie_in_the_range(gpu: str, typed: str, tps: float):
    speed = published(typed, Plan(context_tokens=512, shares=whole_on(gpu, typed)), CPU, Gpu(name=gpu))
    assert speed.source == "published"
    assert speed.tps_range is not None
    assert speed.tps_range[0] <= tps <= speed.tps_range[1]
    assert speed.tps_range[1] < 3 * speed.tps_range[0]


@pytest.mark.parametrize(
    ("cpu", "cores", "typed", "tps"),
    [
        ("AMD EPYC", 2, "E2B", 11.2),
        ("AMD EPYC", 2, "12B", 2.9),
        ("AMD EPYC", 2, "26B-A4B", 5.8),
        ("AMD EPYC", 2, "starter", 119.6),
        ("a processor with 16 threads", 8, "E2B", 16.5),
        ("Intel Core i7-10750H", 6, "E2B", 20),
        ("a laptop with 8 threads", 4, "E2B", 24.1),
        ("Dimensity 9000+", 8, "E2B", 18),
        ("Intel Core i5-8500", 6, "26B-A4B", 9.25),
        ("Raspberry Pi 5", 4, "E2B", 6.7),
        ("Cortex-A76", 4, "E4B", 2.5),
    ],
)
def test_measured_and_published_figures_of_processors_lie_in_the_range(cpu: str, cores: int, typed: str, tps: float):
    processor = Cpu(model=cpu, physical_cores=cores, logical_cores=cores)
    speed = published(typed, Plan(context_tokens=512), processor)
    assert speed.tps_range is not None
    assert speed.tps_range[0] <= tps <= speed.tps_range[1]
    assert speed.tps_range[1] < 3.2 * speed.tps_range[0]


# Prompts of 512 tokens or so, tokens per second, from the same sources.
@pytest.mark.parametrize(
    ("gpu", "typed", "tps"),
    [
        ("NVIDIA GeForce RTX 4070", "12B:q4_0-google", 2927),
        ("NVIDIA GeForce RTX 4090", "E2B:q4_0-google", 16065),
        ("NVIDIA GeForce RTX 4090", "E2B", 16623),
        ("NVIDIA GeForce RTX 5060 Ti", "26B-A4B", 2690),
        ("NVIDIA GeForce RTX 3060", "E2B", 3522),
        ("NVIDIA GeForce GTX 1660 Ti", "E2B:q4_0-google", 2166),
        ("NVIDIA GeForce GTX 1650 Ti", "E2B", 345),
        ("NVIDIA GeForce GTX 1650 Ti", "E4B", 172),
        ("NVIDIA GeForce RTX 4060", "12B", 850),
        ("NVIDIA GB10", "26B-A4B", 3022),
        ("Apple M1 Pro", "12B", 178.6),
    ],
)
def test_published_prompt_speeds_of_gpus_are_met_within_a_quarter(gpu: str, typed: str, tps: float):
    speed = published(typed, Plan(shares=whole_on(gpu, typed)), CPU, Gpu(name=gpu))
    assert speed.prompt_tps == pytest.approx(tps, rel=0.25)


@pytest.mark.parametrize(
    ("cpu", "cores", "typed", "tps"),
    [
        ("AMD EPYC", 2, "E2B", 28.8),
        ("a processor with 16 threads", 8, "E2B", 379),
        ("Intel Core i7-10750H", 6, "E2B", 84),
        ("a laptop with 8 threads", 4, "E2B", 147),
        ("Dimensity 9000+", 8, "E2B", 104),
        ("Raspberry Pi 5", 4, "E2B", 28),
        ("Cortex-A76", 4, "E4B", 18),
    ],
)
def test_published_prompt_speeds_of_processors_are_met_within_a_factor_of_three(
    cpu: str, cores: int, typed: str, tps: float
):
    speed = published(typed, Plan(), Cpu(model=cpu, physical_cores=cores, logical_cores=cores))
    assert speed.prompt_tps is not None
    assert tps / 3 < speed.prompt_tps < tps * 3


@pytest.mark.parametrize(
    ("name", "gbps"),
    [
        ("NVIDIA GeForce RTX 4070 Ti SUPER", 672),
        ("NVIDIA GeForce RTX 4070", 504),
        ("NVIDIA GeForce RTX 4090 Laptop GPU", 1008 * 0.55),
        ("Apple M1 Pro", 200),
        ("Apple M1", 68),
        ("NVIDIA H200", 4800),
        ("AMD Radeon 780M", None),
        ("", None),
    ],
)
def test_a_gpu_is_known_by_its_name_or_not_at_all(name: str, gbps: float | None):
    assert gpu_bandwidth_gbps(name) == gbps


def test_nothing_is_said_about_an_unknown_gpu():
    plan = Plan(shares=whole_on("Brand New 1", "E2B"))
    assert published("E2B", plan, CPU, Gpu(name="Brand New 1")) == Speed()
    assert published("E2B", plan) == Speed()  # nor about one that the machine does not have


def test_a_gpu_whose_prompt_speed_nobody_published_has_none():
    speed = published("E2B", Plan(shares=whole_on("RTX 5090", "E2B")), CPU, Gpu(name="RTX 5090"))
    assert speed.generation_tps is not None
    assert speed.prompt_tps is None


def test_more_cores_help_until_the_memory_is_the_limit():
    ends = [cpu_bandwidth_gbps(Cpu(model="x", physical_cores=n, logical_cores=n)) for n in (0, 1, 2, 4, 8, 64)]
    assert ends[0] == ends[1]
    assert ends == sorted(ends)
    assert ends[-1] == ends[-2]


def test_the_typical_speed_is_between_the_ends():
    assert typical((4.0, 9.0)) == pytest.approx(6.0)


def test_what_was_calibrated_comes_before_what_is_published():
    model, build = find_build(CATALOG, "E2B")
    speed = speed_of(machine(), model.shape, tensors_of(model, build), Plan(), known(RATES))
    assert speed.source == "calibrated"
    assert speed.generation_tps is not None
    assert speed.tps_range is not None
    assert speed.tps_range[0] < speed.generation_tps < speed.tps_range[1]
    # 1,282 MB in Q4_0 at 24 GB/s are 53 ms; blocks, vocabulary and 512 tokens of context take another 9.
    assert speed.generation_tps == pytest.approx(16, rel=0.05)


def test_a_gpu_that_was_not_calibrated_is_estimated_from_what_is_published():
    gpu = Gpu(name="NVIDIA GeForce RTX 3060", engine_device="CUDA0")
    model, build = find_build(CATALOG, "E2B")
    plan = Plan(shares=[Share("CUDA0", 36)])
    speed = speed_of(machine(CPU, gpu), model.shape, tensors_of(model, build), plan, known(RATES))
    assert speed.source == "published"


def test_the_range_goes_from_a_full_context_to_an_empty_one():
    model, build = find_build(CATALOG, "12B")
    short, long = (
        speed_of(machine(), model.shape, tensors_of(model, build), Plan(context_tokens=n), known(RATES))
        for n in (4096, 65_536)
    )
    assert short.tps_range is not None
    assert long.tps_range is not None
    assert long.tps_range[0] < short.tps_range[0]
    assert long.tps_range[1] == short.tps_range[1]
    assert long.generation_tps == short.generation_tps  # both with 512 tokens in it


@relaxed
@given(pairs, contexts, contexts)
def test_more_in_the_context_is_never_faster(pair: tuple[Model, Build], one: int, other: int):
    basis = calibrated(*pair, Plan(), RATES)
    low, high = sorted((one, other))
    assert generation_at(basis, high)[0] <= generation_at(basis, low)[0]


@relaxed
@given(pairs, contexts, st.sampled_from(sorted(RATES.read_bps)), st.floats(1.0, 100.0))
def test_more_bandwidth_is_never_slower(pair: tuple[Model, Build], used: int, name: str, times: float):
    better = msgspec.structs.replace(RATES, read_bps={**RATES.read_bps, name: RATES.read_bps[name] * times})
    before, after = calibrated(*pair, Plan(), RATES), calibrated(*pair, Plan(), better)
    assert generation_at(after, used)[0] >= generation_at(before, used)[0]


@relaxed
@given(pairs, st.integers(1, 4096), st.integers(1, 4096))
def test_a_longer_prompt_takes_longer(pair: tuple[Model, Build], one: int, other: int):
    basis = calibrated(*pair, Plan(), RATES)
    low, high = sorted((one, other))
    assert prompt_s(basis.works, basis.low, low) <= prompt_s(basis.works, basis.low, high)


@relaxed
@given(pairs, st.data())
def test_times_add_up_over_devices(pair: tuple[Model, Build], data: st.DataObject):
    """Two devices of the same speed are as fast as one, but for the step that both take."""
    model, build = pair
    layers = model.shape.layers
    on_gpu = data.draw(st.integers(1, layers))
    gpu = msgspec.structs.replace(RATES, device="CUDA0")
    alone = generation_at(calibrated(model, build, Plan(), RATES), 100)[0]
    basis = calibrated(model, build, Plan(shares=[Share("CUDA0", on_gpu)]), RATES, gpu)
    assert len(basis.works) == 2
    assert 1 / generation_at(basis, 100)[0] == pytest.approx(1 / alone + RATES.fixed_s, rel=0.02)


@relaxed
@given(pairs, st.integers(0, 100), st.integers(0, 100))
def test_more_blocks_on_a_faster_device_are_never_slower(pair: tuple[Model, Build], one: int, other: int):
    model, build = pair
    low, high = sorted(1 + n % (model.shape.layers + 1) for n in (one, other))
    slow, fast = (
        generation_at(calibrated(model, build, Plan(shares=[Share("CUDA0", n)]), RATES, FAST), 0)[0]
        for n in (low, high)
    )
    assert fast >= slow * 0.9999


def test_experts_kept_back_are_read_by_the_processor():
    model, build = find_build(CATALOG, "26B-A4B")
    shares = [Share("CUDA0", model.shape.layers + 1)]
    host, gpu = calibrated(model, build, Plan(shares=shares, host_expert_layers=30), RATES, FAST).works
    assert set(host.block_bytes) == {"q4_0:experts", "f32:experts"}
    assert not any(name.endswith(":experts") for name in gpu.block_bytes)
    kept, whole = (
        generation_at(calibrated(model, build, Plan(shares=shares, host_expert_layers=n), RATES, FAST), 0)[0]
        for n in (30, 0)
    )
    cpu = generation_at(calibrated(model, build, Plan(), RATES), 0)[0]
    assert cpu < kept < whole


def test_a_window_bounds_what_attention_costs():
    model, build = find_build(CATALOG, "E2B")
    (work,) = calibrated(model, build, Plan(), RATES).works
    assert (work.full_queries, work.window_queries, work.window_tokens) == (7 * 4096, 28 * 2048, 512)


def test_the_low_end_of_published_rates_is_the_slower_one():
    gpu = gpu_rates(Gpu(name="RTX 3060"))
    assert gpu is not None
    for rates in (cpu_rates(CPU), gpu):
        assert rates.low.read_bps["any"] < rates.high.read_bps["any"]
        assert rates.low.attention_s > rates.high.attention_s
