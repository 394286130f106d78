"""Orders for captions against the sandbox's Studio: who may, what is sent, and what is known when something broke."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lti.errors import (
    AnswerTaken,
    AnswerUnknown,
    CaptionError,
    CuedeckError,
    GrantMissing,
    GrantRevoked,
    InputError,
    NotAllowed,
    NotFound,
    RemoteGone,
    RemoteNotPermitted,
    RemoteRejected,
    RemoteThrottled,
    ServiceNotConfigured,
)
from lti.media import Captioning, CaptioningAccess, Clerk
from lti.media.captioning_access import ADMINISTRATOR
from lti.media.captioning_orders import order_of
from lti.model import AnswerState, CaptioningHeader, OrderAnswer, StudioAccount
from lti.remote import ServiceType
from sandbox.common.faults import Fault
from tests.unit.media.conftest import School
from tests.unit.media.studio_school import ADA, HOST, STELLA, TILDA, StudioSchool, studio_beside
from tests.unit.media.studio_school import ADMINISTRATOR as ADMINISTRATOR_PAGE

VTT = b"WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Ada>Gr\xc3\xbc\xc3\x9fe</v>\n"
SRT = "1\n00:00:01,000 --> 00:00:03,000\nGrüße\n"
ORDER, OTHER = "401", "402"
PATCH = "PATCH /v1/caption_file_requests/401"
FULFILLED, FAILED, PROCESSING = OrderAnswer.FULFILLED, OrderAnswer.FAILED, OrderAnswer.PROCESSING


@dataclasses.dataclass
class Desk:
    """The captioning of a school whose administrator Ada has connected her own account."""

    studio: StudioSchool
    captioning: Captioning
    ada: Clerk

    def answer(self, outcome: OrderAnswer = FULFILLED, **more: object) -> AnswerState:
        options = {"content": VTT, "filename": "clock.vtt", "message": "No sound"} | more
        return self.captioning.answer(self.ada, ORDER, outcome, **options).state  # type: ignore[arg-type]

    def states(self) -> dict[str, str]:
        """Say how the orders stand: their answers, by order."""
        found = self.captioning.orders(self.ada)
        return {each.order.id: f"{each.answer.outcome} {each.answer.state}" if each.answer else "" for each in found}

    def history(self) -> list[tuple[str, str, str]]:
        return [(each.name, each.outcome, each.state) for each in self.captioning.history(self.ada)]

    def at_studio(self) -> str:
        return self.studio.world.orders[int(ORDER)].status

    def fail(self, kind: str = "status", **more: object) -> None:
        self.studio.faults.add(Fault.read({"kind": kind, "method": "PATCH", **more}))


@pytest.fixture
def desk(school: School, tmp_path: Path) -> Iterator[Desk]:
    with studio_beside(school, tmp_path) as studio:
        studio.grant(ADA, "ada")
        access = CaptioningAccess(studio.store, studio.http, studio.oauth, studio.clock)
        yield Desk(studio, Captioning(studio.store, access), Clerk(studio.platform, "ada", "Ada Administrator"))


def header(studio: StudioSchool, token: str | None = None) -> CaptioningHeader:
    config = studio.config
    value = f'Bearer user_id="{config.captioning_user}", token="{token or config.captioning_token}"'
    return CaptioningHeader("Authorization", value)


# --- who may ---------------------------------------------------------------------------------------------------------


def test_administrators_and_listed_staff_are_let_in_and_nobody_else(desk: Desk) -> None:
    access, platform = desk.captioning.access, desk.studio.platform
    desk.studio.store.institutions.save_staff(platform.id, ["41", "rosa@school.example"])

    def entry(subject: str | None, user: str | None, email: str | None, *, administers: bool = False) -> str | None:
        return access.entry(platform, subject, administers=administers, user_id=user, email=email)

    assert entry("ada", "3", None, administers=True) == ADMINISTRATOR
    assert entry("tilda", "41", None) == "41"
    assert entry("rosa", "42", "Rosa@School.example ") == "rosa@school.example"
    assert entry("sam", "43", "sam@school.example") is None
    assert entry("sam", None, None) is None
    assert entry(None, "41", "rosa@school.example", administers=True) is None


def test_person_taken_off_the_list_is_out_at_once(desk: Desk) -> None:
    platform, store = desk.studio.platform, desk.studio.store
    store.institutions.save_staff(platform.id, ["41"])
    page = dataclasses.replace(ADMINISTRATOR_PAGE, captioning="41", name="Tilda")
    assert desk.captioning.access.clerk(page, platform).name == "Tilda"
    store.institutions.save_staff(platform.id, [])
    with pytest.raises(NotAllowed, match="taken off"):
        desk.captioning.access.clerk(page, platform)
    with pytest.raises(NotAllowed):
        desk.captioning.access.clerk(dataclasses.replace(page, captioning=None), platform)
    with pytest.raises(NotAllowed):
        desk.captioning.access.clerk(dataclasses.replace(page, platform_id=platform.id + 1), platform)


def test_person_who_is_no_studio_administrator_is_told_so(desk: Desk) -> None:
    desk.studio.grant(TILDA, "tilda")
    tilda = Clerk(desk.studio.platform, "tilda", "Tilda")
    with pytest.raises(RemoteNotPermitted) as caught:
        desk.captioning.orders(tilda)
    assert "only its administrators" in caught.value.message
    with pytest.raises(GrantMissing):
        desk.captioning.orders(Clerk(desk.studio.platform, "sam", "Sam"))


def test_service_account_and_header_act_for_staff_without_an_account(desk: Desk) -> None:
    studio, staff = desk.studio, Clerk(desk.studio.platform, "tilda", "Tilda")
    studio.use(StudioAccount.SERVICE)
    with pytest.raises(ServiceNotConfigured) as missing:
        desk.captioning.orders(staff)
    assert "service account is not connected" in missing.value.message
    studio.grant(STELLA, None)
    assert {each.order.id for each in desk.captioning.orders(staff)} == {ORDER, OTHER}

    studio.use(StudioAccount.OWN)
    command = Clerk(studio.platform, "", "night job")
    with pytest.raises(ServiceNotConfigured, match="own account"):
        desk.captioning.orders(command)
    studio.store.institutions.save_captioning_header(studio.platform.id, header(studio))
    assert {each.order.id for each in desk.captioning.orders(command)} == {ORDER, OTHER}
    studio.store.institutions.save_captioning_header(studio.platform.id, header(studio, "wrong"))
    with pytest.raises(ServiceNotConfigured) as refused:
        desk.captioning.orders(command)
    assert "does not take the header" in refused.value.message


# --- orders ----------------------------------------------------------------------------------------------------------


def test_order_shows_what_is_known_and_drops_nothing() -> None:
    fields = {
        "id": 7,
        "srclang": "de",
        "captioning_service_type_key": "rush",
        "created_at": "2026-03-01T10:00:00Z",
        "media": {"id": 12, "title": "Rivers", "duration": 61.5},
        "turnaround": {"hours": 8, "notes": ["names", None, {"deep": [True]}]},
        "nothing": None,
    }
    order = order_of("7", fields)
    assert (order.title, order.media_id, order.language, order.service_type) == ("Rivers", "12", "de", "rush")
    assert (order.duration, order.ordered_at and order.ordered_at.year) == (61.5, 2026)
    assert dict(order.details) | {"turnaround.hours": "8", "turnaround.notes.1": "names"} == dict(order.details)
    assert dict(order.details)["turnaround.notes.3.deep"] == "[True]"


@pytest.mark.parametrize("odd", [{}, {"media": "x", "srclang": 3, "created_at": "soon"}, {"media": [1], "id": None}])
def test_order_of_which_nothing_is_recognized_is_still_an_order(odd: dict[str, object]) -> None:
    order = order_of("7", odd)
    assert (order.id, order.media_id, order.ordered_at, order.duration) == ("7", None, None, None)


# --- answers ---------------------------------------------------------------------------------------------------------


def test_captions_of_any_format_are_sent_as_subrip_once(desk: Desk) -> None:
    assert desk.states() == {ORDER: "", OTHER: ""}
    assert desk.answer() is AnswerState.SENT

    captions = [each for each in desk.studio.world.captions.values() if each.provider == "professional"]
    assert [(each.srclang, each.content.replace("\r\n", "\n").strip()) for each in captions] == [("de", SRT.strip())]
    assert desk.history() == [("Ada Administrator", "fulfilled", "sent")]
    (sent,) = desk.captioning.history(desk.ada)
    assert desk.captioning.text(desk.ada, sent.id) == (SRT, "clock.vtt")
    assert sent.fields["srclang"] == "de"  # as Studio listed it
    desk.studio.went_out()
    with pytest.raises(AnswerTaken) as taken:
        desk.answer(FAILED)
    assert (taken.value.message, taken.value.values) == (
        "%(person)s has answered this order already.",
        {"person": "Ada Administrator"},
    )
    assert desk.studio.went_out() == []
    assert desk.states() == {OTHER: ""}


def test_two_who_answer_at_once_send_once(desk: Desk) -> None:
    desk.captioning.orders(desk.ada)
    desk.studio.went_out()
    start = threading.Barrier(4)

    def go(number: int) -> str:
        start.wait()
        try:
            clerk = dataclasses.replace(desk.ada, name=f"Ada {number}")
            return desk.captioning.answer(clerk, ORDER, FULFILLED, content=VTT).state
        except AnswerTaken as error:
            return type(error).__name__

    with ThreadPoolExecutor(4) as threads:
        ends = sorted(threads.map(go, range(4)))
    assert ends == ["AnswerTaken", "AnswerTaken", "AnswerTaken", "sent"]
    assert desk.studio.went_out() == [PATCH]


def test_order_in_work_stays_in_the_list_though_studio_lists_it_no_more(desk: Desk) -> None:
    desk.captioning.orders(desk.ada)
    assert desk.answer(PROCESSING) is AnswerState.SENT
    assert desk.at_studio() == "processing"
    assert desk.states() == {OTHER: "", ORDER: "processing sent"}
    assert desk.answer() is AnswerState.SENT
    assert desk.states() == {OTHER: ""}
    with pytest.raises(AnswerTaken):
        desk.answer(PROCESSING)
    assert [outcome for _, outcome, _ in desk.history()] == ["fulfilled", "processing"]


def test_order_in_work_that_studio_has_no_more_leaves_the_list(desk: Desk) -> None:
    desk.captioning.orders(desk.ada)
    desk.answer(PROCESSING)
    del desk.studio.world.orders[int(ORDER)]
    assert desk.states() == {OTHER: "", ORDER: "processing sent"}
    with pytest.raises(RemoteGone):
        desk.answer()
    assert desk.states() == {OTHER: ""}


def test_mark_that_was_not_confirmed_counts_unless_studio_still_lists_the_order(desk: Desk) -> None:
    desk.captioning.orders(desk.ada)
    desk.fail(status=502)
    with pytest.raises(AnswerUnknown):
        desk.answer(PROCESSING)
    assert desk.states() == {ORDER: "", OTHER: ""}
    desk.studio.world.orders[int(ORDER)].status = "processing"
    assert desk.states() == {OTHER: "", ORDER: "processing unknown"}


def test_each_refusal_is_told_apart_and_the_order_can_be_answered_again(desk: Desk) -> None:
    refusals: list[tuple[int, type[CuedeckError], str]] = [
        (400, RemoteRejected, "something is missing"),
        (403, RemoteNotPermitted, "only its administrators"),
        (404, RemoteGone, "does not have this order"),
        (409, RemoteRejected, "answered before"),
        (429, RemoteThrottled, "too many"),
    ]
    for status, error, words in refusals:
        desk.fail(status=status, count=None)
        with pytest.raises(error) as caught:
            desk.answer()
        assert words in caught.value.message
        desk.studio.faults.clear()
    assert desk.answer() is AnswerState.SENT
    assert [state for *_, state in desk.history()] == ["sent", *["refused"] * 5]


def test_consent_that_ended_is_told_and_nothing_was_sent(desk: Desk) -> None:
    desk.studio.world.grants.revoke_all()
    with pytest.raises(GrantRevoked):
        desk.answer()
    assert desk.history() == [("Ada Administrator", "fulfilled", "refused")]


def test_answer_that_studio_did_not_confirm_is_in_doubt_and_sent_again_on_purpose_only(desk: Desk) -> None:
    desk.captioning.orders(desk.ada)
    desk.fail(status=502)
    with pytest.raises(AnswerUnknown):
        desk.answer()
    assert desk.states()[ORDER] == "fulfilled unknown"
    with pytest.raises(AnswerTaken) as taken:
        desk.answer()
    assert "nobody knows" in taken.value.message
    (doubt,) = desk.captioning.history(desk.ada)
    assert doubt.problem is not None

    assert desk.answer(again=doubt.id) is AnswerState.SENT
    with pytest.raises(AnswerTaken):
        desk.answer(again=doubt.id)
    assert [state for *_, state in desk.history()] == ["sent", "unknown"]


def test_answer_in_doubt_that_had_arrived_is_found_out_by_sending_it_again(desk: Desk) -> None:
    desk.fail(status=504)
    with pytest.raises(AnswerUnknown):
        desk.answer()
    (doubt,) = desk.captioning.history(desk.ada)
    desk.studio.world.orders[int(ORDER)].status = "fulfilled"  # it had
    with pytest.raises(RemoteRejected) as caught:
        desk.answer(again=doubt.id)
    assert caught.value.message == "This order was answered before."
    assert desk.states() == {OTHER: ""}


def test_answer_without_what_it_needs_is_neither_sent_nor_kept(desk: Desk) -> None:
    lacking: list[tuple[OrderAnswer, dict[str, object], type[CuedeckError]]] = [
        (FULFILLED, {"content": b""}, InputError),
        (FULFILLED, {"content": b"%PDF-1.7 no captions"}, CaptionError),
        (FULFILLED, {"content": b"WEBVTT\n\n"}, CaptionError),
        (FAILED, {"message": "  "}, InputError),
        (FAILED, {"message": "x" * 2001}, InputError),
    ]
    for outcome, more, error in lacking:
        with pytest.raises(error):
            desk.answer(outcome, **more)
    assert (desk.history(), desk.at_studio(), desk.studio.went_out()) == ([], "requested", [])


def test_id_that_is_none_asks_nothing_and_leaves_the_order_free(desk: Desk) -> None:
    with pytest.raises(RemoteGone):
        desk.captioning.answer(desk.ada, "../captioning_service_types", FAILED, message="x")
    assert desk.studio.went_out() == []


def test_file_is_looked_at_in_the_language_and_length_of_the_order(desk: Desk) -> None:
    desk.captioning.orders(desk.ada)
    late = b"1\n01:00:00,000 --> 01:00:02,000\nToo late for this short clip, it is\n"
    rules = {each.rule for each in desk.captioning.check(desk.ada, ORDER, late).report.findings}
    assert "after_end" in rules


# --- media and service types -----------------------------------------------------------------------------------------


def test_staff_open_the_media_of_an_order_and_no_other(desk: Desk) -> None:
    desk.studio.use(StudioAccount.SERVICE)
    desk.studio.grant(STELLA, None)
    staff = Clerk(desk.studio.platform, "tilda", "Tilda")
    with pytest.raises(NotFound):  # nobody has seen this order in a list
        desk.captioning.media(staff, ORDER)
    desk.captioning.orders(staff)
    found = desk.captioning.media(staff, ORDER)
    assert found.sources
    assert found.download_url
    with pytest.raises(NotFound):
        desk.captioning.media(staff, "260115")


def test_staff_keep_the_list_of_service_types(desk: Desk) -> None:
    made = desk.captioning.put_service_type(
        desk.ada, ServiceType(" night ", " Night ", "By morning", languages=("pt_br", "en", "en", " "))
    )
    assert made == ServiceType("night", "Night", "By morning", languages=("pt-BR", "en"))
    assert made in desk.captioning.service_types(desk.ada)
    desk.captioning.delete_service_type(desk.ada, "night")
    assert made not in desk.captioning.service_types(desk.ada)
    with pytest.raises(RemoteGone) as gone:
        desk.captioning.delete_service_type(desk.ada, "night")
    assert "service type" in gone.value.message
    desk.studio.faults.behaviour.captioning_service = False
    with pytest.raises(RemoteGone) as none:
        desk.captioning.service_types(desk.ada)
    assert none.value.message == "This Studio has no captioning service."


def test_service_type_that_studio_would_not_take_is_told_before(desk: Desk) -> None:
    for wanted in (
        ServiceType("a b", "Name", "Text"),
        ServiceType("", "Name", "Text"),
        ServiceType("a", " ", "Text"),
        ServiceType("a", "Name", ""),
        ServiceType("a", "Name", "Text", languages=("en", "no language")),
    ):
        with pytest.raises(InputError):
            desk.captioning.put_service_type(desk.ada, wanted)
    assert desk.studio.went_out() == []


def test_another_studio_counts_its_orders_anew(desk: Desk) -> None:
    assert desk.answer() is AnswerState.SENT
    assert desk.captioning.access.host(desk.studio.platform) == HOST
    desk.studio.use(StudioAccount.OWN, "localhost:8002")
    assert desk.studio.store.caption_answers.holder(desk.studio.platform.id, "localhost:8002", ORDER) is None
