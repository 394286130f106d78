"""Journeys of the office: professional captioning, the check page, installing; and what the worker does for uploads."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urljoin

import httpx

from lti.model import StudioAccount
from sandbox.studio.world import CaptionOrder
from tests.faults.campus import CANVAS, Campus
from tests.faults.journeys import Act, Repeat, journey
from tests.faults.policy import Kind
from tests.faults.studio_journeys import administration, own
from tests.support.person import ADA, TILDA, ToolPage, read

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nDer Fluss\n"
FILM = b"not a film, but bytes enough to be one for a Studio that does not look"
ROUNDS = 3  # of the worker, until somebody looks
SRT = "1\n00:00:01,000 --> 00:00:02,000\nHola\n"


def captioning(c: Campus) -> ToolPage:
    """Open the page of professional captioning."""
    c.account(StudioAccount.OWN)
    page = administration(c)

    def enter() -> ToolPage:
        data, origin = {"token": page.config["token"]}, {"Origin": page.person.tool}
        return page.person.tool_page(page.person.http.post(f"{page.person.tool}/captioning", data=data, headers=origin))

    return c.page((ADA, "captioning"), enter)


def order(c: Campus) -> str:
    """Order captions, as a person does in Studio: gives the number."""
    world = c.studio_world
    number = world.new_id()
    world.orders[number] = CaptionOrder(number, 260101, "standard", "de", 8101, c.clock())
    return str(number)


@journey("List orders for captions", ADA)
def orders(c: Campus) -> Act:
    page = captioning(c)
    return lambda: page.api("GET", "/api/captioning/orders")


@journey("See the media of an order", ADA)
def order_media(c: Campus) -> Act:
    page, number = captioning(c), order(c)
    listed = page.api("GET", "/api/captioning/orders")
    assert listed.status_code == 200, listed.text
    return lambda: page.api("GET", "/api/captioning/media", order=number)


@journey("Answer an order for captions", ADA, repeat=Repeat.ONCE)
def answer_order(c: Campus) -> Act:
    page, number = captioning(c), order(c)
    listed = page.api("GET", "/api/captioning/orders")
    assert listed.status_code == 200, listed.text
    body = {"order": number, "outcome": "fulfilled", "captions": VTT, "filename": "fluss.vtt"}
    return lambda: page.api("POST", "/api/captioning/answers", json=body)


@journey("List what captioning offers", ADA)
def service_types(c: Campus) -> Act:
    page = captioning(c)
    return lambda: page.api("GET", "/api/captioning/types")


@journey("Change what captioning offers", ADA)
def put_service_type(c: Campus) -> Act:
    page = captioning(c)
    body = {"label": "Overnight", "description": "By the morning.", "is_asr": False, "languages": ["en"]}
    return lambda: page.api("PUT", "/api/captioning/types/overnight", json=body)


@journey("Take away what captioning offers", ADA, repeat=Repeat.ONCE)
def delete_service_type(c: Campus) -> Act:
    page = captioning(c)
    body = {"label": "Overnight", "description": "By the morning.", "is_asr": False, "languages": ["en"]}
    assert page.api("PUT", "/api/captioning/types/overnight", json=body).is_success
    return lambda: page.api("DELETE", "/api/captioning/types/overnight")


# --- the check page ---------------------------------------------------------------------------------------------------


def check(name: str, title: str, kind: Kind | None = None, account: StudioAccount = StudioAccount.OWN) -> None:
    @journey(f"Check: {title}", ADA, kind=kind)
    def look(c: Campus) -> Act:
        c.account(account)
        page = administration(c)

        def act() -> httpx.Response:
            c.connect(ADA)
            return page.api("POST", f"/api/administration/checks/{name}", json={})

        return act


check("our-keys", "our key set as the world sees it", Kind.LOOK)
check("platform-keys", "Canvas's key set", Kind.LOOK)
check("clock", "the clocks", Kind.LOOK)
check("api-key", "the API key", Kind.READ)
check("consent", "asking people for consent", Kind.LOOK)
check("includes", "texts of captions")
check("scope-1", "a scope for reading", Kind.WRITE)
check("scope-9", "a scope for writing")
check("studio", "Studio", Kind.LOOK)
check("studio-key", "the Studio key")
check("studio-account", "the service account", account=StudioAccount.SERVICE)
check("studio-api", "what Studio offers")


# --- installing -------------------------------------------------------------------------------------------------------


def frame(c: Campus) -> str:
    """Enter an invitation's address in Canvas: gives where its frame begins."""
    made = c.app.test_cli_runner().invoke(args=["invite"])
    assert made.exit_code == 0, made.output
    address = next(line for line in made.output.splitlines() if line.startswith("http"))
    page = c.be(ADA).http.post(f"{CANVAS}/accounts/1/apps/new", data={"address": address})
    page.raise_for_status()
    return next(urljoin(CANVAS, each) for each in read(page).frames if "post_message" not in each)


