"""The deep-linking return: every check of reference/canvas.md 3.2, in order, with Canvas's own words."""

from __future__ import annotations

import json
import re
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.test import TestResponse

from sandbox.canvas.claims import DEEP_LINKING, LTI
from sandbox.canvas.tool_config import REPLACE_EDITOR_CONTENTS
from tests.unit.sandbox.lti.conftest import TILDA, Site
from tests.unit.sandbox.lti.fake_tool import response_claims

LINK = {"type": "ltiResourceLink", "title": "A film", "url": "http://localhost/lti/launch", "custom": {"embed": "e"}}
HTML = {"type": "html", "html": "<p>x</p>"}


def return_path(site: Site) -> str:
    client = site.be(TILDA)
    claims = site.launch(client, site.press(client))
    url: str = claims[f"{DEEP_LINKING}deep_linking_settings"]["deep_link_return_url"]
    return url.removeprefix(site.platform.config.url)


def claims_now(site: Site, *items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return response_claims(site.clock.now.timestamp(), *items, **changes)


def send(site: Site, claims: dict[str, Any], path: str | None = None, **signing: Any) -> TestResponse:
    """Post as the tool's page does: without a Canvas session."""
    return site.be(None).post(path or return_path(site), data={"JWT": site.tool.sign(claims, **signing)})


def message(answer: TestResponse) -> dict[str, Any]:
    """Read what the result page posts to the editor."""
    assert answer.status_code == 200, answer.text
    found = re.search(r'<script type="application/json" id="message">(.*?)</script>', answer.text, re.DOTALL)
    assert found
    posted: dict[str, Any] = json.loads(found[1])
    return posted


def errors(answer: TestResponse) -> dict[str, list[str]]:
    assert answer.status_code == 400, answer.text
    return {key: [error["message"] for error in found] for key, found in answer.get_json()["errors"].items()}


def test_items_reach_the_editor(site: Site) -> None:
    posted = message(send(site, claims_now(site, LINK, HTML)))
    lookup = posted["content_items"][0].pop("lookup_uuid")
    assert posted == {
        "subject": "LtiDeepLinkingResponse",
        "placement": "editor_button",
        "content_items": [LINK, HTML],
        "service_id": 0,
        "ltiEndpoint": "http://127.0.0.1:8001/courses/17/external_tools/retrieve",
        "reloadpage": False,
        "moduleCreated": False,
        "replaceEditorContents": False,
        "tool_id": 19,
    }
    stored = site.world.resource_links[lookup]
    assert (stored.context, stored.url, stored.title, stored.custom) == (
        "course_17", LINK["url"], "A film", {"embed": "e"},
    )  # fmt: skip


def test_texts_go_along(site: Site) -> None:
    posted = message(send(site, claims_now(site, **{f"{DEEP_LINKING}msg": "Done", f"{DEEP_LINKING}errormsg": "Oh"})))
    assert (posted["msg"], posted["errormsg"], posted["content_items"]) == ("Done", "Oh", [])


def test_link_without_address_launches_the_tool_itself(site: Site) -> None:
    posted = message(send(site, claims_now(site, {"type": "ltiResourceLink"})))
    stored = site.world.resource_links[posted["content_items"][0]["lookup_uuid"]]
    assert stored.url == f"{site.tool.url}/launch"


def test_key_set_is_fetched_for_every_response(site: Site) -> None:
    for times in (1, 2):
        message(send(site, claims_now(site)))
        assert site.tool.key_set_requests == times


def test_response_is_taken_once(site: Site) -> None:
    path = return_path(site)
    message(send(site, claims_now(site), path))
    again = send(site, claims_now(site), path)
    assert errors(again) == {"data_jwt": ["Do not attempt to submit content items multiple times."]}
    assert again.get_json()["errors"]["data_jwt"][0]["type"] == "already_used"


def test_refused_jwt_does_not_use_the_return_address_up(site: Site) -> None:
    path = return_path(site)
    assert errors(send(site, claims_now(site, aud="x"), path)) == {"base": ["the 'aud' is invalid"]}
    message(send(site, claims_now(site), path))


@pytest.mark.parametrize(("query", "kind"), [("", "presence_required"), ("?data=abc", "invalid_or_malformed")])
def test_return_address_must_not_be_changed(site: Site, query: str, kind: str) -> None:
    error = send(site, claims_now(site), f"/courses/17/deep_linking_response{query}").get_json()["errors"]["data_jwt"]
    assert error == [
        {"attribute": "?data=JWT", "type": kind, "message": "Do not modify the deep_link_return_url in any way."}
    ]


def test_jwt_is_checked_before_data(site: Site) -> None:
    answer = send(site, claims_now(site, aud="x"), "/courses/17/deep_linking_response")
    assert set(errors(answer)) == {"base"}


def test_unknown_course_is_not_found(site: Site) -> None:
    assert send(site, claims_now(site), "/courses/99/deep_linking_response?data=x").status_code == 404


@pytest.mark.parametrize("text", ["", "no jwt", "a.b.c"])
def test_nonsense_is_a_jwt_exception(site: Site, text: str) -> None:
    assert errors(site.be(None).post(return_path(site), data={"JWT": text})) == {"jwt": ["JWT exception"]}


def test_unknown_issuer_is_no_client(site: Site) -> None:
    assert errors(send(site, claims_now(site, iss="another"))) == {"developer_key": ["Client not found"]}


def test_key_switched_off_is_refused(site: Site) -> None:
    path = return_path(site)
    site.platform.key_on = False
    assert errors(send(site, claims_now(site), path)) == {"developer_key": ["Developer key inactive in context"]}


def test_key_set_that_cannot_be_fetched_is_said_so(site: Site) -> None:
    site.tool.config["public_jwk_url"] = f"{site.tool.url}/nowhere"
    assert errors(send(site, claims_now(site))) == {"jwt": ["Fetching JWK from public_jwk_url failed"]}


@pytest.mark.parametrize("kid", [None, "another"])
def test_key_must_be_named_and_published(site: Site, kid: str | None) -> None:
    assert errors(send(site, claims_now(site), kid=kid)) == {"jwt": ["JWT exception"]}


def test_signature_of_another_key_fails(site: Site) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert errors(send(site, claims_now(site), key=other)) == {"jwt": ["JWT verification failure"]}


@pytest.mark.parametrize(("alg", "key"), [("HS256", "k" * 32), ("none", "")])
def test_other_algorithms_are_unexpected(site: Site, alg: str, key: str) -> None:
    text = jwt.encode(claims_now(site), key, algorithm=alg, headers={"kid": "tool-1"})
    answer = site.be(None).post(return_path(site), data={"JWT": text})
    assert errors(answer) == {"jwt": ["JWT has unexpected alg"]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"aud": "http://127.0.0.1:8001"}, "the 'aud' is invalid"),
        ({"aud": ["x", "https://canvas.instructure.com"]}, None),
        ({"exp": -1}, "the JWT has expired"),
        ({"exp": 0}, None),  # not past
        ({"iat": -299}, None),
        ({"iat": -301}, "the 'iat' must be less than 300 seconds old"),
        ({"iat": 29}, None),
        ({"iat": 31}, "the 'iat' must not be in the future"),
        ({"exp": None}, "the following assertions are missing: exp"),
        ({"iat": None}, "the following assertions are missing: iat"),
        ({"aud": None}, "the following assertions are missing: aud"),
    ],
)
def test_assertions_have_windows(site: Site, change: dict[str, Any], words: str | None) -> None:
    now = int(site.clock.now.timestamp())
    moved = {name: now + value if isinstance(value, int) else value for name, value in change.items()}
    answer = send(site, claims_now(site, **moved))
    if words is None:
        message(answer)
    else:
        assert errors(answer) == {"base": [words]}


