"""A store of feedback in memory."""

from __future__ import annotations

from libs.common.caller import Caller
from libs.common.errors import Conflict
from services.insights.feedback import Feedback


class FakeFeedbackStore:
    """Remembers feedback until the test ends."""

    def __init__(self) -> None:
        self.recorded: dict[tuple[str, str, str], Feedback] = {}

    async def record(self, caller: Caller, feedback: Feedback) -> bool:
        key = (*caller.owner, feedback.feedback_id)
        known = self.recorded.get(key)
        if known is not None and known != feedback:
            raise Conflict("Other feedback was recorded under this feedback_id; choose a new one.")
        self.recorded[key] = feedback
        return known is not None
