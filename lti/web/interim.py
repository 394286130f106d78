"""The two small pages of a launch in a browser that may keep no cookie of ours: at the login, and after the launch.

The first puts the proof of the login in the platform's storage, the second fetches it from there. Their modules do the
talking (``static/js/login.js``, ``prove.js``); neither address nor message ever holds a token of a session.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request

from lti.model import Launch, Platform
from lti.protocol.login import BegunLogin, LoginInitiation, storage_key
from lti.web.answer import HTML, Answer
from lti.web.headers import origin, origins, page_policy
from lti.web.look import OWN, Look, look_of
from lti.web.opening import framers
from lti.web.parts import Parts


class Interim:
    """Makes the pages."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def login(
        self, initiation: LoginInitiation, platform: Platform, begun: BegunLogin, *, target: str, cookie: str
    ) -> Response:
        """Make the page that keeps the proof in Platform Storage and goes on to the platform.

        Anyone may frame it: schools have names for their Canvas that are not known before the launch is verified. What
        it posts to its parent is worth nothing to a stranger (``docs/decisions/0009-launch-without-cookies.md``).

        :param target: the frame that answers Platform Storage messages.
        :param cookie: the name of the cookie that tells whether any is kept.
        """
        config = {
            "authorize": begun.url,
            "storage": _storage(target, platform, None),
            "key": storage_key(begun.state),
            "proof": begun.proof,
            "cookie": cookie,
            "login": {"action": "/lti/login", "fields": initiation.again()},
        }
        # Its forms lead, over redirects that count as well, to a Canvas whose name is not known yet.
        goes_to = ("https:", *origins((platform.authorization_url, platform.canvas_url)))
        return self._page("login.html", None, config, page_policy(framed_by=("*",), posts_to=goes_to))

    def prove(self, launch: Launch, state: str, held: str, *, target: str) -> Response:
        """Make the page that fetches the proof from Platform Storage, for a launch that is held.

        Only this platform's pages may frame it, and only their answers are believed.
        """
        trusted = origins((launch.platform.authorization_url, *framers(launch)))
        config = {
            "storage": _storage(target, launch.platform, trusted),
            "key": storage_key(state),
            "launch": held,
            "api": {"prove": "/lti/proof", "open": "/lti/open"},
        }
        policy = page_policy(framed_by=framers(launch))
        answer = self._page("prove.html", launch.locale, config, policy, look_of(launch.custom))
        # What it holds is good once, and only with the proof. Were it not stored, a step back to it in the history
        # would show the browser's own error page in the middle of Canvas.
        answer.headers["Cache-Control"] = "private, max-age=60"
        return answer

    def _page(
        self, template: str, locale: str | None, config: dict[str, Any], policy: str, look: Look = OWN
    ) -> Response:
        language = self._parts.localizations.heard(request.accept_languages.values(), locale)
        page = self._parts.pages.with_config(template, language, config, look=look)
        return Answer(page, headers=[("Content-Type", HTML), ("Content-Security-Policy", policy)])


def _storage(target: str, platform: Platform, parents: tuple[str, ...] | None) -> dict[str, Any]:
    """Describe who answers: the frame beside us, on the origin of the authorization endpoint, or our parent.

    :param parents: origins of parents whose answers are believed; None for any.
    """
    return {"target": target, "origin": origin(platform.authorization_url), "parents": parents}
