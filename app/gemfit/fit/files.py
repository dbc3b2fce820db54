"""What a file of weights is, for the arithmetic, whichever format it has."""

from pathlib import Path
from typing import NamedTuple

from gemfit.catalog.types import Shape, TensorLayout
from gemfit.fit import mobile
from gemfit.fit.header import shape_from_header, tensors_from_header
from gemfit.gguf import check as gguf
from gemfit.litertlm import check as litertlm
from gemfit.litertlm import failures


class FileFacts(NamedTuple):
    """Shape and tensors. `architecture` as the file has it."""

    shape: Shape
    tensors: TensorLayout
    architecture: str


def facts_of(path: Path) -> FileFacts:
    """Read and check the file. Raises GemfitError: those of `gguf.check.check_file` and `litertlm.check.check_file`."""
    if not path.name.lower().endswith(litertlm.ENDING):
        header = gguf.check_file(path)
        return FileFacts(shape_from_header(header), tensors_from_header(header), header.architecture)
    compiled = litertlm.check_file(path)
    try:
        return FileFacts(*mobile.of_file(path, compiled), compiled.architecture)
    except OSError as error:
        raise failures.cannot_read(path.name, error) from error
