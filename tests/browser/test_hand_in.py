"""From a student's assignment to the teacher's grading view: handed in by keyboard on a narrow screen, then again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from sandbox.media.clips import ClipStore
from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import active_cues, connect, ready, text_tracks, tool_frame
from tests.browser.keys import Keys
from tests.support.homework import DIARY, ESSAY
from tests.support.person import SAM, Person
from tests.support.stack import Stack
from tests.support.studio import SAM_AT_STUDIO, connect_studio, tell

pytestmark = pytest.mark.browser

SCREEN = "Sam's screen recording"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SRT = "1\n00:00:01,000 --> 00:00:03,000\nMy second try\n"


@pytest.fixture
def sam_at_studio(stack: Stack) -> Iterator[None]:
    """Connect Sam to Studio, which prepares anything in half a second."""
    with prepared(stack):
        yield


@contextmanager
def prepared(stack: Stack) -> Iterator[None]:
    person = Person(canvas=stack.canvas, tool=stack.tool, number=SAM)
    done = connect_studio(person.press_button(f"users/{SAM}"), stack.studio, SAM_AT_STUDIO)
    assert done.status_code == 200, done.text
    page = person.press_button(f"users/{SAM}")
    for upload in page.api("GET", "/api/uploads").json()["uploads"]:
        page.api("POST", f"/api/uploads/{upload['id']}/cancel", json={})
        page.api("DELETE", f"/api/uploads/{upload['id']}")
    person.close()
    tell(stack, behaviour={"transcoding_seconds": 0.5})
    yield
    tell(stack, clear=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def each_stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """On SQLite with a folder, and on PostgreSQL with a bucket."""
    if request.param == "sqlite":
        found: Stack = request.getfixturevalue("stack")
    else:
        found, _ = request.getfixturevalue("several_hosts")
    with prepared(found):
        yield found


@pytest.fixture
def places(browser: Browser, each_stack: Stack) -> Iterator[tuple[Page, Page]]:
    """Give Sam's tab and Tilda's. Nothing may break in them."""
    with (
        logged_in(browser, each_stack, "Sam Student") as sam,
        logged_in(browser, each_stack, "Tilda Teacher") as tilda,
        clean(sam),
        clean(tilda),
    ):
        yield sam.new_page(), tilda.new_page()


def open_homework(page: Page, stack: Stack, assignment: int = DIARY) -> Frame:
    """Open an assignment, and the tool's tab of its submission dialog."""
    page.goto(f"{stack.canvas}/courses/17/assignments/{assignment}")
    page.get_by_role("tab", name="Cuedeck").click()
    picker = tool_frame(page, stack)
    connect(page, picker)
    return picker


def submit(page: Page) -> int:
    """Submit what was chosen, and wait for the assignment's page; gives the number of the attempt."""
    button = page.get_by_role("button", name="Submit assignment")
    expect(button).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    handed_in = page.get_by_role("region", name="What you handed in").get_by_role("link")
    expect(handed_in.first).to_be_visible()
    return handed_in.count()


def graded(page: Page, stack: Stack, attempt: int) -> Frame:
    """Open an attempt in the grading view; gives the player, which is ready."""
    address = f"{stack.canvas}/courses/17/gradebook/speed_grader?assignment_id={DIARY}&student_id={SAM}"
    page.goto(f"{address}&attempt={attempt}")
    player = tool_frame(page, stack)
    ready(player)
    return player


