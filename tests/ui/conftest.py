"""What the window's tests share: a made-up machine, a small catalogue on a loopback Hub, a session of real parts."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from gemfit.catalog.load import load_catalog
from gemfit.catalog.types import Catalog, CatalogFile
from gemfit.errors import GemfitError
from gemfit.machine.types import Cpu, Disk, EngineBuild, EngineDevice, Gpu, Machine, Memory
from gemfit.settings import Settings
from gemfit.ui import theme, worker
from gemfit.ui.session import Session
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.window import MainWindow
from gemfit.words import say
from tests.fakes.hub import FakeHub

GIB = 1 << 30


@pytest.fixture(scope="package", autouse=True)
def collected_here() -> Iterator[None]:
    """As in the program, garbage is collected on the window's thread alone: see `gemfit.ui.collector`."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def collected_after_each(collected_here: None) -> Iterator[None]:
    yield
    gc.collect()


KEY = ("E2B", "q4_0")


@pytest.fixture
def machine() -> Machine:
    """Eight cores, 15 GiB, and a graphics card of 6 GiB that the engine can drive."""
    return Machine(
        os="Debian GNU/Linux 12",
        arch="x86_64",
        memory=Memory(
            total_bytes=15 * GIB, available_bytes=11 * GIB, limit_bytes=15 * GIB, evidence={"total_bytes": "psutil"}
        ),
        cpu=Cpu(
            model="Ryzen 7 5800H",
            physical_cores=8,
            logical_cores=16,
            features=["AVX2", "FMA"],
            evidence={"model": "/proc/cpuinfo"},
        ),
        gpus=[
            Gpu(
                name="RTX 3060",
                vendor="NVIDIA",
                total_bytes=6 * GIB,
                free_bytes=5 * GIB,
                usable=True,
                engine_device="CUDA0",
                driver="560.35",
                evidence={"free_bytes": "nvml"},
            ),
            Gpu(name="Radeon Graphics", shared_memory=True, advice="Install the Vulkan build to use it."),
        ],
        disk=Disk(path="/srv/weights", total_bytes=500 * GIB, free_bytes=300 * GIB),
        engine=EngineBuild(
            build="llama.cpp 0c1e5709",
            devices=[EngineDevice(name="CUDA0", description="RTX 3060", kind="gpu", total_bytes=6 * GIB)],
            formats=["gguf"],
        ),
    )


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub(tmp_path / "hub") as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def weights(data_dir: Path) -> bytes:
    """A Gemma 4 of made-up weights, 1.3 MB: it loads."""
    return (data_dir / "gemma4-tiny.gguf").read_bytes()


@pytest.fixture
def catalog(hub: FakeHub, weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """The shipped catalogue, with the weights of E2B Q4_0 replaced by the small ones, which the Hub here has."""
    shipped = load_catalog()
    sha256 = hub.add("test/e2b", "e2b.gguf", weights)
    file = CatalogFile(file="e2b.gguf", repo="test/e2b", bytes=len(weights), sha256=sha256)
    models = []
    for model in shipped.models:
        builds = [
            msgspec.structs.replace(b, files=[file, *b.files[1:]]) if (model.id, b.id) == KEY else b
            for b in model.builds
        ]
        models.append(msgspec.structs.replace(model, builds=builds))
    catalog = msgspec.structs.replace(shipped, models=models)
    path = tmp_path / "catalog.json"
    path.write_bytes(msgspec.json.encode(catalog))
    monkeypatch.setenv("GEMFIT_CATALOG", str(path))
    return catalog


@pytest.fixture
def probed(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> list[Machine | GemfitError]:
    """What probes find, one after the other; the last one again and again."""
    found: list[Machine | GemfitError] = [machine]

    def probe(_folder: Path) -> Machine:
        answer = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(answer, GemfitError):
            raise answer
        return answer

    monkeypatch.setattr("gemfit.machine.probe.probe", probe)
    return found


@pytest.fixture
def on_the_processor(probed: list[Machine | GemfitError], machine: Machine) -> None:
    """Weights can be loaded: the graphics card is made up, and no engine finds it."""
    probed[:] = [msgspec.structs.replace(machine, gpus=[])]


@pytest.fixture
def trouble() -> GemfitError:
    return GemfitError("probe_failed", say("The disk does not answer. Plug it in and look again."))


@pytest.fixture
def session(qapp: QApplication, qtbot: QtBot, catalog: Catalog, probed: list[Machine]) -> Iterator[Session]:
    """A session whose machine has not been looked at yet."""
    theme.apply(qapp, "light")
    session = Session(Settings())
    yield session
    session.close()
    qtbot.waitUntil(lambda: session.engine.state == "idle", timeout=20_000)
    assert worker.wait_for_all(20)
    session.deleteLater()


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[EngineSession]:
    """The engine as the window sees it, with real children."""
    engine = EngineSession()
    yield engine
    engine.close()
    qtbot.waitUntil(lambda: engine.state == "idle", timeout=30_000)
    assert worker.wait_for_all(10)


@pytest.fixture
def ready(session: Session, qtbot: QtBot) -> Session:
    """A session that knows the machine and what is on the disk."""
    session.machine.probe()
    qtbot.waitUntil(lambda: session.machine.state == "ready" and session.library.scanned)
    return session


@pytest.fixture
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trash of the person's own, empty, on the disk that the tests use."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share" / "Trash"


@pytest.fixture
def window(ready: Session, qtbot: QtBot) -> Iterator[MainWindow]:
    """The whole window, active; it is closed without a question in the end."""
    window = MainWindow(ready)
    qtbot.addWidget(window)
    window.resize(1100, 760)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    yield window
    window._ending = True
