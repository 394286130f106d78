"""A person's way through Studio's consent pop-up, as a browser without script goes it."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urljoin

import httpx

from tests.support.person import TILDA, Person, ToolPage, read
from tests.support.stack import Stack

TILDA_AT_STUDIO, SAM_AT_STUDIO, ADA_AT_STUDIO, THEO_AT_STUDIO, STELLA_AT_STUDIO = 8101, 8102, 8103, 8104, 8190


def leave_for_studio(page: ToolPage, path: str = "/api/connect/studio") -> httpx.Response:
    """Open the pop-up: gives our own page that goes on to Studio."""
    answer = page.api("POST", path, json={})
    answer.raise_for_status()
    return page.person.http.get(urljoin(page.person.tool, answer.json()["url"]))


def decide(person: Person, left: httpx.Response, studio: str, account: int, *, press: str = "allow") -> httpx.Response:
    """Be somebody at Studio and answer its question: gives Studio's redirect to the tool."""
    found = re.search(r'href="(http[^"]+/api/public/oauth/authorize[^"]+)"', left.text)
    assert found, left.text
    person.http.post(f"{studio}/login", data={"user": str(account)})
    asked = person.http.get(html.unescape(found[1]))
    form = next(form for form in read(asked).forms if "request" in form.fields)
    answer = person.http.post(urljoin(studio, form.action), data={**form.fields, "decision": press})
    assert answer.is_redirect, answer.text
    return answer


def connect_studio(
    page: ToolPage, studio: str, account: int, *, path: str = "/api/connect/studio", press: str = "allow"
) -> httpx.Response:
    """Consent as somebody: gives the last page of the pop-up."""
    left = leave_for_studio(page, path)
    return page.person.follow(decide(page.person, left, studio, account, press=press))


def furnish(stack: Stack) -> None:
    """Connect Tilda to Canvas and Studio, and clear away what uploads she has."""
    person = Person(canvas=stack.canvas, tool=stack.tool, number=TILDA)
    page = person.press_button()
    if not page.api("GET", "/api/canvas/media").is_success:
        assert person.connect(page).status_code == 200
    done = connect_studio(page, stack.studio, TILDA_AT_STUDIO)
    assert done.status_code == 200, done.text
    for upload in page.api("GET", "/api/uploads").json()["uploads"]:
        page.api("POST", f"/api/uploads/{upload['id']}/cancel", json={})
        page.api("DELETE", f"/api/uploads/{upload['id']}")
    person.close()
    tell(stack, behaviour={"transcoding_seconds": 0.5})


def tell(stack: Stack, **wishes: Any) -> None:
    httpx.post(f"{stack.studio}/sandbox/faults", json=wishes, timeout=10).raise_for_status()
