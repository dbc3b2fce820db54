"""How fast this machine computes: short slices of models, written, timed on each device, and deleted again.

A calibration holds for one machine and one engine build; it is kept in `<data>/calibration.json`. It takes about 45 s
on two cores and at most 1.1 GiB of disk, in the cache folder, one slice at a time.
"""

import contextlib
import datetime
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import filelock
import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.engine.protocol import Bench, Benched, BenchRun, DeviceLayers, LoadPlan
from gemfit.engine.threads import BUSY_FRACTION, physical_cores
from gemfit.errors import GemfitError
from gemfit.fit.header import shape_from_header, tensors_from_header
from gemfit.fit.types import SYSTEM_MEMORY, Calibration, DeviceRates, Plan, Share
from gemfit.fit.work import Work, works
from gemfit.gguf.parts import read_model
from gemfit.library.disk import free_bytes
from gemfit.machine.types import Machine
from gemfit.measured.bencher import Bencher, stopped
from gemfit.measured.machine_key import machine_key
from gemfit.measured.probes import PROBES, Probe
from gemfit.measured.rates import Timing, rates_of
from gemfit.measured.slices import file_bytes, write_slice
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

SPARE_BYTES = 256 << 20
"""Left free on the disk besides the slice."""
MOST_ROUNDS = 3
"""The slices are timed in turn so often: how fast memory is changes within seconds where others use it too."""
BUDGET_S = 50.0
"""No round begins that would end after this. The first is always made, however long it takes."""
QUIET_QUANTILE = 0.2
"""Of the times of single tokens: what is slower was held up by others."""

log = logging.getLogger(__name__)
Progress = Callable[[float, Sentence], None]


def calibration_file() -> Path:
    return paths.data_dir() / "calibration.json"


def read_calibration() -> Calibration | None:
    """The last one made, whatever it holds for; None if there is none that can be read."""
    try:
        return msgspec.json.decode(calibration_file().read_bytes(), type=Calibration)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("the calibration cannot be read: %s", error)
        return None


def is_stale(calibration: Calibration, machine: Machine) -> bool:
    """Whether it was made on another machine, or with another engine build."""
    return calibration.machine_key != machine_key(machine) or calibration.engine_build != machine.engine.build


def load_calibration(machine: Machine) -> Calibration | None:
    """The calibration of this machine with its engine build; None if it was not made, or is stale."""
    found = read_calibration()
    return None if found is None or is_stale(found, machine) else found


def calibrate(
    machine: Machine,
    progress: Progress,
    stop: threading.Event,
    *,
    probes: Sequence[Probe] | None = None,
) -> Calibration:
    """Measure, and keep the result. Whatever happens, no slice and no process is left. `probes`: others than PROBES.

    Raises GemfitError: `cancelled`, `calibrating` (another is under way), `disk_full`, `not_writable`, and what the
    engine says.
    """
    started = time.monotonic()
    chosen = _that_fit_in_memory(probes or PROBES, machine)
    with _working_folder(max(file_bytes(probe.wanted) for probe in chosen)) as folder, Bencher(stop) as bencher:
        run = _Run(machine, progress, stop, folder, bencher, chosen)
        devices = run.devices()
    made = Calibration(
        engine_build=machine.engine.build,
        machine_key=machine_key(machine),
        made_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        took_s=round(time.monotonic() - started, 1),
        devices=devices,
        busy_cores=round(max(run.busy_cores), 2),
    )
    _keep(made)
    return made


def was_busy(calibration: Calibration) -> Sentence | None:
    """What to say if other programs kept the machine busy meanwhile."""
    if calibration.busy_cores <= BUSY_FRACTION:
        return None
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "Other programs kept {cores} cores busy meanwhile, so the speeds may be too low. Calibrate again when the "
        "machine is quiet.",
    )
    return say(text, cores=round(calibration.busy_cores, 1))


def _that_fit_in_memory(probes: Sequence[Probe], machine: Machine) -> list[Probe]:
    """Those that take at most half of the free memory: loaded, a slice is there about twice for a moment."""
    limit = machine.memory.available_bytes // 4
    fitting = [probe for probe in probes if file_bytes(probe.wanted) <= limit]
    return fitting or [min(probes, key=lambda probe: file_bytes(probe.wanted))]


@contextlib.contextmanager
def _working_folder(needed_bytes: int) -> Iterator[Path]:
    """A folder for slices, gone afterwards, and with it what a killed calibration left."""
    place = paths.cache_dir() / "calibration"
    lock = filelock.FileLock(paths.cache_dir() / "calibration.lock")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except filelock.Timeout:
        text = QT_TRANSLATE_NOOP("gemfit", "Another calibration is under way. Wait until it is done.")
        raise GemfitError("calibrating", say(text)) from None
    except OSError as error:
        raise _cannot_write(error, place) from error
    try:
        shutil.rmtree(place, ignore_errors=True)
        free = free_bytes(place)
        if free < needed_bytes + SPARE_BYTES:
            raise _no_room(place, needed_bytes + SPARE_BYTES, free)
        try:
            place.mkdir()
            yield place
        except OSError as error:
            raise _cannot_write(error, place) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)
        lock.release()


