"""Who may call a view: declared at the view, enforced there, and checked when the application starts.

A view without a declaration is a programming error that must not reach anyone, so ``check`` refuses to start with it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from flask import Flask, request
from flask.typing import ResponseReturnValue

from lti.errors import ConfigurationError, NotAllowed, NotFound, SessionMissing
from lti.model import Platform, Role, Viewer
from lti.protocol.tokens import Tokens
from lti.store import Store
from lti.web.limits import Limits
from lti.web.localization import Localization, Localizations
from lti.web.requests import facts

_Values = ParamSpec("_Values")
_MARK: Final = "cuedeck_audience"


@dataclass(frozen=True, slots=True)
class Session:
    """A page's bearer token, checked: the person, and the platform they came from."""

    token: str
    viewer: Viewer
    platform: Platform
    language: Localization


def may_insert(subject: str | None, roles: frozenset[Role]) -> bool:
    """Whether a person may choose and insert media at all.

    Teachers and students may, and who has no role that we know: Canvas has let them into its editor. Who only observes,
    or is nobody, may watch.
    """
    return subject is not None and roles != {Role.OBSERVER}


def may_pick(viewer: Viewer) -> bool:
    """Whether this is the page of a picker, and the person may use it."""
    return viewer.deep_link_id is not None and may_insert(viewer.subject, viewer.roles)


def administers(subject: str | None, roles: frozenset[Role]) -> bool:
    """Whether a person looks after the installation in their Canvas."""
    return subject is not None and Role.ADMINISTRATOR in roles


def may_administer(viewer: Viewer) -> bool:
    """Whether this is the administration's page, and the person may use it."""
    return viewer.administers and administers(viewer.subject, viewer.roles)


def leads_to_captioning(viewer: Viewer) -> bool:
    """Whether this is a page from which the person opens professional captioning, or that page itself."""
    return viewer.captioning is not None and viewer.subject is not None


def may_caption(viewer: Viewer) -> bool:
    """Whether this is the page of professional captioning; whether they still may, ``CaptioningAccess.clerk`` says."""
    return leads_to_captioning(viewer) and not viewer.administers and not viewer.reports


def may_connect_studio(viewer: Viewer) -> bool:
    """Whether this is a page on which a person connects their Studio account."""
    return may_list(viewer) or may_caption(viewer)


def may_report(viewer: Viewer) -> bool:
    """Whether this is the page about the captions of a course, and the person teaches there."""
    return viewer.reports and viewer.subject is not None and viewer.teaches


def may_list(viewer: Viewer) -> bool:
    """Whether this is a page that lists media; which ones a person may see is decided for each list."""
    return may_pick(viewer) or may_report(viewer)


def may_connect(viewer: Viewer) -> bool:
    """Whether this is a page on which a person connects their Canvas account."""
    return may_list(viewer) or may_administer(viewer)


def may_watch(viewer: Viewer) -> bool:
    """Whether this is the page of an embed."""
    return viewer.embed_id is not None


def may_upload(viewer: Viewer) -> bool:
    """Whether the person may upload and look after uploads: whoever may insert, on any page but an embed's."""
    return viewer.embed_id is None and may_insert(viewer.subject, viewer.roles)


def anyone(viewer: Viewer) -> bool:
    """Whether there is a session at all, which is known by now."""
    return True


class Guard:
    """The declarations, as decorators."""

    def __init__(self, tokens: Tokens, store: Store, localizations: Localizations, limits: Limits) -> None:
        self._limits = limits
        self._tokens = tokens
        self._store = store
        self._localizations = localizations

    def public(self, view: Callable[_Values, ResponseReturnValue]) -> Callable[_Values, ResponseReturnValue]:
        """Declare a view that anyone may call: what it is given says itself who is meant, or it tells nothing."""
        setattr(view, _MARK, "public")
        return view

    def session(
        self, allowed: Callable[[Viewer], bool], *, counted: bool = True
    ) -> Callable[
        [Callable[Concatenate[Session, _Values], ResponseReturnValue]], Callable[_Values, ResponseReturnValue]
    ]:
        """Declare a view for pages with a bearer token; it is handed the :class:`Session`.

        :param allowed: tells whether this person, on this page, may.
        :param counted: whether the call counts against rate limits; the parts of one file are not calls of a person.
        """

        def declare(
            view: Callable[Concatenate[Session, _Values], ResponseReturnValue],
        ) -> Callable[_Values, ResponseReturnValue]:
            @wraps(view)
            def guarded(*args: _Values.args, **kwargs: _Values.kwargs) -> ResponseReturnValue:
                session = self._session(counted=counted)
                if not allowed(session.viewer):
                    raise NotAllowed(f"{allowed.__name__} says no")
                return view(session, *args, **kwargs)

            setattr(guarded, _MARK, "session")
            return guarded

        return declare

    def address(
        self, purpose: str
    ) -> Callable[[Callable[[dict[str, Any]], ResponseReturnValue]], Callable[[str], ResponseReturnValue]]:
        """Declare a view whose address is signed; it is handed what the address was signed for.

        :param purpose: what such addresses are for; one signed for anything else is refused.
        """

        def declare(view: Callable[[dict[str, Any]], ResponseReturnValue]) -> Callable[[str], ResponseReturnValue]:
            @wraps(view)
            def guarded(token: str) -> ResponseReturnValue:
                return view(self._tokens.read(purpose, token))

            setattr(guarded, _MARK, "address")
            return guarded

        return declare

    def secret(
        self, token: str | None
    ) -> Callable[[Callable[[], ResponseReturnValue]], Callable[[], ResponseReturnValue]]:
        """Declare a view for a machine that has a secret of the configuration.

        :param token: the secret; without one the view is not there.
        """
        expected = None if token is None else hashlib.sha256(token.encode()).digest()

        def declare(view: Callable[[], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
            @wraps(view)
            def guarded() -> ResponseReturnValue:
                if expected is None:
                    raise NotFound("nothing is measured: CUEDECK_METRICS_TOKEN is not set")
                given = hashlib.sha256(_bearer().encode("utf-8", "surrogatepass")).digest()
                if not hmac.compare_digest(given, expected):
                    raise SessionMissing("not the secret of this address")
                return view()

            setattr(guarded, _MARK, "secret")
            return guarded

        return declare

    def _session(self, *, counted: bool) -> Session:
        token = _bearer()
        viewer = self._tokens.viewer(token)
        found = facts()
        found.language = self._localizations.choose(viewer.locale)
        platform = self._store.platforms.get(viewer.platform_id, fresh=viewer.administers)
        if platform is None:
            raise SessionMissing("the platform was removed")
        found.platform = platform
        if counted:
            self._limits.call(platform, viewer.subject)
        return Session(token, viewer, platform, found.language)


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SessionMissing("no bearer token")
    return token


def check(app: Flask) -> None:
    """Refuse to start with a view that declares no audience.

    :raises ConfigurationError: naming it.
    """
    for rule in app.url_map.iter_rules():
        if not hasattr(app.view_functions.get(rule.endpoint), _MARK):
            raise ConfigurationError(f"{rule.rule} ({rule.endpoint}) declares no audience; see lti/web/guard.py.")
