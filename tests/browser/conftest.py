"""The running stack, people at its pages, and axe on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Frame,
    Page,
    Playwright,
    ViewportSize,
    WebError,
    expect,
)

from lti.store import ChunkStore, open_chunks
from tests.browser.journey import be
from tests.browser.looks import LOOKS, Look, Photographer, settle
from tests.browser.looks import AxeCheck as AxeCheck
from tests.browser.recording import fake_devices
from tests.conftest import postgres_database
from tests.support.s3 import ACCESS, make_bucket
from tests.support.stack import ROOT, Stack, running

# Milliseconds that a test waits for what a person would see: a slow machine is no failure.
PATIENCE = 45_000
expect.set_options(timeout=20_000)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack on SQLite, with more media than one page holds."""
    with running(tmp_path_factory.mktemp("stack") / "run", media=200) as started:
        yield started


@pytest.fixture(scope="session")
def several_hosts(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, s3_server: str
) -> Iterator[tuple[Stack, ChunkStore]]:
    """The stack as for several hosts: PostgreSQL, chunks in a bucket, uploads carried by the web processes."""
    with pytest.MonkeyPatch.context() as environ, postgres_database(postgres_server) as url:
        for name, value in ACCESS.items():
            environ.setenv(name, value)
        bucket = make_bucket(s3_server)
        settings = {"CUEDECK_CHUNKS": bucket, "CUEDECK_CHUNKS_ENDPOINT": s3_server, "CUEDECK_WORKER": "inside"}
        folder = tmp_path_factory.mktemp("several-hosts") / "run"
        with running(folder, database_url=url, settings=settings) as started:
            yield started, open_chunks(bucket, endpoint=s3_server)


@contextmanager
def clean(context: BrowserContext) -> Iterator[None]:
    """Fail if meanwhile a script broke or named two things alike, or the content security policy stopped something."""
    wrong: list[str] = []

    def broke(error: WebError) -> None:
        wrong.append(f"script: {error.error}")

    def said(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "several parts" in message.text:
            wrong.append(message.text)

    context.on("weberror", broke)
    context.on("console", said)
    yield
    context.remove_listener("weberror", broke)
    context.remove_listener("console", said)
    assert not wrong, "\n".join(wrong)


@contextmanager
def logged_in(
    browser: Browser, stack: Stack, name: str, *, width: int = 1280, scale: float = 1, locale: str = "en-US"
) -> Iterator[BrowserContext]:
    """Give a browser of its own to a person of the sandbox.

    :param width: of the window, in CSS pixels; ``scale``: how many device pixels one of them is.
    :param locale: the language that the browser asks for.
    """
    viewport: ViewportSize = {"width": width, "height": 900}
    context = browser.new_context(viewport=viewport, device_scale_factor=scale, locale=locale)
    context.set_default_timeout(PATIENCE)
    be(context.new_page(), stack, name)
    yield context
    context.close()


@pytest.fixture(scope="session")
def tilda(browser: Browser, stack: Stack) -> Iterator[BrowserContext]:
    """Tilda's browser."""
    with logged_in(browser, stack, "Tilda Teacher") as context:
        yield context


@pytest.fixture(scope="session")
def sam(browser: Browser, stack: Stack) -> Iterator[BrowserContext]:
    """Sam's browser."""
    with logged_in(browser, stack, "Sam Student") as context:
        yield context


@pytest.fixture
def desk(tilda: BrowserContext) -> Iterator[Page]:
    """A tab of Tilda's browser. Nothing may break in it."""
    with clean(tilda):
        page = tilda.new_page()
        yield page
        page.close()


@pytest.fixture
def seat(sam: BrowserContext) -> Iterator[Page]:
    """A tab of Sam's browser. Nothing may break in it."""
    with clean(sam):
        page = sam.new_page()
        yield page
        page.close()


@pytest.fixture
def troubled(stack: Stack) -> Iterator[Stack]:
    """The stack, for tests that make Canvas misbehave: it is healed afterwards, and the tool must not have crashed."""
    yield stack
    stack.heal()
    assert "Traceback" not in stack.log()


@pytest.fixture
def accessible() -> AxeCheck:
    """Give a function that fails, naming each violation, unless axe finds none on a page or frame."""
    axe = Axe()

    def check(where: Page | Frame) -> None:
        results = axe.run(where)
        found = [
            f"{each['id']}: {each['help']}\n    " + "\n    ".join(node["html"][:200] for node in each["nodes"][:3])
            for each in results.response["violations"]
        ]
        assert not found, f"axe on {where.url}:\n" + "\n".join(found)

    return check


@pytest.fixture
def screenshots(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Give a function that keeps a picture for people to look at, in ``screenshots/`` (not committed)."""
    folder = Path(__file__).resolve().parents[2] / "screenshots"

    def take(where: Page, name: str) -> None:
        folder.mkdir(exist_ok=True)
        where.screenshot(path=folder / f"{name}.png")

    return take


@pytest.fixture(scope="module")
def cameras(playwright: Playwright) -> Iterator[Browser]:
    """Give a browser that has a camera, a microphone and a screen, and whose person allows everything."""
    with fake_devices(playwright) as browser:
        yield browser


@pytest.fixture(params=LOOKS, ids=[look.name for look in LOOKS])
def canvas_look(request: pytest.FixtureRequest) -> Look:
    """How Canvas is set."""
    found: Look = request.param
    return found


@pytest.fixture
def photographer(canvas_look: Look, accessible: AxeCheck) -> Photographer:
    folder = ROOT / "screenshots" / "looks"
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    return Photographer(canvas_look, accessible, take)


@pytest.fixture
def become(request: pytest.FixtureRequest, stack: Stack, canvas_look: Look) -> Iterator[Callable[[str], Page]]:
    """Give a function that gives a tab of somebody whose Canvas is set so; afterwards it is set as it was.

    A test may ask for the browser ``cameras``, which has a camera, a microphone and a screen.
    """
    browser: Browser = request.getfixturevalue("cameras" if "cameras" in request.fixturenames else "browser")
    with ExitStack() as exits:

        def tab_of(name: str) -> Page:
            context = exits.enter_context(logged_in(browser, stack, name, locale=canvas_look.locale))
            settle(context, stack, canvas_look)
            exits.callback(settle, context, stack, LOOKS[0])
            exits.enter_context(clean(context))
            return context.new_page()

        yield tab_of
