"""Who may call, ping, finding accounts (reference/studio.md 2.8, 2.9)."""

from __future__ import annotations

import pytest

from sandbox.studio.seed import SAM, STELLA, TILDA
from tests.unit.sandbox.studio.conftest import Studio, ids

ANYTHING = [
    ("GET", "/ping"),
    ("GET", "/media/search"),
    ("GET", "/media/260101/caption_files"),
    ("POST", "/media/uploads"),
    ("POST", "/media"),
    ("GET", "/collections"),
    ("GET", "/captioning_service_types"),
    ("GET", "/caption_file_requests?provider=professional&status=requested"),
    ("PATCH", "/caption_file_requests/401"),
    ("GET", "/nothing"),
]


@pytest.mark.parametrize(("method", "path"), ANYTHING)
@pytest.mark.parametrize("sent", [None, "Bearer unknown", "Basic unknown", 'Bearer user_id="x", token="y"'])
def test_nobody_gets_in(studio: Studio, method: str, path: str, sent: str | None) -> None:
    answer = studio.call(None, method, path, headers={"Authorization": sent} if sent else {})

    assert answer.status_code == 401
    assert answer.json == {"error": "Authorization information is missing or invalid."}


def test_revoked_token_gets_nobody_in(studio: Studio) -> None:
    studio.get(TILDA, "/ping")
    studio.world.grants.revoke_all()

    assert studio.get(TILDA, "/ping").status_code == 401


def test_ping_is_text(studio: Studio) -> None:
    answer = studio.get(SAM, "/ping")

    assert (answer.text, answer.mimetype) == ("pong", "text/plain")


def test_administrator_finds_accounts_by_mail(studio: Studio) -> None:
    found = studio.get(STELLA, "/users/search?email=TILDA@school.example").json

    assert found == {
        "users": [
            {
                "id": TILDA,
                "full_name": "Tilda Teacher",
                "display_name": "Tilda Teacher",
                "email": "tilda@school.example",
                "role_names": ["teacher"],
            }
        ]
    }
    assert studio.get(STELLA, "/users/search?email=noor@school.example").json == {"users": []}
    assert studio.get(STELLA, "/users/search?email=tilda@school.example&role=admin").json == {"users": []}


def test_user_search_asks_for_a_mail_and_for_an_administrator(studio: Studio) -> None:
    assert studio.get(STELLA, "/users/search").status_code == 400
    assert studio.get(TILDA, "/users/search?email=sam@school.example").status_code == 403


def test_there_is_no_me(studio: Studio) -> None:
    assert studio.get(TILDA, "/users/me").status_code == 422


def test_teacher_reads_their_own_account_only(studio: Studio) -> None:
    assert studio.get(TILDA, f"/users/{TILDA}").status_code == 200
    assert studio.get(TILDA, f"/users/{SAM}").status_code == 403
    assert studio.get(STELLA, "/users/1").status_code == 404
    library = studio.get(TILDA, f"/users/{TILDA}/library").json
    assert library is not None
    assert library["collection"]["type"] == "user"


def test_what_somebody_may_see_comes_with_permissions(studio: Studio) -> None:
    body = studio.get(STELLA, f"/users/{SAM}/media").json

    assert body is not None
    assert {each["id"]: each["permission"] for each in body["media"]} == {
        260101: "view",
        260113: "view",
        260116: "edit",
    }
    assert ids(studio.get(SAM, f"/users/{SAM}/collections"), "collections") == [7102, 5017]
