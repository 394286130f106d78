"""Whatever goes wrong while captions are written, what a person typed and what was there are both still to be had."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.flows.school import School, problem
from tests.flows.test_captions import GERMAN, Item, file_body, opened
from tests.support.person import ToolPage
from tests.support.studio import TILDA_AT_STUDIO, connect_studio

# Every kind that the sandbox knows (sandbox/common/faults.py), and a lecture of its own for each.
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "status": ("Lecture 00034", {}),
    "throttle": ("Lecture 00037", {"retry_after": 1}),
    "slow": ("Lecture 00040", {"seconds": 0.2}),
    "cut": ("Lecture 00043", {}),
    "broken_json": ("Lecture 00046", {}),
    "html": ("Lecture 00049", {}),
    "expired": ("Lecture 00052", {}),
    "drop_fields": ("Lecture 00055", {"fields": ["id", "locale"]}),
    "reset": ("Lecture 00058", {}),
}
FRENCH = "1\n00:00:01,000 --> 00:00:04,000\nLe film n'est pas fini.\n"


def at_studio(school: School, **wishes: object) -> None:
    httpx.post(f"{school.stack.studio}/sandbox/faults", json=wishes, timeout=10).raise_for_status()


def studio_item(page: ToolPage, title: str) -> Item:
    found = page.api("GET", "/api/studio/media", search=title).json()["items"][0]
    detail = page.api("POST", "/api/studio/media/detail", json={"handle": found["handle"]}).json()
    return Item(page, detail["handle"], {track["language"]: track["id"] for track in detail["tracks"]})


def checked(answer: httpx.Response) -> bool:
    """Tell whether it was done; where it was not, that is said in words."""
    if answer.status_code != 200:
        problem(answer)
    return answer.status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_a_person_typed_or_that_was_there_is_lost_at_canvas(school: School, kind: str) -> None:
    title, how = KINDS[kind]
    fault = {"path": "/api/v1/media*", "method": "PUT", "kind": kind, "count": 1, **how}
    page = school.picker()
    item = opened(page, title)
    item.add(GERMAN, "de")
    english, german = item.words("en"), item.words("de")

    def twice(what: str, of: str | None = None, /, **more: Any) -> None:
        """Ask while it goes wrong, and once more when all is well, if it was not done."""
        school.stack.misbehave(faults=[fault])
        before = dict(item.tracks)
        first = checked(item.ask(what, of, **more))
        school.stack.heal()
        again = opened(page, title)
        item.handle, item.tracks = again.handle, again.tracks
        if first:
            return
        assert set(item.tracks) == set(before)  # what was not done has not begun either
        item.done(what, of, **more)

    # Typed in the editor: the old words stay to be had, and the same save again is no other change.
    text = item.text("en")
    cues = [{**cue, "text": "Typed by hand"} if index == 0 else cue for index, cue in enumerate(text["cues"])]
    twice("save", "en", version=text["version"], cues=cues)
    assert item.words("en") == ["Typed by hand", *english[1:]]
    version = item.done("versions", "en")["versions"][0]
    twice("restore", id=version["id"])
    assert item.words("en") == english
    # Brought as a file, marked otherwise, removed and put back.
    twice("add", **file_body(FRENCH, "fr"))
    assert item.words("fr") == ["Le film n'est pas fini."]
    text = item.text("fr")
    twice("mark", "fr", version=text["version"], language="it", kind="captions")
    assert (item.words("it"), item.text("it")["kind"]) == (["Le film n'est pas fini."], "captions")
    assert "fr" not in item.tracks
    # A title.
    twice("rename", title=f"{title}, in trouble")
    assert any(each["title"] == f"{title}, in trouble" for each in page.all_media())
    assert item.words("de") == german
    assert item.words("en") == english


def test_words_typed_while_consent_ends_are_saved_after_connecting_again(school: School) -> None:
    page = school.picker()
    item = opened(page, "Lecture 00001")
    text = item.text("en")
    school.stack.misbehave(revoke_tokens=True)
    assert problem(item.save("en", text, "Typed before"))["code"] == "grant_revoked"
    assert page.person.connect(page).status_code == 200
    saved = item.save("en", text, "Typed before")
    assert saved.status_code == 200, saved.text


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_a_person_typed_is_lost_at_studio(school: School, kind: str) -> None:
    _, how = KINDS[kind]
    page = school.picker()
    if not page.api("GET", "/api/studio/media").is_success:
        assert connect_studio(page, school.stack.studio, TILDA_AT_STUDIO).status_code == 200
    item = studio_item(page, "The long take, four minutes")
    before = item.text("en")
    words = f"Typed while Studio answered {kind}"
    fault = {"path": "/api/public/v1/media/*/caption_files", "method": "POST", "kind": kind, "count": 1, **how}
    at_studio(school, faults=[fault])
    first = item.save("en", before, words)
    at_studio(school, clear=True)
    saved = first if checked(first) else item.save("en", before, words)
    assert saved.status_code == 200, saved.text
    written = Item(page, saved.json()["handle"], {"en": saved.json()["track"]})
    assert written.words("en")[0] == words
    assert item.text("en")["version"] == before["version"]  # what was there is there
