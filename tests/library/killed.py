"""Downloads that are killed: a process for each, forked from one that has imported everything, so that many are cheap.

python -m tests.library.killed
<- {"remote": {…}, "folder": "…", "after_s": 0.05, "rules": {…}}      one line, one download
-> the exit status of that process, as `waitpid` gives it: 9 when it was killed, 0 when it was done before
"""

import gc
import os
import signal
import sys
import time
from pathlib import Path

import httpx2  # noqa: F401 - so that the children have it
import msgspec

from gemfit.library.download import download
from gemfit.library.rules import Rules
from gemfit.library.types import RemoteFile
from gemfit.library.web import client


class Run(msgspec.Struct, kw_only=True):
    """`folder`: where the file goes. `after_s`: when the signal comes."""

    remote: RemoteFile
    folder: str
    after_s: float
    rules: dict[str, int]


def main() -> None:
    client(1.0, 1.0).close()  # the certificates are read before
    gc.freeze()
    for line in sys.stdin.buffer:
        run = msgspec.json.decode(line, type=Run)
        child = os.fork()
        if not child:
            os._exit(fetch(run))
        time.sleep(run.after_s)
        os.kill(child, signal.SIGKILL)  # until it is waited for, its number is its own
        print(os.waitpid(child, 0)[1], flush=True)


def fetch(run: Run) -> int:
    try:
        download(run.remote, Path(run.folder), rules=Rules(**run.rules))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent's loop is not for this process
        print(repr(error), file=sys.stderr, flush=True)
        return 3
    return 0


if __name__ == "__main__":
    main()
