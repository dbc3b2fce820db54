"""What is brought to a conversation besides text, and how much of it is taken."""

from typing import Literal

import msgspec

Kind = Literal["image", "audio"]

IMAGE_BUDGETS = (70, 140, 280, 560, 1120)
"""What a picture may take, in tokens: Gemma 4's own steps; 280 is its default (its model card). With 70 some take up to
81, since llama.cpp makes what is below 70 larger."""
DEFAULT_IMAGE_TOKENS = 280
KEPT_BYTES = 64 << 20
"""Of what pictures and sounds became, in system memory: fifteen pictures of 280 tokens for a 12B (3,840 values of 4
bytes a token). Making them anew takes seconds on a processor, and is needed whenever a part of the cache has to be
processed again."""

MOST_IMAGE_BYTES = 64 << 20
MOST_PIXELS = 64_000_000
"""A picture is decoded whole, at 3 or 4 bytes a pixel; a modern telephone's best have 50 million."""
MOST_AUDIO_BYTES = 256 << 20
MOST_AUDIO_S = 30.0
"""Gemma 4 takes 750 tokens of sound, 40 ms each (its model card); llama.cpp would take more and the model would not."""
AUDIO_RATE = 16_000
MOST_RATE = 384_000
MOST_CHANNELS = 16


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A picture or a sound of a conversation. Its file is named by `sha256` in the folder of attachments.

    `name`: what the file was called. Of a picture `width` and `height` in pixels, upright; of a sound `seconds`, all of
    it, also where only the first `MOST_AUDIO_S` are taken.
    """

    sha256: str
    kind: Kind
    name: str
    n_bytes: int
    width: int = 0
    height: int = 0
    seconds: float = 0.0
