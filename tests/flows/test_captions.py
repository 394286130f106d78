"""People look after captions: read, save, merge, put back; and nothing that they typed or that was there is lost."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.flows.school import School, problem
from tests.support.person import SAM, TILDA, ToolPage
from tests.support.studio import TILDA_AT_STUDIO, connect_studio

PUT = {"path": "/api/v1/media_attachments/*/media_tracks", "method": "PUT"}
GERMAN = "1\n00:00:01,000 --> 00:00:04,000\nDer Film ist nicht zu Ende, und wir haben noch eine Frage.\n"
STYLED = "WEBVTT\n\n00:01.000 --> 00:04.000 align:start\n<v Ada>Styled words\n"


# Each test has a lecture of its own, so that none depends on what others leave behind.
@dataclass
class Item:
    """An item that somebody at a page looks after."""

    page: ToolPage
    handle: str
    tracks: dict[str, str]  # ids by language

    def ask(self, what: str, of: str | None = None, /, **more: Any) -> httpx.Response:
        track = {} if of is None else {"track": self.tracks[of]}
        return self.page.api("POST", f"/api/captions/{what}", json={"handle": self.handle, **track, **more})

    def done(self, what: str, of: str | None = None, /, **more: Any) -> dict[str, Any]:
        """Ask, and go on with what the item has then."""
        answer = self.ask(what, of, **more)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        if content.get("handle"):
            self.handle = content["handle"]
        if content.get("tracks") is not None:
            self.tracks = {track["language"]: track["id"] for track in content["tracks"]}
        return content

    def text(self, language: str) -> dict[str, Any]:
        return self.done("text", language)

    def words(self, language: str) -> list[str]:
        return [cue["text"] for cue in self.text(language)["cues"]]

    def save(self, of: str, opened: dict[str, Any], words: str, /, **more: Any) -> httpx.Response:
        """Save with other words in the first caption."""
        cues = [{**cue, "text": words} if index == 0 else cue for index, cue in enumerate(opened["cues"])]
        return self.ask("save", of, version=opened["version"], cues=cues, **more)

    def add(self, content: str, language: str | None = None, name: str = "captions.srt", **more: Any) -> dict[str, Any]:
        return self.done("add", **file_body(content, language, name), **more)


def file_body(content: str, language: str | None, name: str = "captions.srt") -> dict[str, Any]:
    return {"name": name, "content": base64.b64encode(content.encode()).decode(), "language": language}


def opened(page: ToolPage, search: str, scope: str = "own") -> Item:
    found = page.all_media(scope=scope, search=search)
    detail = page.detail(found[0]["handle"])
    return Item(page, detail["handle"], {track["language"]: track["id"] for track in detail["tracks"]})


def test_teacher_edits_captions_and_all_other_tracks_stay(school: School) -> None:
    page = school.picker()
    item = opened(page, "Lecture 00001")
    item.add(GERMAN, "de")
    item.add(GERMAN, "zh-Hans", kind="captions")
    before = item.text("en")
    assert before["writable"]
    assert before["grade"] in "ABCD"
    saved = item.save("en", before, "New words\nin two lines")
    assert saved.status_code == 200, saved.text
    assert {each["language"] for each in saved.json()["tracks"]} == {"en", "de", "zh-Hans"}
    again = opened(page, "Lecture 00001")
    assert again.words("en")[0] == "New words\nin two lines"
    assert again.text("en")["version"] == saved.json()["version"] != before["version"]
    assert again.words("de") == ["Der Film ist nicht zu Ende, und wir haben noch eine Frage."]
    assert again.text("zh-Hans")["kind"] == "captions"
    # Players have the new text at once.
    src = next(each["src"] for each in saved.json()["tracks"] if each["language"] == "en")
    assert "New words" in page.person.http.get(f"{page.person.tool}{src}").text
    # The same save again, because its answer was lost: it is done already.
    assert item.save("en", before, "New words\nin two lines").status_code == 200


def test_two_who_edit_at_once_are_shown_each_others_words(school: School) -> None:
    one, other = (opened(school.picker(), "Lecture 00004") for _ in range(2))
    mine, theirs = one.text("en"), other.text("en")
    assert other.save("en", theirs, "Theirs").status_code == 200
    refused = one.save("en", mine, "Mine")
    error = problem(refused, 409, "captions_changed")
    assert "Compare" in error["next_step"]
    found = refused.json()["theirs"]
    assert (found["cues"][0]["text"], found["language"], found["removed"]) == ("Theirs", "en", False)
    # Who has seen the other words may save over them, and they can be had back.
    assert one.save("en", {**mine, "version": found["version"]}, "Mine").status_code == 200
    versions = one.done("versions", "en")["versions"]
    assert [each["who"] for each in versions] == ["you", "you"]
    one.done("restore", id=versions[0]["id"])
    assert one.words("en")[0] == "Theirs"
    # And when it is gone, that is said, and saved anew where it is wanted.
    current = one.text("en")
    gone = other.done("remove", "en")
    refused = one.save("en", current, "Mine once more")
    assert refused.json()["theirs"]["removed"]
    assert one.save("en", {**current, "version": ""}, "Mine once more", language="en").status_code == 200
    assert gone["undo"]["language"] == "en"


def test_removed_captions_can_be_put_back(school: School) -> None:
    item = opened(school.picker(), "Lecture 00007")
    words = item.words("en")
    item.add(GERMAN, "de")
    undo = item.done("remove", "en")["undo"]
    assert list(item.tracks) == ["de"]
    problem(item.ask("restore", id="not-a-version"), 404, "not_found")
    item.done("restore", id=undo["id"])
    assert item.words("en") == words
    assert set(item.tracks) == {"de", "en"}


def test_canvas_trouble_loses_nothing(school: School) -> None:
    item = opened(school.picker(), "Lecture 00010")
    before = item.text("en")
    for fault, status in (({"kind": "status", "status": 503}, 502), ({"kind": "throttle", "count": None}, 503)):
        school.stack.misbehave(faults=[{**PUT, **fault}])
        answer = item.save("en", before, "Mine")
        assert answer.status_code in {status, 503}, answer.text
        school.stack.heal()
        assert item.text("en")["version"] == before["version"]
    # The answer is cut off, and no look at what stands is possible: nobody knows, and that is what is said.
    school.stack.misbehave(faults=[{**PUT, "kind": "cut"}, {**PUT, "method": "GET", "kind": "status", "count": None}])
    first = item.save("en", before, "Mine")
    assert first.status_code in {502, 503}
    school.stack.heal()
    # It was cut off only after Canvas had saved: a second look finds that out, and so does a second try.
    school.stack.misbehave(faults=[{**PUT, "kind": "cut"}])
    assert item.save("en", before, "Mine").status_code == 200
    assert item.words("en")[0] == "Mine"


def test_refusals_of_canvas_are_told_apart(school: School) -> None:
    page = school.picker()
    locked = opened(page, "From the blueprint course", "course")
    problem(locked.save("en", locked.text("en"), "Mine"), 403, "remote_not_permitted")
    item = opened(page, "Lecture 00013")
    before = item.text("en")
    problem(item.ask("save", "en", version=before["version"], cues=[]), 422, "caption_unreadable")
    backward = [{**before["cues"][0], "end": 0}]
    error = problem(item.ask("save", "en", version=before["version"], cues=backward), 422, "caption_unreadable")
    assert "Caption 1" in error["message"]
    item.add(GERMAN, "de")
    problem(item.save("en", before, "x", language="de"), 409, "captions_taken")
    problem(item.ask("add", **file_body(GERMAN.replace("Film", "Ton"), "de")), 409, "captions_taken")
    item.add(GERMAN, "de")  # the very same, because its answer was lost: it is done already
    problem(item.ask("add", **file_body("no captions", "fr")), 422, "caption_unreadable")
    problem(item.ask("add", **file_body(GERMAN, "no language")), 422, "input_invalid")
    item.add(GERMAN.replace("Film", "Ton"), "de", replace=True)
    assert "Ton" in item.words("de")[0]
    assert item.text("en")["version"] == before["version"]
    problem(item.page.api("POST", "/api/captions/text", json={"handle": item.handle, "track": "0"}), 404, "not_found")


def test_language_of_a_file_is_guessed_and_confirmed(school: School) -> None:
    item = opened(school.picker(), "Lecture 00016")
    looked = item.add(GERMAN * 3, name="Vorlesung.srt")
    assert looked["needs_language"]
    assert (looked["guess"]["language"], looked["guess"]["from"], looked["cues"]) == ("de", "content", 3)
    assert item.add(GERMAN, name="Vorlesung.fr-CA.srt")["guess"] == {
        "language": "fr-CA",
        "name": "French (Canada)",
        "from": "name",
    }
    assert list(item.tracks) == ["en"]  # so far nothing was added
    # Canvas takes no digits in a language.
    added = item.add(GERMAN, "es-419")
    assert "nearest" in added["note"]
    assert set(item.tracks) == {"en", "es"}
    # A track can be marked with another language, and nothing is lost on the way.
    saved = item.save("es", item.text("es"), "Otra", language="de")
    assert {each["language"] for each in saved.json()["tracks"]} == {"en", "de"}


def test_what_viewers_of_canvas_itself_see_is_never_an_old_text(school: School) -> None:
    """A text that says WEBVTT leaves Canvas's older conversion in place (reference/canvas.md 1.9)."""
    item = opened(school.picker(), "Lecture 00019")
    item.add(STYLED, "en", replace=True)
    assert item.text("en")["cues"][0]["settings"] == "align:start"
    media = item.page.all_media(search="Lecture 00019")[0]["id"]
    address = f"{school.stack.canvas}/media_objects/{media}/media_tracks/{item.tracks['en']}"
    assert "Styled words" in httpx.get(address).text


