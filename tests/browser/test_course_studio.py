"""The course report with the course's media at Studio: connected from it, mended from it, its troubles told."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Frame, Locator, Page, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.test_course import open_report, titles
from tests.browser.test_studio import consent_at_studio, forget_studio
from tests.support.person import TILDA, Person
from tests.support.stack import Stack
from tests.support.studio import TILDA_AT_STUDIO, connect_studio

pytestmark = pytest.mark.browser

TAKE, COLLEAGUES, LECTURE = "The long take, four minutes", "Framing, a colleague's lecture", "Lecture 00005: sound"
_GERMAN = "1\n00:00:01,000 --> 00:00:04,000\nDer Film ist nicht zu Ende, und wir haben noch eine Frage.\n\n" * 3


def row(report: Frame, title: str) -> Locator:
    """Find a row by what opens it: the head of one at Studio says whose it is as well."""
    return report.get_by_role("row").filter(has=report.get_by_role("button", name=title, exact=True))


def at_studio(stack: Stack, **wishes: object) -> None:
    httpx.post(f"{stack.studio}/sandbox/faults", json=wishes, timeout=10).raise_for_status()


def furnish(stack: Stack) -> None:
    """Connect Tilda to Canvas, and put a media of her Studio into the course, as inserting it does."""
    person = Person(canvas=stack.canvas, tool=stack.tool, number=TILDA)
    page = person.press_button()
    if not page.api("GET", "/api/canvas/media").is_success:
        assert person.connect(page).status_code == 200
    assert connect_studio(page, stack.studio, TILDA_AT_STUDIO).status_code == 200
    [item] = page.api("GET", "/api/studio/media", search=TAKE).json()["items"]
    answer = page.insert({"handle": item["handle"], "form": "native", "width": 640, "height": 360})
    assert answer.status_code == 200, answer.text
    person.close()


def test_teacher_sees_and_mends_what_the_course_has_at_studio(
    browser: Browser, stack: Stack, accessible: AxeCheck, screenshots: Callable[[Page, str], None]
) -> None:
    furnish(stack)
    forget_studio(stack)
    with logged_in(browser, stack, "Tilda Teacher") as context, clean(context):
        page = context.new_page()
        report = open_report(page, stack)
        # Canvas's part is there without Studio; the question stands beside it and takes nobody's focus.
        expect(report.locator("#live")).to_contain_text("listed and checked", timeout=60_000)
        canvas = len(titles(report))
        question = report.get_by_role("region", name="Connect your Studio account")
        expect(question).to_be_visible()
        expect(question.get_by_role("heading")).not_to_be_focused()
        accessible(report)

        at_studio(stack, faults=[{"kind": "status", "path": "/api/public/v1/courses/*", "count": None}])
        consent_at_studio(page, report, "Tilda Teacher")
        expect(question).to_be_hidden()
        trouble = report.locator("#studio-problem")
        expect(trouble).to_contain_text("Media of this course in Studio are missing here. Studio", timeout=60_000)
        assert len(titles(report)) == canvas
        accessible(report)
        at_studio(stack, clear=True)
        report.get_by_role("button", name="Ask Studio again").press("Enter")
        expect(row(report, TAKE)).to_contain_text("in Studio, of Tilda Teacher", timeout=30_000)
        expect(row(report, TAKE)).to_contain_text(re.compile("English [A-D]"), timeout=30_000)
        expect(trouble).to_be_hidden()
        expect(row(report, COLLEAGUES)).to_contain_text("Studio tells only its owner which captions this media has.")
        expect(report.locator("#by-item")).to_contain_text("Nobody says which captions 1 more has.")
        accessible(report)
        screenshots(page, "course-studio")

        whole_table(page, report)
        editing(report, accessible, screenshots)
        several(report, accessible)


def whole_table(page: Page, report: Frame) -> None:
    """What nobody knows is not called uncaptioned, and the saved table says where each media is."""
    show = report.get_by_label("Show", exact=True)
    show.select_option(label="Without captions")
    expect(row(report, COLLEAGUES)).to_have_count(0)
    show.select_option(label="All media")
    with page.expect_download() as started:
        report.get_by_role("button", name="Save as a table (CSV)").press("Enter")
    lines = list(csv.DictReader(io.StringIO(started.value.path().read_text("utf-8-sig"))))
    by_title = {line["Title"]: line for line in lines}
    assert (by_title[TAKE]["Where"], by_title[TAKE]["Caption tracks"]) == ("Studio", "1")
    assert (by_title[COLLEAGUES]["Where"], by_title[COLLEAGUES]["Caption tracks"]) == ("Studio", "")
    assert by_title[LECTURE]["Where"] == "Canvas"


def editing(report: Frame, accessible: AxeCheck, screenshots: Callable[[Page, str], None]) -> None:
    """A track at Studio is opened from its row: it says what saving does, and the old one stays beside the new."""
    report.get_by_role("button", name=COLLEAGUES).press("Enter")
    dialog = report.get_by_role("dialog", name=COLLEAGUES)
    expect(dialog.get_by_text("Studio gives the captions of this media to its owner alone.")).to_be_visible()
    accessible(report)
    dialog.get_by_role("button", name="Close").press("Enter")

    opener = report.get_by_role("button", name=TAKE)
    opener.press("Enter")
    dialog = report.get_by_role("dialog", name=TAKE)
    tracks = dialog.get_by_role("list", name="Captions of this item").get_by_role("listitem")
    english = tracks.filter(has_text="English")
    expect(english.get_by_role("button", name="Edit")).to_be_visible(timeout=20_000)
    before = tracks.count()
    for name in ("Remove", "Language and kind"):
        expect(english.get_by_role("button", name=name)).to_be_hidden()
    expect(dialog.get_by_text("Studio lets captions be added and read from outside")).to_be_visible()
    accessible(report)
    english.get_by_role("button", name="Edit").press("Enter")
    editor = report.get_by_role("dialog", name="Edit captions")
    expect(editor.get_by_text("Studio cannot change captions from outside: saving adds new ones.")).to_be_visible(
        timeout=30_000
    )
    editor.get_by_role("textbox", name="Text of caption 1", exact=True).fill("Corrected beside the old one")
    accessible(report)
    screenshots(report.page, "caption-editor-studio")
    editor.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(editor.get_by_text("Everything is saved.")).to_be_visible()
    expect(editor.locator("[data-live]")).to_contain_text("These are new captions in Studio. Publish them there")
    editor.get_by_role("button", name="Close", exact=True).press("Enter")
    expect(tracks).to_have_count(before + 1)
    dialog.get_by_role("button", name="Close").press("Enter")
    expect(row(report, TAKE).get_by_text(re.compile("^English"))).to_have_count(2, timeout=20_000)
    expect(opener).to_be_focused()


def several(report: Frame, accessible: AxeCheck) -> None:
    """Renaming says that it cannot be done at Studio; files go to both, and at Studio beside what is there."""
    rename = report.get_by_role("button", name="Rename…")
    report.get_by_role("checkbox", name=f"Select {TAKE}").press("Space")
    rename.press("Enter")
    expect(report.locator("#live")).to_have_text("Media in Studio cannot be renamed from here. Rename them in Studio.")
    report.get_by_role("checkbox", name=f"Select {LECTURE}").press("Space")
    rename.press("Enter")
    dialog = report.get_by_role("dialog", name="Rename media")
    expect(dialog.get_by_role("status")).to_have_text("1 of them is in Studio and cannot be renamed from here.")
    expect(dialog.get_by_role("textbox")).to_have_count(2)  # the pattern, and one title
    dialog.get_by_role("button", name="Close").press("Enter")

    report.get_by_role("button", name="Add caption files…").press("Enter")
    dialog = report.get_by_role("dialog", name="Add caption files")
    expect(dialog.get_by_text("In Studio nothing is replaced")).to_be_hidden()  # until there is something to add
    files: list[FilePayload] = [
        {"name": name, "mimeType": "", "buffer": _GERMAN.encode()}
        for name in ("the-long-take-four-minutes.de.srt", "Lecture 5 sound.de.srt")
    ]
    dialog.get_by_label("Caption files, all in one language").set_input_files(files)
    chosen = dialog.get_by_label("the-long-take-four-minutes.de.srt").locator("option:checked")
    expect(chosen).to_have_text(f"{TAKE} (Studio)")
    expect(dialog.get_by_text("In Studio nothing is replaced")).to_be_visible()
    accessible(report)
    dialog.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(report.locator("#live")).to_have_text("2 caption files added.", timeout=30_000)
    for title in (TAKE, LECTURE):
        expect(row(report, title)).to_contain_text(re.compile("German [A-D]"))
