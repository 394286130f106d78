"""Forms are read as the standard library reads them."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from flask import Request
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.test import EnvironBuilder

from lti.web.forms import MOST_FIELDS, read_form

FORM = "application/x-www-form-urlencoded"
_pieces = st.sampled_from(
    ["&", "=", "+", "%", "%C3%A9", "%ff", "%2", "%zz", "%26", "é", "name", "value", ";", "\0", " "]
)


def read(body: str) -> dict[str, list[str]]:
    request = Request(EnvironBuilder(method="POST", data=body.encode(), content_type=FORM).get_environ())
    request.max_content_length = 1_000_000
    return read_form(request)


@given(st.lists(_pieces, max_size=20).map("".join))
@example("a=1&b=2&a=3&empty=&nothing&=x&&c=%C3%A9+%e2%82%ac")
@example("é=%C3%A9+é")
def test_any_form_is_read_as_the_standard_library_reads_it(body: str) -> None:
    expected: dict[str, list[str]] = {}
    for name, value in parse_qsl(body, keep_blank_values=True, errors="replace"):
        expected.setdefault(name, []).append(value)
    assert read(body) == expected


def test_form_with_too_many_fields_or_broken_bytes_has_none() -> None:
    assert len(read("a=1&" * (MOST_FIELDS - 1) + "a=1")["a"]) == MOST_FIELDS
    assert read("a=1&" * MOST_FIELDS + "a=1") == {}
    environ = EnvironBuilder(method="POST", data=b"a=\xff", content_type=FORM).get_environ()
    assert read_form(Request(environ)) == {}


def test_form_that_is_cut_short_is_no_form_and_one_that_is_too_long_is_refused() -> None:
    environ = EnvironBuilder(method="POST", data=b"a=1&b=2", content_type=FORM).get_environ()
    cut = Request(environ | {"CONTENT_LENGTH": "20"})
    cut.max_content_length = 100
    with pytest.raises(ClientDisconnected):
        read_form(cut)
    environ = EnvironBuilder(method="POST", data=b"a=" + b"1" * 200, content_type=FORM).get_environ()
    long = Request(environ)
    long.max_content_length = 100
    with pytest.raises(RequestEntityTooLarge):
        read_form(long)


def test_form_whose_type_says_more_is_read_too() -> None:
    environ = EnvironBuilder(method="POST", data=b"a=1", content_type=f"{FORM}; charset=utf-8").get_environ()
    request = Request(environ)
    request.max_content_length = 100
    assert read_form(request) == {"a": ["1"]}
