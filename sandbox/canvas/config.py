"""How one sandbox Canvas is set up."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.canvas.school import SANDBOX, School


@dataclass(frozen=True)
class CanvasConfig:
    """What differs between one sandbox Canvas and another.

    As with hosted Canvas, ``issuer`` is not the host that the pages, the authorization endpoint and the API live on.
    """

    url: str = "http://127.0.0.1:8001"  # our own origin
    tool_url: str = "http://localhost:8000"  # origin of the tool; its configuration is read from /lti/config.json
    clips_dir: Path = Path(__file__).resolve().parents[2] / ".run" / "clips"  # drawn once for a checkout
    extra_media: int = 0  # media items beside the seeded ones
    students: int = 0  # of course 17, beside the seeded ones
    teachers: int = 0  # likewise
    school: School = SANDBOX  # whose Canvas this is
    installed: bool = True  # whether the tool is there from the start
    issuer: str = "https://canvas.instructure.com"
    client_id: str = SANDBOX.global_id(19)  # the LTI developer key
    api_client_id: str = SANDBOX.global_id(21)  # the REST API developer key
    api_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)  # sessions, message hints
    studio_url: str | None = None  # origin of the Studio beside it, whose embeds its pages launch
    strict: bool = False  # check deep-linking responses for what Canvas itself lets pass

    @property
    def config_url(self) -> str:
        """Where the tool's configuration is read: what an administrator pastes into "Enter URL"."""
        return f"{self.tool_url}/lti/config.json"

    @property
    def consent_return(self) -> str:
        """Where the REST API key lets OAuth2 return to."""
        return f"{self.tool_url}/connect/canvas/callback"
