"""From the text that a session gives to what a reader sees: thoughts told apart, stop texts never shown. Pure."""

from collections.abc import Sequence

from gemfit.engine.answer import Text
from gemfit.litertlm.types import Channel


class ChannelText:
    """Tells channels from the answer by their markers, which come as text and may come in parts."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels = [channel for channel in channels if channel.start and channel.end]
        self._held = ""
        self._open: Channel | None = None
        self._name = ""

    def feed(self, text: str) -> list[Text]:
        """What is certain by now, in order; parts of markers are held back."""
        self._held += text
        found: list[Text] = []
        while (part := self._next()) is not None:
            found += [part] if part != ("", "") else []
        return found

    def finish(self) -> list[Text]:
        """The end of the answer: what was held back."""
        rest, self._held = self._held, ""
        return [self._place(rest)] if rest else []

    def _next(self) -> Text | None:
        """The next part; None when nothing more is certain."""
        if self._name and self._held:  # `thought`, a line by itself behind Gemma 4's marker, is not for the reader
            if self._held.startswith(self._name):
                self._held = self._held[len(self._name) :]
            elif self._name.startswith(self._held):
                return None
            self._name = ""
        markers = {c.start: c for c in self._channels} if self._open is None else {self._open.end: self._open}
        at, marker = min(((self._held.find(m), m) for m in markers if m in self._held), default=(-1, ""))
        if at >= 0:
            part = self._place(self._held[:at])
            self._held = self._held[at + len(marker) :]
            self._open = markers[marker] if self._open is None else None
            self._name = f"{self._open.name}\n" if self._open is not None and self._open.name else ""
            return part
        certain = len(self._held) - held_back(self._held, list(markers))
        if not certain:
            return None
        part, self._held = self._place(self._held[:certain]), self._held[certain:]
        return part

    def _place(self, text: str) -> Text:
        return Text("", text) if self._open is not None else Text(text, "")


class StopTexts:
    """Ends an answer before any of `stops`."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = [stop for stop in stops if stop]
        self._held = ""
        self.found = False

    def feed(self, text: str) -> str:
        """What may be shown of it; nothing once a stop text was found."""
        if self.found or not self._stops:
            return "" if self.found else text
        self._held += text
        at = min((self._held.find(stop) for stop in self._stops if stop in self._held), default=-1)
        if at >= 0:
            self.found = True
            return self._held[:at]
        certain = len(self._held) - held_back(self._held, self._stops)
        shown, self._held = self._held[:certain], self._held[certain:]
        return shown

    def finish(self) -> str:
        """What was held back, if it became no stop text."""
        rest, self._held = self._held, ""
        return "" if self.found else rest


def held_back(text: str, markers: Sequence[str]) -> int:
    """How many characters at the end of `text` could be the beginning of a marker."""
    longest = max((len(marker) for marker in markers), default=0)
    for count in range(min(longest - 1, len(text)), 0, -1):
        if any(marker.startswith(text[-count:]) for marker in markers):
            return count
    return 0
