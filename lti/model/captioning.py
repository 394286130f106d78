"""Professional captioning: orders, and how they are answered."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lti.model.problem import Problem


class OrderAnswer(enum.StrEnum):
    """How an order for captions stands, as its answer says."""

    PROCESSING = "processing"  # no end yet
    FULFILLED = "fulfilled"
    FAILED = "failed"


class AnswerState(enum.StrEnum):
    """What is known of an answer on its way to Studio."""

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"  # Studio certainly did not take it
    UNKNOWN = "unknown"  # it may have


@dataclass(frozen=True, slots=True)
class CaptionAnswer:
    """One answer to an order for captions, as the history keeps it."""

    id: int
    platform_id: int
    host: str  # of the Studio: another one counts its orders anew
    order_id: str
    fields: Mapping[str, Any]  # the order, as Studio described it
    outcome: OrderAnswer
    state: AnswerState
    subject: str  # who sent it; empty: a command
    name: str  # of that person
    message: str
    filename: str
    problem: Problem | None
    begun_at: datetime
    ended_at: datetime | None = None
