"""Where each program keeps its weights, on each system, and what is found there."""

import json
import os

import pytest

from gemfit.library.stores import gpt4all, huggingface, jan, llamacpp, lmstudio, ollama
from tests.library.stores.homes import PLATFORMS, host, put, put_in_hugging_face, put_in_ollama, sha256

DATA = b"GGUF and more"


def no_trouble(path, error):
    raise AssertionError(f"{path}: {error}")


def all_of(program, here):
    return [found for place in program.places(here) for found in program.files(place, no_trouble)]


# The Hugging Face cache


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_hugging_face_cache_is_in_the_same_place_on_every_system(tmp_path, platform):
    here = host(tmp_path, platform)
    assert huggingface.places(here) == [here.home / ".cache" / "huggingface" / "hub"]


def test_its_variables_are_respected_in_their_order(tmp_path):
    named = host(tmp_path, HF_HUB_CACHE=tmp_path / "a", HF_HOME=tmp_path / "b", XDG_CACHE_HOME=tmp_path / "c")
    assert huggingface.places(named) == [tmp_path / "a"]
    named = host(tmp_path, HF_HOME=tmp_path / "b", XDG_CACHE_HOME=tmp_path / "c")
    assert huggingface.places(named) == [tmp_path / "b" / "hub"]
    assert huggingface.places(host(tmp_path, HF_HOME="~/x")) == [tmp_path / "home" / "x" / "hub"]
    assert huggingface.places(host(tmp_path, HF_HOME="relative")) == huggingface.places(host(tmp_path))


def test_a_snapshot_says_its_hash_by_the_blob_it_leads_to(tmp_path):
    here = host(tmp_path, HF_HOME=tmp_path / "hf")
    link = put_in_hugging_face(tmp_path / "hf" / "hub", "unsloth/gemma-GGUF", "BF16/x.gguf", DATA)
    (found,) = all_of(huggingface, here)
    assert (found.path, found.bytes, found.origin) == (link, len(DATA), "huggingface")
    assert (found.called, found.said_sha256) == ("unsloth/gemma-GGUF/BF16/x.gguf", sha256(DATA))


def test_a_copy_in_the_snapshot_says_no_hash(tmp_path):
    put(tmp_path / "models--a--b" / "snapshots" / "c" / "x.gguf", DATA)
    (found,) = huggingface.files(tmp_path, no_trouble)
    assert (found.said_sha256, found.bytes) == (None, len(DATA))


def test_a_link_out_of_the_repository_says_no_hash_whatever_its_name(tmp_path):
    elsewhere = put(tmp_path / sha256(b"other"), DATA)
    link = tmp_path / "hub" / "models--a--b" / "snapshots" / "c" / "x.gguf"
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    (found,) = huggingface.files(tmp_path / "hub", no_trouble)
    assert found.said_sha256 is None


def test_small_files_named_after_a_git_hash_say_no_sha256(tmp_path):
    folder = tmp_path / "models--a--b"
    put(folder / "blobs" / ("a" * 40), DATA)
    link = folder / "snapshots" / "c" / "x.gguf"
    link.parent.mkdir(parents=True)
    link.symlink_to("../../blobs/" + "a" * 40)
    (found,) = huggingface.files(tmp_path, no_trouble)
    assert found.said_sha256 is None


def test_the_commit_that_main_means_comes_first(tmp_path):
    put_in_hugging_face(tmp_path, "a/b", "x.gguf", b"old", "1" * 40)
    put_in_hugging_face(tmp_path, "a/b", "x.gguf", b"newer", "9" * 40)
    assert [found.bytes for found in huggingface.files(tmp_path, no_trouble)] == [5, 3]


@pytest.mark.parametrize("name", ["datasets--a--b", "models--a", "models--..--b", "models--a--b.git", "x"])
def test_what_is_no_repository_of_models_is_left_out(tmp_path, name):
    put(tmp_path / name / "snapshots" / "c" / "x.gguf")
    assert list(huggingface.files(tmp_path, no_trouble)) == []


