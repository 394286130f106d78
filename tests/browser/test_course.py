"""A teacher looks at how well the media of the course are captioned."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, FilePayload, Frame, Locator, Page, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import tool_frame
from tests.browser.test_studio import forget_studio
from tests.support.stack import Stack

pytestmark = pytest.mark.browser
_TOO_WIDE = """() => [...document.querySelectorAll("main *")].filter(
  element => element.checkVisibility() && !element.closest(".unseen")
    && element.getBoundingClientRect().right > document.documentElement.clientWidth + 1
).map(element => element.outerHTML.slice(0, 100))"""
_AS_CSV = """async (titles) => {
  const { src } = document.querySelector("script[src*='course.js']");
  const { csvOf } = await import(src.replace("course.js", "course-csv.js"));
  const rows = titles.map((title) => ({ id: "m", title, tracks: [], created_at: null, length: null }));
  return (await csvOf(rows).text()).split("\\r\\n").slice(1, -1);
}"""
_MATCHED = """async ([files, titles]) => {
  const { src } = document.querySelector("script[src*='course.js']");
  const { match } = await import(src.replace("course.js", "course-match.js"));
  const found = match(files, titles.map((title, at) => ({ id: String(at), title })));
  return found.map((id) => (id === null ? null : Number(id)));
}"""
_SPANISH = b"""1
00:00:01,000 --> 00:00:04,000
Hoy hablamos de las lentes.

2
00:00:05,000 --> 00:00:08,000
La primera lente es de cristal.
"""
_TITLE = "Exam questions, locked"


def row(report: Frame, title: str) -> Locator:
    return report.get_by_role("row").filter(has=report.get_by_role("rowheader", name=title, exact=True))


def open_report(page: Page, stack: Stack) -> Frame:
    page.goto(f"{stack.canvas}/courses/17/external_tools/19?launch_type=course_navigation")
    return tool_frame(page, stack)


def titles(report: Frame) -> list[str]:
    return report.locator("#rows tr:not([hidden]) th").all_inner_texts()


def test_teacher_reads_the_report_and_mends_from_it(
    browser: Browser, stack: Stack, accessible: AxeCheck, screenshots: Callable[[Page, str], None]
) -> None:
    forget_studio(stack)  # what it has is in test_course_studio
    stack.misbehave(revoke_tokens=True)
    with logged_in(browser, stack, "Tilda Teacher") as context, clean(context):
        page = context.new_page()
        report = open_report(page, stack)
        button = report.get_by_role("button", name="Connect Canvas")
        expect(button).to_be_visible()
        accessible(report)
        with page.expect_popup() as opened:
            button.press("Enter")
        opened.value.get_by_role("button", name="Authorize").click()

        # It fills by itself, says so once, and each language has its grade.
        expect(report.get_by_role("heading", name="Captions of this course")).to_be_focused()
        expect(report.locator("#live")).to_contain_text("listed and checked", timeout=30_000)
        expect(report.get_by_role("progressbar")).to_be_hidden()
        clock = row(report, "How the clock works")
        expect(clock).to_contain_text("Chinese (Simplified)")
        expect(clock.get_by_title("Good: ready for viewers.").first).to_be_visible()
        expect(row(report, "Lecture with automatic captions")).to_contain_text("English, made by machine")
        expect(report.get_by_role("meter").first).to_have_accessible_name(
            expected := report.locator("#by-item").inner_text()
        )
        assert "media items have captions (" in expected
        accessible(report)
        screenshots(page, "course-1280")

        # Another visit finds it all: the pages of the list are the only calls.
        stack.forget_requests()
        report = open_report(page, stack)
        expect(report.locator("#live")).to_contain_text("listed and checked", timeout=30_000)
        assert {call.rpartition("/")[2] for call in stack.asked()} <= {"media_objects", "media_attachments"}
        assert len(stack.asked()) == 3

        filters_and_orders(report)
        minutes(report)
        saved_table(page, report)
        matching(report)
        renaming(page, report, accessible, screenshots)
        caring(report, accessible, screenshots)


def filters_and_orders(report: Frame) -> None:
    everything = len(titles(report))
    show = report.get_by_label("Show", exact=True)
    show.select_option(label="Without captions")
    expect(row(report, "How the clock works")).to_have_count(0)
    assert 0 < len(titles(report)) < everything
    expect(report.locator("#count")).to_have_text(f"{len(titles(report))} media items shown")
    show.select_option(label="Made by machine only")
    assert titles(report) == ["Lecture with automatic captions"]
    show.select_option(label="With captions that need work")
    assert "Lecture with automatic captions" in titles(report)  # one of its tracks failed
    assert "Course trailer" not in titles(report)
    show.select_option(label="Without captions in a language")
    report.get_by_label("Language", exact=True).select_option(label="Spanish")
    assert "Course trailer" not in titles(report)
    assert "Noor's guest lecture" in titles(report)
    show.select_option(label="All media")

    heading = report.get_by_role("columnheader", name="Title")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    before = titles(report)
    heading.get_by_role("button").press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(heading.get_by_role("button")).to_be_focused()
    assert titles(report) == before[::-1]
    report.get_by_role("button", name="Grade").press("Enter")
    grades = [text.strip()[:1] for text in report.locator("#rows td.worst").all_inner_texts()]
    assert grades == sorted(grades, key=lambda grade: grade or "E")  # none at all is worse than the worst
    assert len(set(grades)) > 1
    expect(heading).not_to_have_attribute("aria-sort", "descending")


def minutes(report: Frame) -> None:
    button = report.get_by_role("button", name="Work out the minutes")
    if button.is_visible():  # lengths are kept for good: a test that runs once more finds them
        expect(report.locator("#by-minute")).to_have_text("How long the media are is not known yet.")
        button.press("Enter")
    expect(report.locator("#by-minute")).to_contain_text("have captions (", timeout=30_000)
    expect(button).to_be_hidden(timeout=30_000)
    expect(report.get_by_role("meter")).to_have_count(2)


def saved_table(page: Page, report: Frame) -> None:
    with page.expect_download() as started:
        report.get_by_role("button", name="Save as a table (CSV)").press("Enter")
    assert started.value.suggested_filename.startswith("captions-")
    content = started.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[0][:3] == ["Title", "Added", "Minutes"]
    assert sorted(line[0] for line in lines[1:]) == sorted(titles(report))
    # A title that a spreadsheet would run is text in it.
    dangerous = report.evaluate(_AS_CSV, ["=1+1", " @SUM(A1)", "-2", "\t=3", '"=4', "a=b"])
    assert [line.split(",")[0] for line in dangerous] == [
        *('"\'=1+1"', '"\' @SUM(A1)"', '"\'-2"', '"\'\t=3"', '"""=4"', '"a=b"')
    ]


