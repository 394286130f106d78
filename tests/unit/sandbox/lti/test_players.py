"""Canvas's own player pages (reference/canvas.md 4.2): who may see them, and what is in them."""

from __future__ import annotations

import pytest

from tests.unit.sandbox.lti.conftest import SAM, TILDA, Site


def file_of(site: Site, media_id: str, context: str) -> tuple[int, str]:
    found = next(
        a
        for a in site.world.attachments.values()
        if a.media_entry_id == media_id and a.context == context and not a.deleted
    )
    return found.id, found.uuid


def test_file_of_a_person_needs_its_verifier(site: Site) -> None:
    number, uuid = file_of(site, "m-clock", "user_101")
    page = f"/media_attachments_iframe/{number}?type=video&embedded=true"
    assert site.be(TILDA).get(page).status_code == 200
    assert site.be(SAM).get(page).status_code == 401
    assert site.be(SAM).get(f"{page}&verifier=wrong").status_code == 401
    shown = site.be(SAM).get(f"{page}&verifier={uuid}")
    assert shown.status_code == 200
    assert f"/media_attachments/{number}/redirect?verifier={uuid}" in shown.text


def test_file_of_the_course_is_for_everybody_in_it(site: Site) -> None:
    number, _ = file_of(site, "m-clock", "course_17")
    assert site.be(SAM).get(f"/media_attachments_iframe/{number}").status_code == 200
    assert site.be(None).get(f"/media_attachments_iframe/{number}").status_code == 401


def test_locked_file_is_for_staff(site: Site) -> None:
    number, _ = file_of(site, "m-locked", "course_17")
    assert site.be(TILDA).get(f"/media_attachments_iframe/{number}").status_code == 200
    assert site.be(SAM).get(f"/media_attachments_iframe/{number}").status_code == 401


def test_media_object_is_shown_to_whoever_knows_its_id(site: Site) -> None:
    shown = site.be(None).get("/media_objects_iframe/m-clock?type=video")
    assert shown.status_code == 200
    assert '<track src="/media_objects/m-clock/media_tracks/' in shown.text
    assert site.be(None).get("/media_objects_iframe/m-nothing").status_code == 401


def test_sound_is_played_as_sound(site: Site) -> None:
    assert "<audio " in site.be(None).get("/media_objects_iframe/m-sound").text


@pytest.mark.parametrize(("media_id", "context"), [("maybe", "user_101"), ("m-nosources", "user_101")])
def test_media_without_sources_say_so(site: Site, media_id: str, context: str) -> None:
    number, _ = file_of(site, media_id, context)
    shown = site.be(TILDA).get(f"/media_attachments_iframe/{number}")
    assert "still being processed" in shown.text
    assert "<track" not in shown.text