def test_a_link_to_a_blob_that_is_gone_is_nothing(tmp_path):
    put_in_hugging_face(tmp_path, "a/b", "x.gguf", DATA).resolve().unlink()
    assert list(huggingface.files(tmp_path, no_trouble)) == []


# LM Studio


@pytest.mark.parametrize("platform", PLATFORMS)
def test_lm_studio_has_a_folder_of_before_and_one_of_now(tmp_path, platform):
    here = host(tmp_path, platform)
    put(here.home / ".lmstudio" / "models" / "unsloth" / "gemma" / "x.gguf")
    put(here.home / ".cache" / "lm-studio" / "models" / "a" / "b" / "mmproj-x.gguf")
    assert [(f.called, f.role, f.origin) for f in all_of(lmstudio, here)] == [
        ("unsloth/gemma/x.gguf", "weights", "lmstudio"),
        ("a/b/mmproj-x.gguf", "projector", "lmstudio"),
    ]


def test_lm_studio_may_name_another_home_and_another_folder(tmp_path):
    here = host(tmp_path)
    put(here.home / ".lmstudio-home-pointer", f"{tmp_path / 'lm'}\n".encode())
    settings = json.dumps({"downloadsFolder": str(tmp_path / "big" / "models"), "other": 1})
    put(tmp_path / "lm" / "settings.json", settings.encode())
    assert lmstudio.places(here)[:2] == [tmp_path / "big" / "models", tmp_path / "lm" / "models"]


@pytest.mark.parametrize("settings", [b"", b"{", b"[]", b'{"downloadsFolder": 7}', b'{"downloadsFolder": "models"}'])
def test_settings_that_say_nothing_leave_the_usual_folder(tmp_path, settings):
    here = host(tmp_path)
    put(here.home / ".lmstudio" / "settings.json", settings)
    assert lmstudio.places(here)[0] == here.home / ".lmstudio" / "models"


# Ollama


def test_ollama_has_a_persons_folder_and_on_linux_that_of_the_service(tmp_path):
    service = tmp_path / "root/usr/share/ollama/.ollama/models"
    own = tmp_path / "home" / ".ollama" / "models"
    assert ollama.places(host(tmp_path)) == [own, service]
    assert ollama.places(host(tmp_path, "darwin")) == ollama.places(host(tmp_path, "win32")) == [own]
    assert ollama.places(host(tmp_path, "win32", OLLAMA_MODELS=tmp_path / "o")) == [tmp_path / "o"]


def test_weights_and_projectors_are_the_blobs_that_manifests_name(tmp_path):
    layers = [("model", DATA), ("projector", b"eyes"), ("template", b"{{ .Prompt }}"), ("license", b"Apache")]
    blobs = put_in_ollama(tmp_path, "registry.ollama.ai/library/gemma4/e4b", *layers)
    found = list(ollama.files(tmp_path, no_trouble))
    assert [(f.path, f.role, f.said_sha256) for f in found] == [
        (blobs[0], "weights", sha256(DATA)),
        (blobs[1], "projector", sha256(b"eyes")),
    ]
    assert {f.called for f in found} == {"gemma4:e4b"}


@pytest.mark.parametrize(
    ("manifest", "called"),
    [
        ("registry.ollama.ai/library/gemma4/latest", "gemma4:latest"),
        ("registry.ollama.ai/someone/gemma4/q4", "someone/gemma4:q4"),
        ("hf.co/unsloth/gemma-GGUF/Q4_0", "hf.co/unsloth/gemma-GGUF:Q4_0"),
    ],
)
def test_models_are_called_as_ollama_calls_them(tmp_path, manifest, called):
    put_in_ollama(tmp_path, manifest, ("model", DATA))
    assert [f.called for f in ollama.files(tmp_path, no_trouble)] == [called]


