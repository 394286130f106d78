"""The caption editor's dialog, as pages fetch it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .school import STUDENT, Browser, Page

ROOT = Path(__file__).parents[3]
PATH = "/api/captions/editor"


def test_editor_has_every_text_that_its_modules_ask_for(picker: Page) -> None:
    answer = picker.call("GET", PATH).json
    assert answer is not None
    found = re.search(r'id="ce-messages">(.*?)</script>', answer["html"], re.DOTALL)
    assert found
    texts = json.loads(found[1])

    asked = set()
    for script in (ROOT / "lti" / "web" / "static" / "js").glob("caption-editor*.js"):
        asked |= set(re.findall(r'"(ce_[a-z_]+)"', script.read_text()))

    assert len(asked) > 40
    assert asked <= set(texts)


def test_unsaved_work_is_kept_apart_for_each_person(picker: Page, other_browser: Browser) -> None:
    teacher = picker.call("GET", PATH).json
    student = other_browser.press_button(STUDENT).call("GET", PATH).json

    assert teacher is not None
    assert student is not None
    assert teacher["html"] == student["html"]
    assert teacher["owner"] != student["owner"]
    assert "tilda" not in teacher["owner"]


def test_whoever_has_no_session_gets_no_editor(browser: Browser) -> None:
    assert browser.get(PATH).status_code == 401
