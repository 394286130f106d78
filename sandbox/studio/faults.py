"""What a sandbox Studio can be told to do wrong: the common faults, over Studio's own behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.common import faults
from sandbox.studio.behaviour import Behaviour


@dataclass
class Faults(faults.Faults[Behaviour]):
    """All faults, the behaviour and the request log of one Studio."""

    behaviour: Behaviour = field(default_factory=Behaviour)
