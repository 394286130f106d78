"""Every page in three looks (light, right to left, high contrast) at three widths: pictures for people, checks for us.

The pictures are in ``screenshots/looks``. Each page is launched once for a look; its window is made wider and narrower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.journey import new_page, press_button, ready, tool_frame, tool_frames
from tests.browser.looks import Photographer
from tests.browser.recording import record_for
from tests.browser.test_captioning import CLOCK, wish
from tests.browser.test_hand_in import submit
from tests.flows.school import choose
from tests.support.homework import DIARY
from tests.support.institution import invite
from tests.support.person import ADA, SAM, TILDA, Person
from tests.support.stack import Stack
from tests.support.studio import SAM_AT_STUDIO, TILDA_AT_STUDIO, connect_studio, tell

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lesson(stack: Stack) -> str:
    """A page with the players of a film and of a sound recording; its maker is connected to Canvas and Studio."""
    tilda = Person(canvas=stack.canvas, tool=stack.tool, number=TILDA)
    picker = tilda.press_button()
    if not picker.api("GET", "/api/canvas/media").is_success:
        assert tilda.connect(picker).status_code == 200
    assert connect_studio(picker, stack.studio, TILDA_AT_STUDIO).status_code == 200
    details = [
        picker.detail(picker.media(search=title)["items"][0]["handle"])
        for title in ("How the clock works", "Podcast: hearing time pass")
    ]
    picks = [
        choose(detail, *(track["language"] for track in detail["tracks"] if track["usable"]), transcript=True,
               start=None, end=None, as_link=False)
        for detail in details
    ]  # fmt: skip
    address = tilda.save_page("Looks", picker.insert(*picks))
    tilda.close()
    return address


@pytest.fixture
def sam_records(stack: Stack) -> Iterator[None]:
    """Connect Sam to Canvas and to Studio, which prepares anything in half a second."""
    sam = Person(canvas=stack.canvas, tool=stack.tool, number=SAM)
    picker = sam.press_button(f"users/{SAM}")
    if not picker.api("GET", "/api/canvas/media").is_success:
        assert sam.connect(picker).status_code == 200
    assert connect_studio(picker, stack.studio, SAM_AT_STUDIO).status_code == 200
    sam.close()
    tell(stack, behaviour={"transcoding_seconds": 0.5})
    yield
    tell(stack, clear=True)


@pytest.fixture
def orders(stack: Stack) -> Iterator[None]:
    """Three orders for captions at Studio, to which Ada is not connected."""
    ada = Person(canvas=stack.canvas, tool=stack.tool, number=ADA)
    ada.press_button().api("DELETE", "/api/connect/studio")
    ada.close()
    services = {"standard": "de", "rush": "fr", "machine": "pt-BR"}
    made = [{"media_id": CLOCK, "service": key, "srclang": language} for key, language in services.items()]
    wish(stack, order_captions=made)
    yield
    wish(stack, clear=True)


def test_teacher_sees_every_page_well(
    become: Callable[[str], Page], stack: Stack, lesson: str, photographer: Photographer
) -> None:
    page = become("Tilda Teacher")
    new_page(page, stack, "Looks")
    picker = press_button(page, stack)
    expect(picker.locator("[role=tabpanel]:not([hidden]) .card")).to_have_count(30)
    photographer.take(picker, "picker")
    search = picker.locator("[role=tabpanel]:not([hidden]) input[type=search]")
    search.fill("How the clock works")
    expect(picker.locator("[role=tabpanel]:not([hidden]) .card")).to_have_count(1)
    picker.locator(".card .pick").first.check()
    picker.locator("#picked-toggle").click()
    photographer.take(picker, "picked")
    picker.locator(".card .title").first.click()
    expect(picker.locator("#item-form")).to_be_visible()
    picker.wait_for_function("() => document.querySelector('dialog video')?.readyState >= 2")
    photographer.take(picker, "item")
    picker.locator("#item-care > summary").click()
    expect(picker.locator(".care-track")).not_to_have_count(0)
    picker.locator(".care-track").first.locator("[data-do=read]").click()
    expect(picker.locator(".care-cues .cue").first).to_be_visible()
    photographer.take(picker, "care", at=".care")
    picker.locator(".care-track").first.locator("[data-do=edit]").click()
    expect(picker.locator(".ce-row").first).to_be_visible()
    for panel in ("times", "find"):
        picker.locator(f"[data-panel={panel}]").click()
    photographer.take(picker, "caption-editor")
    picker.locator("#caption-editor [data-part=close]").first.click()
    picker.locator("#item-back").click()
    picker.locator("#tab-upload").click()
    expect(picker.locator("#upload-files")).to_be_visible()
    picker.locator(".import > summary").click()
    picker.locator("#import-button").click()
    photographer.take(picker, "upload")
    picker.get_by_role("tab").nth(2).click()
    expect(picker.locator("[role=tabpanel]:not([hidden]) .card").first).to_be_visible()
    photographer.take(picker, "studio")
    owner = "\u2068Tilda Teacher\u2069" if photographer.look.locale == "ar" else "Tilda Teacher"
    assert owner in picker.locator("[role=tabpanel]:not([hidden]) .card .facts").first.inner_text()

    page.goto(f"{stack.canvas}/courses/17/external_tools/19?launch_type=course_navigation")
    report = tool_frame(page, stack)
    expect(report.locator("#progress-field")).to_be_hidden(timeout=30_000)
    photographer.take(report, "course")

    page.goto(lesson)
    film, sound = tool_frames(page, stack, 2)
    for player, name in ((film, "player"), (sound, "player-sound")):
        ready(player)
        expect(player.locator("#cues li").first).to_be_attached()
        player.frame_element().evaluate("frame => frame.scrollIntoView({ block: 'start' })")
        photographer.take(player, name)
    film.evaluate("() => location.reload()")  # a launch is good once
    expect(film.locator("#retry, .sheet h1").first).to_be_visible()
    photographer.take(film, "error")


def test_administrator_sees_every_page_well(
    become: Callable[[str], Page], stack: Stack, orders: None, photographer: Photographer
) -> None:
    page = become("Ada Administrator")
    page.goto(f"{stack.canvas}/accounts/1/external_tools/19?launch_type=account_navigation")
    administration = tool_frame(page, stack)
    expect(administration.locator("[data-verdict=checking]")).to_have_count(0, timeout=30_000)
    photographer.take(administration, "administration")
    with page.context.expect_page() as opened:
        administration.locator("#captioning-door button").press("Enter")
    captioning = opened.value
    expect(captioning.locator("#connect-studio")).to_be_visible()
    photographer.take(captioning, "connect-studio")
    with captioning.expect_popup() as consent:
        captioning.locator("#connect-studio-button").press("Enter")
    consent.value.get_by_role("button", name="Be Ada Administrator").click()
    consent.value.get_by_role("button", name="Authorize").click()
    expect(captioning.locator("#orders > li")).not_to_have_count(0)
    captioning.locator("#orders summary").first.click()
    photographer.take(captioning, "captioning")
    captioning.close()

    page.goto(f"{stack.canvas}/accounts/1/apps")
    page.locator("#address").fill(invite(stack))
    page.get_by_role("button", name="Continue").click()
    expect(page.frame_locator("#registration").locator("h1")).to_be_visible()
    photographer.take(next(each for each in page.frames if "/lti/register" in each.url), "register", launched=False)
    page.goto(f"{stack.tool}/connect/canvas?ticket=gone&lang={photographer.look.locale}")
    photographer.take(page, "connect-done", launched=False)


def test_student_sees_every_page_well(
    cameras: Browser, become: Callable[[str], Page], stack: Stack, sam_records: None, photographer: Photographer
) -> None:
    """From an assignment by way of the recorder to the teacher's grading view."""
    page = become("Sam Student")
    page.goto(f"{stack.canvas}/courses/17/assignments/{DIARY}")
    page.locator("[role=tab][data-homework-tool]").first.click()
    picker = tool_frame(page, stack)
    expect(picker.locator("[role=tabpanel]:not([hidden]) .card").first).to_be_visible()
    photographer.take(picker, "hand-in")
    picker.locator("#tab-record").click()
    expect(picker.locator("#recorder")).to_be_visible()
    photographer.take(picker, "record")
    with page.context.expect_page() as opened:
        picker.evaluate("() => document.getElementById('record-window').requestSubmit()")
    expect(opened.value.locator("#recorder")).to_be_visible()
    photographer.take(opened.value, "record-window")
    opened.value.close()
    recorder = picker.locator("#recorder")
    recorder.locator("[data-part=prepare]").click()
    expect(recorder.locator("[data-part=record]")).to_be_visible()
    photographer.take(picker, "record-ready")
    recorder.locator("[data-part=record]").click()
    recorder.locator("[data-part=now]").dispatch_event("click")
    expect(recorder.locator("[data-part=stop]")).to_be_visible()
    record_for(picker, 2)
    photographer.take(picker, "record-going")
    recorder.locator("[data-part=stop]").click()
    picker.wait_for_function("() => document.querySelector('#recorder [data-part=watch]').readyState >= 2")
    photographer.take(picker, "record-review")
    recorder.locator("[data-part=keep]").click()
    ready_row = picker.locator(".uploads > li").first
    expect(ready_row.locator("[data-part=insert]")).to_be_visible(timeout=30_000)
    photographer.take(picker, "record-kept")
    ready_row.locator("[data-part=insert]").click()
    expect(picker.locator("#item-form")).to_be_visible()
    picker.locator("#item-insert").click()
    expect(page.locator("[role=tabpanel]:not([hidden]) button[type=submit]")).to_be_focused()
    attempt = submit(page)

    grader = become("Tilda Teacher")
    address = f"{stack.canvas}/courses/17/gradebook/speed_grader?assignment_id={DIARY}&student_id={SAM}"
    grader.goto(f"{address}&attempt={attempt}")
    player = tool_frame(grader, stack)
    ready(player)
    photographer.take(player, "grading")
