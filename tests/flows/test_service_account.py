"""One account acts for everybody at a school's Studio: people need no consent, and reach what is theirs, no more."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tusclient.exceptions import TusCommunicationError

from lti.media.handles import Handles, Shown
from lti.model import Catalogue, MediaItem, MediaType, Platform, Scope
from tests.flows.harbour import Harbour
from tests.flows.lone_studio import KEY, a_studio
from tests.flows.school import School, choose, problem
from tests.flows.settling import changed, settle
from tests.flows.test_administration import look as check
from tests.flows.test_main_flow import fetched, watch
from tests.flows.test_registration import platform_of
from tests.flows.test_studio_media import CLOCK, COLLEAGUES, listed, look
from tests.flows.tus_client import upload_id, uploader
from tests.flows.uploading import tell, wait
from tests.support.person import SAM, TILDA, ToolPage, content_items
from tests.support.studio import STELLA_AT_STUDIO, connect_studio

ACCOUNT = "/api/administration/studio/account"


@pytest.fixture(scope="module")
def harbour_studio(harbour_canvas: Harbour, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Harbour School's Studio: its origin, and the secret of its key."""
    origins = ("--canvas", harbour_canvas.canvas, "--tool", harbour_canvas.stack.tool)
    with a_studio(tmp_path_factory.mktemp("harbour-studio"), "--school", "harbour", *origins) as started:
        yield started


@pytest.fixture
def page(harbour: Harbour, harbour_studio: tuple[str, str]) -> ToolPage:
    """The administration at Harbour School, its service account connected by its administrator."""
    url, secret = harbour_studio
    person = harbour.administrator()
    number = int(harbour.client_id) % 10**13
    menu = f"{harbour.canvas}/accounts/1/external_tools/{number}?launch_type=account_navigation"
    opened = harbour.launched(lambda: person.tool_page(person.follow(person.http.get(menu))))
    assert opened.answer.status_code == 200, opened.answer.text
    if check(opened, "studio-account")["verdict"] != "good":
        host = url.partition("://")[2]
        studio = {"host": host, "id": KEY, "secret": secret, "account": "service"}
        saved = opened.api("PUT", "/api/administration/studio", json=studio)
        assert saved.status_code == 200, saved.text
        changed(harbour.stack)
        settle(harbour.stack)
        done = connect_studio(opened, url, STELLA_AT_STUDIO, path=ACCOUNT)
        assert done.status_code == 200, done.text
    return opened


@pytest.fixture
def teacher(page: ToolPage, harbour: Harbour) -> ToolPage:
    return harbour.launched(harbour.be(TILDA).press_button)


@pytest.fixture
def student(page: ToolPage, harbour: Harbour) -> ToolPage:
    return harbour.launched(lambda: harbour.be(SAM).press_button("groups/5"))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    file = tmp_path / "Tides.mp4"
    file.write_bytes(os.urandom(200_000))
    return file


def test_people_use_studio_without_a_consent_of_their_own(
    page: ToolPage, teacher: ToolPage, student: ToolPage, harbour: Harbour, harbour_studio: tuple[str, str], film: Path
) -> None:
    assert check(page, "studio-account")["message"] == "The service account is connected, and may look people up."
    for person in (teacher, student):
        assert person.api("GET", "/api/connect/studio").json() == {"connected": True}

    assert {item["owner"] for item in listed(teacher)} == {"Tomas Teacher"}
    assert COLLEAGUES in {item["title"] for item in listed(teacher, scope="course")}
    [item] = content_items(teacher.insert(choose(look(teacher, CLOCK), "es", "ar")))
    player = harbour.be(SAM).open_link(item["lookup_uuid"])
    shown = watch(player)
    assert [track["language"] for track in shown["tracks"]] == ["es", "ar"]
    assert fetched(player, shown["tracks"][0]["src"]).text.startswith("WEBVTT")
    assert httpx.head(shown["sources"][0]["url"], timeout=60).status_code == 200

    ours = {}
    for person, title in ((teacher, "By Tomas"), (student, "By Selma")):
        made = uploader(person, film, title=title)
        made.upload()
        upload = wait(person, upload_id(made), "ready", "failed")
        assert upload["state"] == "ready", upload
        ours[title] = look(person, title)["item"]["id"]
        assert number(ours[title]) == upload["media_id"]
    assert ours["By Tomas"] not in {item["id"] for item in listed(student)}
    assert ours["By Selma"] not in {item["id"] for item in listed(teacher)}


def test_course_report_grades_what_colleagues_have_at_studio(page: ToolPage, harbour: Harbour) -> None:
    menu = f"{harbour.canvas}/courses/17/external_tools/{int(harbour.client_id) % 10**13}?launch_type=course_navigation"
    person = harbour.be(TILDA)
    report = harbour.launched(lambda: person.tool_page(person.follow(person.http.get(menu))))
    assert report.config["studio"] is True

    answer = report.api("GET", report.config["api"]["studio_report"])

    assert answer.status_code == 200, answer.text
    row = next(row for row in answer.json()["rows"] if row["title"] == COLLEAGUES)
    assert (row["known"], row["unread"], row["tracks"]) == (False, True, [])
    answer = report.api("POST", report.config["api"]["studio_read"], json={"handles": [row["handle"]]})
    assert answer.status_code == 200, answer.text
    [row] = answer.json()["rows"]
    assert [(track["language"], track["grade"] in set("ABCD")) for track in row["tracks"]] == [("en", True)]