@journey("Open the registration address", ADA)
def describe(c: Campus) -> Act:
    address = frame(c)
    return lambda: c.be(ADA).follow(c.be(ADA).http.get(address))


@journey("Install", ADA, repeat=Repeat.ONCE)
def install(c: Campus) -> Act:
    person = c.be(ADA)
    page = person.follow(person.http.get(frame(c)))
    assert page.status_code == 200, page.text
    body = {"ticket": read(page).forms[0].fields["ticket"], "placement": ["editor_button", "homework_submission"]}
    return lambda: person.follow(person.http.post(f"{person.tool}/lti/register", data=body))


# --- uploads ----------------------------------------------------------------------------------------------------------


def upload(c: Campus, page: ToolPage, *, collection: str = "", captions: bool = False) -> str:
    """Send a file by tus, whole: gives the upload's id. A worker has to carry it on."""
    said = {"filename": "rivers.mp4", "filetype": "video/mp4", "title": "Rivers"}
    if collection:
        said["collection"] = collection
    bearer = {"Authorization": f"Bearer {page.config['token']}", "Tus-Resumable": "1.0.0"}
    metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())
    http, tool = page.person.http, page.person.tool
    made = http.post(
        f"{tool}/api/tus", headers={**bearer, "Upload-Length": str(len(FILM)), "Upload-Metadata": metadata}
    )
    assert made.status_code == 201, made.text
    address = urljoin(tool, made.headers["location"])
    number = address.rsplit("/", 1)[1]
    if captions:
        added = http.post(
            f"{tool}/api/uploads/{number}/captions",
            params={"language": "es", "filename": "es.srt"}, content=SRT.encode(), headers=bearer,
        )  # fmt: skip
        assert added.status_code == 201, added.text
    sent = http.patch(
        address,
        content=FILM,
        headers={**bearer, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
    )
    assert sent.status_code == 204, sent.text
    return number


def carried(c: Campus, number: str) -> Act:
    """Give the act of the worker, and of the person who looks at the upload then."""

    def act() -> httpx.Response:
        c.connect(TILDA)
        page = c.picker()
        if page.api("GET", f"/api/uploads/{number}").json()["can"]["retry"]:
            page.api("POST", f"/api/uploads/{number}/retry").raise_for_status()
        for _ in range(ROUNDS):
            c.work()
            shown = page.api("GET", f"/api/uploads/{number}").json()
            c.clock.forward(601 if shown["problem"] else 2)  # pauses are over, and Studio has prepared it
        return page.api("GET", f"/api/uploads/{number}")

    return act


@journey("Upload a file with captions", TILDA, repeat=Repeat.SETTLED, rounds=ROUNDS + 1)
def upload_file(c: Campus) -> Act:
    return carried(c, upload(c, own(c), captions=True))


@journey("Upload a file into a collection", TILDA, repeat=Repeat.SETTLED, rounds=ROUNDS + 1)
def upload_into(c: Campus) -> Act:
    return carried(c, upload(c, own(c), collection="5017"))


@journey("Insert what was uploaded", TILDA)
def fresh_item(c: Campus) -> Act:
    page = own(c)
    number = upload(c, page)
    carried(c, number)()
    return lambda: page.api("GET", f"/api/studio/uploads/{number}")