def test_student_looks_after_own_captions_and_no_others(school: School) -> None:
    teacher = opened(school.picker(TILDA), "Lecture 00022", "course")
    student = opened(school.picker(SAM, "groups/5"), "Sam's screen recording")
    before = student.text("en")
    assert student.save("en", before, "Hello").status_code == 200
    student.done("restore", id=student.done("versions", "en")["versions"][0]["id"])
    stolen = Item(student.page, teacher.handle, teacher.tracks)
    for what in ("text", "remove", "versions"):
        problem(stolen.ask(what, "en"), 404, "not_found")
    problem(stolen.ask("rename", title="Mine"), 404, "not_found")


def test_colleagues_captions_stay_when_a_teacher_changes_others(school: School) -> None:
    item = opened(school.picker(), "Captioned by a colleague")
    before = item.text("en")
    item.save("en", before, "Changed")
    again = opened(item.page, "Captioned by a colleague")
    assert set(again.tracks) == {"en", "fr"}
    again.done("restore", id=again.done("versions", "en")["versions"][0]["id"])


def test_teacher_renames_media(school: School) -> None:
    item = opened(school.picker(), "Lecture 00025")
    problem(item.ask("rename", title="  "), 422, "input_invalid")
    renamed = item.done("rename", title="  Cameras\n and lenses ")
    assert renamed["title"] == "Cameras and lenses"
    assert any(each["title"] == "Cameras and lenses" for each in item.page.all_media())


