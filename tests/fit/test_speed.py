"""Estimated speed: every published figure at hand lies inside its range."""

import pytest

from gemfit.catalog.load import find_build, load_catalog
from gemfit.fit.memory import need_on_cpu, need_on_gpu, weights_of
from gemfit.fit.speed import (
    cpu_bandwidth_gbps,
    generation_on_cpu,
    generation_on_gpu,
    gpu_bandwidth_gbps,
    typical,
)
from gemfit.machine.types import Cpu, Gpu

CATALOG = load_catalog()


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
    model, build = find_build(CATALOG, typed)
    weights = weights_of(model, build)
    speed = generation_on_gpu(Gpu(name=gpu), weights, need_on_gpu(model.shape, weights, 512))
    assert speed is not None
    assert speed[0] <= tps <= speed[1]
    assert speed[1] < 3 * speed[0]


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
    model, build = find_build(CATALOG, typed)
    weights = weights_of(model, build)
    processor = Cpu(model=cpu, physical_cores=cores, logical_cores=cores)
    low, high = generation_on_cpu(processor, weights, need_on_cpu(model.shape, weights, 512))
    assert low <= tps <= high
    assert high < 3 * low


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
    model, build = find_build(CATALOG, "E2B")
    weights = weights_of(model, build)
    assert generation_on_gpu(Gpu(name="Brand New 1"), weights, need_on_gpu(model.shape, weights, 512)) is None


def test_more_cores_help_until_the_memory_is_the_limit():
    ends = [cpu_bandwidth_gbps(Cpu(model="x", physical_cores=n, logical_cores=n)) for n in (0, 1, 2, 4, 8, 64)]
    assert ends[0] == ends[1]
    assert ends == sorted(ends)
    assert ends[-1] == ends[-2]


def test_the_typical_speed_is_between_the_ends():
    assert typical((4.0, 9.0)) == pytest.approx(6.0)
