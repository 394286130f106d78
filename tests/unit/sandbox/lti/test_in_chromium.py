"""The editor, its dialog and Platform Storage in a real browser: the Canvas on 127.0.0.1, the tool on localhost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pytest
from playwright.sync_api import Browser, Error, Frame, Page, expect
from werkzeug.serving import make_server

from sandbox.canvas.app import create_canvas
from sandbox.canvas.claims import DEEP_LINKING
from sandbox.canvas.config import CanvasConfig
from sandbox.canvas.seed import build_world
from sandbox.canvas.world import World
from sandbox.media.clips import ClipStore
from tests.unit.sandbox.lti.fake_tool import FakeTool, response_claims

pytestmark = pytest.mark.browser

VIDEO = {"type": "ltiResourceLink", "title": "A film", "iframe": {"width": 400, "height": 300}}


@dataclass
class Canvas:
    """The Canvas on a port, and a page of the teacher in it."""

    url: str
    world: World
    tool: FakeTool
    page: Page

    def edit(self, html: str) -> Page:
        """Open the editor on a page that holds ``html``."""
        self.world.pages["course_17", "welcome"].body = html
        self.page.goto(f"{self.url}/courses/17/pages/welcome/edit")
        return self.page

    def press(self) -> Frame:
        """Press the tool's button: gives the tool's frame when it is there."""
        self.page.get_by_role("button", name="Fake").click()
        return self.frame("external_tool_launch")

    def frame(self, name: str) -> Frame:
        """Wait for the tool in the frame called ``name``."""
        for _ in range(100):
            found = next((f for f in self.page.frames if f.name == name and f.url == f"{self.tool.url}/launch"), None)
            if found is not None:
                found.get_by_role("heading", name="Tool").wait_for()
                return found
            self.page.wait_for_timeout(50)
        raise AssertionError(f"no tool in {name}: {[(f.name, f.url) for f in self.page.frames]}")

    def answer(self, frame: Frame, *items: dict[str, Any], **changes: Any) -> None:
        """Answer as a tool does: its page posts the signed form to the return address."""
        token = frame.locator("meta[name=id_token]").get_attribute("content")
        launch = jwt.decode(token or "", options={"verify_signature": False})
        url = launch[f"{DEEP_LINKING}deep_linking_settings"]["deep_link_return_url"]
        claims = response_claims(self.world.now().timestamp(), *items, **changes)
        frame.evaluate(
            """([url, token]) => {
              const form = document.createElement('form')
              form.method = 'post'
              form.action = url
              form.innerHTML = '<input name="JWT">'
              form.firstChild.value = token
              document.body.append(form)
              form.submit()
            }""",
            [url, self.tool.sign(claims)],
        )
        expect(self.page.get_by_role("dialog")).to_be_hidden()


@pytest.fixture
def canvas(browser: Browser, tool: FakeTool, tmp_path: Path) -> Iterator[Canvas]:
    world = build_world(ClipStore(tmp_path))
    server = make_server("127.0.0.1", 0, lambda environ, start: app(environ, start), threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    app = create_canvas(CanvasConfig(url=url, tool_url=tool.url, clips_dir=tmp_path, strict=True), world)
    tool.canvas_url = url
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    page = browser.new_page()
    page.set_default_timeout(10_000)
    page.goto(url)
    page.get_by_role("button", name="Be Tilda Teacher").click()
    yield Canvas(url, world, tool, page)
    page.close()
    server.shutdown()
    thread.join()
    server.server_close()


def ask(frame: Frame, message: dict[str, Any], target: str = "window.parent.frames.post_message_forwarding") -> Any:
    """Post a message from a tool's page and give the answer, or None after a second."""
    return frame.evaluate(
        f"message => Promise.race([ask({target}, '*', message), new Promise(r => setTimeout(r, 1000, null))])",
        {"message_id": f"id-{len(str(message))}-{message.get('key')}", **message},
    )


def test_items_go_in_at_the_cursor_and_the_saved_page_launches_them(canvas: Canvas) -> None:
    page = canvas.edit("<p>before after</p>")
    page.get_by_role("textbox", name="Page content").click()
    page.keyboard.press("Home")
    for _ in range(len("before ")):
        page.keyboard.press("ArrowRight")
    canvas.answer(canvas.press(), VIDEO, {"type": "html", "html": "<em>two</em>"})
    expect(page.locator("[data-text] iframe[title='A film']")).to_be_visible()
    page.keyboard.type("!")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/pages/welcome")
    body = page.locator("#wiki-page-body")
    expect(body).to_have_text("before two!after")
    frame = body.locator("iframe")
    assert frame.get_attribute("style") == "width: 400px; height: 300px;"
    assert frame.get_attribute("allow") == (
        "geolocation *; microphone *; camera *; midi *; encrypted-media *; autoplay *; clipboard-write *; "
        "display-capture *"
    )
    token = canvas.frame("tool_content").locator("meta[name=id_token]").get_attribute("content") or ""
    assert "LtiResourceLinkRequest" in str(jwt.decode(token, options={"verify_signature": False}))


