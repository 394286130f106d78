"""How media and caption files come to Studio (``reference/studio.md`` 2.4, 2.5 and 3)."""

from __future__ import annotations

from collections.abc import Iterator

from . import studio_errors, studio_json
from .auth import TokenSource
from .http import Http
from .studio_calls import StudioCalls, segment
from .studio_errors import AlreadyCompleted
from .studio_values import StudioCaption, StudioMedia, StudioSlotAddress

_SECONDS = 6 * 3600.0  # for one file of up to 10 GB on a slow line


class StudioUploadApi:
    """Uploads, imports and caption files in the name of one account. Errors are those of ``StudioApi``."""

    def __init__(self, http: Http, origin: str, tokens: TokenSource) -> None:
        """Act for the account whose tokens these are."""
        self._http = http
        self._calls = StudioCalls(http, origin, tokens)

    def begin(self, *, user_id: str | None = None, collection_id: str | None = None) -> StudioSlotAddress:
        """Ask where to put the bytes of a new media. One call.

        :param user_id: whose it is to be, for a service account.
        :param collection_id: that it is to be in. Not documented here, yet Instructure's own script sends it, together
            with ``user_id`` (1.5, 2.4): whether it was heeded has to be looked at afterwards.
        """
        named = (("user_id", user_id), ("collection_id", collection_id))
        body = {name: _id(value) for name, value in named if value is not None}
        return studio_json.read_slot(self._calls.call("POST", "/media/uploads", json=body))

    def put(self, url: str, length: int, content: Iterator[bytes]) -> None:
        """Send the bytes. No token, no type: the address itself is the permission (3.2).

        :param length: of the content, in bytes.
        :raises RemoteNotPermitted: the address has ended.
        """
        with studio_errors.about_studio():
            self._http.put(url, length, content, seconds=_SECONDS, judge=studio_errors.judge_upload)

    def complete(
        self, media_id: str, *, title: str, description: str = "", auto_caption: bool = False
    ) -> StudioMedia | None:
        """Say that the bytes are there.

        :returns: None if that was said before (409).
        :raises AutoCaptionsUnavailable: 501; nothing was completed.
        """
        body: dict[str, object] = {"title": title, "auto_caption": auto_caption}
        if description:
            body["description"] = description
        try:
            answer = self._calls.call("POST", f"/media/uploads/{segment(media_id)}/complete", json=body)
        except AlreadyCompleted:
            return None
        return studio_json.read_media(answer, self._calls.origin)

    def import_url(
        self,
        url: str,
        *,
        title: str = "",
        description: str = "",
        user_id: str | None = None,
        collection_id: str | None = None,
        auto_caption: bool = False,
        external: bool = False,
    ) -> StudioMedia:
        """Have Studio fetch a file by its address, into a library or a collection. We never fetch it.

        :param user_id: whose library; together with a collection, Studio's way for administrators.
        :param external: YouTube or Vimeo, which stays there.
        :raises AutoCaptionsUnavailable: 501.
        """
        body: dict[str, object] = {"url": url, "auto_caption": auto_caption, "is_external": external}
        body |= {name: value for name, value in (("title", title), ("description", description)) if value}
        if user_id is not None:
            body["user_id"] = _id(user_id)
        if collection_id is None:
            answer = self._calls.call("POST", "/media", json=body)
        else:  # the same as query parameters
            params = [
                (name, str(value).lower() if isinstance(value, bool) else str(value)) for name, value in body.items()
            ]
            answer = self._calls.call("POST", f"/collections/{segment(collection_id)}/media", params=params)
        return studio_json.read_media(answer, self._calls.origin)

    def add_caption(self, media_id: str, language: str, srt: str) -> StudioCaption:
        """Add a caption file (2.5). It can be neither changed nor removed from here.

        :param language: BCP 47.
        :param srt: SubRip.
        """
        answer = self._calls.call(
            "POST",
            f"/media/{segment(media_id)}/caption_files",
            params=[("srclang", language)],
            files={"caption_file": (f"captions.{language}.srt", srt.encode(), "application/x-subrip")},
        )
        return studio_json.read_caption(answer, self._calls.origin)


def _id(value: str) -> int | str:
    return int(value) if value.isdigit() else value
