"""Calibrating: real slices in a real engine child, nothing left behind, and valid for one machine and build."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import filelock
import msgspec
import psutil
import pytest

from gemfit import paths
from gemfit.catalog.load import find_build, load_catalog
from gemfit.errors import GemfitError
from gemfit.fit.memory import tensors_of
from gemfit.fit.speed import speed_of
from gemfit.fit.types import Calibration, DeviceRates, Known, Plan
from gemfit.machine.types import Cpu, Disk, EngineBuild, Machine, Memory
from gemfit.measured import calibrate as room
from gemfit.measured.calibrate import (
    calibrate,
    calibration_file,
    is_stale,
    load_calibration,
    quiet,
    read_calibration,
    was_busy,
)
from gemfit.measured.probes import Probe
from gemfit.words import Sentence
from tests.measured.tiny import DENSE, ENDLESS, PROBES, probe

MACHINE = Machine(
    memory=Memory(total_bytes=8 << 30, available_bytes=4 << 30),
    cpu=Cpu(model="a processor", physical_cores=2, logical_cores=4),
    disk=Disk(path="/", total_bytes=1, free_bytes=1),
    engine=EngineBuild(build="engine 1"),
)
RATES = DeviceRates(
    device="", threads=1, fixed_s=0.0, layer_s=0.0, read_bps={"q4_0": 1e9}, attention_s=0.0, prompt_flops={"q4_0": 1e9}
)


def silent(_fraction: float, _sentence: Sentence) -> None:
    """Nobody watches."""


def left_behind() -> list[Path]:
    return [path for path in paths.cache_dir().glob("calibration*") if path.suffix != ".lock"]


def stop_once(condition: Callable[[], bool], stop: threading.Event) -> threading.Thread:
    def watch() -> None:
        while not condition():
            time.sleep(0.01)
        stop.set()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Calibration, list[float], bytes]:
    """One calibration with tiny slices, what progress it told, and the file that it wrote."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEMFIT_HOME", str(tmp_path_factory.mktemp("home")))
        fractions: list[float] = []
        found = calibrate(MACHINE, lambda f, _: fractions.append(f), threading.Event(), probes=PROBES)
        assert left_behind() == []
        return found, fractions, calibration_file().read_bytes()


def test_a_calibration_has_rates_for_the_processor(made):
    (device,) = made[0].devices
    assert device.device == ""
    assert device.threads >= 1
    assert device.read_bps
    assert device.prompt_flops
    assert all(rate > 0 for rate in (*device.read_bps.values(), *device.prompt_flops.values()))
    assert min(device.fixed_s, device.layer_s, device.attention_s, device.element_s, device.vocab_s) >= 0


def test_speeds_of_real_models_follow_from_it(made):
    model, build = find_build(load_catalog(), "26B-A4B")
    speed = speed_of(MACHINE, model.shape, tensors_of(model, build), Plan(), Known(calibration=made[0]))
    assert speed.source == "calibrated"
    assert speed.generation_tps is not None
    assert speed.generation_tps > 0
    assert speed.prompt_tps is not None
    assert speed.prompt_tps > 0


def test_progress_only_grows(made):
    fractions = made[1]
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] <= fractions[-1] <= 1
    assert len(fractions) > len(PROBES)


def test_it_is_kept_and_names_nobody(made):
    text = made[2].decode()
    assert msgspec.json.decode(text, type=Calibration) == made[0]
    assert Path.home().name not in text or Path.home().name in ("root",)
    assert psutil.Process().username() not in text


def test_it_counts_for_this_machine_and_this_engine_only(made):
    found = made[0]
    assert not is_stale(found, MACHINE)
    assert is_stale(found, msgspec.structs.replace(MACHINE, engine=EngineBuild(build="engine 2")))
    other = Cpu(model="another processor", physical_cores=2, logical_cores=4)
    assert is_stale(found, msgspec.structs.replace(MACHINE, cpu=other))


def test_what_is_stale_is_not_loaded(made):
    assert load_calibration(MACHINE) is None
    calibration_file().parent.mkdir(parents=True)
    calibration_file().write_bytes(made[2])
    assert load_calibration(MACHINE) == made[0]
    newer = msgspec.structs.replace(MACHINE, engine=EngineBuild(build="engine 2"))
    assert load_calibration(newer) is None
    assert read_calibration() == made[0]


