"""What the engine has computed of a conversation, kept on disk when another's turn comes, or the child ends."""

from collections.abc import Iterator

from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import SaveState


class Computed:
    """Of one conversation at a time. `limit_bytes`: no more than that of all together; 0: nothing is kept."""

    def __init__(self, request_ids: Iterator[int]) -> None:
        self.limit_bytes = 0
        self._request_ids = request_ids
        self._conversation = ""
        self._saves: set[int] = set()

    def turn_to(self, conversation: str, client: EngineClient, *, something: bool) -> None:
        """From now on that conversation is computed. `something`: whether anything has been, by this child."""
        if conversation != self._conversation:
            self.keep(client, something=something)
            self._conversation = conversation

    def keep(self, client: EngineClient, *, something: bool) -> bool:
        """Have it kept, where there is something to keep; returns whether there is."""
        if not self._conversation or not self.limit_bytes or not something:
            return False
        request_id = next(self._request_ids)
        self._saves.add(request_id)
        client.save_state(
            SaveState(request_id=request_id, name=self._conversation, folder_limit_bytes=self.limit_bytes)
        )
        return True

    def forget(self) -> None:
        """The child that computed it ends."""
        self._conversation = ""

    def settle(self, request_id: int | None) -> bool:
        """An answer to that request came; returns whether it was one of `keep`."""
        if request_id is None or request_id not in self._saves:
            return False
        self._saves.discard(request_id)
        return True