def test_student_gets_nothing_with_an_id_that_is_forged_guessed_or_borrowed(
    school: School, teacher: ToolPage, student: ToolPage, harbour: Harbour
) -> None:
    theirs = look(teacher, CLOCK)
    own = look(student, "Sam's screen recording")
    body, _, mac = own["handle"].partition(".")
    signed = Signing(school, harbour, student)
    for handle in (
        theirs["handle"],  # borrowed
        f"{theirs['handle'].partition('.')[0]}.{mac}",  # forged: what one says, and the other's signature
        f"{body}.{'A' * len(mac)}",
    ):
        refuse(student, handle, "detail", "native", "captioned")
    # A handle is our word that somebody was shown a media. Where we gave it wrongly, Studio still tells nothing.
    opened = student.api("POST", "/api/studio/media/detail", json={"handle": signed(number(own["item"]["id"]))})
    assert opened.status_code == 200, opened.text  # so it is not the signature that closes the others
    for guessed in (number(theirs["item"]["id"]), str(int(number(theirs["item"]["id"])) + 12), "1", "0"):
        for scope, course in ((Scope.OWN, None), (Scope.COURSE, "17"), (Scope.GROUP, "5")):
            refuse(student, signed(guessed, scope, course), "detail", "native")
    assert listed(student, search=CLOCK) == []
    problem(student.api("GET", "/api/studio/media", scope="course"), 403, "not_allowed")
    for name, value in (("user_id", "8101"), ("owner_id", "8101"), ("collection_id", "5017")):
        problem(student.api("GET", "/api/studio/media", **{name: value}))
        wish = {"address": "https://videos.example.org/a.mp4", "title": "A", name: value}
        problem(student.api("POST", "/api/studio/import", json=wish))


def test_student_gets_nothing_with_a_teachers_upload(teacher: ToolPage, student: ToolPage, film: Path) -> None:
    begun = uploader(teacher, film)
    begun.upload(stop_at=100_000)
    for upload in (upload_id(begun), uuid.uuid4().hex, "1"):
        for method, path in (
            ("GET", "uploads/{}"), ("PATCH", "uploads/{}"), ("DELETE", "uploads/{}"), ("POST", "uploads/{}/cancel"),
            ("POST", "uploads/{}/retry"), ("DELETE", "uploads/{}/captions/1"), ("GET", "studio/uploads/{}"),
        ):  # fmt: skip
            wish: dict[str, str] | None = {} if method in {"POST", "PATCH"} else None
            problem(student.api(method, f"/api/{path.format(upload)}", json=wish), 404, "not_found")
        borrowed = uploader(student, film)
        borrowed.set_url(f"{student.person.tool}/api/tus/{upload}")
        with pytest.raises(TusCommunicationError) as refused:
            borrowed.get_offset()
        assert refused.value.status_code == 404
    assert teacher.api("GET", f"/api/uploads/{upload_id(begun)}").json()["received"] == 100_000
    teacher.api("POST", f"/api/uploads/{upload_id(begun)}/cancel", json={})


def test_consent_that_ended_is_told_to_administrators_and_people(
    page: ToolPage, teacher: ToolPage, harbour_studio: tuple[str, str]
) -> None:
    tell(harbour_studio[0], revoke_tokens=True)

    told = check(page, "studio-account")

    assert (told["verdict"], "does not honour" in told["message"]) == ("bad", True), told
    assert "Connect it below" in told["mend"]
    refused = problem(teacher.api("GET", "/api/studio/media"), 409)
    assert "Ask your Canvas administrator" in refused["next_step"]
    assert connect_studio(page, harbour_studio[0], STELLA_AT_STUDIO, path=ACCOUNT).status_code == 200
    assert check(page, "studio-account")["verdict"] == "good"
    assert teacher.api("GET", "/api/studio/media").is_success


def number(shown: str) -> str:
    """Give Studio's number of a media, which pages call ``studio-260101``."""
    return shown.removeprefix("studio-")


class Signing:
    """Signs handles for a person with the tool's own keys, for whatever media: as if we had been led to do it."""

    def __init__(self, school: School, harbour: Harbour, page: ToolPage) -> None:
        tokens = school.tokens()
        subject = tokens.viewer(page.config["token"]).subject
        assert subject is not None
        self._handles, self._subject = Handles(tokens), subject
        self._platform: Platform = platform_of(harbour.stack, harbour.client_id)

    def __call__(self, media_id: str, scope: Scope = Scope.OWN, scope_id: str | None = None) -> str:
        item = MediaItem(Catalogue.STUDIO, media_id, "Guessed", MediaType.VIDEO)
        return self._handles.sign(self._platform, self._subject, Shown(item, scope, scope_id))


def refuse(page: ToolPage, handle: str, *ways: str) -> None:
    """Make sure that a handle does not open a media, nor insert it in a form."""
    for way in ways:
        if way == "detail":
            answer = page.api("POST", "/api/studio/media/detail", json={"handle": handle})
        else:
            pick = {"handle": handle, "form": way, "width": 640, "height": 360}
            answer = page.api("POST", "/api/insert", json={"picks": [pick]})
        problem(answer)
        assert answer.status_code in {403, 404, 422}, answer.text
