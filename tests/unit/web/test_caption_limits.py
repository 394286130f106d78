"""Limits of the caption checks that an installation sets hold wherever captions are graded."""

from __future__ import annotations

import base64
import dataclasses

import pytest

from config.settings import Settings

from .school import PLACEMENT, TEACHER, Browser, Page


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Five characters a line, and nothing may stand for long."""
    return dataclasses.replace(settings, caption_line_length=5, caption_longest=1.5)


def test_editor_and_files_are_graded_by_them(picker: Page) -> None:
    cue = {"start": 1.0, "end": 3.0, "text": "six le", "settings": "", "identifier": ""}
    report = picker.call("POST", "/api/captions/check", {"cues": [cue], "language": "en"}).json
    assert report is not None
    assert {finding["rule"] for finding in report["findings"]} == {"line_too_long", "too_long"}
    assert "more than 5 do not fit" in " ".join(finding["sentence"] for finding in report["findings"])
    listed = picker.call("GET", picker.config["api"]["media"]).json
    assert listed is not None
    content = base64.b64encode(b"1\n00:00:01,000 --> 00:00:03,000\nsix letters\n").decode()
    body = {"handle": listed["items"][0]["handle"], "name": "a.en.srt", "content": content}
    looked = picker.call("POST", "/api/captions/add", body).json
    assert looked is not None
    assert looked["grade"] == "D"


def test_course_report_is_graded_by_them(browser: Browser) -> None:
    page = browser.launch(TEACHER, **{PLACEMENT: "course_navigation"})
    assert browser.connect(page).status_code == 200
    listed = page.call("GET", page.config["api"]["report"]).json
    assert listed is not None
    read = page.call("POST", page.config["api"]["read"], {"handles": [listed["rows"][0]["handle"]]}).json
    assert read is not None
    assert [track["grade"] for track in read["rows"][0]["tracks"]] == ["D", "D"]
    assert "line too long" in str(read["rows"][0]["tracks"][0]["findings"])
