"""Scripts, styles and pictures."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from lti.web.assets import Assets

from .school import Browser, Page

STATIC = Path(__file__).parents[3] / "lti" / "web" / "static"


def addresses(page: Page) -> list[str]:
    return re.findall(r'(?:src|href)="(/static/[^"]+)"', page.answer.text)


@pytest.mark.parametrize("launch", [Browser.press_button, Browser.launch])
def test_everything_that_a_page_loads_is_there_and_may_be_kept(browser: Browser, launch: object) -> None:
    found = addresses(launch(browser))  # type: ignore[operator]

    assert found
    for address in found:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_module_that_is_imported_is_there() -> None:
    for script in (STATIC / "js").glob("*.js"):
        for name in re.findall(r'from "\./([\w-]+\.js)"', script.read_text()):
            assert (STATIC / "js" / name).is_file(), f"{script.name} imports {name}"


def test_files_are_compressed_for_who_takes_that(browser: Browser) -> None:
    address = next(address for address in addresses(browser.press_button()) if address.endswith("picker.js"))

    plain, packed = browser.get(address), browser.get(address, headers={"Accept-Encoding": "br, gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == (STATIC / "js" / "picker.js").read_bytes()
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_icon_that_canvas_stored_outlives_a_version(browser: Browser) -> None:
    config = browser.get("/lti/config.json").json
    assert config is not None

    answer = browser.get(config["extensions"][0]["settings"]["icon_url"].removeprefix("https://cuedeck.example.edu"))

    assert answer.status_code == 200
    assert answer.content_type == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("name", ["nothing.js", "../guard.py", "..%2fguard.py", "js/", "js/../../guard.py"])
def test_nothing_else_is_served(browser: Browser, name: str) -> None:
    assert browser.get(f"/static/-/{name}").status_code == 404


def test_version_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = Assets(tmp_path).address("a.js")
    (tmp_path / "a.js").write_text("2")

    assert Assets(tmp_path).address("a.js") != before


def _modules(name: str, found: set[str]) -> set[str]:
    """Add a module, and all that it imports at once, to those that were found."""
    found.add(name)
    imported = re.findall(
        r'^import\s(?:[^"]*?from\s)?"\./([\w-]+)\.js"', (STATIC / "js" / f"{name}.js").read_text(), re.M
    )
    for each in imported:
        if each not in found:
            _modules(each, found)
    return found


@pytest.mark.parametrize(
    "template", sorted((STATIC.parents[2] / "templates").glob("*.html")), ids=lambda path: path.name
)
def test_browsers_are_told_of_all_modules_that_a_page_needs(template: Path) -> None:
    for listed in re.findall(r"modulepreload\(([^)]*)\)", template.read_text()):
        first, *others = re.findall(r'"([\w-]+)"', listed)
        assert _modules(first, set()) <= {first, *others}
