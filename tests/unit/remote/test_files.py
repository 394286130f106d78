"""The Files API: from a media object to its attachment, and to bytes."""

from __future__ import annotations

import httpx
import pytest

from lti.errors import RemoteNonsense, RemoteNotPermitted
from lti.model import Scope

from .fake import ORIGIN, Fake, error, listed

OWN = "GET /api/v1/users/self/files"


@pytest.fixture
def fake() -> Fake:
    return Fake()


def file(file_id: int, media_id: object, **more: object) -> dict[str, object]:
    return {
        "id": file_id,
        "display_name": f"clip {file_id}.mp4",
        "content-type": "video/mp4",
        "media_entry_id": media_id,
        "url": f"{ORIGIN}/files/{file_id}/download?download_frd=1&verifier=v{file_id}",
        "locked_for_user": False,
        **more,
    }


def more(page: int, path: str = "users/1/files") -> str:
    return f'<{ORIGIN}/api/v1/{path}?page={page}&per_page=100>; rel="next"'


def test_file_of_own_media_is_found_by_search_with_its_verifier(fake: Fake) -> None:
    fake.on(OWN, listed(file(1, "m-1"), file(2, "m-2")))
    found = fake.api.find_file(Scope.OWN, None, media_id="m-2", search="clip")
    assert found is not None
    assert (found.id, found.media_id, found.name, found.verifier) == ("2", "m-2", "clip 2.mp4", "v2")
    assert (found.content_type, found.locked) == ("video/mp4", False)
    assert "v2" not in repr(found)
    params = fake.requests[0].url.params
    assert params.get_list("content_types[]") == ["video", "audio"]
    assert (params["search_term"], params["per_page"]) == ("clip", "100")
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("scope", "path"), [(Scope.COURSE, "/api/v1/courses/17/files"), (Scope.GROUP, "/api/v1/groups/17/files")]
)
def test_file_of_course_or_group_media_is_looked_for_there(fake: Fake, scope: Scope, path: str) -> None:
    fake.on(f"GET {path}", listed(file(1, "m-1", url=f"{ORIGIN}/files/1/download")))
    found = fake.api.find_file(scope, "17", media_id="m-1")
    assert found is not None
    assert found.verifier is None


def test_file_named_otherwise_than_its_media_is_found_without_search(fake: Fake) -> None:
    fake.on(OWN, listed(), listed(file(1, "m-1")))
    found = fake.api.find_file(Scope.OWN, None, media_id="m-1", search="A new title")
    assert found is not None
    assert ["search_term" in request.url.params for request in fake.requests] == [True, False]


def test_search_that_canvas_refuses_has_found_nothing(fake: Fake) -> None:
    fake.on(OWN, error(400, "search_term of 3 or more characters is required"), listed(file(1, "m-1")))
    assert fake.api.find_file(Scope.OWN, None, media_id="m-1", search="ab") is not None


def test_title_too_short_to_search_for_costs_no_call(fake: Fake) -> None:
    fake.on(OWN, listed(file(1, "m-1")))
    assert fake.api.find_file(Scope.OWN, None, media_id="m-1", search=" a ") is not None
    assert len(fake.requests) == 1


def test_file_that_is_not_found_costs_three_calls_at_most(fake: Fake) -> None:
    fake.on(OWN, listed(link=more(2)))
    fake.on("GET /api/v1/users/1/files", listed(file(1, "m-1"), link=more(3)))
    assert fake.api.find_file(Scope.OWN, None, media_id="m-9", search="clip") is None
    assert len(fake.requests) == 3
    fake.requests.clear()
    assert fake.api.find_file(Scope.OWN, None, media_id="m-9") is None
    assert len(fake.requests) == 3


def test_file_list_ends_where_canvas_says_so(fake: Fake) -> None:
    fake.on(OWN, listed(file(1, "m-1")))
    assert fake.api.find_file(Scope.OWN, None, media_id="m-9") is None
    assert len(fake.requests) == 1


def test_file_list_that_goes_on_elsewhere_is_refused(fake: Fake) -> None:
    fake.on(OWN, listed(link='<https://evil.example/api/v1/users/1/files>; rel="next"'))
    with pytest.raises(RemoteNonsense):
        fake.api.find_file(Scope.OWN, None, media_id="m-9")


def test_file_list_that_is_not_permitted_is_an_error_not_an_absence(fake: Fake) -> None:
    fake.on(OWN, error(403, "user not authorized to perform that action"))
    with pytest.raises(RemoteNotPermitted):
        fake.api.find_file(Scope.OWN, None, media_id="m-1", search="clip")


def test_unprocessed_and_odd_files_are_passed_over(fake: Fake) -> None:
    fake.on(
        OWN,
        listed(file(1, "maybe"), file(2, None), None, {"id": None}, file(3, 7), file(4, "m-1", url="https://x:port/")),
    )
    found = fake.api.find_file(Scope.OWN, None, media_id="m-1")
    assert found is not None
    assert (found.id, found.verifier) == ("4", None)
    assert fake.api.find_file(Scope.OWN, None, media_id="maybe") is None


def test_public_address_of_a_file_is_given(fake: Fake) -> None:
    url = "https://storage.example/a.mp4?X-Amz-Signature=abc"
    fake.on("GET /api/v1/files/901/public_url", httpx.Response(200, json={"public_url": url}))
    assert fake.api.public_url("901") == url


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://storage.example/a", "/relative", "", "https://", "https://x:port/", None]
)
def test_public_address_that_no_page_should_hold_is_nonsense(fake: Fake, url: str | None) -> None:
    fake.on("GET /api/v1/files/901/public_url", httpx.Response(200, json={"public_url": url}))
    with pytest.raises(RemoteNonsense):
        fake.api.public_url("901")
