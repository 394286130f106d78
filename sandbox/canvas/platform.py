"""The LTI platform's own state: keys, the installed tool, launches under way, deep links that may still be answered."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app

from sandbox.canvas.config import CanvasConfig
from sandbox.canvas.faults import Faults
from sandbox.canvas.keys import KeyRing
from sandbox.canvas.studio_tool import studio_tool
from sandbox.canvas.tool import InstalledTool, ToolShelf
from sandbox.canvas.world import World

LAUNCH_LIFE = timedelta(minutes=5)
DATA_LIFE = timedelta(hours=1)


class OneTime:
    """Values that can be taken once, and only for a while."""

    def __init__(self, life: timedelta) -> None:
        self._life = life
        self._lock = threading.Lock()
        self._values: dict[str, tuple[datetime, Any]] = {}

    def put(self, value: Any, now: datetime) -> str:
        """Keep ``value`` and give the name to take it by."""
        name = secrets.token_hex(32)
        with self._lock:
            self._values = {n: v for n, v in self._values.items() if v[0] > now}
            self._values[name] = (now + self._life, value)
        return name

    def take(self, name: str, now: datetime) -> Any:
        """Give the value and forget it; None if it was taken, is too old, or never was."""
        with self._lock:
            until, value = self._values.pop(name, (now, None))
        return value if until > now else None


@dataclass
class Platform:
    """What all LTI views share."""

    config: CanvasConfig
    world: World
    faults: Faults
    tools: ToolShelf
    keys: KeyRing
    launches: OneTime = field(default_factory=lambda: OneTime(LAUNCH_LIFE))
    answers: OneTime = field(default_factory=lambda: OneTime(DATA_LIFE))
    key_on: bool = True  # the main switch: off, no LTI developer key is bound "on"
    storage_frame: bool = True  # whether pages have the post_message_forwarding frame
    seen_nonces: set[str] = field(default_factory=set)  # strict mode: nonces of deep-linking responses

    def is_on(self, tool: InstalledTool) -> bool:
        """Tell whether the developer key of a tool is bound "on"."""
        return self.key_on and tool.on

    def now(self) -> datetime:
        """The time by this Canvas's clock, which may be told to go wrong."""
        return self.faults.now()

    @classmethod
    def make(cls, config: CanvasConfig, world: World, faults: Faults) -> Platform:
        """Start a platform with fresh keys."""
        beside = studio_tool(config.studio_url, config.school) if config.studio_url else None
        tools = ToolShelf(config.config_url if config.installed else None, config.client_id, beside=beside)
        return cls(config, world, faults, tools, KeyRing(faults.now))


def current_platform() -> Platform:
    """Give the platform of the running app."""
    return cast(Platform, current_app.extensions["lti_platform"])
