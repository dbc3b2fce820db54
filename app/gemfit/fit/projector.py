"""What pictures and sound take besides the model: the projector's weights, and what they are computed in.

In system memory nothing of it is taken before the first picture or sound comes. What pictures and sounds became, which
is kept for the next turns, comes on top (`memory.components`).
"""

from gemfit.gguf.types import GgufHeader
from gemfit.media.types import DEFAULT_IMAGE_TOKENS

# Patches of 16 by 16 pixels, nine of which become a token; of each the encoder keeps this many vectors at once, in
# float32. Found with made-up encoders of both real widths, at 81 to 1,089 tokens: 107.6 MiB for 272 tokens at 768
# values, 640.8 MiB for 1,089 at 1,152; the formula is 0.0 % and 0.8 % above (llama.cpp, tools/mtmd/models/gemma4v.cpp).
_PATCHES, _VECTORS = 9, 15
# The encoder for sound of E2B and E4B keeps this many vectors of 1,024 values for each token (with made-up weights
# 101.2 MiB for 750 tokens; models/gemma4a.cpp).
_SOUND_VECTORS, _SOUND_WIDTH = 34.6, 1024
# Without an encoder (the 12B): a token's pixels twice in float32, and three vectors (models/gemma4uv.cpp).
_PIXEL_VALUES = 48 * 48 * 3
ENCODER_FREE = 0
MOST_SOUND_TOKENS = 750
# libmtmd and Pillow, once they are there (measured on Linux x86-64: 15 MiB more after a picture than before).
_LIBRARY_BYTES = 16 << 20


def computed_in_bytes(width: int, image_tokens: int, *, inner: int = 3840) -> int:
    """The buffer for a picture of that many tokens; `width` values to a vector of the encoder, or ENCODER_FREE."""
    if width == ENCODER_FREE:
        return 4 * image_tokens * (2 * _PIXEL_VALUES + 3 * inner)
    return 4 * image_tokens * _PATCHES * _VECTORS * width


def heard_in_bytes(tokens: int = MOST_SOUND_TOKENS) -> int:
    """The buffer for a sound of that many tokens, where there is an encoder for it."""
    return int(4 * tokens * _SOUND_VECTORS * _SOUND_WIDTH)


def of_header(header: GgufHeader, image_tokens: int = DEFAULT_IMAGE_TOKENS) -> int:
    """What the projector file with this header takes, in bytes."""
    length = header.integer("clip.vision.embedding_length") or 0
    free = header.text("clip.vision.projector_type") == "gemma4uv"
    width = ENCODER_FREE if free else length
    sound = heard_in_bytes() if header.text("clip.audio.projector_type") == "gemma4a" else 0
    return header.tensor_bytes + computed_in_bytes(width, image_tokens, inner=length) + sound + _LIBRARY_BYTES


def of_size(file_bytes: int, image_tokens: int = DEFAULT_IMAGE_TOKENS) -> int:
    """The same where only the length of the file is known: the five published ones differ in it by their encoder.

    E2B and E4B have 0.99 GB (768 values, and an encoder for sound), 26B-A4B and 31B 1.2 GB (1,152), 12B 0.18 GB (none).
    """
    if not file_bytes:
        return 0
    width = ENCODER_FREE if file_bytes < 500_000_000 else 768 if file_bytes < 1_100_000_000 else 1152
    sound = heard_in_bytes() if width == 768 else 0
    return file_bytes + computed_in_bytes(width, image_tokens) + sound + _LIBRARY_BYTES