def matching(report: Frame) -> None:
    """Caption files find their media by name; numbers count, accents and what looks like a language do not."""
    titles = ["Week 3: Introduction.mp4", "Week 13: Introduction", "Tour.de", "Café society", "Light"]
    files = [
        "week-03_introduction.es.srt",
        "Cafe Society (Spanish).vtt",
        "tour.de.srt",
        "light.srt",
        "LIGHT 2.srt",
        "x.vtt",
    ]
    assert report.evaluate(_MATCHED, [files, titles]) == [0, 3, 2, 4, None, None]


def renaming(page: Page, report: Frame, accessible: AxeCheck, screenshots: Callable[[Page, str], None]) -> None:
    rename = report.get_by_role("button", name="Rename…")
    rename.press("Enter")
    expect(report.locator("#live")).to_have_text("Tick the media first.")
    report.get_by_role("checkbox", name=f"Select {_TITLE}").press("Space")
    report.get_by_role("checkbox", name="Select Course trailer").press("Space")
    expect(report.locator("#selected")).to_have_text("2 selected")
    rename.press("Enter")
    dialog = report.get_by_role("dialog", name="Rename media")
    expect(dialog.get_by_role("heading")).to_be_focused()
    dialog.get_by_label("Pattern").fill("{n}. {title}")
    dialog.get_by_label("Pattern").press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("Filled in. Nothing is renamed yet.")
    accessible(report)
    screenshots(page, "course-rename")
    trailer = dialog.get_by_label("Course trailer")
    trailer.fill(" ")
    dialog.get_by_role("button", name="Rename", exact=True).press("Enter")
    # One was refused: it says why, has the focus, and the other one stands.
    expect(trailer).to_be_focused()
    expect(trailer).to_have_accessible_description("A title needs at least one letter. Type a title, then try again.")
    expect(dialog.get_by_role("status")).to_have_text("1 was not renamed. Press Rename to try again.")
    trailer.fill("Course trailer")
    dialog.get_by_role("button", name="Close").press("Enter")
    expect(rename).to_be_focused()
    renamed = row(report, f"1. {_TITLE}").or_(row(report, f"2. {_TITLE}"))
    expect(renamed).to_be_visible()

    report.get_by_role("checkbox", name="Select Course trailer").press("Space")
    rename.press("Enter")
    dialog.get_by_role("textbox").last.fill(_TITLE)
    dialog.get_by_role("button", name="Rename", exact=True).press("Enter")
    expect(report.locator("#live")).to_have_text("1 media item renamed.")
    expect(row(report, _TITLE)).to_be_visible()