def test_a_layer_that_two_names_share_is_there_once(tmp_path):
    put_in_ollama(tmp_path, "registry.ollama.ai/library/a/latest", ("model", DATA))
    put_in_ollama(tmp_path, "registry.ollama.ai/library/b/latest", ("model", DATA))
    assert [f.called for f in ollama.files(tmp_path, no_trouble)] == ["a:latest"]


@pytest.mark.parametrize("digest", ["sha256:../../../etc/passwd", "sha256:" + "A" * 64, "md5:" + "a" * 32, "", "/x"])
def test_a_digest_that_is_none_leads_nowhere(tmp_path, digest):
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": digest}
    put(tmp_path / "manifests" / "h" / "n" / "m" / "t", json.dumps({"layers": [layer]}).encode())
    assert list(ollama.files(tmp_path, no_trouble)) == []


@pytest.mark.parametrize("manifest", [b"", b"{", b"null", b'{"layers": 3}', b"\xff" * 100, b'{"layers": [{}]}'])
def test_a_manifest_that_is_none_is_left_out(tmp_path, manifest):
    put(tmp_path / "manifests" / "h" / "n" / "m" / "t", manifest)
    put_in_ollama(tmp_path, "registry.ollama.ai/library/good/latest", ("model", DATA))
    assert [f.called for f in ollama.files(tmp_path, no_trouble)] == ["good:latest"]


def test_a_layer_that_is_not_there_is_left_out(tmp_path):
    put_in_ollama(tmp_path, "h/n/m/t", ("model", DATA))[0].unlink()
    assert list(ollama.files(tmp_path, no_trouble)) == []


# Jan


def test_jans_data_folder_by_system(tmp_path):
    def usual(platform, **environ):
        return jan.places(host(tmp_path, platform, **environ))[0]

    assert usual("linux") == tmp_path / "home/.local/share/Jan/data"
    assert usual("darwin") == tmp_path / "home/Library/Application Support/Jan/data"
    assert usual("win32") == tmp_path / "home/AppData/Roaming/Jan/data"
    assert usual("win32", APPDATA=tmp_path / "r") == tmp_path / "r/Jan/data"
    assert jan.places(host(tmp_path, JAN_DATA_FOLDER=tmp_path / "j")) == [tmp_path / "j"]


def test_jans_settings_may_name_another_data_folder(tmp_path):
    here = host(tmp_path)
    put(here.data / "Jan" / "settings.json", json.dumps({"data_folder": str(tmp_path / "big")}).encode())
    assert jan.places(here)[0] == tmp_path / "big"


def test_jans_models_of_now_and_before(tmp_path):
    put(tmp_path / "llamacpp/models/gemma-4-E2B/model.gguf", DATA)
    put(tmp_path / "llamacpp/models/gemma-4-E2B/mmproj.gguf")
    notes = "model_path: llamacpp/models/gemma-4-E2B/model.gguf\nname: Gemma\nsize_bytes: 13\n"
    put(tmp_path / "llamacpp/models/gemma-4-E2B/model.yml", notes.encode())
    put(tmp_path / "models/tiny/tiny.gguf")
    put(tmp_path / "models/tiny/model.json", b"{}")
    assert [(f.called, f.role) for f in jan.files(tmp_path, no_trouble)] == [
        ("gemma-4-E2B/mmproj.gguf", "projector"),
        ("gemma-4-E2B", "weights"),
        ("tiny/tiny.gguf", "weights"),
    ]


def test_a_model_that_jan_imported_where_it_was_is_found_there(tmp_path):
    elsewhere = put(tmp_path / "mine" / "x.gguf", DATA)
    notes = f'model_path: "{elsewhere}"\nmmproj_path: ../../etc/x.gguf\n'
    put(tmp_path / "jan/llamacpp/models/x/model.yml", notes.encode())
    (found,) = jan.files(tmp_path / "jan", no_trouble)
    assert (found.path, found.called, found.origin) == (elsewhere, "x", "jan")


