"""Whether Canvas and this installation reach, know and believe each other."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

import msgspec

from lti.errors import N_, PlatformKeysUnavailable, RemoteError
from lti.media.checks.checking import Check, Finding, Group, bad, good, unknown
from lti.media.ports import Clock
from lti.model import Platform, Viewer
from lti.remote import Http, look

_MOST_SKEW = 30.0  # seconds; Canvas takes our answers at most so much ahead (reference/canvas.md 3.2)
_AT_A_LAUNCH = N_("This is seen only when Canvas opens Cuedeck.")
_OPEN_THE_PAGE = N_("Look at the check page, in Canvas.")
_KEY_SET_PATH = "/.well-known/jwks.json"

_Struct = TypeVar("_Struct", bound=msgspec.Struct)


class _Ready(msgspec.Struct):
    ready: bool


class _Key(msgspec.Struct):
    kid: str


class _KeySet(msgspec.Struct):
    keys: list[_Key]


@dataclass(frozen=True, slots=True)
class InstallationChecks:
    """The checks.

    :param base_url: our own origin.
    :param our_kids: gives the names of our published keys.
    :param read_key_set: reads a platform's key set, as launches do; gives the usable keys.
    """

    http: Http
    base_url: str
    clock: Clock
    our_kids: Callable[[], Collection[str]]
    read_key_set: Callable[[bytes], Collection[object]]

    def all(self) -> list[Check]:
        """List them."""
        group = Group.INSTALLATION
        return [
            Check("address", group, N_("Cuedeck's own address"), self.address),
            Check("our-keys", group, N_("Cuedeck's signing keys"), self.our_keys),
            Check("platform-keys", group, N_("Canvas's signing keys"), self.platform_keys),
            Check("deployment", group, N_("Deployment"), self.deployment),
            Check("launch-data", group, N_("What Canvas tells at a launch"), self.launch_data),
            Check("clock", group, N_("Clocks"), self.clocks),
        ]

    def address(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether our address is https, and answers."""
        mend = N_("Check the name, the certificate and the proxy in front of Cuedeck, and that CUEDECK_URL is right.")
        try:
            seen = look(self.http, f"{self.base_url}/readyz")
        except RemoteError:
            return bad(N_("Cuedeck cannot reach itself at %(address)s."), mend, address=self.base_url)
        ready = _decoded(seen.body, _Ready)
        if ready is None:
            return bad(N_("Something else than Cuedeck answers at %(address)s."), mend, address=self.base_url)
        if not ready.ready:
            return bad(
                N_("Cuedeck answers, but is not ready to work."),
                N_("Look into its log: the database is away, or its migrations were not run."),
            )
        if not self.base_url.startswith("https://"):
            return unknown(
                N_("The address answers, but is plain http: good for a trial on one machine, and refused elsewhere."),
                N_("Before others use it, put Cuedeck behind https and set CUEDECK_URL."),
            )
        return good(N_("%(address)s answers over https."), address=self.base_url)

    def our_keys(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether our key set is at its address: Canvas fetches it each time that something is inserted."""
        mend = N_("Let the address through, unchanged, to Cuedeck: Canvas fetches it each time something is inserted.")
        url = f"{self.base_url}{_KEY_SET_PATH}"
        try:
            seen = look(self.http, url)
        except RemoteError:
            return bad(N_("The key set at %(address)s cannot be reached."), mend, address=url)
        found = _decoded(seen.body, _KeySet)
        ours = set(self.our_kids())
        if found is None or not ours or not ours <= {key.kid for key in found.keys}:
            return bad(N_("The key set at %(address)s is not Cuedeck's."), mend, address=url)
        return good(N_("The key set is at %(address)s."), address=url)

    def platform_keys(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether the platform's key set can be had: without it no launch can be verified."""
        mend = N_("Let Cuedeck's server make https requests to this address.")
        try:
            seen = look(self.http, platform.jwks_url)
            keys: Collection[object] = self.read_key_set(seen.body) if seen.status == HTTPStatus.OK else ()
        except RemoteError:
            return bad(N_("%(address)s does not answer."), mend, address=platform.jwks_url)
        except PlatformKeysUnavailable:
            keys = ()
        if not keys:
            return bad(
                N_("%(address)s answers, but not with Canvas's keys."),
                N_(
                    "Compare it with the address of the key set that your Canvas names, and register again if it moved."
                ),
                address=platform.jwks_url,
            )
        return good(N_("Canvas's keys can be had at %(address)s."), address=platform.jwks_url)

    def deployment(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether the deployment of this page is known."""
        if not viewer.deployment_id:
            return unknown(_AT_A_LAUNCH, _OPEN_THE_PAGE)
        if viewer.deployment_id not in platform.deployments:
            return bad(
                N_("The deployment that opened this page, %(deployment)s, is not accepted any more."),
                N_("Open Cuedeck from the app that is installed now, and remove the other one."),
                deployment=viewer.deployment_id,
            )
        return good(N_("This page came from a known deployment: %(deployment)s."), deployment=viewer.deployment_id)

    def launch_data(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether the custom fields are there. Those of a course are not in a launch from the account."""
        if not viewer.deployment_id:
            return unknown(_AT_A_LAUNCH, _OPEN_THE_PAGE)
        if not viewer.canvas_user_id:
            return bad(
                N_("Canvas did not tell Cuedeck your user id, so accounts cannot be connected safely."),
                N_("Add the custom fields of Cuedeck's configuration to the LTI key."),
            )
        return good(N_("Canvas tells Cuedeck who opens it (user id %(id)s)."), id=viewer.canvas_user_id)

    def clocks(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether our clock and the platform's agree."""
        before = self.clock()
        seen = look(self.http, platform.jwks_url)
        if seen.date is None:
            return unknown(N_("Canvas does not say what time it is."))
        # A Date says whole seconds, and was written somewhere between the two looks at our clock.
        early, late = (seen.date - self.clock()).total_seconds(), (seen.date - before).total_seconds() + 1
        skew = early if early > 0 else min(late, 0.0)
        if abs(skew) > _MOST_SKEW:
            return bad(
                N_("Cuedeck's clock and Canvas's are %(seconds)s seconds apart."),
                N_("Set the clock of Cuedeck's server by NTP: Canvas refuses what is dated in the future."),
                seconds=round(abs(skew)),
            )
        return good(N_("Cuedeck's clock and Canvas's agree."))


def _decoded(body: bytes, kind: type[_Struct]) -> _Struct | None:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
