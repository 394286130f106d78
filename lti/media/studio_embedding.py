"""Insert Studio's own player: the media is put into the course first, so that its students may watch."""

from __future__ import annotations

from lti.errors import N_, InputError, RemoteGone, RemoteNotPermitted
from lti.media import studio_rights
from lti.media.handles import Shown
from lti.media.studio_access import StudioAccess
from lti.media.studio_native import StudioOptions, launch_url
from lti.media.studio_person import acting_for
from lti.model import Platform, Viewer

_NOT_ADDED = N_(
    "Studio did not let Cuedeck add this media to the course. If others cannot watch it, share it with the course in "
    "Studio."
)


class StudioEmbedding:
    """Asks Studio for what its own embeds need."""

    def __init__(self, access: StudioAccess) -> None:
        """Take what opens Studio."""
        self._access = access

    def launch(
        self, viewer: Viewer, platform: Platform, shown: Shown, start: float | None, options: StudioOptions
    ) -> tuple[str, str | None]:
        """Put a media into the course of the launch.

        :return: the address that Canvas launches to show it, and what the person should know (a msgid).
        :raises InputError: when the launch was in no course, or Studio has no name for the media.
        :raises NotAllowed: when the media is out of this viewer's reach, or no longer within it.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio cannot be asked.
        """
        course_id = viewer.canvas_course_id
        if course_id is None:
            raise InputError(
                "no course to embed in",
                message=N_("Studio's own player works only in a course, and this place in Canvas is in none."),
                next_step=N_("Choose the captioned player and insert again."),
            )
        origin = self._access.origin(platform) or ""
        given, note = None, None
        with acting_for(self._access, viewer, platform) as actor:
            media = actor.api.media(shown.item.id)
            studio_rights.check_reach(actor, viewer, shown, media)
            try:
                given = actor.api.create_embed(media.id, course_id, tabs=options.tabs, downloadable=options.download)
            except (RemoteNotPermitted, RemoteGone):
                note = _NOT_ADDED
        url = launch_url(origin, given, media.launch_id, start, options)
        if url is None:
            raise InputError(
                "Studio gave no name to embed by",
                message=N_("Studio does not say how this media is embedded."),
                next_step=N_("Choose the captioned player and insert again."),
            )
        return url, note
