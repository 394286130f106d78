"""Professional captioning at Studio (``reference/studio.md`` 2.6 and 4.4): orders are answered here, never made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import msgspec

from lti.errors import N_, RemoteGone, RemoteRejected
from lti.model import CaptioningHeader, OrderAnswer

from . import studio_json
from .auth import FixedHeader, TokenSource
from .errors import said
from .http import Http
from .reading import text, truth
from .studio_calls import StudioCalls, segment
from .studio_errors import AlreadyCompleted, judge
from .studio_values import CaptionRequest, ServiceType

_OBJECT = msgspec.json.Decoder(dict[str, object])
_WAITING = [("provider", "professional"), ("status", "requested")]  # both required, each with one legal value
_FIELD = "text/plain; charset=utf-8"
_PAGES = 40  # of orders that are read


class OrderAnswered(RemoteRejected):
    """Raised when an order has had its end before (409)."""


class StudioCaptioningApi:
    """Orders and service types, in the name of one account. Errors are those of ``StudioApi``."""

    def __init__(self, http: Http, origin: str, tokens: TokenSource | CaptioningHeader) -> None:
        """Act for the account whose tokens these are, or as the captioning service.

        :param origin: of the Studio.
        """
        sent = FixedHeader(tokens.name, tokens.value) if isinstance(tokens, CaptioningHeader) else tokens
        self._calls = StudioCalls(http, origin, sent)

    def orders(self) -> tuple[CaptionRequest, ...]:
        """List the orders that wait. One call, and one more for each further page, should Studio give pages."""
        found: list[CaptionRequest] = []
        for page in range(1, _PAGES + 1):
            more = [("page", str(page))] if page > 1 else []  # no page is documented, so none is asked for at first
            answer = self._calls.get("/caption_file_requests", [*_WAITING, *more])
            read = studio_json.read_page(answer, "caption_file_requests", _order, page)
            found += read.items
            if read.next is None:
                break
        return tuple(found)

    def answer(self, order_id: str, outcome: OrderAnswer, *, message: str = "", srt: str | None = None) -> None:
        """Answer an order. It takes one end, ``fulfilled`` or ``failed``, for good.

        :param message: why it failed.
        :param srt: SubRip; of a fulfilled one.
        :raises RemoteGone: there is no such order.
        :raises OrderAnswered: it was answered before.
        :raises RemoteRejected: what was sent is not taken.
        """
        parts = {"status": ("", outcome.value.encode(), _FIELD)}  # a part without a file's name is a plain field
        if message:
            parts["message"] = ("", message.encode(), _FIELD)
        if srt is not None:
            parts["caption_file"] = (f"order-{segment(order_id)}.srt", srt.encode(), "application/x-subrip")
        try:
            self._calls.call("PATCH", f"/caption_file_requests/{segment(order_id)}", files=parts, judge=_judge)
        except AlreadyCompleted as error:
            raise OrderAnswered(
                str(error),
                message=N_("This order was answered before."),
                next_step=N_("Reload the list. What was sent first counts."),
            ) from error
        except RemoteGone as error:
            raise RemoteGone(
                str(error),
                message=N_("Studio does not have this order any more."),
                next_step=N_("Reload the list. It was taken back, or its media was removed."),
            ) from error

    def service_types(self) -> tuple[ServiceType, ...]:
        """List what can be ordered. One call.

        :raises RemoteGone: the account has no captioning service.
        """
        with _no_service():
            answer = self._calls.get("/captioning_service_types")
        return studio_json.read_page(answer, "captioning_service_types", _service_type).items

    def put_service_type(self, wanted: ServiceType) -> None:
        """Add a service type, or change the one with the same key.

        :raises RemoteGone: the account has no captioning service.
        """
        body: dict[str, object] = {
            "label": wanted.label,
            "description": wanted.description,
            "is_asr": wanted.is_asr,
            "languages": list(wanted.languages),
        }
        with _no_service():
            self._calls.call("PUT", f"/captioning_service_types/{segment(wanted.key)}", json=body)

    def delete_service_type(self, key: str) -> None:
        """Take a service type away, and the roles that Studio tied to it.

        :raises RemoteGone: there is no such type, or no captioning service.
        """
        try:
            self._calls.call("DELETE", f"/captioning_service_types/{segment(key)}")
        except RemoteGone as error:
            raise RemoteGone(
                str(error),
                message=N_("Studio does not have this service type, or has no active captioning service."),
                next_step=N_("Reload the list: it tells which of the two."),
            ) from error


def _judge(response: httpx.Response) -> None:
    if response.status_code == 400:  # documented apart: not a wrong answer, an incomplete one
        raise RemoteRejected(
            f"an answer to an order: 400 {said(response)[:200]}",
            message=N_("Studio says that something is missing from this answer."),
            next_step=N_("Reload the page and answer again. If it happens again, tell your administrator."),
        )
    judge(response)


@contextmanager
def _no_service() -> Iterator[None]:
    try:
        yield
    except RemoteGone as error:
        raise RemoteGone(
            str(error),
            message=N_("This Studio has no captioning service."),
            next_step=N_("Ask your administrator whether professional captioning was agreed on with Instructure."),
        ) from error


def _order(raw: msgspec.Raw) -> CaptionRequest | None:
    fields = _OBJECT.decode(raw)
    found = text(fields.get("id"))
    return CaptionRequest(found, fields) if found else None


def _service_type(raw: msgspec.Raw) -> ServiceType | None:
    found = _OBJECT.decode(raw)
    key = text(found.get("key"))
    languages = found.get("languages")
    if not key:
        return None
    return ServiceType(
        key=key,
        label=text(found.get("label")),
        description=text(found.get("description")),
        is_asr=truth(found.get("is_asr")),
        languages=tuple(filter(None, map(text, languages))) if isinstance(languages, list) else (),
    )