@pytest.mark.parametrize(
    ("form", "content_type", "begins"),
    [("srt", "application/x-subrip", "1\n00:00:"), ("vtt", "text/vtt", "WEBVTT"), ("txt", "text/plain", "")],
)
def test_captions_are_downloaded(school: School, form: str, content_type: str, begins: str) -> None:
    item = opened(school.picker(), "Lecture 00028")
    answer = item.ask("download", "en", format=form)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(content_type)
    assert f".en.{form}" in answer.headers["content-disposition"]
    assert answer.text.startswith(begins)
    assert answer.text.strip()


def test_checks_ask_nobody_and_have_an_end(school: School) -> None:
    page = school.picker()
    school.stack.forget_requests()
    cue = {"start": 1.0, "end": 1.5, "text": "x" * 50, "settings": "", "identifier": ""}
    answer = page.api("POST", "/api/captions/check", json={"language": "en", "duration": 60, "cues": [cue]})
    report = answer.json()
    assert {each["rule"] for each in report["findings"]} == {"too_short", "line_too_long", "too_fast", "uncovered"}
    [uncovered] = [each for each in report["findings"] if each["cue"] is None]
    assert (uncovered["start"], uncovered["end"]) == (1.5, 60.0)
    assert report["grade"] == "D"
    many = page.api("POST", "/api/captions/check", json={"cues": [cue] * 20_001})
    assert "20,000" in problem(many, 413, "too_many_cues")["message"]
    assert school.stack.asked() == []


def test_studio_gets_new_captions_beside_the_old_ones(school: School) -> None:
    page = school.picker()
    assert connect_studio(page, school.stack.studio, TILDA_AT_STUDIO).status_code == 200
    found = page.api("GET", "/api/studio/media", search="The clock, explained").json()["items"][0]
    detail = page.api("POST", "/api/studio/media/detail", json={"handle": found["handle"]}).json()
    studio = Item(page, detail["handle"], {track["language"]: track["id"] for track in detail["tracks"]})
    language = next(track["language"] for track in detail["tracks"] if track["usable"])
    before = studio.text(language)
    assert "Studio cannot change" in before["note"]
    problem(studio.ask("remove", language), 409, "captions_fixed")
    problem(studio.ask("rename", title="Mine"), 404, "not_found")
    saved = studio.save(language, before, "Beside the old one")
    assert saved.status_code == 200, saved.text
    assert "new captions" in saved.json()["note"]
    same = [each["id"] for each in saved.json()["tracks"] if each["language"] == language]
    assert {saved.json()["track"], studio.tracks[language]} <= set(same)
    # From one catalogue to the other, and back.
    canvas = opened(page, "Lecture 00031")
    body = {"from": canvas.handle, "track": canvas.tracks["en"], "to": studio.handle}
    problem(page.api("POST", "/api/captions/copy", json=body), 409, "captions_taken")
    assert page.api("POST", "/api/captions/copy", json={**body, "replace": True}).status_code == 200
    back = {"from": studio.handle, "track": saved.json()["track"], "to": canvas.handle, "replace": True}
    copied = page.api("POST", "/api/captions/copy", json=back)
    assert copied.status_code == 200, copied.text
    assert opened(page, "Lecture 00031").words(language)[0] == "Beside the old one"
