"""How one sandbox Studio is set up."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.canvas.school import SANDBOX, School


@dataclass(frozen=True)
class StudioConfig:
    """What differs between one sandbox Studio and another."""

    url: str = "http://127.0.0.1:8002"  # our own origin
    canvas_url: str = "http://127.0.0.1:8001"  # whose pages launch our player
    tool_url: str = "http://localhost:8000"
    school: School = SANDBOX
    clips_dir: Path = Path(__file__).resolve().parents[2] / ".run" / "clips"  # drawn once for a checkout
    uploads_dir: Path = Path(__file__).resolve().parents[2] / ".run" / "studio"  # emptied at each start
    extra_media: int = 0  # media beside the seeded ones
    key_id: str = "cuedeck-studio-key"  # the developer key of the tool
    key_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)  # sessions, launch states
    captioning_user: str = "captioning-service"  # of the captioning service's own authorization header
    captioning_token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    issuer: str = "https://canvas.instructure.com"
    lti_client_id: str = SANDBOX.global_id(23)
    # The one relaxation of this Studio. The real one refuses redirect addresses that are http or localhost (reference
    # 1.3); the sandbox tool is exactly that, so its own address is let in unless this is set.
    strict: bool = False

    @property
    def consent_return(self) -> str:
        """Where the developer key lets OAuth2 return to."""
        return f"{self.tool_url}/connect/studio/callback"
