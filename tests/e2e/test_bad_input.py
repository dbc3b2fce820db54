"""What people give it that cannot work: one clear sentence, exit code 1, never a traceback."""

import pytest

from tests.e2e.bad_files import SPOILERS, reaching_template, spoil
from tests.e2e.program import assert_one_sentence, gemfit


@pytest.mark.parametrize("how", SPOILERS.values(), ids=SPOILERS)
@pytest.mark.parametrize("command", ["measure", "chat"])
def test_file_that_is_not_weights(tiny_file, how, command):
    spoil(tiny_file, how)
    arguments = {"measure": ["measure", tiny_file], "chat": ["chat", "--model", tiny_file, "Hi"]}[command]
    assert_one_sentence(gemfit(*arguments))


@pytest.mark.parametrize("share", [0.001, 0.05, 0.3, 0.7, 0.999])
def test_weights_cut_at_any_place(tiny_file, share):
    data = tiny_file.read_bytes()
    tiny_file.write_bytes(data[: int(len(data) * share)])
    assert_one_sentence(gemfit("chat", "--model", tiny_file, "Hi"))


def test_template_that_tries_to_reach_python(tiny_file):
    spoil(tiny_file, reaching_template)
    result = gemfit("chat", "--model", tiny_file, "--max-tokens", "4", "Hi")
    sentence = assert_one_sentence(result)
    assert "template" in sentence
    assert "class '" not in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["chat", "--model", "E99", "Hi"],
        ["chat", "--model", "E2B:q9", "Hi"],
        ["chat", "--model", "E2B", "Hi"],
        ["chat", "--model", "/nowhere/x.gguf", "Hi"],
        ["measure", "/nowhere/x.gguf"],
        ["verify", "/nowhere/x.gguf"],
        ["verify", "E2B"],
        ["get", "E99"],
        ["get", "E2B", "q9"],
        ["fit", "--machine", "/nowhere/machine.json"],
        ["fit", "--catalog", "/nowhere/catalog.json"],
    ],
    ids=" ".join,
)
def test_what_is_not_there(arguments):
    assert_one_sentence(gemfit(*arguments))


def test_catalogue_and_machine_that_are_not_what_they_should_be(tmp_path):
    nonsense = tmp_path / "nonsense.json"
    not_utf8 = b'{"schema": 1, "title": "\x80", "models": []}'
    for content in (b"", b"{}", b"[1, 2]", b"\xff\xfe", b'{"schema": 99, "models": []}', not_utf8):
        nonsense.write_bytes(content)
        assert nonsense.name in assert_one_sentence(gemfit("fit", "--catalog", nonsense))
        assert nonsense.name in assert_one_sentence(gemfit("fit", "--machine", nonsense))


def test_hub_that_cannot_be_reached():
    assert_one_sentence(gemfit("get", "E2B", HF_ENDPOINT="http://127.0.0.1:9", timeout_s=170))
