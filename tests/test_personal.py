"""What is personal is left out, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.personal import Personal, here, without

ANNA = Personal(home="/home/anna", users=("anna",), hosts=("annas-laptop.fritz.box", "annas-laptop"))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/home/anna/models/e2b.gguf", "~/models/e2b.gguf"),
        ("/home/anna", "~"),
        ("/home/annabel/models", "/home/annabel/models"),
        ("/srv/anna/models", "/srv/(user)/models"),
        ("/mnt/Anna_data", "/mnt/(user)_data"),
        ("on annas-laptop.fritz.box", "on (computer)"),
        ("Linux 6.1 annas-laptop", "Linux 6.1 (computer)"),
        ("savanna", "savanna"),
    ],
)
def test_names_and_the_home_folder_go(text: str, clean: str):
    assert without(text, ANNA) == clean


def test_windows_folders_go_with_either_slash():
    who = Personal(home=r"C:\Users\Anna Q", users=("Anna Q",))
    assert without(r"C:\Users\Anna Q\models", who) == r"~\models"
    assert without("C:/Users/Anna Q/models", who) == "~/models"


def test_where_nobody_is_known_nothing_changes():
    assert without("/home/anna", Personal()) == "/home/anna"


def test_names_that_many_computers_have_stay(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("platform.node", lambda: "localhost")
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    monkeypatch.setenv("HOME", "/root")
    monkeypatch.setenv("USERPROFILE", "/root")
    assert here().users == here().hosts == ()


def test_the_login_counts_besides_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("platform.node", lambda: "kitchen.example")
    monkeypatch.setattr("getpass.getuser", lambda: "marylou")
    monkeypatch.setenv("HOME", str(tmp_path / "ml2"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "ml2"))
    who = here()
    assert who.home == str(tmp_path / "ml2")
    assert set(who.users) == {"marylou", "ml2"}
    assert who.hosts == ("kitchen.example", "kitchen")


def test_a_login_without_a_name_is_no_failure(monkeypatch: pytest.MonkeyPatch):
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert isinstance(here(), Personal)


@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_home_folder_is_never_left(before: str, after: str):
    assert "/home/anna/" not in without(f"{before}/home/anna/{after}", ANNA)
