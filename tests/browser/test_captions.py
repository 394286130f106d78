"""Looking after captions on an item's page: a teacher reads, adds, puts back, copies, renames; on a telephone too."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import current_time, open_item, open_picker, ready, search
from tests.browser.keys import Keys
from tests.browser.looks import OUT_OF_REACH, SIDEWAYS
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

GERMAN = "1\n00:00:01,000 --> 00:00:04,000\nDer Film ist nicht zu Ende, und wir haben noch eine Frage.\n\n" * 3


def care(picker: Frame, title: str) -> tuple[Locator, Locator]:
    """Open an item, and in it what looks after its captions: gives the dialog and the list of tracks."""
    search(picker, title)
    dialog = open_item(picker, title)
    dialog.get_by_text("Look after the captions").click()
    return dialog, dialog.get_by_role("list", name="Captions of this item")


def test_teacher_looks_after_captions(desk: Page, stack: Stack, accessible: AxeCheck, tmp_path: Path) -> None:
    picker = open_picker(desk, stack, "Care")
    title = "Lecture 00061: light"
    dialog, tracks = care(picker, title)
    english = tracks.get_by_role("listitem").filter(has_text="English")
    expect(english.get_by_text("subtitles, made by people, ready, changed")).to_be_visible()

    # Read beside the media: a line leads to its place.
    ready(picker)
    english.get_by_role("button", name="Read").click()
    expect(english.get_by_role("heading", name="Captions in English")).to_be_focused()
    second = english.get_by_role("list").last.get_by_role("button").nth(1)
    second.click()
    assert current_time(picker) > 0
    english.get_by_label("Search in these captions").fill("no such words")
    expect(english.get_by_text("Not found.")).to_be_visible()
    accessible(picker)
    english.get_by_role("button", name="Read").click()

    # Download.
    english.get_by_role("button", name="Download").click()
    with desk.expect_download() as downloading:
        english.get_by_role("button", name="SubRip (.srt)").click()
    assert downloading.value.suggested_filename == "Lecture 00061 light.en.srt"
    assert "-->" in downloading.value.path().read_text()

    # Add from a file, whose language is guessed from its text.
    file = tmp_path / "Vorlesung.srt"
    file.write_text(GERMAN)
    dialog.get_by_role("button", name="Add captions from a file").click()
    dialog.get_by_label("Caption file (SRT").set_input_files(file)
    expect(dialog.get_by_label("Language")).to_be_focused()
    expect(dialog.get_by_label("Language")).to_have_value("de")
    expect(dialog.get_by_text("The text seems to be in German.")).to_be_visible()
    accessible(picker)
    dialog.get_by_role("button", name="Add captions", exact=True).click()
    german = tracks.get_by_role("listitem").filter(has_text="German")
    expect(german.get_by_role("button", name="Read")).to_be_focused()
    expect(dialog.get_by_role("checkbox", name="German")).to_be_checked()
    # The same language again only where that is wanted; the text that was there can be had back.
    dialog.get_by_role("button", name="Add captions from a file").click()
    file.write_text(GERMAN.replace("Film", "Ton"))
    dialog.get_by_label("Caption file (SRT").set_input_files(file)
    dialog.get_by_role("button", name="Add captions", exact=True).click()
    expect(dialog.get_by_text("There are captions in this language already.")).to_be_visible()
    dialog.get_by_role("button", name="Replace them").click()
    expect(german.get_by_role("button", name="Read")).to_be_focused()
    german.get_by_role("button", name="Older texts").click()
    accessible(picker)
    german.get_by_role("button", name="Put this one back").click()
    expect(german.get_by_role("button", name="Read")).to_be_focused()
    german.get_by_role("button", name="Read").click()
    expect(german.get_by_text("Der Film ist nicht zu Ende").first).to_be_visible()

    # Copy to another item.
    german.get_by_role("button", name="Copy to…").click()
    german.get_by_label("Where the other item is").select_option("My media")
    german.get_by_label("Search by title").fill("Lecture 00064")
    german.get_by_role("button", name="Search", exact=True).click()
    german.get_by_role("button", name="Copy to Lecture 00064").click()
    expect(german.get_by_text("The captions in German were copied to Lecture 00064")).to_be_visible()
    accessible(picker)

    # Mark it with another language and kind, and back; it says when nothing would change.
    for name, becomes, language, kind, words in (
        ("German", "Dutch", "nl", "captions", "captions for people"),
        ("Dutch", "German", "de", "subtitles", "subtitles, made by"),
    ):
        # By its own name: its form has those of all languages.
        marked, after = (
            tracks.locator("li.care-track").filter(has=picker.locator("strong", has_text=each))
            for each in (name, becomes)
        )
        marked.get_by_role("button", name="Language and kind").click()
        expect(marked.get_by_role("heading", name=f"Language and kind of the captions in {name}")).to_be_focused()
        marked.get_by_role("button", name="Change").click()
        expect(dialog.locator("[data-live]")).to_have_text("Nothing was changed.")
        marked.get_by_label("Language", exact=True).select_option(language)
        marked.get_by_label("Kind").select_option(kind)
        accessible(picker)
        marked.get_by_role("button", name="Change").click()
        expect(after.get_by_text(words)).to_be_visible()
        expect(after.get_by_role("button", name="Language and kind")).to_be_focused()
        expect(marked).to_have_count(0)
    expect(german).to_be_visible()

    # Remove, and put back.
    german.get_by_role("button", name="Remove").click()
    expect(german.get_by_text("everywhere this media is used")).to_be_visible()
    german.get_by_role("button", name="Remove them").click()
    expect(dialog.get_by_role("button", name="Put back")).to_be_focused()
    expect(tracks.get_by_role("listitem")).to_have_count(1)
    dialog.get_by_role("button", name="Put back").click()
    expect(german.get_by_role("button", name="Read")).to_be_focused()

    # Edit: the editor opens over the item, and leads back.
    german.get_by_role("button", name="Edit").click()
    editor = picker.get_by_role("dialog", name="Edit captions")
    expect(editor.get_by_role("heading", name="Checks")).to_be_visible(timeout=15_000)  # its modules are fetched now
    editor.get_by_role("button", name="Close", exact=True).click()
    expect(editor).to_be_hidden()

    # Rename.
    dialog.get_by_role("button", name="Rename the media").click()
    dialog.get_by_label("Title", exact=True).fill("Lecture 00061: light and shade")
    dialog.get_by_role("button", name="Rename", exact=True).click()
    dialog = picker.get_by_role("dialog", name="Lecture 00061: light and shade")
    dialog.get_by_role("button", name="Insert", exact=True).click()
    expect(desk.get_by_title("Lecture 00061: light and shade")).to_have_count(1)


def test_captions_are_looked_after_on_a_telephone_by_keyboard(
    browser: Browser, stack: Stack, accessible: AxeCheck
) -> None:
    with logged_in(browser, stack, "Tilda Teacher", width=320) as context, clean(context):
        page = context.new_page()
        picker = open_picker(page, stack, "Care on a telephone")
        search(picker, "Lecture 00067")
        dialog = open_item(picker, "Lecture 00067: montage")
        keys = Keys(page)
        keys.to(dialog.locator("summary", has_text="Look after the captions"))
        keys.press("Enter")
        english = dialog.get_by_role("list", name="Captions of this item").get_by_role("listitem").first
        keys.to(english.get_by_role("button", name="Read"))
        keys.press("Enter")
        keys.expect(english.get_by_role("heading", name="Captions in English"))
        accessible(picker)
        assert picker.evaluate(OUT_OF_REACH) == []
        wide, window = picker.evaluate(SIDEWAYS)
        assert wide <= window
        keys.press("Escape")
        keys.expect(english.get_by_role("button", name="Read"))
        # Canvas refuses: the person is told so, and the captions are there.
        stack.misbehave(faults=[{"kind": "status", "status": 403, "path": "/api/v1/*/media_tracks", "method": "PUT"}])
        keys.to(english.get_by_role("button", name="Remove"))
        keys.press("Enter")
        keys.to(english.get_by_role("button", name="Remove them"))
        keys.press("Enter")
        expect(dialog.get_by_text("Canvas does not let you see or do this.")).to_be_visible()
        expect(english).to_be_visible()
        stack.heal()