def test_what_canvas_does_not_check_passes(site: Site) -> None:
    changes = {"nonce": None, f"{LTI}message_type": "x", f"{LTI}version": None, f"{LTI}deployment_id": "1:2"}
    message(send(site, claims_now(site, {"type": "made_up"}, **changes)))


@pytest.mark.parametrize("scoped", [True, False])
def test_editor_contents_are_replaced_only_with_the_scope(site: Site, scoped: bool) -> None:
    site.tool.config["scopes"] = [REPLACE_EDITOR_CONTENTS] if scoped else []
    posted = message(send(site, claims_now(site, HTML, **{REPLACE_EDITOR_CONTENTS: True})))
    assert posted["replaceEditorContents"] is scoped


def test_cancelling_answers_with_nothing(site: Site) -> None:
    posted = message(site.be(None).get("/deep_linking_cancel?include_host=true&lti_errormsg=No"))
    assert posted == {"subject": "LtiDeepLinkingResponse", "content_items": [], "errormsg": "No"}


def test_markup_in_a_title_cannot_leave_the_message(site: Site) -> None:
    title = "</script><script>alert(1)</script>"
    answer = send(site, claims_now(site, {"type": "link", "url": "https://x.example", "title": title}))
    assert "<script>alert" not in answer.text
    assert message(answer)["content_items"][0]["title"] == title


class TestStrict:
    @pytest.fixture
    def strict(self) -> bool:
        return True

    def test_good_response_passes(self, site: Site) -> None:
        message(send(site, claims_now(site, LINK | {"iframe": {"width": 640, "height": 360}}, HTML)))

    def test_nonce_is_taken_once(self, site: Site) -> None:
        message(send(site, claims_now(site, nonce="one")))
        assert errors(send(site, claims_now(site, nonce="one"))) == {"strict": ["nonce was used before"]}

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"nonce": None}, "nonce"),
            ({f"{LTI}message_type": "LtiDeepLinkingRequest"}, "message_type"),
            ({f"{LTI}version": None}, "version"),
            ({f"{LTI}deployment_id": "1:2"}, "deployment_id"),
            ({f"{DEEP_LINKING}data": None, "sub": "me"}, "sub"),
            ({f"{DEEP_LINKING}data": "x"}, "data"),
            ({f"{DEEP_LINKING}content_items": [{"type": "made_up"}]}, "accept_types"),
            ({f"{DEEP_LINKING}content_items": [{"type": "html"}]}, "html is missing"),
            ({f"{DEEP_LINKING}content_items": [LINK | {"iframe": {"width": "640px"}}]}, "whole number"),
            ({f"{DEEP_LINKING}content_items": [LINK | {"custom": {"a": 1}}]}, "custom"),
            ({f"{DEEP_LINKING}content_items": [LINK | {"url": "/relative"}]}, "absolute"),
            ({f"{DEEP_LINKING}content_items": {}}, "list"),
        ],
    )
    def test_everything_the_specification_asks_is_asked(self, site: Site, change: dict[str, Any], words: str) -> None:
        found = errors(send(site, claims_now(site, **change)))
        assert words in found["strict"][0]