@pytest.mark.logs_warnings
@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"engine_build": 1}', b"\xff"])
def test_a_damaged_record_counts_as_none(data: bytes):
    calibration_file().parent.mkdir(parents=True)
    calibration_file().write_bytes(data)
    assert read_calibration() is None
    assert load_calibration(MACHINE) is None


def test_a_stop_while_timing_leaves_no_file_and_no_process():
    stop = threading.Event()
    told: list[float] = []
    before = set(psutil.Process().children())  # a test runner may have children of its own
    running = stop_once(lambda: bool(set(psutil.Process().children()) - before) and bool(told), stop)
    with pytest.raises(GemfitError) as caught:
        calibrate(MACHINE, lambda f, _: told.append(f), stop, probes=[ENDLESS])
    running.join()
    assert caught.value.code == "cancelled"
    assert left_behind() == []
    assert set(psutil.Process().children()) <= before
    assert not calibration_file().exists()


def test_a_stop_before_it_began_measures_nothing():
    stop = threading.Event()
    stop.set()
    with pytest.raises(GemfitError) as caught:
        calibrate(MACHINE, silent, stop, probes=[ENDLESS])
    assert caught.value.code == "cancelled"
    assert left_behind() == []


def _is_engine(child: psutil.Process) -> bool:
    try:
        return "--child engine" in " ".join(child.cmdline())
    except psutil.NoSuchProcess:
        return False


def test_a_killed_engine_is_said_and_leaves_nothing():
    killed: list[psutil.Process] = []

    def kill() -> bool:
        engines = [child for child in psutil.Process().children() if _is_engine(child)]
        for engine in engines:
            engine.kill()
        killed.extend(engines)
        return bool(killed) and not engines

    killer = stop_once(kill, threading.Event())
    with pytest.raises(GemfitError) as caught:
        calibrate(MACHINE, silent, threading.Event(), probes=[ENDLESS])
    killer.join()
    assert caught.value.code == "engine_ended"
    assert left_behind() == []


def test_a_disk_without_room_is_refused_before_anything_is_written():
    huge = probe(msgspec.structs.replace(DENSE, vocab_tokens=1 << 40))
    with pytest.raises(GemfitError) as caught:
        calibrate(MACHINE, silent, threading.Event(), probes=[huge])
    assert caught.value.code == "disk_full"
    assert "free" in str(caught.value)
    assert left_behind() == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "file"
    file.write_text("no folder")
    monkeypatch.setenv("GEMFIT_HOME", str(file))
    with pytest.raises(GemfitError) as caught:
        calibrate(MACHINE, silent, threading.Event(), probes=PROBES)
    assert caught.value.code == "not_writable"


def test_slices_of_a_killed_calibration_are_deleted_by_the_next():
    old = paths.cache_dir() / "calibration" / "slice.gguf"
    old.parent.mkdir(parents=True)
    old.write_bytes(bytes(1000))
    calibrate(MACHINE, silent, threading.Event(), probes=PROBES[:1])
    assert left_behind() == []


def test_two_at_once_would_measure_each_other():
    paths.cache_dir().mkdir(parents=True)
    with filelock.FileLock(paths.cache_dir() / "calibration.lock"), pytest.raises(GemfitError) as caught:
        calibrate(MACHINE, silent, threading.Event(), probes=PROBES)
    assert caught.value.code == "calibrating"


def test_slices_that_would_fill_the_memory_are_left_out():
    small = Machine(
        memory=Memory(total_bytes=1 << 30, available_bytes=1 << 30),
        cpu=MACHINE.cpu,
        disk=MACHINE.disk,
    )
    chosen = room._that_fit_in_memory(room.PROBES, small)
    assert 0 < len(chosen) < len(room.PROBES)
    assert all(not p.wanted.experts for p in chosen)


def test_a_busy_machine_is_said():
    calm = Calibration(engine_build="", machine_key="", made_at="", took_s=1, devices=[RATES], busy_cores=0.2)
    assert was_busy(calm) is None
    assert "1.7 cores" in str(was_busy(msgspec.structs.replace(calm, busy_cores=1.7)))


def test_the_quiet_time_ignores_what_was_held_up():
    assert quiet([1.0, 1.1, 1.0, 9.0, 50.0]) == 1.0
    assert quiet([3.0]) == 3.0


def test_a_probe_says_what_is_timed():
    assert all(isinstance(p, Probe) and p.generate_tokens > 8 and p.repetitions > 2 for p in room.PROBES)
