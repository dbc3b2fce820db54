"""llama.cpp's own cache: files side by side, `owner_name_file.gguf`; since spring 2026 in the form of Hugging Face's.

`fs_get_cache_directory` in common/common.cpp and `get_cache_directory` in common/hf-cache.cpp. Without `LLAMA_CACHE`
the newer form is in the Hugging Face cache itself.
"""

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from gemfit.library.stores import huggingface
from gemfit.library.stores.found import Found, Trouble
from gemfit.library.stores.host import Host
from gemfit.library.stores.walk import weights_below
from gemfit.library.types import Origin

ORIGIN: Origin = "llamacpp"


def places(host: Host) -> list[Path]:
    """`LLAMA_CACHE`, else `llama.cpp` among the caches."""
    return [host.named("LLAMA_CACHE") or host.cache / "llama.cpp"]


def files(folder: Path, trouble: Trouble) -> Iterator[Found]:
    """Both forms."""
    for found in weights_below(folder, trouble, depth=0):
        yield replace(found, origin=ORIGIN)
    for found in huggingface.files(folder, trouble):
        yield replace(found, origin=ORIGIN)
