"""What both backends answer to a request that cannot be carried out now."""

from gemfit.engine.protocol import Failed
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say


def not_loaded(request_id: int) -> Failed:
    sentence = say(QT_TRANSLATE_NOOP("gemfit", "No model is loaded. Load one first."))
    return Failed(code="not_loaded", sentence=sentence, request_id=request_id)


def timing_stopped() -> GemfitError:
    """The person stopped a `Bench`."""
    return GemfitError("cancelled", say(QT_TRANSLATE_NOOP("gemfit", "Measuring the speed was stopped.")))
