"""What a sandbox Canvas can be told to do wrong: the common faults, over Canvas's own behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.canvas.behaviour import Behaviour
from sandbox.common import faults


@dataclass
class Faults(faults.Faults[Behaviour]):
    """All faults, the behaviour and the request log of one Canvas."""

    behaviour: Behaviour = field(default_factory=Behaviour)
