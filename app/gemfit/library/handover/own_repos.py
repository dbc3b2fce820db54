"""The repositories that programs fetch by themselves, for the models of this family. Gathered from the publishers'
pages in November 2026; what is not known is None. `google/gemma-4-26B-A4B` has no W4A16.
"""

from gemfit.library.handover.types import Repo, Subject

MODELS = ("E2B", "E4B", "12B", "26B-A4B", "31B")


def family_id(subject: Subject) -> str | None:
    """Which of the five it is; None for others."""
    model_id = subject.model.id if subject.model else None
    return model_id if model_id in MODELS else None


def bf16(model_id: str) -> Repo:
    """The weights as trained."""
    return Repo(repo=f"google/gemma-4-{model_id}-it")


def w4a16(model_id: str) -> Repo | None:
    """4-bit weights of the QAT release, for vLLM."""
    return None if model_id == "26B-A4B" else Repo(repo=f"google/gemma-4-{model_id}-it-qat-w4a16-ct")


def mobile_ct(model_id: str) -> Repo | None:
    """The mobile format, for vLLM."""
    return Repo(repo=f"google/gemma-4-{model_id}-it-qat-mobile-ct") if model_id in ("E2B", "E4B") else None


_MLX: dict[str, tuple[str | None, int | None]] = {
    "E2B": ("42f62737af7a9fd8c1d55d79666c1a217be4e2e2", 4_400_000_000),
    "E4B": ("0f35c6f6d386f7f74e628bd7c6526ce531212300", 6_800_000_000),
    "12B": ("e70c6b3ba0979b3357dcd2f223ad8bde7787a6b6", 11_020_138_609),
    "26B-A4B": (None, None),
    "31B": (None, 28_800_000_000),
}


def mlx(model_id: str) -> Repo:
    """4-bit weights made for MLX from the QAT release, by its community."""
    revision, approx_bytes = _MLX[model_id]
    return Repo(repo=f"mlx-community/gemma-4-{model_id}-it-qat-4bit", revision=revision, approx_bytes=approx_bytes)


_ONNX = {
    "E2B": ("5cd5514efd375abf2801c856a3936b259cc00133", 2_324_194_278),
    "E4B": ("4d18aa8b54e354bec4705e4a4894f5bbf8956c3d", 3_600_000_000),
}


def onnx(model_id: str) -> Repo | None:
    """The mobile format for Transformers.js: the files of its text part (q2f16)."""
    if model_id not in _ONNX:
        return None
    revision, approx_bytes = _ONNX[model_id]
    return Repo(
        repo=f"onnx-community/gemma-4-{model_id}-it-qat-mobile-ONNX", revision=revision, approx_bytes=approx_bytes
    )
