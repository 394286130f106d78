"""Media by web address, through the running tool into the sandbox Studio."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.flows.school import School, problem
from tests.support.person import SAM, TILDA, ToolPage
from tests.support.studio import SAM_AT_STUDIO, TILDA_AT_STUDIO, connect_studio

FILM = {"address": "https://videos.example.org/tides.mp4", "title": "Tides"}


@pytest.fixture
def studio(each_school: School) -> Iterator[str]:
    """The Studio, healed afterwards."""
    origin = each_school.stack.studio
    yield origin
    httpx.post(f"{origin}/sandbox/faults", json={"clear": True}, timeout=10).raise_for_status()


def _connected(
    school: School, number: int = TILDA, account: int = TILDA_AT_STUDIO, place: str = "courses/17"
) -> ToolPage:
    page = school.be(number).press_button(place)
    assert connect_studio(page, school.stack.studio, account).status_code == 200
    return page


def test_student_imports_a_film_and_finds_it_among_their_own(each_school: School, studio: str) -> None:
    page = _connected(each_school, SAM, SAM_AT_STUDIO, "groups/5")
    answer = page.api("POST", "/api/studio/import", json=FILM)
    assert answer.status_code == 201, answer.text
    item = answer.json()["item"]
    assert (item["title"], item["catalogue"], item["external"]) == ("Tides", "studio", None)
    detail = page.api("POST", "/api/studio/media/detail", json={"handle": item["handle"]})
    assert detail.status_code == 200, detail.text
    found = page.api("GET", "/api/studio/media", search="Tides").json()["items"]
    assert item["id"] in [each["id"] for each in found]


def test_a_film_of_youtube_is_said_to_stay_there(each_school: School, studio: str) -> None:
    page = _connected(each_school)
    answer = page.api("POST", "/api/studio/import", json={"address": "https://youtu.be/dQw4w9WgXcQ"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["item"]["external"] == "YouTube"


def test_an_address_of_a_private_network_never_reaches_studio(each_school: School, studio: str) -> None:
    page = _connected(each_school)
    httpx.delete(f"{studio}/sandbox/requests", timeout=10).raise_for_status()
    for address in ("http://169.254.169.254/latest", "https://files.intranet/a.mp4", "http://[::1]/", "file:///etc/x"):
        problem(page.api("POST", "/api/studio/import", json={**FILM, "address": address}), 422, "address_refused")
    log = httpx.get(f"{studio}/sandbox/requests", timeout=10).json()
    entries = log["requests"] if isinstance(log, dict) else log
    # Uploads of other tests may still be looked after: what is asked for them is no import.
    assert [each["path"] for each in entries if each["method"] == "POST" and each["path"].endswith("/media")] == []


def test_automatic_captions_that_are_off_are_not_offered_again(each_school: School, studio: str) -> None:
    page = _connected(each_school)
    behaviour = {"auto_captions": False}
    httpx.post(f"{studio}/sandbox/faults", json={"behaviour": behaviour}, timeout=10).raise_for_status()
    wanted = {**FILM, "auto_captions": True}
    problem(page.api("POST", "/api/studio/import", json=wanted), 409, "auto_captions_unavailable")
    assert page.api("GET", "/api/uploads").json()["rules"]["auto_captions"] is False
    assert page.api("POST", "/api/studio/import", json=FILM).status_code == 201
