"""Origins and the content security policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.web.headers import origin, origins, page_policy


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://canvas.example.edu/courses/1?x=y#z", "https://canvas.example.edu"),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8001"),
        ("https://[::1]:8443/x", "https://[::1]:8443"),
        ("https://CANVAS.example.edu", "https://canvas.example.edu"),
        ("https://user:pass@canvas.example.edu/", "https://canvas.example.edu"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://", None),
        ("https://a b.example/", None),
        ("https://a;script-src *.example/", None),
        ("https://a.example:port/", None),
        ("https://bücher.example/", None),
        ("//canvas.example.edu/", None),
        ("", None),
        (None, None),
    ],
)
def test_origin_of_an_address(url: str | None, expected: str | None) -> None:
    assert origin(url) == expected


@given(st.text())
def test_origin_never_holds_what_would_end_a_directive(rest: str) -> None:
    found = origin(f"https://{rest}")

    assert found is None or not set(found) & set(" ;,'\"\n\r\t*")


def test_origins_are_listed_once() -> None:
    assert origins(["https://a.example/1", None, "https://a.example/2", "x"]) == ("https://a.example",)


def test_page_that_stands_alone_is_framed_by_nobody() -> None:
    assert "frame-ancestors 'none'" in page_policy(framed_by=())
    assert "unsafe" not in page_policy(framed_by=("https://a.example",))
