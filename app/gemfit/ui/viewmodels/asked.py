"""A question on its way to the Hub."""

import threading


class Asked:
    """One question on its way, or the trouble it had."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.running = True
        self.trouble = ""
