"""How Cuedeck comes into a Canvas: by one address (dynamic registration), or by its configuration.

No cookie and no session: what the pages are about is a one-time ticket in a form, and a signed address at the end.
"""

from __future__ import annotations

import shlex
from typing import Any, Final

import structlog
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from lti.errors import N_, CuedeckError, InputError, RegistrationError, RemoteError
from lti.protocol.installation import ADMINISTRATION, PLACEMENTS, TITLE, placements_named
from lti.remote import SCOPES, is_hosted
from lti.web.guard import Guard
from lti.web.headers import origins, page_policy
from lti.web.localization import Localization
from lti.web.parts import Parts
from lti.web.problems import describe
from lti.web.registering import NothingChosen, Pending
from lti.web.requests import facts
from lti.web.wire import json_response, single_values

log = structlog.get_logger(__name__)
_LONGEST: Final = 8192  # characters of an address or a token
_PURPOSE: Final = "registered"
_STEPS_SECONDS: Final = 24 * 3600  # how long the last page can be opened again
_ANY_HOSTED: Final = "https://*.instructure.com"


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    installation = Blueprint("installation", __name__)
    pages = _Pages(parts)

    @installation.get("/lti/config.json")
    @guard.public
    def configuration() -> Response:
        """Give what an administrator enters in Canvas as the address of an LTI key's configuration."""
        return json_response(parts.tool_configuration(_wanted(request.args.get("placements"))))

    @installation.get("/lti/register")
    @guard.public  # the invitation says who may, and the platform's answer who is asking
    def register() -> Response:
        """Show what will be installed."""
        values = single_values(request.args.to_dict(flat=False))
        configuration_url, token = values.get("openid_configuration", ""), values.get("registration_token", "")
        if not configuration_url or not token:
            raise RegistrationError(
                "opened by hand",
                message=N_("This address is not for opening: Canvas opens it, when you enter it there."),
                next_step=N_("In Canvas, go to Admin, Apps, and add an app by its registration address."),
            )
        if max(map(len, values.values())) > _LONGEST or not token.isascii() or not token.isprintable():
            raise RegistrationError("a value is too long, or no token")
        return pages.offer(parts.registering.begin(configuration_url, token, values.get("invitation")))

    @installation.post("/lti/register")
    @guard.public  # the ticket stands for what was found out before, and is good once
    def install() -> AnyResponse:
        """Register with the platform."""
        pending = parts.registering.take(single_values({"ticket": request.form.getlist("ticket") or [""]})["ticket"])
        facts().framed_by = _framers(pending.described.canvas_url, pending.described.authorization_url)
        names = request.form.getlist("placement")
        try:
            platform = parts.registering.finish(pending, names)
        except (NothingChosen, RemoteError) as error:
            log.info("registration_failed", error=error.code, detail=error.detail)
            return pages.offer(pending, names, error)
        facts().platform = platform
        log.info("registered", platform=platform.id, canvas=platform.canvas_url)
        # Everything that the page needs: another process may take seconds to hear of the platform.
        known = {
            "issuer": platform.issuer,
            "client_id": platform.client_id,
            "canvas_url": platform.canvas_url,
            "authorization_url": platform.authorization_url,
            "administration": ADMINISTRATION in names,
        }
        steps = parts.tokens.sign(_PURPOSE, known, _STEPS_SECONDS)
        return redirect(f"/lti/registered/{steps}", 303)

    @installation.get("/lti/registered/<token>")
    @guard.address(_PURPOSE)
    def registered(payload: dict[str, Any]) -> Response:
        """Say what to do next. A page of its own, so that it can be loaded again and kept open."""
        return pages.steps(**payload)

    return installation


class _Pages:
    """The two pages."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def offer(self, pending: Pending, chosen: list[str] | None = None, problem: CuedeckError | None = None) -> Response:
        """Show what will be installed; after a failure once more, with what had been chosen."""
        described = pending.described
        offers = [
            {
                "name": each.name,
                "title": each.title,
                "summary": each.summary,
                "offered": each in pending.offers,
                "chosen": each in pending.offers and (chosen is None or each.name in chosen),
            }
            for each in PLACEMENTS
        ]
        language = self._language()
        context = {
            "ticket": self._parts.registering.keep(pending),
            "account": described.account_name,
            "canvas": described.canvas_url.partition("://")[2],
            "placements": offers,
            "problem": None if problem is None else describe(problem, language),
            "interrupted": pending.interrupted,
        }
        framed_by = _framers(described.canvas_url, described.authorization_url)
        return self._page("register.html", language, context, framed_by, 200 if problem is None else problem.status)

    def steps(
        self, *, issuer: str, client_id: str, canvas_url: str, authorization_url: str, administration: bool
    ) -> Response:
        """Say what to do next."""
        # Quoted: issuer and client id are another's words, and this is for pasting into a shell.
        names = shlex.join(["--issuer", issuer, "--client-id", client_id])
        command = f"flask --app app platforms key {names} --canvas-key-id "
        context = {
            "canvas": canvas_url.partition("://")[2],
            "client_id": client_id,
            "redirect_uri": f"{self._parts.base_url}/connect/canvas/callback",
            "scopes": SCOPES,
            "administration": administration,
            "command": command,
            "tool": TITLE,
        }
        framed_by = _framers(canvas_url, authorization_url)
        return self._page("registered.html", self._language(), context, framed_by)

    def _language(self) -> Localization:
        return self._parts.localizations.heard(request.accept_languages.values())

    def _page(
        self,
        template: str,
        language: Localization,
        context: dict[str, Any],
        framed_by: tuple[str, ...],
        status: int = 200,
    ) -> Response:
        html = self._parts.pages.render(template, language, {"config": {}, **context})
        answer = Response(html, status, content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = page_policy(framed_by=framed_by)
        return answer


def _wanted(names: str | None) -> Any:
    if names is None:
        return PLACEMENTS
    try:
        wanted = placements_named(name.strip() for name in names.split(","))
    except LookupError as error:
        raise InputError(
            f"no placement {str(error)[:100]}",
            message=N_("There is no such placement. There are: %(names)s."),
            next_step=N_("Correct the address."),
            values={"names": [placement.name for placement in PLACEMENTS]},
        ) from None
    return wanted


def _framers(canvas_url: str, authorization_url: str) -> tuple[str, ...]:
    """List who may frame the pages: this Canvas. A school of hosted Canvas has several names there."""
    hosted = (_ANY_HOSTED,) if is_hosted(authorization_url) else ()
    return (*origins((canvas_url, authorization_url)), *hosted)
