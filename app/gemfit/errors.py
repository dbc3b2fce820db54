"""What can go wrong and is not a bug: each error says what happened, what is safe, and what to do.

An error that is not a `GemfitError` is a bug of ours.
"""

from gemfit.words import Sentence


class GemfitError(Exception):
    """Something a person can do something about.

    `code` is a short name for programs (`disk_full`, `hash_mismatch`, …); `sentence` is for people and ends with
    what to do.
    """

    def __init__(self, code: str, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.code = code
        self.sentence = sentence
