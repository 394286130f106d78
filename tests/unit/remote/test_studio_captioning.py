"""Orders for professional captions, and what can be ordered: studio.md 2.6 and 4.4."""

from __future__ import annotations

import email
import json

import httpx
import pytest

from lti.errors import RemoteGone, RemoteNotPermitted, RemoteRejected
from lti.model import OrderAnswer
from lti.remote import ServiceType, StudioCaptioningApi

from .studio import STUDIO, FakeStudio, ok, refusal

ANSWER = "PATCH /caption_file_requests/401"


class Fake(FakeStudio):
    def __init__(self) -> None:
        super().__init__()
        self.captioning = StudioCaptioningApi(self.http, STUDIO, self.tokens)

    def sent(self) -> dict[str, tuple[str | None, str]]:
        """Read the parts of what was sent: name, the file's name, text."""
        request = self.requests[-1]
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        parts: dict[str, tuple[str | None, str]] = {}
        for part in email.message_from_bytes(head + request.content).walk():
            if name := part.get_param("name", header="content-disposition"):
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                parts[str(name)] = (part.get_filename(), content.decode())
        return parts


@pytest.fixture
def fake() -> Fake:
    return Fake()


def test_staff_list_the_orders_that_wait_with_every_field_that_came(fake: Fake) -> None:
    orders = [{"id": 401, "srclang": "de", "media": {"id": 1}, "new": [1]}, {"srclang": "en"}, "odd"]
    fake.on("GET /caption_file_requests", ok({"caption_file_requests": orders}))
    (order,) = fake.captioning.orders()
    assert (order.id, order.fields["srclang"], order.fields["new"]) == ("401", "de", [1])
    assert fake.queries == [{"provider": "professional", "status": "requested"}]


def test_staff_fulfil_an_order_with_a_subrip_file(fake: Fake) -> None:
    fake.on(ANSWER, httpx.Response(202))
    fake.captioning.answer("401", OrderAnswer.FULFILLED, srt="1\n00:00:01,000 --> 00:00:02,000\nGrüße\n")
    assert fake.sent() == {
        "status": (None, "fulfilled"),
        "caption_file": ("order-401.srt", "1\n00:00:01,000 --> 00:00:02,000\nGrüße\n"),
    }


def test_staff_say_why_an_order_failed(fake: Fake) -> None:
    fake.on(ANSWER, httpx.Response(202))
    fake.captioning.answer("401", OrderAnswer.FAILED, message="Kein Ton, nichts zu hören")
    assert fake.sent() == {"status": (None, "failed"), "message": (None, "Kein Ton, nichts zu hören")}
    assert fake.requests[0].headers["content-type"].startswith("multipart/form-data")


def test_order_that_was_answered_before_is_said_so(fake: Fake) -> None:
    fake.on(ANSWER, refusal(409))
    with pytest.raises(RemoteRejected) as caught:
        fake.captioning.answer("401", OrderAnswer.FAILED)
    assert caught.value.message == "This order was answered before."


def test_answer_that_may_have_arrived_is_not_sent_again(fake: Fake) -> None:
    fake.on(ANSWER, httpx.ReadTimeout("late"), httpx.Response(202))
    with pytest.raises(Exception, match="ReadTimeout"):
        fake.captioning.answer("401", OrderAnswer.FAILED)
    assert len(fake.requests) == 1


def test_staff_keep_the_list_of_what_can_be_ordered(fake: Fake) -> None:
    listed = {"id": 1, "key": "rush", "label": "Rush", "is_asr": False, "languages": ["en", None, "pt-BR"]}
    fake.on("GET /captioning_service_types", ok({"captioning_service_types": [listed, {"label": "no key"}, 7]}))
    fake.on("PUT /captioning_service_types/rush", ok({}))
    fake.on("DELETE /captioning_service_types/rush", httpx.Response(204))

    (rush,) = fake.captioning.service_types()
    fake.captioning.put_service_type(rush)
    fake.captioning.delete_service_type("rush")

    assert rush == ServiceType("rush", "Rush", languages=("en", "pt-BR"))
    assert json.loads(fake.requests[1].content) == {
        "label": "Rush", "description": "", "is_asr": False, "languages": ["en", "pt-BR"],
    }  # fmt: skip


def test_studio_without_a_captioning_service_is_said_so(fake: Fake) -> None:
    fake.on("GET /captioning_service_types", refusal(404))
    with pytest.raises(RemoteGone) as caught:
        fake.captioning.service_types()
    assert caught.value.message == "This Studio has no captioning service."
    assert caught.value.next_step


def test_person_who_is_no_administrator_may_not_see_orders(fake: Fake) -> None:
    fake.on("GET /caption_file_requests", refusal(403))
    with pytest.raises(RemoteNotPermitted, match="403"):
        fake.captioning.orders()
