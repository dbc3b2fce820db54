"""vLLM, SGLang and MLX: servers that fetch repositories of their own and cannot use the files here."""

import platform
import sys

from gemfit.library.handover import own_repos
from gemfit.library.handover.common import FETCHES, found, licence_of
from gemfit.library.handover.quoting import posix, powershell
from gemfit.library.handover.types import Handover, Repo, Subject, Target
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

_ONLY_FAMILY = QT_TRANSLATE_NOOP("gemfit", "Only the five Gemma 4 have a known repository for {program}.")
_NOT_TESTED = QT_TRANSLATE_NOOP(
    "gemfit", "Not tested: {program} was not at hand. Names and options are those that its documentation gives."
)
_NO_W4A16 = QT_TRANSLATE_NOOP(
    "gemfit", "Google published no 4-bit weights of {model} for vLLM; {repo} is the model as trained, in BF16."
)
_12B_VLLM = QT_TRANSLATE_NOOP(
    "gemfit", "Early versions of vLLM cannot load the 12B's 4-bit weights. Take a current one."
)
_12B_SGLANG = QT_TRANSLATE_NOOP("gemfit", "SGLang's page on Gemma 4 does not name the 12B. It may not run there.")
_SGLANG_BF16 = QT_TRANSLATE_NOOP(
    "gemfit", "This is the model as trained, in BF16: no 4-bit weights are named for SGLang."
)
_APPLE = QT_TRANSLATE_NOOP("gemfit", "MLX is for Macs with Apple's own chips.")


def vllm(subject: Subject, context_tokens: int) -> Handover:
    """`vllm serve`, with the repository for this format."""
    model_id = own_repos.family_id(subject)
    if model_id is None:
        return _not_possible("vllm", "vLLM", "vllm", subject)
    repo, notes = _for_vllm(subject, model_id)
    argv = ["vllm", "serve", repo.repo, "--max-model-len", str(context_tokens)]
    return _made("vllm", "vLLM", "vllm", subject, repo, argv, notes)


def _for_vllm(subject: Subject, model_id: str) -> tuple[Repo, list[Sentence]]:
    format_ = subject.build.format if subject.build else ""
    if format_ == "bf16":
        return own_repos.bf16(model_id), []
    if format_ == "mobile" and (mobile := own_repos.mobile_ct(model_id)):
        return mobile, []
    four_bit = own_repos.w4a16(model_id)
    if four_bit is None:
        trained = own_repos.bf16(model_id)
        return trained, [say(_NO_W4A16, model=f"Gemma 4 {model_id}", repo=trained.repo)]
    return four_bit, [say(_12B_VLLM)] if model_id == "12B" else []


def sglang(subject: Subject, context_tokens: int) -> Handover:
    """SGLang's server: https://docs.sglang.io/cookbook/autoregressive/Google/Gemma4"""
    model_id = own_repos.family_id(subject)
    if model_id is None:
        return _not_possible("sglang", "SGLang", "sglang", subject)
    repo = own_repos.bf16(model_id)
    argv = ["python3", "-m", "sglang.launch_server", "--model-path", repo.repo, "--context-length", str(context_tokens)]
    argv += ["--reasoning-parser", "gemma4", "--tool-call-parser", "gemma4"]
    notes = [say(_SGLANG_BF16), *([say(_12B_SGLANG)] if model_id == "12B" else [])]
    return _made("sglang", "SGLang", "sglang", subject, repo, argv, notes)


def mlx(subject: Subject, context_tokens: int) -> Handover:
    """mlx-vlm's server, which loads all five (mlx-lm's does not know the 12B's architecture)."""
    del context_tokens  # it grows as it is needed
    model_id = own_repos.family_id(subject)
    if model_id is None:
        return _not_possible("mlx", "MLX", "mlx_vlm.server", subject)
    repo = own_repos.mlx(model_id)
    apple = sys.platform == "darwin" and platform.machine() == "arm64"
    notes = [] if apple else [say(_APPLE)]
    return _made("mlx", "MLX", "mlx_vlm.server", subject, repo, ["mlx_vlm.server", "--model", repo.repo], notes)


def _made(
    target: Target, program: str, binary: str, subject: Subject, repo: Repo, argv: list[str], notes: list[Sentence]
) -> Handover:
    return Handover(
        target=target,
        program=program,
        found=found(binary),
        possible=True,
        argv=argv,
        posix=posix(argv),
        powershell=powershell(argv),
        repos=[repo],
        notes=[say(FETCHES, program=program), *notes],
        tested=say(_NOT_TESTED, program=program),
        licence=licence_of(subject),
    )


def _not_possible(target: Target, program: str, binary: str, subject: Subject) -> Handover:
    return Handover(
        target=target,
        program=program,
        found=found(binary),
        possible=False,
        notes=[say(_ONLY_FAMILY, program=program)],
        tested=say(_NOT_TESTED, program=program),
        licence=licence_of(subject),
    )