def _no_room(folder: Path, needed: int, free: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "Calibrating needs {needed_bytes} in {folder} for a minute, and {available_bytes} are free. Nothing was "
        "changed. Free some space, then try again.",
    )
    return GemfitError("disk_full", say(text, folder=str(folder.parent), needed_bytes=needed, available_bytes=free))


def _cannot_write(error: OSError, folder: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "Calibrating could not write to {folder}: {reason}. What it wrote is deleted. Free some space or check the "
        "permissions, then try again.",
    )
    return GemfitError(
        "not_writable", say(text, folder=str(folder.parent), reason=error.strerror or type(error).__name__)
    )


def _keep(made: Calibration) -> None:
    file = calibration_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    except OSError as error:
        raise _cannot_write(error, file) from error


class _Run:
    """One calibration: every probe on every device, round after round. `busy_cores`: of others, during each."""

    def __init__(
        self,
        machine: Machine,
        progress: Progress,
        stop: threading.Event,
        folder: Path,
        bencher: Bencher,
        probes: list[Probe],
    ) -> None:
        self._progress = progress
        self._stop = stop
        self._path = folder / "slice.gguf"
        self._bencher = bencher
        self._probes = probes
        gpus = [gpu.engine_device or "" for gpu in machine.gpus if gpu.usable and gpu.engine_device]
        self._devices = [SYSTEM_MEMORY, *gpus]
        self._round = self._step = 0
        self._threads = 1
        self._samples = {(device, i): _Samples(probe) for device in self._devices for i, probe in enumerate(probes)}
        self.busy_cores: list[float] = [0.0]

    def devices(self) -> list[DeviceRates]:
        """The rates of each device."""
        started = time.monotonic()
        for self._round in range(MOST_ROUNDS):
            self._one_round()
            spent = time.monotonic() - started
            if spent * (self._round + 2) / (self._round + 1) > BUDGET_S:  # another one like these would be too much
                break
        return [
            rates_of(
                device, self._threads, [t for i in range(len(self._probes)) for t in self._samples[device, i].timings()]
            )
            for device in self._devices
        ]

    def _one_round(self) -> None:
        self._step = 0
        for i, probe in enumerate(self._probes):
            self._tell(0.0)
            write_slice(probe.wanted, self._path, self._stop)
            for device in self._devices:
                self._time(probe, device, self._samples[device, i])
                self._step += 1
            self._path.unlink()

    def _time(self, probe: Probe, device: str, samples: "_Samples") -> None:
        if self._stop.is_set():
            raise stopped()
        shares = [DeviceLayers(device, len(probe.wanted.layers) + 1)] if device else []
        context = max(probe.prompt_tokens) + probe.generate_tokens + 16
        answer = self._bencher.bench(
            Bench(
                request_id=1 + self._step + self._round * len(self._samples),
                path=str(self._path),
                # All cores, as the chat has it when the machine is quiet.
                plan=LoadPlan(context_tokens=context, shares=shares, threads=physical_cores()),
                runs=[
                    BenchRun(prompt_tokens=tokens, generate_tokens=probe.generate_tokens)
                    for tokens in probe.prompt_tokens
                ],
                repetitions=probe.repetitions,
                limit_s=probe.limit_s,
            ),
            self._tell,
        )
        self.busy_cores.append(answer.busy_cores)
        self._threads = answer.threads
        samples.add(_work(self._path, device), answer)

    def _tell(self, fraction: float) -> None:
        steps = len(self._samples)
        number = min(self._step + 1, steps)
        text = QT_TRANSLATE_NOOP("gemfit", "Timing slice {number} of {count}, round {round}")
        self._progress(
            (self._round + (self._step + fraction) / steps) / MOST_ROUNDS,
            say(text, number=number, count=steps, round=self._round + 1),
        )


class _Samples:
    """All times of one probe on one device."""

    def __init__(self, probe: Probe) -> None:
        self._tokens = probe.prompt_tokens
        self._prompt_s: list[list[float]] = [[] for _ in probe.prompt_tokens]
        self._token_s: list[list[float]] = [[] for _ in probe.prompt_tokens]
        self._work: Work | None = None

    def add(self, work: Work, answer: Benched) -> None:
        self._work = work
        for mine, new in zip(self._prompt_s + self._token_s, answer.prompt_s + answer.token_s, strict=True):
            mine += new

    def timings(self) -> list[Timing]:
        assert self._work is not None
        return [
            Timing(self._work, tokens, quiet(prompts), quiet(singles))
            for tokens, prompts, singles in zip(self._tokens, self._prompt_s, self._token_s, strict=True)
        ]


def quiet(times: Sequence[float]) -> float:
    """The time when nothing else holds the machine up."""
    return sorted(times)[int(QUIET_QUANTILE * (len(times) - 1))]


def _work(path: Path, device: str) -> Work:
    header = read_model(path)
    shape, tensors = shape_from_header(header), tensors_from_header(header)
    plan = Plan(shares=[Share(device, shape.layers + 1)] if device else [])
    return works(shape, tensors, plan)[-1]
