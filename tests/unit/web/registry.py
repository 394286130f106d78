"""A hosted Canvas that tools can register with, and an administrator who enters our address in it."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import urlencode

import httpx
from werkzeug.test import TestResponse

from .school import CANVAS, ISSUER, OURS, Browser

SSO = "https://sso.canvaslms.com"
CONFIGURATION = f"{SSO}/api/lti/security/openid-configuration?registration_token=eyJ0b2tlbg"
REGISTRATION = f"{CANVAS}/api/lti/registrations"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJ1dWlkIjoiMSJ9.c2lnbmF0dXJl"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
LTI = "https://canvas.instructure.com/lti/"


def document(**changes: Any) -> dict[str, Any]:
    """Give hosted Canvas's description of itself."""
    return {
        "issuer": ISSUER,
        "authorization_endpoint": f"{SSO}/api/lti/authorize_redirect",
        "registration_endpoint": REGISTRATION,
        "jwks_uri": f"{SSO}/api/lti/security/jwks",
        "token_endpoint": f"{SSO}/login/oauth2/token",
        "claims_supported": ["sub", "picture", "email", "name", "given_name", "family_name", "locale"],
        PLATFORM: {
            "product_family_code": "canvas",
            "version": "vCloud",
            "messages_supported": [
                {
                    "type": "LtiResourceLinkRequest",
                    "placements": [f"{LTI}course_navigation", f"{LTI}account_navigation"],
                },
                {
                    "type": "LtiDeepLinkingRequest",
                    "placements": ["RichTextEditor", f"{LTI}editor_button", f"{LTI}homework_submission"],
                },
            ],
            f"{LTI}account_name": "River <b>School</b>",
            f"{LTI}account_domain": "school.instructure.com",
        },
        **changes,
    }


class Registry:
    """The Canvas of these tests: its description, its answer, and what it was asked."""

    def __init__(self) -> None:
        self.document: Any = document()
        self.reply = httpx.Response(200, json={"client_id": "10000000000077", TOOL: {}})
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        if request.method == "GET":
            return httpx.Response(200, json=self.document)
        return httpx.Response(self.reply.status_code, content=self.reply.content)

    @property
    def posted(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.requests[-1].content)
        return body


def open_address(browser: Browser, invitation: str | None, **changes: str) -> TestResponse:
    """Do as Canvas does when an administrator enters the address."""
    query = {"invitation": invitation} if invitation else {}
    query |= {"openid_configuration": CONFIGURATION, "registration_token": TOKEN, **changes}
    return browser.get(f"/lti/register?{urlencode(query)}")


def install(browser: Browser, page: TestResponse, *placements: str) -> TestResponse:
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket, page.text
    fields = {"ticket": ticket[1], "placement": list(placements or ("editor_button", "homework_submission"))}
    return browser.client.post("/lti/register", base_url=OURS, data=fields)


def heading(answer: TestResponse) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    assert found, answer.text
    return html.unescape(found[1]).strip()
