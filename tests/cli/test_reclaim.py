"""`gemfit reclaim`."""

import pytest

from gemfit.library.queue_entries import entry_of_model
from gemfit.library.queue_store import QueueStore
from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.library.parts import FILE, tiny_catalog

CATALOG = tiny_catalog(b"weights")


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", CATALOG)))
    return command_in(capsys)


@pytest.fixture
def part(home):
    part = home / "data" / "models" / "Tiny" / "q4_0" / f"{FILE}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half" * 5000)
    return part


def test_with_nothing_lying_about_there_is_nothing_to_reclaim(command):
    assert "nothing to reclaim" in command("reclaim")[1]
    assert parsed(command("reclaim", "--json")) == {"items": [], "total_bytes": 0, "freed_bytes": None}


def test_it_lists_first_and_deletes_nothing(command, part):
    code, out, _ = command("reclaim")
    assert code == 0
    assert str(part) in out
    assert "not in the queue" in out
    assert "gemfit reclaim --yes" in out
    assert part.exists()


def test_when_told_so_it_deletes_and_says_what_is_free(command, part):
    answer = parsed(command("reclaim", "--yes", "--json"))
    assert [(item["path"], item["kind"]) for item in answer["items"]] == [(str(part), "part")]
    assert answer["freed_bytes"] == answer["total_bytes"] >= 20_000
    assert not part.exists()


def test_what_is_in_the_queue_is_kept(command, part, home):
    entry = entry_of_model(CATALOG, "Tiny", None, weights_dir=home / "data" / "models")
    from functools import partial

    from gemfit.library import queue

    QueueStore().change([partial(queue.add, entry=entry)])
    assert parsed(command("reclaim", "--yes", "--json"))["items"] == []
    assert part.exists()