def caring(report: Frame, accessible: AxeCheck, screenshots: Callable[[Page, str], None]) -> None:
    """Add a file to a media that it matches, then take it away again in the view that a row opens."""
    name = "Lecture 00002: lenses"
    add = report.get_by_role("button", name="Add caption files…")
    if not report.evaluate("() => JSON.parse(document.getElementById('config').textContent).api.captions"):
        expect(add).to_be_hidden()  # nothing here looks after captions: then nothing promises to
        expect(report.get_by_role("rowheader").get_by_role("button")).to_have_count(0)
        return
    report.get_by_role("checkbox", name=f"Select {name}").press("Space")
    report.get_by_role("checkbox", name="Select Lecture 00003: colour").press("Space")
    add.press("Enter")
    dialog = report.get_by_role("dialog", name="Add caption files")
    expect(dialog.get_by_role("heading")).to_be_focused()
    files: list[FilePayload] = [
        {"name": file, "mimeType": "", "buffer": content}
        for file, content in (("lecture-2-lenses.es.srt", _SPANISH), ("Lecture 3 colour.es.srt", b"no captions"))
    ]
    dialog.get_by_label("Caption files, all in one language").set_input_files(files)
    expect(dialog.get_by_label("lecture-2-lenses.es.srt").locator("option:checked")).to_have_text(name)
    expect(dialog.get_by_label("Language of these files")).to_have_value("es")
    accessible(report)
    screenshots(report.page, "course-files")
    dialog.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("1 was not added. Press Add to try again.", timeout=20_000)
    refused = dialog.get_by_label("Lecture 3 colour.es.srt")
    expect(refused).to_be_focused()
    refused.select_option("")
    dialog.get_by_role("button", name="Close").press("Enter")
    expect(add).to_be_focused()
    expect(row(report, name)).to_contain_text("Spanish A")

    opener = report.get_by_role("button", name=name)
    opener.press("Enter")
    dialog = report.get_by_role("dialog", name=name)
    dialog.get_by_role("button", name="Remove").press("Enter", timeout=20_000)
    accessible(report)
    screenshots(report.page, "course-mend")
    dialog.get_by_role("button", name="Remove them").press("Enter")
    expect(dialog.get_by_role("button", name="Put back")).to_be_focused()
    dialog.get_by_role("button", name="Close").press("Enter")
    expect(row(report, name)).to_contain_text("No captions", timeout=20_000)
    expect(opener).to_be_focused()


def test_report_fits_a_phone_and_goes_on_after_canvas_was_away(
    browser: Browser, troubled: Stack, accessible: AxeCheck, screenshots: Callable[[Page, str], None]
) -> None:
    stack = troubled
    with logged_in(browser, stack, "Noor Newteacher", width=320) as context, clean(context):
        page = context.new_page()
        report = open_report(page, stack)
        with page.expect_popup() as opened:
            report.get_by_role("button", name="Connect Canvas").click()
        # The second page is throttled (it goes on by itself), the third one is not to be had (it asks the person).
        following = "/api/v1/courses/17/media_attachments"
        patience = 4  # tries of one call of ours
        stack.misbehave(
            faults=[
                {"kind": "throttle", "path": following, "retry_after": 1, "count": patience},
                {"kind": "status", "path": following, "status": 404},
            ]
        )
        opened.value.get_by_role("button", name="Authorize").click()
        problem = report.get_by_role("alert").filter(has_text="Canvas does not have this any more.")
        expect(problem).to_be_visible(timeout=30_000)
        expect(report.locator("#count")).to_have_text("100 media items shown")
        accessible(report)
        problem.get_by_role("button", name="Retry").click()
        # Two hundred and some, on three pages: other tests delete one, or add some.
        expect(report.locator("#live")).to_contain_text(
            re.compile(r"\b2\d\d media items listed and checked"), timeout=30_000
        )
        expect(problem).to_be_hidden()
        accessible(report)
        assert report.evaluate(_TOO_WIDE) == []
        screenshots(page, "course-320")
