"""The pages of the sandbox Canvas: who may see, edit and save what."""

from __future__ import annotations

import pytest

from sandbox.common.server import check_loopback
from tests.unit.sandbox.lti.conftest import ADA, NOOR, OLLIE, SAM, TILDA, Site


def test_nobody_is_asked_who_to_be_and_brought_back(site: Site) -> None:
    client = site.be(None)
    answer = client.get("/courses/17/pages/welcome")
    assert answer.location == "/login?return_to=%2Fcourses%2F17%2Fpages%2Fwelcome"
    page = client.get(answer.location).text
    assert "Be Tilda Teacher" in page
    answer = client.post("/login", data={"person": TILDA, "return_to": "/courses/17/pages/welcome"})
    assert answer.location == "/courses/17/pages/welcome"
    assert "Film Studies" in client.get(answer.location).text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_login_leads_to_no_other_site(site: Site, elsewhere: str) -> None:
    assert site.be(None).post("/login", data={"person": TILDA, "return_to": elsewhere}).location == "/"


def test_logging_out_makes_nobody(site: Site) -> None:
    client = site.be(TILDA)
    client.post("/logout")
    assert client.get("/").status_code == 302


def test_forged_session_is_nobody(site: Site) -> None:
    client = site.be(None)
    client.set_cookie("canvas_session", "MTAx.forged")
    assert client.get("/").status_code == 302


def test_framed_cookie_reads_but_never_writes(site: Site) -> None:
    person = site.be(TILDA)
    cookie = person.get_cookie("canvas_session_framed")
    assert cookie is not None
    framed = site.be(None)
    framed.set_cookie("canvas_session_framed", cookie.value)
    assert framed.get("/courses/17").status_code == 200
    assert framed.post("/courses/17/pages", data={"title": "x", "body": "x"}).status_code == 401


@pytest.mark.parametrize(("person", "status"), [(TILDA, 200), (NOOR, 200), (ADA, 200), (SAM, 403), (OLLIE, 403)])
def test_course_pages_are_edited_by_staff(site: Site, person: int, status: int) -> None:
    client = site.be(person)
    assert client.get("/courses/17/pages/welcome").status_code == 200
    assert client.get("/courses/17/pages/welcome/edit").status_code == status
    assert client.post("/courses/17/pages/welcome", data={"title": "W", "body": "x"}).status_code in {303, 403}
    assert (site.world.pages["course_17", "welcome"].body == "x") is (status == 200)


def test_group_pages_are_edited_by_members(site: Site) -> None:
    assert site.be(SAM).get("/groups/5/pages/welcome/edit").status_code == 200
    assert site.be(OLLIE).get("/groups/5/pages/welcome").status_code == 403


def test_new_page_is_sanitized_and_found(site: Site) -> None:
    client = site.be(TILDA)
    body = '<p onclick="x">Hi</p><script>1</script>'
    answer = client.post("/courses/17/pages", data={"title": "Új oldal: <b>", "body": body})
    assert answer.location == "/courses/17/pages/uj-oldal-b"
    assert site.world.pages["course_17", "uj-oldal-b"].body == "<p>Hi</p>"
    text = client.get(answer.location).text
    assert "<p>Hi</p>" in text
    assert "Új oldal: &lt;b&gt;" in text
    again = client.post("/courses/17/pages", data={"title": "Új oldal: <b>", "body": ""})
    assert again.location == "/courses/17/pages/uj-oldal-b-2"


def test_student_replies_in_a_discussion(site: Site) -> None:
    client = site.be(SAM)
    client.post("/courses/17/discussion_topics/1/replies", data={"body": "<p>Hello</p>"})
    text = client.get("/courses/17/discussion_topics/1").text
    assert "<p>Hello</p>" in text
    assert 'data-tool="19"' in text
    assert site.be(OLLIE).post("/courses/17/discussion_topics/1/replies", data={"body": "x"}).status_code == 403


@pytest.mark.parametrize("path", ["/courses/99", "/courses/17/pages/none", "/groups/99", "/nowhere"])
def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    assert site.be(TILDA).get(path).status_code == 404


def test_big_editor_contents_can_be_launched_with(site: Site) -> None:
    data = {"editor": "1", "editor_contents": "x" * 2_000_000}
    assert site.be(TILDA).post("/courses/17/external_tools/19/resource_selection", data=data).status_code == 200


def test_page_asked_for_by_another_host_name_is_refused(site: Site) -> None:
    assert site.be(None).get("/login", headers={"Host": "evil.example"}).status_code == 421


def test_localhost_is_sent_to_the_address_that_is_another_site_than_the_tool(site: Site) -> None:
    answer = site.be(None).get("/login?return_to=/", headers={"Host": "localhost:8001"})
    assert answer.location == "http://127.0.0.1:8001/login?return_to=/"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.1", "::", "example.org"])
def test_server_binds_only_loopback(host: str) -> None:
    with pytest.raises(ValueError, match="not a loopback address"):
        check_loopback(host)
    assert check_loopback("127.0.0.1") == "127.0.0.1"


def test_storage_frame_can_be_taken_away(site: Site) -> None:
    client = site.be(TILDA)
    assert 'name="post_message_forwarding"' in client.get("/courses/17").text
    client.post("/sandbox/lti", data={"action": "storage_frame"})
    assert 'name="post_message_forwarding"' not in client.get("/courses/17").text


def test_pages_can_be_told_to_lack_the_storage_frame_and_to_be_silent(site: Site) -> None:
    client = site.be(TILDA)
    client.post("/sandbox/faults", json={"behaviour": {"storage_frame": False, "answers_messages": False}})
    told = client.get("/courses/17").text
    client.post("/sandbox/faults", json={"clear": True})
    healed = client.get("/courses/17").text

    for sign in ('name="post_message_forwarding"', "messages.js"):
        assert sign not in told
        assert sign in healed
