"""Where files are got from."""

import msgspec

from gemfit.library.web import OFFICIAL_ENDPOINT


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where to get files from. `endpoint` None: `HF_ENDPOINT`, else the official one; `token` goes there alone.

    `official`: who is asked for a hash that the catalogue does not have.
    """

    endpoint: str | None = None
    token: str | None = None
    official: str = OFFICIAL_ENDPOINT
