"""Checks a LiteRT-LM file before native code sees it: the library aborts on much of what is refused here."""

from pathlib import Path

from gemfit.litertlm import failures, tflite
from gemfit.litertlm.reader import read_header
from gemfit.litertlm.types import DECODER, LitertlmHeader
from gemfit.words import QT_TRANSLATE_NOOP

ENDING = ".litertlm"


def check_file(path: Path | str) -> LitertlmHeader:
    """Read and check the file; its header if it is sound. Reads some KiB.

    Damage inside a compiled model is hardly seen: only a checksum finds that. Raises GemfitError as
    `reader.read_header`.
    """
    header = read_header(path)
    check_header(header)
    try:
        tflite.check(Path(path), header)
    except OSError as error:
        raise failures.cannot_read(header.file, error) from error
    if not str(path).lower().endswith(ENDING):
        raise failures.wrong_ending(header.file)
    return header


def check_header(header: LitertlmHeader) -> None:
    """Whether there is all that answering needs, and each but once. Raises GemfitError `litertlm_unsupported` or
    `litertlm_damaged`.
    """
    kinds = [section.kind for section in header.sections]
    tokenizers = kinds.count("sp_tokenizer") + kinds.count("hf_tokenizer")
    decoders = [s for s in header.sections if s.kind == "tflite" and s.items.get("model_type") == DECODER]
    if not tokenizers or "llm_metadata" not in kinds or not decoders:
        raise failures.no_language_model(header.file)
    if any(not section.n_bytes for section in header.sections if section.kind in ("tflite", "llm_metadata")):
        raise failures.damaged(header.file, QT_TRANSLATE_NOOP("gemfit", "list of sections"))
