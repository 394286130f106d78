"""Pages that our own pages open in a window of their own, by posting their session."""

from __future__ import annotations

from collections.abc import Callable

from flask import request

from lti.errors import LaunchRefused, SessionMissing
from lti.model import Platform, Viewer
from lti.web.forms import read_form
from lti.web.parts import Parts
from lti.web.requests import LARGEST_LAUNCH


def posted_session(parts: Parts, allows: Callable[[Viewer], bool]) -> tuple[str, Viewer, Platform]:
    """Read who posted a session to the request at hand.

    Only for our own page: a session that somebody got in their own browser must not open their page in another's.

    :param allows: whether a viewer's page may lead to this one.
    :returns: the token that was posted, whose it is, and their platform.
    :raises LaunchRefused: another site sent it.
    :raises SessionMissing: there is no session, or it does not lead here.
    """
    request.max_content_length = LARGEST_LAUNCH
    if request.headers.get("Origin") != parts.base_url:
        raise LaunchRefused("not sent by our own page")
    token = (read_form(request).get("token") or [""])[0]
    viewer = parts.tokens.viewer(token)
    platform = parts.store.platforms.get(viewer.platform_id)
    if platform is None or not allows(viewer):
        raise SessionMissing("no session of a page that leads here")
    return token, viewer, platform