# GPT4All


def test_gpt4alls_folder_by_system(tmp_path):
    def places(platform, **environ):
        return gpt4all.places(host(tmp_path, platform, **environ))

    python = tmp_path / "home/.cache/gpt4all"
    assert places("linux") == [tmp_path / "home/.local/share/nomic.ai/GPT4All", python]
    assert places("darwin") == [tmp_path / "home/Library/Application Support/nomic.ai/GPT4All", python]
    assert places("win32") == [tmp_path / "home/AppData/Local/nomic.ai/GPT4All", python]


@pytest.mark.parametrize(
    ("platform", "config"),
    [("linux", ".config"), ("darwin", ".config"), ("win32", "AppData/Roaming")],
)
def test_gpt4alls_ini_may_name_another(tmp_path, platform, config):
    here = host(tmp_path, platform)
    put(here.home / config / "nomic.ai/GPT4All.ini", f"[General]\r\nmodelPath={tmp_path}/big\r\nx=1\r\n".encode())
    assert gpt4all.places(here)[0] == tmp_path / "big"


def test_what_gpt4all_has_not_finished_is_left_out(tmp_path):
    put(tmp_path / "incomplete-x.gguf.part")
    put(tmp_path / "x.gguf")
    assert [f.called for f in gpt4all.files(tmp_path, no_trouble)] == ["x.gguf"]


# llama.cpp


def test_llama_cpps_cache_by_system(tmp_path):
    assert llamacpp.places(host(tmp_path)) == [tmp_path / "home/.cache/llama.cpp"]
    assert llamacpp.places(host(tmp_path, "darwin")) == [tmp_path / "home/Library/Caches/llama.cpp"]
    assert llamacpp.places(host(tmp_path, "win32")) == [tmp_path / "home/AppData/Local/llama.cpp"]
    assert llamacpp.places(host(tmp_path, XDG_CACHE_HOME=tmp_path / "x")) == [tmp_path / "x/llama.cpp"]
    assert llamacpp.places(host(tmp_path, LLAMA_CACHE=tmp_path / "l")) == [tmp_path / "l"]


def test_llama_cpps_old_and_new_form_are_both_read(tmp_path):
    put(tmp_path / "unsloth_gemma-GGUF_x.gguf")
    put(tmp_path / "unsloth_gemma-GGUF_y.gguf.downloadInProgress")
    put_in_hugging_face(tmp_path, "unsloth/gemma-GGUF", "z.gguf", DATA)
    found = list(llamacpp.files(tmp_path, no_trouble))
    assert [(f.called, f.origin) for f in found] == [
        ("unsloth_gemma-GGUF_x.gguf", "llamacpp"),
        ("unsloth/gemma-GGUF/z.gguf", "llamacpp"),
    ]
    assert found[1].said_sha256 == sha256(DATA)


# Of all


@pytest.mark.parametrize("program", [gpt4all, huggingface, jan, llamacpp, lmstudio, ollama])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_program_that_is_not_there_has_nothing(tmp_path, program, platform):
    assert all_of(program, host(tmp_path, platform)) == []


@pytest.mark.parametrize("program", [gpt4all, huggingface, jan, llamacpp, lmstudio, ollama])
def test_a_file_where_a_folder_should_be_is_nothing(tmp_path, program):
    assert list(program.files(put(tmp_path / "x"), no_trouble)) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that may not be read")
@pytest.mark.parametrize("program", [gpt4all, huggingface, jan, llamacpp, lmstudio])
def test_a_folder_that_may_not_be_read_is_told(tmp_path, program):
    place = tmp_path / "models"
    place.mkdir(mode=0)
    told = []
    assert list(program.files(tmp_path if program is jan else place, lambda path, _error: told.append(path))) == []
    assert told == [place]
    place.chmod(0o700)
