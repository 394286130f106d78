"""``GET /media/search`` (reference 2.3): filters that are joined with "and", newest first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Response

from sandbox.common.answers import json_response
from sandbox.studio.access import Api
from sandbox.studio.errors import invalid
from sandbox.studio.objects import media_json
from sandbox.studio.paging import page_of
from sandbox.studio.parameters import day, text, whole
from sandbox.studio.rights import Level, media_level
from sandbox.studio.world import Media, User

# The documented values were not to be had (reference 2.2); these are guesses.
SOURCES = frozenset({"upload", "url", "youtube", "vimeo", "record", "screen_capture"})
Filter = Callable[[Media], bool]


def add_search_route(api: Api) -> None:
    """Register the route."""

    @api.route("GET", "/media/search")
    def search(caller: User) -> Response:
        """Find media among those that the caller may see: administrators see all."""
        filters = _filters(api)
        found = [
            media
            for media in list(api.world.media.values())
            if not media.archived
            and all(fits(media) for fits in filters)
            and media_level(api.world, caller, media) >= Level.VIEW
        ]
        found.sort(key=lambda media: (media.created_at, media.id), reverse=True)
        return json_response(page_of("media", found, lambda media: media_json(api, media)))


def _filters(api: Api) -> list[Filter]:
    filters: list[Filter] = []
    if (title := text("title")) is not None:
        part = title.casefold()
        filters.append(lambda media: part in media.title.casefold())
    if (least := whole("min_size")) is not None:
        filters.append(lambda media: media.size >= least)
    if (most := whole("max_size")) is not None:
        filters.append(lambda media: media.size <= most)
    if (email := text("owner")) is not None:
        owner = api.world.user_by_email(email)
        filters.append(lambda media: owner is not None and media.owner_id == owner.id)
    if (tag := text("tag")) is not None:
        filters.append(lambda media: tag in media.tags.values())
    if (source := text("source")) is not None:
        if source not in SOURCES:
            raise invalid("source")
        filters.append(lambda media: media.source == source)
    filters += _between("", lambda media: media.created_at.date())
    filters += _between("last_viewed_", lambda media: media.last_viewed)
    filters += _between("last_viewed_by_student_", lambda media: media.last_viewed_by_student)
    return filters


def _between(prefix: str, of: Callable[[Media], date | None]) -> list[Filter]:
    """Make the filters of a pair of days, both inclusive. What has no day fits neither."""
    start, end = day(f"{prefix}start_date"), day(f"{prefix}end_date")
    filters: list[Filter] = []
    if start is not None:
        filters.append(lambda media: (at := of(media)) is not None and at >= start)
    if end is not None:
        filters.append(lambda media: (at := of(media)) is not None and at <= end)
    return filters
