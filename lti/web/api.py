"""What the picker asks for: media, one item, inserting, cancelling, the connection to Canvas, a fresh token."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from flask import Blueprint, Response, request

from lti.errors import N_, AddressExpired
from lti.media import Pick, StudioOptions
from lti.model import EmbedForm, Scope
from lti.protocol import deep_linking
from lti.store import StoredDeepLink
from lti.web import manner
from lti.web.content import content_item, notes_of
from lti.web.guard import Guard, Session, anyone, may_connect, may_list, may_pick
from lti.web.parts import Parts
from lti.web.present import Presenter
from lti.web.wire import (
    DetailRequest,
    InsertRequest,
    MediaQuery,
    Nothing,
    PickRequest,
    json_response,
    read_json,
    read_query,
)

log = structlog.get_logger(__name__)


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("api", __name__, url_prefix="/api")

    @api.get("/canvas/media")
    @guard.session(may_list)
    def media(session: Session) -> Response:
        """List media, a page at a time."""
        query = read_query(request, MediaQuery)
        page = parts.library.page(
            session.viewer,
            session.platform,
            scope=Scope(query.scope),
            sort=query.sort,
            order=query.order,
            search=query.search,
            cursor=query.cursor,
        )
        return json_response(Presenter(session.language, session.viewer.assignment).page(page))

    @api.post("/canvas/media/detail")
    @guard.session(may_list)
    def detail(session: Session) -> Response:
        """Look at one media item: its sources, and its tracks with their texts."""
        handle = read_json(request, DetailRequest).handle
        found = parts.library.detail(session.viewer, session.platform, handle)
        return json_response(Presenter(session.language, session.viewer.assignment).detail(found))

    @api.post("/insert")
    @guard.session(may_pick)
    def insert(session: Session) -> Response:
        """Make the embeds, and the signed answer that the page posts to Canvas."""
        stored = _deep_link(session)
        picks = [_pick(pick) for pick in read_json(request, InsertRequest).picks]
        inserting = parts.handing_in if session.viewer.hands_in else parts.embedding
        inserted = inserting.insert(session.viewer, session.platform, picks)
        items = [content_item(item, parts.base_url) for item in inserted]
        return _answer(session, stored, items, notes_of(inserted))

    @api.post("/cancel")
    @guard.session(may_pick)
    def cancel(session: Session) -> Response:
        """Go back without anything: to where the platform said, else with an empty answer."""
        read_json(request, Nothing)
        stored = _deep_link(session)
        if stored.return_url is not None:
            return json_response({"return_url": stored.return_url})
        return _answer(session, stored, [])

    @api.get("/connect/canvas")
    @guard.session(may_connect)
    def connected(session: Session) -> Response:
        """Tell whether the person's Canvas account is connected."""
        return json_response({"connected": parts.connection.status(session.viewer, session.platform)})

    @api.post("/connect/canvas")
    @guard.session(may_connect)
    def begin_connecting(session: Session) -> Response:
        """Give the one-time address of the consent pop-up."""
        read_json(request, Nothing)
        ticket = parts.connection.ticket(session.viewer, session.platform)
        return json_response({"url": manner.address("/connect/canvas", ticket, session.viewer)})

    @api.delete("/connect/canvas")
    @guard.session(may_connect)
    def disconnect(session: Session) -> Response:
        """Give the consent back."""
        parts.connection.disconnect(session.viewer, session.platform)
        return json_response({"connected": False})

    @api.post("/session")
    @guard.session(anyone)
    def renew(session: Session) -> Response:
        """Exchange a token that is still good for a fresh one."""
        read_json(request, Nothing)
        seconds = parts.session_seconds
        return json_response({"token": parts.tokens.renew(session.token, seconds), "expires_in": seconds})

    def _deep_link(session: Session) -> StoredDeepLink:
        viewer = session.viewer
        stored = parts.store.deep_links.get(viewer.deep_link_id or "", session.platform.id, viewer.subject)
        if stored is None:
            raise AddressExpired(
                "the deep linking request is gone",
                message=N_("This page was open for too long, and Canvas no longer waits for its answer."),
                next_step=N_("Close it and press the Cuedeck button again."),
            )
        return stored

    def _answer(
        session: Session, stored: StoredDeepLink, items: list[deep_linking.ContentItem], notes: Iterable[str] = ()
    ) -> Response:
        """Sign the answer. What the person should know of it goes along: Canvas shows it.

        It may be asked for again: the first one can be lost on its way to the page, and Canvas itself takes only one.
        """
        message = " ".join(session.language.gettext(note) for note in notes) or None
        jwt = deep_linking.response(
            session.platform,
            stored.deployment_id,
            stored.settings,
            items,
            parts.keys,
            message=message,
            clock=parts.clock,
        )
        if not parts.store.deep_links.finish(session.viewer.deep_link_id or ""):
            log.info("answered_again", items=len(items))
        return json_response({"return_url": stored.settings.return_url, "jwt": jwt})

    return api


def _pick(pick: PickRequest) -> Pick:
    return Pick(
        handle=pick.handle,
        form=EmbedForm(pick.form),
        tracks=tuple(pick.tracks),
        default=pick.default,
        start=pick.start,
        end=pick.end,
        width=pick.width,
        height=pick.height,
        show_transcript=pick.transcript,
        as_link=pick.as_link,
        studio=StudioOptions(
            tabs=pick.tabs,
            download=pick.download,
            transcript_download=pick.transcript_download,
            lock_speed=pick.lock_speed,
        ),
    )
