"""Our platforms in the shape that pylti1p3 asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pylti1p3.registration import Registration
from pylti1p3.request import Request
from pylti1p3.tool_config.abstract import ToolConfAbstract

from lti.model import Platform


class PlatformRegistration(Registration):
    """A registration that knows the platform it was made from."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._issuer = platform.issuer
        self._client_id = platform.client_id
        self._key_set_url = platform.jwks_url


class PlatformConf(ToolConfAbstract[Request]):
    """Finds platforms by issuer and client id, always by both: one issuer stands for every hosted school."""

    def __init__(self, find_platforms: Callable[[str, str | None], list[Platform]]) -> None:
        self._find_platforms = find_platforms
        self.issuers_relation_types = {}  # the base class shares one dictionary among all instances

    def check_iss_has_one_client(self, iss: str) -> bool:
        """Say no: see the class."""
        return False

    def find_registration_by_params(  # type: ignore[override]  # the base says None only in its documentation
        self, iss: str, client_id: str, *args: Any, **kwargs: Any
    ) -> PlatformRegistration | None:
        """Find a registration; ``None`` if there is none, which the caller turns into a refusal."""
        for platform in self._find_platforms(iss, client_id):
            if platform.issuer == iss and platform.client_id == client_id:
                return PlatformRegistration(platform)
        return None
