"""What a verified launch opens: the picker, the player, the administration, or a few words."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from flask import Response

from lti.errors import N_, NotAllowed, NotFound
from lti.model import DeepLinkingSettings, Embed, Launch, MessageType, Platform, Viewer
from lti.protocol.installation import ADMINISTRATION, COURSE
from lti.web import administration
from lti.web.answer import HTML, Answer
from lti.web.answered import Answered
from lti.web.guard import administers, may_insert
from lti.web.headers import DEVICES, origins, page_policy
from lti.web.localization import Localization
from lti.web.look import look_named
from lti.web.parts import Parts
from lti.web.present import Presenter
from lti.web.requests import facts
from lti.web.viewers import notes, viewer_of

_PICKER_PATHS: Final = {
    "captions": "/api/captions",  # and what is to be done: text, check, save …
    "media": "/api/canvas/media",
    "detail": "/api/canvas/media/detail",
    "insert": "/api/insert",
    "cancel": "/api/cancel",
    "connect": "/api/connect/canvas",
    "studio_media": "/api/studio/media",
    "studio_detail": "/api/studio/media/detail",
    "connect-studio": "/api/connect/studio",
    "uploads": "/api/uploads",
    "recordings": "/api/recordings",
    "tus": "/api/tus",
    "import": "/api/studio/import",
    "uploaded": "/api/studio/uploads",
    "collections": "/api/studio/collections",
    "studio_own": "/api/studio/own",
    "session": "/api/session",
}
_ADMINISTRATION_PATHS: Final = {
    "checks": "/api/administration/checks",
    "canvas-key": "/api/administration/canvas-key",
    "studio": "/api/administration/studio",
    "service": "/api/administration/studio/account",
    "staff": "/api/administration/staff",
    "captioning-header": "/api/administration/captioning-header",
    "privacy": "/api/administration/privacy",
    "connect": "/api/connect/canvas",
    "session": "/api/session",
}
_COURSE_PATHS: Final = {
    "report": "/api/report/media",
    "captions": "/api/captions",
    "media": "/api/canvas/media",
    "detail": "/api/canvas/media/detail",
    "read": "/api/report/read",
    "lengths": "/api/report/lengths",
    "studio_report": "/api/report/studio",
    "studio_read": "/api/report/studio/read",
    "studio_media": "/api/studio/media",
    "studio_detail": "/api/studio/media/detail",
    "connect": "/api/connect/canvas",
    "connect-studio": "/api/connect/studio",
    "session": "/api/session",
}
_CAPTIONING_PATHS: Final = {
    "orders": "/api/captioning/orders",
    "check": "/api/captioning/check",
    "answers": "/api/captioning/answers",
    "media": "/api/captioning/media",
    "history": "/api/captioning/history",
    "types": "/api/captioning/types",
    "connect-studio": "/api/connect/studio",
    "session": "/api/session",
}
_PLAYER_PATHS: Final = {"watch": "/api/watch", "session": "/api/session"}
_LINK_TYPES: Final = frozenset({"ltiResourceLink", "link"})


class Opening:
    """Makes the page of a launch."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def open(self, launch: Launch, login: Answered | None = None) -> Response:
        """Make the page.

        :param login: the login that is to be taken for it; None where that was done.
        :raises LaunchConsumed: if it was taken before.
        :raises NotAllowed: if someone who may only watch comes from an editor.
        :raises NotFound: if the embed is not there, or belongs to another platform.
        """
        if launch.message_type is MessageType.DEEP_LINKING and launch.deep_linking is not None:
            return self._picker(launch, launch.deep_linking, login)
        if login is not None:
            login.take()
        if launch.placement == ADMINISTRATION:
            return self._administration(launch)
        if launch.placement == COURSE:
            return self._course(launch)
        embed_id = launch.custom.get("embed")
        if embed_id is None:
            return self._page("hello.html", launch, {})
        embed = self._parts.store.embeds.get(embed_id)
        if embed is None or embed.platform_id != launch.platform.id or not _in_its_place(embed, launch):
            raise NotFound(
                "no such embed on this platform",
                message=N_("This video or sound recording is not here any more."),
                next_step=N_("Tell your teacher. The page that you came from has to be edited."),
            )
        return self._player(launch, embed)

    def _picker(self, launch: Launch, settings: DeepLinkingSettings, login: Answered | None) -> Response:
        if not may_insert(launch.subject, launch.roles):
            raise NotAllowed(
                "may only watch",
                message=N_("You can watch here, but not insert media."),
                next_step=N_("Log in to Canvas as a teacher or student of this course, then open Cuedeck again."),
            )
        if login is not None:
            deep_link_id = login.take_and_keep(launch, settings)
        else:
            deep_link_id = self._parts.store.deep_links.put(
                launch.subject, launch.platform.id, settings, launch.deployment_id, launch.return_url
            )
        viewer = viewer_of(launch, deep_link_id=deep_link_id, email=self._email(launch))
        accepts = settings.accept_types
        studio = self._parts.studio_library.origin(launch.platform)
        config = {
            "scopes": [{"scope": scope} for scope in _scopes(viewer, studio=studio is not None)],
            "uploads": studio is not None,
            "accept_multiple": settings.accept_multiple and not viewer.hands_in,
            "can_link": viewer.selection and bool(accepts & _LINK_TYPES),
            "forms": [form for form, kind in (("captioned", "ltiResourceLink"), ("native", "html")) if kind in accepts],
            "hand_in": viewer.hands_in,
            "extensions": viewer.assignment.extensions if viewer.assignment else (),
            "notes": notes(launch, viewer, self._language(launch), self._parts.clock()),
            "api": _PICKER_PATHS,
        }
        shape = ("accept_multiple", "can_link", "hand_in")
        return self._page("picker.html", launch, self._session(viewer) | config, shape, settings.return_url, (DEVICES,))

    def _player(self, launch: Launch, embed: Embed) -> Response:
        viewer = viewer_of(launch, embed_id=embed.id)
        playback = self._parts.watching.playback(
            embed, launch.platform, course_id=viewer.canvas_course_id, only_cached=True
        )
        shown = None if playback is None else Presenter(self._language(launch)).playback(playback)
        config = {
            "title": embed.title,
            "type": embed.media_type.value,
            "playback": shown,
            "api": _PLAYER_PATHS,
        }
        return self._page("player.html", launch, self._session(viewer) | config, ("title", "type"))

    def _course(self, launch: Launch) -> Response:
        viewer = dataclasses.replace(self._clerk(launch), reports=True, email=self._email(launch))
        if launch.subject is None or not viewer.teaches or not viewer.canvas_course_id:
            if viewer.captioning is not None:
                return self._captioning(launch)
            raise NotAllowed(
                "not a teacher of a course",
                message=N_("Only teachers can see which media of a course have captions."),
                next_step=N_("Ask a teacher of this course."),
            )
        config = self._session(viewer) | {
            "course": (launch.context.title if launch.context else None) or "",
            "captioning": viewer.captioning is not None,
            "studio": self._parts.studio_library.origin(launch.platform) is not None,
            "api": _COURSE_PATHS,
        }
        return self._page("course.html", launch, config)

    def _administration(self, launch: Launch) -> Response:
        if not _administers(launch):
            if self._clerk(launch).captioning is not None:
                return self._captioning(launch)
            raise NotAllowed(
                "not an administrator of the whole Canvas",
                message=N_("Only administrators of this Canvas can set Cuedeck up."),
                next_step=N_("Ask your Canvas administrator. To use Cuedeck, press its button in the editor."),
            )
        viewer = dataclasses.replace(self._clerk(launch), administers=True)
        platform = self._parts.store.platforms.get(launch.platform.id, fresh=True) or launch.platform
        decided = administration.state(self._parts, platform)
        listed = administration.checks(self._parts, self._language(launch))
        config = {"state": decided, "checks": listed, "api": _ADMINISTRATION_PATHS}
        return self._page("administration.html", launch, self._session(viewer) | config)

    def captioning(self, viewer: Viewer, platform: Platform, token: str) -> Response:
        """Make the page of professional captioning in a window of its own, for somebody whose launch opened it.

        :param token: of that launch, for this page.
        :raises NotAllowed: when they were taken off the staff list meanwhile.
        """
        self._parts.captioning.access.clerk(viewer, platform)
        language = self._parts.localizations.choose(viewer.locale)
        return self._captioning_page(viewer, platform, language, token, framed_by=())

    def _captioning(self, launch: Launch) -> Response:
        viewer = self._clerk(launch)
        token = self._parts.tokens.issue(viewer, self._parts.session_seconds)
        return self._captioning_page(viewer, launch.platform, self._language(launch), token, framed_by=framers(launch))

    def _captioning_page(
        self, viewer: Viewer, platform: Platform, language: Localization, token: str, *, framed_by: tuple[str, ...]
    ) -> Response:
        config = {
            "token": token,
            "expires_in": self._parts.session_seconds,
            "locale": viewer.locale,
            "api": _CAPTIONING_PATHS,
        }
        media_from = origins((self._parts.studio_library.origin(platform),))
        policy = page_policy(framed_by=framed_by, media_from=media_from)
        page = self._parts.pages.with_config("captioning.html", language, config, look=look_named(viewer.look))
        return Answer(page, headers=[("Content-Type", HTML), ("Content-Security-Policy", policy)])

    def _clerk(self, launch: Launch) -> Viewer:
        """Give the viewer of a page from which professional captioning is opened, if it is open to them."""
        plain = viewer_of(launch)
        entry = self._parts.captioning.access.entry(
            launch.platform,
            launch.subject,
            administers=launch.placement == ADMINISTRATION and _administers(launch),
            user_id=plain.canvas_user_id,
            email=launch.email,
        )
        if entry is None:
            return plain
        return dataclasses.replace(plain, captioning=entry, name=launch.name, email=self._email(launch))

    def _email(self, launch: Launch) -> str | None:
        """Give the e-mail address to a page that needs it: to find a Studio account, where that is allowed."""
        institution = self._parts.store.institutions.get(launch.platform.id)
        return launch.email if institution.studio is not None and institution.use_email else None

    def _language(self, launch: Launch) -> Localization:
        return self._parts.localizations.choose(launch.locale)

    def _session(self, viewer: Viewer) -> dict[str, Any]:
        seconds = self._parts.session_seconds
        return {"token": self._parts.tokens.issue(viewer, seconds), "expires_in": seconds, "locale": viewer.locale}

    def _page(
        self,
        template: str,
        launch: Launch,
        config: dict[str, Any],
        shape: tuple[str, ...] = (),
        posts_to: str | None = None,
        more: tuple[tuple[str, str], ...] = (),
    ) -> Response:
        found = facts()
        policy = page_policy(
            framed_by=found.framed_by,
            media_from=origins((launch.platform.canvas_url, self._parts.studio_library.origin(launch.platform))),
            posts_to=origins((posts_to,)),
        )
        page = self._parts.pages.with_config(template, self._language(launch), config, shape=shape, look=found.look)
        return Answer(page, headers=[("Content-Type", HTML), ("Content-Security-Policy", policy), *more])