def test_selected_text_becomes_the_link(canvas: Canvas) -> None:
    page = canvas.edit("<p>Watch <b>this</b> now</p>")
    page.get_by_text("this", exact=True).dblclick()
    frame = canvas.press()
    canvas.answer(frame, {"type": "ltiResourceLink", "title": "A film", "text": "own text"})
    link = page.locator("[data-text] a")
    expect(link).to_have_text("this")
    assert "resource_link_lookup_uuid=" in (link.get_attribute("href") or "")


def test_file_is_refused_with_canvas_warning(canvas: Canvas) -> None:
    page = canvas.edit("<p>x</p>")
    canvas.answer(canvas.press(), {"type": "file", "url": "https://f.example/a"})
    expect(page.get_by_role("status")).to_contain_text(
        'Could not insert content: "file" items are not currently supported in Canvas.'
    )


def test_empty_answer_closes_the_dialog_and_changes_nothing(canvas: Canvas) -> None:
    page = canvas.edit("<p>x</p>")
    canvas.answer(canvas.press(), **{f"{DEEP_LINKING}msg": "Nothing chosen"})
    expect(page.get_by_role("status")).to_contain_text("Nothing chosen")
    assert page.locator("[data-text]").inner_html() == "<p>x</p>"


def test_cancel_address_closes_the_dialog(canvas: Canvas) -> None:
    page = canvas.edit("<p>x</p>")
    canvas.press().evaluate(f"() => {{ window.location = '{canvas.url}/deep_linking_cancel?include_host=true' }}")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_closing_asks_first(canvas: Canvas) -> None:
    page = canvas.edit("<p>x</p>")
    canvas.press()
    page.once("dialog", lambda question: question.dismiss())
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.once("dialog", lambda question: question.accept())
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_message_of_another_origin_inserts_nothing(canvas: Canvas) -> None:
    page = canvas.edit("<p>x</p>")
    message = {"subject": "LtiDeepLinkingResponse", "content_items": [{"type": "html", "html": "<p>forged</p>"}]}
    canvas.press().evaluate("message => window.top.postMessage(message, '*')", message)
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert "forged" not in page.content()


@pytest.mark.parametrize("target", ["window.parent.frames.post_message_forwarding", "window.parent"])
def test_tool_in_the_dialog_keeps_values(canvas: Canvas, target: str) -> None:
    canvas.edit("<p>x</p>")
    frame = canvas.press()
    put = ask(frame, {"subject": "lti.put_data", "key": "k", "value": "v"}, target)
    assert (put["subject"], put["key"], put["value"], put["origin"]) == ("lti.put_data.response", "k", "v", canvas.url)
    assert ask(frame, {"subject": "lti.get_data", "key": "k"}, target)["value"] == "v"
    assert "value" not in ask(frame, {"subject": "lti.put_data", "key": "k", "value": ""}, target)
    assert ask(frame, {"subject": "lti.get_data", "key": "k"}, target)["value"] is None


def test_storage_has_its_limits_and_errors(canvas: Canvas) -> None:
    canvas.edit("<p>x</p>")
    frame = canvas.press()
    full = ask(frame, {"subject": "lti.put_data", "key": "k", "value": "v" * 4096})
    assert full["error"]["code"] == "storage_exhaustion"
    assert ask(frame, {"subject": "lti.put_data", "key": "k", "value": "v" * 4095})["key"] == "k"
    missing = ask(frame, {"subject": "lti.get_data"})
    assert missing["error"] == {"code": "bad_request", "message": "Missing required 'key' field"}
    assert ask(frame, {"subject": "org.imsglobal.lti.put_data"})["error"] == {"code": "unsupported_subject"}
    named = {m["subject"]: m for m in ask(frame, {"subject": "lti.capabilities"})["supported_messages"]}
    assert named["lti.put_data"]["frame"] == "post_message_forwarding"
    assert "lti.frameResize" in named


def test_tool_in_page_content_is_heard_through_its_parent_alone(canvas: Canvas) -> None:
    page = canvas.edit("<p>x</p>")
    canvas.answer(canvas.press(), VIDEO)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/pages/welcome")
    frame = canvas.frame("tool_content")
    with pytest.raises(Error, match="SecurityError"):  # what a browser says when the parent has no frame of the name
        frame.evaluate("() => window.parent.frames.post_message_forwarding.name")
    put = ask(frame, {"subject": "lti.put_data", "key": "k", "value": "v"}, "window.parent")
    assert put["value"] == "v"
    ask(frame, {"subject": "lti.frameResize", "height": 512}, "window.parent")
    assert page.locator("#wiki-page-body iframe").bounding_box()["height"] == 512  # type: ignore[index]
    refused = ask(frame, {"subject": "lti.scrollToTop"}, "window.parent")
    assert refused["error"]["message"] == "Not supported inside Rich Content Editor"


def test_login_that_the_tool_continues_by_script_still_finds_the_session(canvas: Canvas) -> None:
    canvas.tool.script_login = True
    canvas.edit("<p>x</p>")
    assert canvas.press().locator("meta[name=id_token]").count() == 1
