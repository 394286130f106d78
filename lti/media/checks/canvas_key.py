"""Whether the Canvas API key is what it has to be: accepted, allowed what Cuedeck asks for, with texts of captions."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lti.errors import (
    N_,
    GrantError,
    GrantRevoked,
    GrantScopeMissing,
    RemoteGone,
    RemoteNotPermitted,
    RemoteRejected,
    ServiceNotConfigured,
)
from lti.media.access import CanvasAccess
from lti.media.checks.checking import Check, Finding, Group, bad, good, unknown
from lti.media.rights import person
from lti.model import Platform, Scope, TrackState, Viewer
from lti.remote import SCOPES, CanvasOAuth, Http, look_at_consent

_PLACE = re.compile(r":[a-z_]+")
_MOST_LOOKED_AT = 5  # captioned items whose texts are asked for


@dataclass(frozen=True, slots=True)
class CanvasKeyChecks:
    """The checks.

    :param redirect_uri: where Canvas leads people back to.
    :param challenge: makes a PKCE challenge.
    """

    http: Http
    oauth: CanvasOAuth
    access: CanvasAccess
    redirect_uri: str
    challenge: Callable[[], str]

    def all(self) -> list[Check]:
        """List them."""
        scopes = [
            Check(f"scope-{number}", Group.SCOPES, scope, partial(self.scope, scope))
            for number, scope in enumerate(SCOPES, 1)
        ]
        return [
            Check("api-key", Group.CANVAS, N_("API key"), self.key),
            Check("consent", Group.CANVAS, N_("Asking people for consent"), self.consent),
            Check("includes", Group.CANVAS, N_("Allow Include Parameters"), self.includes),
            *scopes,
        ]

    def key(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether Canvas accepts id and secret: asked with a refresh token that nobody has (6.2)."""
        if platform.canvas_key is None:
            return bad(N_("No API key has been entered."), N_("Enter its id and secret below, under Canvas API key."))
        try:
            self.oauth.refresh(platform, f"cuedeck-check-{secrets.token_hex(16)}")
        except GrantRevoked:
            return good(N_("Canvas accepts the API key %(id)s."), id=platform.canvas_key.id)
        except ServiceNotConfigured:
            pass
        return bad(
            N_("Canvas does not accept the id and secret of the API key."),
            N_("Compare both with the key in Canvas (Admin, Developer Keys), and enter them again below."),
        )

    def consent(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether a person who connects would be asked: the key is on, its redirect address and scopes are right."""
        if platform.canvas_key is None:
            return unknown(N_("There is no API key yet."))
        url = self.oauth.authorize_url(
            platform, redirect_uri=self.redirect_uri, state="check", challenge=self.challenge()
        )
        try:
            look_at_consent(self.http, platform, url, self.redirect_uri)
        except GrantScopeMissing:
            return bad(
                N_("The API key lacks scopes that Cuedeck asks for."),
                N_("Tick all the scopes listed below on the API key; the rows under Scopes say which."),
            )
        except ServiceNotConfigured:
            return bad(
                N_("Canvas would not ask people for consent with this API key."),
                N_("Switch the API key on, and make its redirect URI %(address)s."),
                address=self.redirect_uri,
            )
        except GrantError as error:
            return bad(error.message, error.next_step)
        return good(N_("The API key is on, and its redirect URI and scopes are right."))

    def includes(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether texts of captions come: Canvas leaves them out without a word (6.4)."""
        subject = person(viewer, platform)
        with self.access.acting_for(platform, subject) as api:
            media = api.list_media(Scope.OWN, None, sort="created_at", order="desc", per_page=50).items
            captioned = [
                each.item.id for each in media if any(track.state is TrackState.READY for track in each.item.tracks)
            ]
            for media_id in captioned[:_MOST_LOOKED_AT]:
                tracks = [each for each in api.tracks(media_id) if each.track.state is TrackState.READY]
                if any(track.content is not None for track in tracks):
                    return good(N_("Caption texts come with the API's answers."))
                if tracks:
                    return bad(
                        N_("Canvas leaves the texts of captions out."),
                        N_("Switch Allow Include Parameters on, on the API key."),
                    )
        return unknown(
            N_("This is seen only with captioned media, and you have none of your own in Canvas."),
            N_("See that Allow Include Parameters is on, on the API key, or upload a captioned video to your files."),
        )

    def scope(self, scope: str, viewer: Viewer, platform: Platform) -> Finding:
        """Whether the key has a scope. Canvas looks at scopes first, so it is seen without anything that exists."""
        method, _, path = scope.removeprefix("url:").partition("|")
        path = path.replace("/users/:user_id/", "/users/self/")
        with self.access.acting_for(platform, person(viewer, platform)) as api:
            try:
                api.try_route(_PLACE.sub("0", path), method)  # nothing has this id, so nothing is changed
            except (RemoteGone, RemoteNotPermitted, RemoteRejected):
                pass  # there is no course 0, say: but the key may ask for it
            except GrantScopeMissing:
                return bad(
                    N_("The API key does not have it."), N_("Tick this scope on the API key, then connect again.")
                )
        return good(N_("The API key has it."))