def test_student_hands_in_with_captions_and_again_and_the_teacher_watches_both(
    each_stack: Stack,
    places: tuple[Page, Page],
    tmp_path: Path,
    accessible: AxeCheck,
    screenshots: Callable[[Page, str], None],
) -> None:
    stack, (seat, desk) = each_stack, places
    seat.set_viewport_size({"width": 320, "height": 900})
    picker = open_homework(seat, stack)
    expect(picker.get_by_role("heading", name="Hand in", level=1)).to_be_visible()
    expect(picker.get_by_text("Your teacher sees this recording and nothing else of yours.")).to_be_visible()
    expect(picker.get_by_text("This assignment takes only these types of file: mp4, mov, webm.")).to_be_visible()
    expect(picker.get_by_role("tab", name="Course media")).to_have_count(0)
    accessible(seat)
    accessible(picker)
    assert picker.evaluate(TOO_WIDE) <= 0
    screenshots(seat, "hand-in-320")

    keys = Keys(seat)
    picker.get_by_role("tab", name="My media", exact=True).focus()
    keys.to(picker.get_by_role("button", name=SCREEN))
    keys.press("Enter")
    dialog = picker.get_by_role("dialog", name=SCREEN)
    expect(dialog.get_by_role("checkbox", name="English")).to_be_checked()
    expect(dialog.get_by_label("Size on the page")).to_be_hidden()
    accessible(picker)
    assert picker.evaluate(TOO_WIDE) <= 0
    keys.to(dialog.get_by_role("button", name="Hand in", exact=True))
    keys.leave("Enter")
    expect(seat.get_by_text(f"Ready to submit: {SCREEN}")).to_be_visible()
    attempt = submit(seat)

    player = graded(desk, stack, attempt)
    expect(player.get_by_text("Handed in on")).to_be_visible()
    assert [track.language for track in text_tracks(player)] == ["en"]
    accessible(player)
    screenshots(desk, "grading")

    seat.set_viewport_size({"width": 1280, "height": 900})
    picker = open_homework(seat, stack)
    picker.get_by_role("tab", name="Upload").click()
    film, other, words = tmp_path / "Second try.mp4", tmp_path / "Third.avi", tmp_path / "Second try.en.srt"
    film.write_bytes(ClipStore(stack.run_dir / "clips").path("clock-low").read_bytes())
    other.write_bytes(b"RIFF")
    words.write_text(_SRT)
    seat.route("**/api/tus/*", lambda route: route.abort())  # so small a film is at Studio before its captions are
    files = picker.get_by_label("Choose video or sound files")
    expect(files).to_be_visible()  # Playwright itself would not wait until somebody listens
    files.set_input_files([film, other])
    rows = picker.get_by_role("listitem")
    refused = rows.filter(has=picker.get_by_role("heading", name="Third", exact=True))
    expect(refused.get_by_text("This assignment takes only these types of file: mp4, mov, webm.")).to_be_visible()
    row = rows.filter(has=picker.get_by_role("heading", name="Second try", exact=True))
    row.get_by_label("Add caption files").set_input_files(words)
    expect(row.get_by_text("Second try.en.srt")).to_be_visible()
    seat.unroute_all()
    expect(row.get_by_text("Ready", exact=True)).to_be_visible(timeout=30_000)
    accessible(picker)
    row.get_by_role("button", name="Hand in").click()
    dialog = picker.get_by_role("dialog", name="Second try")
    expect(dialog.get_by_role("checkbox", name="English")).to_be_checked()
    dialog.get_by_role("button", name="Hand in", exact=True).click()
    assert submit(seat) == attempt + 1

    second = graded(desk, stack, attempt + 1)
    second.evaluate("() => { document.querySelector('video').textTracks[0].mode = 'showing' }")
    assert active_cues(second, 2.0) == ["My second try"]
    first = graded(desk, stack, attempt)
    assert [track.language for track in text_tracks(first)] == ["en"]
    first.evaluate("() => document.querySelector('video').play()")
    first.wait_for_function("() => document.querySelector('video').currentTime > 0.2")


def test_student_sees_beforehand_that_an_assignment_takes_no_recordings(
    stack: Stack, seat: Page, accessible: AxeCheck
) -> None:
    picker = open_homework(seat, stack, ESSAY)

    expect(picker.get_by_text("A video or sound recording is none of them")).to_be_visible()
    expect(picker.get_by_role("listitem").get_by_text("only these types of file: docx, pdf").last).to_be_visible()
    accessible(picker)
    picker.get_by_role("button", name=SCREEN).click()
    dialog = picker.get_by_role("dialog", name=SCREEN)
    expect(dialog.get_by_text("This assignment takes only these types of file: docx, pdf.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Hand in", exact=True)).to_be_hidden()
    expect(dialog.get_by_role("button", name="Retry")).to_be_hidden()
    accessible(picker)
