"""Installing by one address: what is shown, what is sent and kept (reference/canvas.md 5.2)."""

from __future__ import annotations

import html

import httpx
import pytest

from lti.remote import SCOPES
from lti.store import Store

from .registry import (
    LTI,
    PLATFORM,
    REGISTRATION,
    SSO,
    TOKEN,
    TOOL,
    Registry,
    heading,
    install,
    open_address,
)
from .school import CANVAS, ISSUER, OURS, Browser, Clock


def test_administrator_sees_what_will_be_installed(browser: Browser, registry: Registry, invitation: str) -> None:
    answer = open_address(browser, invitation)

    assert answer.status_code == 200
    assert "River &lt;b&gt;School&lt;/b&gt;" in answer.text
    assert "school.instructure.com" in answer.text
    assert answer.text.count(" checked") == 4
    assert "Privacy level Public" in answer.text
    assert TOKEN not in answer.text
    assert invitation not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert f"frame-ancestors {CANVAS} {SSO} https://*.instructure.com;" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert [request.method for request in registry.requests] == ["GET"]


def test_installing_registers_and_keeps_the_platform(
    browser: Browser, registry: Registry, invitation: str, store: Store, clock: Clock
) -> None:
    answer = install(browser, open_address(browser, invitation))

    assert answer.status_code == 303
    assert str(registry.requests[-1].url) == REGISTRATION
    sent = registry.posted
    assert sent["application_type"] == "web"
    assert sent["grant_types"] == ["client_credentials", "implicit"]
    assert sent["response_types"] == ["id_token"]
    assert sent["initiate_login_uri"] == f"{OURS}/lti/login"
    assert sent["redirect_uris"] == [f"{OURS}/lti/launch"]
    assert sent["jwks_uri"] == f"{OURS}/.well-known/jwks.json"
    assert sent["token_endpoint_auth_method"] == "private_key_jwt"
    assert sent["scope"] == ""
    tool = sent[TOOL]
    assert tool["domain"] == "cuedeck.example.edu"
    assert tool["custom_parameters"]["canvas_user_id"] == "$Canvas.user.id"
    assert tool[f"{LTI}privacy_level"] == "public"
    assert [(each["type"], each["placements"]) for each in tool["messages"]] == [
        ("LtiDeepLinkingRequest", [f"{LTI}editor_button"]),
        ("LtiDeepLinkingRequest", [f"{LTI}homework_submission"]),
    ]
    clock.forward(10)
    platform = next(each for each in store.platforms.all() if each.client_id == "10000000000077")
    assert (platform.issuer, platform.canvas_url) == (ISSUER, CANVAS)
    assert (platform.authorization_url, platform.token_url, platform.jwks_url) == (
        f"{SSO}/api/lti/authorize_redirect", f"{SSO}/login/oauth2/token", f"{SSO}/api/lti/security/jwks",
    )  # fmt: skip
    assert platform.trust_deployments
    assert platform.deployments == frozenset()
    assert platform.canvas_key is None


def test_last_page_says_what_to_do_next_and_can_be_loaded_again(
    browser: Browser, registry: Registry, invitation: str
) -> None:
    address = install(browser, open_address(browser, invitation)).headers["Location"]

    for answer in (browser.get(address), browser.get(address)):
        assert answer.status_code == 200
        assert heading(answer) == "Cuedeck is registered"
        text = html.unescape(answer.text)
        assert 'value="10000000000077"' in text
        assert f'value="{OURS}/connect/canvas/callback"' in text
        assert "\n".join(SCOPES) in text
        assert f"platforms key --issuer {ISSUER} --client-id 10000000000077 --canvas-key-id " in text
        assert TOKEN not in text
        assert f"frame-ancestors {CANVAS} " in answer.headers["Content-Security-Policy"]


def test_client_id_cannot_smuggle_a_command(browser: Browser, registry: Registry, invitation: str) -> None:
    registry.reply = httpx.Response(200, json={"client_id": "7; rm -rf ~"})
    address = install(browser, open_address(browser, invitation)).headers["Location"]
    assert "--client-id '7; rm -rf ~' --canvas-key-id" in html.unescape(browser.get(address).text)


def test_forged_address_of_the_last_page_shows_nothing(browser: Browser, registry: Registry, invitation: str) -> None:
    address = install(browser, open_address(browser, invitation)).headers["Location"]
    assert browser.get(address[:-1] + ("A" if address[-1] != "A" else "B")).status_code == 404


def test_administrator_leaves_a_placement_out(browser: Browser, registry: Registry, invitation: str) -> None:
    install(browser, open_address(browser, invitation), "editor_button")
    assert [each["placements"] for each in registry.posted[TOOL]["messages"]] == [[f"{LTI}editor_button"]]


@pytest.mark.parametrize(
    ("listed", "sent"),
    [
        (["editor_button", "homework_submission"], ["editor_button"]),
        (["RichTextEditor"], ["RichTextEditor"]),
        ([f"{LTI}editor_button", "editor_button"], [f"{LTI}editor_button"]),
    ],
)
def test_placements_are_named_as_the_platform_lists_them(
    browser: Browser, registry: Registry, invitation: str, listed: list[str], sent: list[str]
) -> None:
    registry.document[PLATFORM]["messages_supported"] = [{"type": "LtiDeepLinkingRequest", "placements": listed}]
    install(browser, open_address(browser, invitation), "editor_button")
    assert registry.posted[TOOL]["messages"][0]["placements"] == sent


def test_platform_that_lists_no_placements_gets_canvas_names(
    browser: Browser, registry: Registry, invitation: str
) -> None:
    del registry.document[PLATFORM]["messages_supported"]
    install(browser, open_address(browser, invitation), "editor_button")
    assert registry.posted[TOOL]["messages"][0]["placements"] == [f"{LTI}editor_button"]


def test_placement_that_this_canvas_lacks_cannot_be_ticked(
    browser: Browser, registry: Registry, invitation: str
) -> None:
    registry.document[PLATFORM]["messages_supported"][1]["placements"] = ["RichTextEditor"]
    page = open_address(browser, invitation)

    assert page.text.count(" disabled") == 1
    assert "does not offer it" in page.text
    assert install(browser, page, "homework_submission").status_code == 422
    assert len(registry.requests) == 1


def test_choosing_nothing_is_said_and_can_be_mended(browser: Browser, registry: Registry, invitation: str) -> None:
    page = install(browser, open_address(browser, invitation), "none")

    assert page.status_code == 422
    assert "Choose at least one place" in page.text
    assert page.text.count(" checked") == 0
    assert install(browser, page, "editor_button").status_code == 303


def test_status_201_and_a_number_as_client_id_are_taken_too(
    browser: Browser, registry: Registry, invitation: str, store: Store, clock: Clock
) -> None:
    registry.reply = httpx.Response(201, json={"client_id": 77, TOOL: {"deployment_id": "5:aa"}})
    assert install(browser, open_address(browser, invitation)).status_code == 303
    clock.forward(10)
    platform = next(each for each in store.platforms.all() if each.client_id == "77")
    assert platform.deployments == {"5:aa"}