def _administers(launch: Launch) -> bool:
    """Whether the person administers the whole Canvas; those of a sub-account have the same role."""
    return administers(launch.subject, launch.roles) and launch.custom.get("canvas_root_admin") != "false"


def framers(launch: Launch) -> tuple[str, ...]:
    """List the origins that may frame the page of a launch.

    Schools have several names for one Canvas: beside the registered one, the signed return addresses say which is used.
    """
    deep_linking = launch.deep_linking.return_url if launch.deep_linking else None
    return origins((launch.platform.canvas_url, deep_linking, launch.return_url))


def _in_its_place(embed: Embed, launch: Launch) -> bool:
    """Whether an embed may be watched where a launch comes from.

    Pages are copied with their course, and what they embed plays there. What was handed in is of its course alone.
    """
    here = launch.context.id if launch.context else None
    return embed.handed_in_at is None or embed.context_id is None or embed.context_id == here


def _scopes(viewer: Viewer, *, studio: bool) -> list[str]:
    """List the tabs. Only who teaches may work with the media of a whole course or group (design section 10).

    Only one's own is handed in.
    """
    teaches = viewer.teaches and not viewer.hands_in
    course = ["course"] if teaches and viewer.canvas_course_id else []
    group = ["group"] if teaches and viewer.canvas_group_id else []
    return ["own", *course, *group, *(f"studio_{scope}" for scope in ["own", *course] if studio)]
