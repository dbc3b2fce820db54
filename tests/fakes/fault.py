"""What goes wrong on demand at the made-up Hub, and what its log says of each request."""

from dataclasses import dataclass, field

INVERTED = bytes(range(255, -1, -1))  # what a changed file has in the place of each byte
ENDS = ("cut", "reset", "hang", "hold", "change", "chunked", "drip")  # what happens to a body before its end


@dataclass
class Fault:
    """What goes wrong, `times` times (-1: always), where the path contains `match`; `skip` requests go well before.

    `at`: only requests whose range holds this byte of the file, so that it strikes whoever fetches that byte.
    `where`: `search`, `api`, `file` (the Hub's own answer to a download) or `cdn`. `what`:

    - instead of an answer: `status` (answers `status`, with `retry_after`), `redirect` (to `to`; empty: to a third
      server, which has the file), `garbage` (no HTTP at all), `huge_head` (more headers than anyone takes),
      `nonsense` (a page instead of JSON or of the file);
    - of the head: `slow_head` (one byte every millisecond), `no_etag`, `weak_etag`, `other_etag` (as of another
      CDN server), `length` (announces `after_bytes` too many; fewer when negative), `no_range` (ignores Range),
      `other_range` (begins one byte late), `total` (another total in Content-Range), `gzip` (compressed, which nobody
      asked for), `http10` (an old server: no ranges, no length, the end is the end of the connection);
    - of the body, at `at` or after `after_bytes`: `cut` (closes), `reset` (the connection is reset), `hang` (says no
      more; -1: not even a head), `hold` (says no more until `release`), `change` (closes, and from then on the file is
      another), `chunked` (cut in the middle of a chunk; after the end: sound chunks), `drip` (fifty bytes come one by
      one, then it closes), `long` (sends `after_bytes` too many, announcing no length);
    - `slow` (`bytes_per_s`), `flip` (the byte at `at`, or `after_bytes`, is wrong).
    """

    where: str
    what: str
    times: int = 1
    after_bytes: int = 0
    status: int = 503
    retry_after: str | None = None
    bytes_per_s: int = 1 << 20
    match: str = ""
    skip: int = 0
    at: int | None = None
    to: str = ""

    def strikes(self, where: str, path: str, start: int, end: int) -> bool:
        """Whether a request for the bytes from `start` to `end` is one that it is about."""
        at = self.after_bytes if self.what == "flip" and self.at is None else self.at
        return self.where == where and self.match in path and bool(self.times) and (at is None or start <= at < end)

    def stops_at(self, start: int, end: int) -> int:
        """Where a body that begins at `start` comes to its end."""
        return min(end, start + self.after_bytes if self.at is None else self.at) if self.what in ENDS else end


@dataclass
class Request:
    """One line of the log. Header names are in lower case. `start`: which byte of the file the body begins with."""

    where: str
    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    status: int = 0
    sent_bytes: int = 0
    start: int = 0
    host: str = ""
