"""What went wrong, as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lti.errors import Filling


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in the words of the error that said so: kept, and translated when it is shown."""

    code: str
    message: str  # a msgid
    next_step: str  # a msgid
    values: Mapping[str, Filling] = field(default_factory=dict)
