"""The tools that are installed in the sandbox Canvas.

One is read from its own configuration address over HTTP, as after "Enter URL"; others have registered themselves
(``registrations``).
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from sandbox.canvas import tool_config

ROW_ID = 19
# "<row id>:<40 hex digits>". The same at each start, so that a registration outlives the Canvas's memory.
DEPLOYMENT_ID = f"{ROW_ID}:{hashlib.sha1(b'sandbox deployment', usedforsecurity=False).hexdigest()}"
RETRY_SECONDS = 0.5  # between two tries to read a configuration that could not be had


@dataclass(frozen=True)
class InstalledTool:
    """One LTI 1.3 tool and its developer key."""

    id: int
    client_id: str
    deployment_id: str  # "<row id>:<40 hex digits>"; empty until it is deployed
    config: Mapping[str, Any]
    on: bool = True  # how its developer key is bound

    @property
    def name(self) -> str:
        """What the tool calls itself."""
        return str(self.config["title"])

    @property
    def privacy(self) -> str:
        """One of public, name_only, email_only, anonymous."""
        return str(self._extension.get("privacy_level", "anonymous"))

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        """The key's redirect addresses; without any Canvas takes the launch address."""
        return tuple(self.config.get("redirect_uris") or [self.config["target_link_uri"]])

    @property
    def scopes(self) -> frozenset[str]:
        """The LTI scopes of the key."""
        return frozenset(self.config.get("scopes", []))

    @property
    def placements(self) -> tuple[str, ...]:
        """Names of the enabled placements."""
        return tuple(
            p["placement"] for p in self._settings.get("placements", []) if p.get("enabled", True) is not False
        )

    def setting(self, placement: str | None, name: str) -> Any:
        """Give a setting by Canvas's order: placement, settings, top level; None if nobody set it."""
        for holder in (self._placement(placement), self._settings, self.config):
            if holder.get(name) is not None:
                return holder[name]
        return None

    def target_link_uri(self, placement: str | None = None) -> str:
        """Where a launch of ``placement`` leads."""
        return str(self._placement(placement).get("target_link_uri") or self.config["target_link_uri"])

    def custom_fields(self, placement: str | None = None) -> dict[str, str]:
        """Give all custom fields, the placement's over the settings' over the top level's."""
        merged: dict[str, str] = {}
        for holder in (self.config, self._settings, self._placement(placement)):
            merged.update(_fields(holder.get("custom_fields")))
        return merged

    def label(self, placement: str, locale: str) -> str:
        """What a placement is called in a person's language."""
        labels = self.setting(placement, "labels") or {}
        word = labels.get(locale) or labels.get(locale.split("-")[0])
        return str(word or self.setting(placement, "text") or self.name)

    def owns(self, url: str) -> bool:
        """Tell whether ``url`` is launched by this tool: the same address, or its domain (or one under it)."""
        host = (urlsplit(url).netloc or "").lower()
        domain = str(self._extension.get("domain") or urlsplit(str(self.config["target_link_uri"])).netloc).lower()
        return bool(host) and (host == domain or host.endswith("." + domain))

    @property
    def _extension(self) -> Mapping[str, Any]:
        return tool_config.canvas_extension(self.config) or {}

    @property
    def _settings(self) -> Mapping[str, Any]:
        settings: Mapping[str, Any] = self._extension.get("settings", {})
        return settings

    def _placement(self, name: str | None) -> Mapping[str, Any]:
        found = (p for p in self._settings.get("placements", []) if p.get("placement") == name)
        return next(found, {})


class ToolShelf:
    """The installed tools. The tool may start after the Canvas: what cannot be read yet is asked again when needed."""

    def __init__(
        self,
        config_url: str | None,
        client_id: str,
        fetch: Callable[[str], Any] | None = None,
        beside: InstalledTool | None = None,
    ) -> None:
        self._beside = beside  # Studio: it has no buttons here, and launches what pages embed
        self._url = config_url  # None: nothing is installed from the start
        self._client_id = client_id
        self._fetch = fetch or fetch_json
        self._lock = threading.Lock()
        self._tool: InstalledTool | None = None
        self._registered: dict[str, InstalledTool] = {}
        self._asked = float("-inf")
        self.trouble: list[str] = []  # why nothing is installed, in words

    def tools(self) -> list[InstalledTool]:
        """List the installed tools, trying first to install what is not."""
        with self._lock:
            if self._tool is None and time.monotonic() - self._asked > RETRY_SECONDS:
                self._install()
            deployed = [tool for tool in self._registered.values() if tool.deployment_id]
            return [*([self._tool] if self._tool else []), *deployed]

    def registered(self) -> list[InstalledTool]:
        """List the tools that registered themselves, deployed or not."""
        with self._lock:
            return list(self._registered.values())

    def keep(self, tool: InstalledTool) -> None:
        """Keep a tool that registered itself, or what became of it."""
        with self._lock:
            self._registered[tool.client_id] = tool

    def remove(self, client_id: str) -> None:
        """Forget a tool that registered itself."""
        with self._lock:
            self._registered.pop(client_id, None)

    def get(self, tool_id: int) -> InstalledTool | None:
        """Find a tool by its row id."""
        return next((tool for tool in self.tools() if tool.id == tool_id), None)

    def by_client(self, client_id: str) -> InstalledTool | None:
        """Find a tool by its developer key, which it has before it is deployed."""
        everything = [*self.tools(), *self.registered(), *self._always()]
        return next((tool for tool in everything if tool.client_id == client_id), None)

    def for_url(self, url: str) -> InstalledTool | None:
        """Find the tool that an address belongs to, by domain."""
        return next((tool for tool in [*self.tools(), *self._always()] if tool.owns(url)), None)

    def reinstall(self) -> None:
        """Read the configuration again, as after editing the key; a tool that is refused is gone."""
        with self._lock:
            self._tool = None
            self._install()

    def _always(self) -> list[InstalledTool]:
        return [self._beside] if self._beside else []

    def _install(self) -> None:
        self._asked = time.monotonic()
        if self._url is None:
            return
        try:
            config = self._fetch(self._url)
        except (httpx.HTTPError, ValueError) as error:
            self.trouble = [f"{self._url} could not be read: {error or type(error).__name__}"]
            return
        self.trouble = tool_config.problems(config)
        if not self.trouble:
            self._tool = InstalledTool(ROW_ID, self._client_id, DEPLOYMENT_ID, config)


def fetch_json(url: str) -> Any:
    """Read a JSON document as Canvas reads a tool's: plain GET, five seconds, no redirect.

    :raises httpx.HTTPError: when it cannot be had.
    :raises ValueError: when it is not JSON.
    """
    response = httpx.get(url, timeout=5, headers={"Accept": "application/json"})
    response.raise_for_status()
    return response.json()


def _fields(fields: object) -> dict[str, str]:
    if isinstance(fields, Mapping):
        return {str(name): str(value) for name, value in fields.items()}
    if isinstance(fields, str):
        pairs = (line.partition("=") for line in fields.splitlines())
        return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}
    return {}
