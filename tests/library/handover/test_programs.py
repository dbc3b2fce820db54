"""The command lines and repositories for the other programs. Where a real one is installed, it is started."""

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from gemfit.library.handover import litert_lm, llama_server, servers, transformersjs
from gemfit.library.handover.own_repos import MODELS
from gemfit.library.handover.targets import TARGETS, offer, offers
from tests.library.handover.parts import gemma, here


def test_llama_server_gets_the_flags_that_save_memory(tmp_path):
    subject = here(tmp_path / "x.gguf")
    argv = llama_server.command(subject, 4096)
    assert argv[:5] == ["llama-server", "-m", str(subject.path), "-c", "4096"]
    assert " ".join(argv[5:]) == "-np 1 -lm none -lzm on -cram 0"


def test_llama_server_gets_projector_and_drafter_where_they_are_here(tmp_path):
    whole = here(tmp_path / "x.gguf", projector=tmp_path / "p.gguf", drafter=tmp_path / "d.gguf")
    line = " ".join(llama_server.command(whole, 4096))
    assert f"--mmproj {tmp_path / 'p.gguf'} -ub 1120" in line
    assert f"-md {tmp_path / 'd.gguf'} --spec-type draft-mtp --spec-draft-n-max 3" in line


def test_a_mixture_of_experts_drafts_one_token_at_a_time(tmp_path):
    moe = gemma("26B-A4B", path=tmp_path / "x.gguf", drafter=tmp_path / "d.gguf")
    assert llama_server.command(moe, 4096)[-1] == "1"


def test_weights_that_are_not_here_have_no_command(tmp_path):
    made = llama_server.offer(gemma(), 4096)
    assert (made.argv, made.acts, made.possible) == ([], [], True)
    assert any("not on this disk" in str(note) for note in made.notes)


@pytest.mark.skipif(shutil.which("llama-server") is None, reason="llama-server is not installed here")
def test_the_real_llama_server_answers_with_that_command(data_dir, tmp_path):  # pragma: no cover - where there is one
    copy = tmp_path / "it's a model.gguf"
    copy.write_bytes((data_dir / "gemma4-tiny.gguf").read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [*llama_server.command(here(copy, copy.read_bytes()), 512), "--port", str(port)]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            assert _answers(f"http://127.0.0.1:{port}/health", server)
        finally:
            server.terminate()


def _answers(url: str, server: "subprocess.Popen[bytes]") -> bool:  # pragma: no cover - where there is one
    while server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


@pytest.mark.skipif(shutil.which("litert-lm") is None, reason="litert-lm is not installed here")
def test_the_real_litert_lm_answers_with_that_command(data_dir, tmp_path):  # pragma: no cover - where there is one
    copy = tmp_path / "it's a model.litertlm"
    copy.write_bytes((data_dir / "tiny-gemma-chat.litertlm").read_bytes())
    subject = here(copy, copy.read_bytes(), container="litertlm")
    said = subprocess.run(
        [*litert_lm.command(subject, 128), "--prompt", "Hello"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.strip()
    assert [path.name for path in tmp_path.iterdir()] == [copy.name]


def test_litert_lm_runs_its_own_files_and_no_others(tmp_path):
    mobile = gemma("E2B", "mobile", path=tmp_path / "x y.litertlm", verified=True)
    made = litert_lm.offer(mobile, 2048)
    assert made.posix == f"litert-lm run '{tmp_path}/x y.litertlm' --max-num-tokens 2048 --cache no"
    refused = litert_lm.offer(gemma("31B"), 2048)
    assert (refused.possible, refused.argv) == (False, [])
    assert "mobile" in str(refused.notes[0])


@pytest.mark.parametrize(
    ("model", "build", "repo"),
    [
        ("E2B", "q4_0", "google/gemma-4-E2B-it-qat-w4a16-ct"),
        ("12B", "q4_0", "google/gemma-4-12B-it-qat-w4a16-ct"),
        ("31B", "q4_0", "google/gemma-4-31B-it-qat-w4a16-ct"),
        ("26B-A4B", "q4_0", "google/gemma-4-26B-A4B-it"),
        ("E4B", "mobile", "google/gemma-4-E4B-it-qat-mobile-ct"),
        ("12B", "mobile", "google/gemma-4-12B-it-qat-w4a16-ct"),
        ("E4B", "bf16", "google/gemma-4-E4B-it"),
    ],
)
def test_vllm_serves_a_repository_of_its_own(model, build, repo):
    made = servers.vllm(gemma(model, build), 4096)
    assert made.posix == f"vllm serve {repo} --max-model-len 4096"
    assert [one.repo for one in made.repos] == [repo]
    assert "Not tested" in str(made.tested)


def test_the_mixture_of_experts_has_no_4_bit_weights_for_vllm_and_that_is_said():
    notes = [str(note) for note in servers.vllm(gemma("26B-A4B"), 4096).notes]
    assert any("no 4-bit weights of Gemma 4 26B-A4B" in note for note in notes)


@pytest.mark.parametrize("model", MODELS)
def test_sglang_and_mlx_have_a_repository_for_each_model(model):
    assert servers.sglang(gemma(model), 4096).repos[0].repo == f"google/gemma-4-{model}-it"
    assert servers.mlx(gemma(model), 4096).repos[0].repo == f"mlx-community/gemma-4-{model}-it-qat-4bit"


def test_transformers_js_has_the_two_small_ones():
    made = transformersjs.offer(gemma("E2B"))
    (repo,) = made.repos
    assert repo.repo == "onnx-community/gemma-4-E2B-it-qat-mobile-ONNX"
    assert repo.repo in made.document
    assert str(repo.revision) in made.document
    assert repo.approx_bytes == 2_324_194_278
    assert [transformersjs.offer(gemma(model)).possible for model in MODELS] == [True, True, False, False, False]


def test_a_file_of_ones_own_has_no_repository(tmp_path):
    own = here(tmp_path / "x.gguf", model=None, build=None, own=True)
    refused = {made.target for made in offers(own, 4096) if not made.possible}
    assert refused == {"vllm", "mlx", "sglang", "litert-lm", "transformersjs"}


def test_all_programs_are_offered_those_that_can_run_it_first():
    made = offers(gemma("31B"), 4096)
    assert sorted(one.target for one in made) == sorted(TARGETS)
    possible = [one.possible for one in made]
    assert possible == sorted(possible, reverse=True)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("model", [*MODELS, "starter"])
def test_every_offer_says_what_was_tested_and_names_the_licence(target, model):
    made = offer(target, gemma(model), 4096)
    assert made.target == target
    assert str(made.tested)
    assert "Apache-2.0" in str(made.licence)
    assert made.possible or made.notes
