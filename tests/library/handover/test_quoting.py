"""A command as one line of a shell: what the shell makes of it again."""

import json
import shutil
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.library.handover.quoting import posix, powershell

WORDS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=1, max_size=4)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh on Windows")
@given(words=WORDS)
@settings(max_examples=15, deadline=None)
def test_sh_gives_a_program_the_very_words(words):
    line = posix([sys.executable, "-c", "import json, sys; print(json.dumps(sys.argv[1:]))", *words])
    said = subprocess.run(["sh", "-c", line], capture_output=True, text=True, encoding="utf-8", check=True)
    assert json.loads(said.stdout) == words


def test_a_plain_command_stays_as_it_is():
    assert posix(["llama-server", "-m", "/a/b.gguf"]) == powershell(["llama-server", "-m", "/a/b.gguf"])
    assert powershell(["ollama", "create", "gemfit-e2b:q4_0"]) == "ollama create gemfit-e2b:q4_0"


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        (r"C:\Users\Ann Lee\x.gguf", r"'C:\Users\Ann Lee\x.gguf'"),
        ("it's", "'it''s'"),
        ("it\u2019s", "'it\u2019\u2019s'"),
        ("$HOME", "'$HOME'"),
        ("a;b", "'a;b'"),
        ("a`b", "'a`b'"),
        ("", "''"),
        ("@x", "'@x'"),
    ],
)
def test_powershell_takes_nothing_in_quotes_for_more_than_it_is(word, quoted):
    assert powershell(["x", word]) == f"x {quoted}"


def test_a_program_whose_path_needs_quotes_is_called_by_powershell():
    line = powershell([r"C:\Program Files\x.exe", "run"])
    assert line == r"& 'C:\Program Files\x.exe' run"


@pytest.mark.skipif(shutil.which("pwsh") is None, reason="PowerShell is not installed here")
@given(word=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
@settings(max_examples=10, deadline=None)
def test_powershell_gives_a_program_the_very_words(word):  # pragma: no cover - where there is one
    line = powershell([sys.executable, "-c", "import json, sys; print(json.dumps(sys.argv[1:]))", word])
    said = subprocess.run(["pwsh", "-NoProfile", "-Command", line], capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == [word]
