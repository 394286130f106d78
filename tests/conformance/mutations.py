"""Ways to spoil a message: a value anywhere in it removed, retyped, enlarged, nested, or made to look nearly right."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from .canvas import DL, LTI, MEMBERSHIP, PLACEMENT, VOCABULARY

Path = tuple[Any, ...]

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 10),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "", "\0", "\ud800", "\r\nSet-Cookie: a=b", "$Canvas.user.id", "x" * 256, "x" * 5000, "é" * 300, "\u202etxt",
            "javascript:alert(1)", "<script>alert(1)</script>", "https://evil.example/", "https://[/", "' OR 1=1 --",
            "../../etc/passwd", 10**30, 10**400, -1, 1e300, 2**63,
        ]
    ),
)  # fmt: skip
values = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def paths(value: Any, before: Path = ()) -> list[Path]:
    """List every place in a message."""
    found = [before] if before else []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inside:
        found += paths(item, (*before, name))
    return found


def at(value: Any, path: Path) -> Any:
    for name in path:
        value = value[name]
    return value


def put(value: Any, path: Path, new: Any) -> Any:
    """Give a copy with another value at a place; ``...`` removes what is there."""
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if len(path) > 1:
        copy[path[0]] = put(copy[path[0]], path[1:], new)
    elif new is not ...:
        copy[path[0]] = new
    elif path[0] in copy or isinstance(copy, list):
        del copy[path[0]]
    return copy


def _larger(value: Any) -> Any:
    if isinstance(value, str):
        return value * 50 + "x" * 200
    if isinstance(value, list):
        return value * 50
    if isinstance(value, dict):
        return {**value, **{f"more-{number}": "x" * 50 for number in range(100)}}
    return 10**25 if isinstance(value, int) else [value] * 100


def _deeper(value: Any, depth: int) -> Any:
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


Draw = Callable[[st.SearchStrategy[Any]], Any]


def spoil(draw: Draw, message: dict[str, Any], near: Mapping[Path, list[Any]]) -> dict[str, Any]:
    """Spoil a message in one to three places.

    :param near: values that are nearly right, or right in another way, for some of the places.
    """
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        how = draw(st.sampled_from(["remove", "retype", "enlarge", "nest", "near", "near", "near", "near", "add"]))
        places = [path for path in near if _in_object(message, path)] if how == "near" else paths(message)
        if how == "add" or not places:
            message = {**message, draw(st.text(max_size=12)): draw(values)}
            continue
        place = draw(st.sampled_from(places))
        if how == "near":
            new = near[place][draw(st.integers(0, len(near[place]) - 1))]
        elif how == "retype":
            new = draw(values)
        elif how == "enlarge":
            new = _larger(at(message, place))
        elif how == "nest":
            new = _deeper(at(message, place), draw(st.sampled_from([1, 2, 30, 300])))
        else:
            new = ...
        message = put(message, place, new)
    return message


def _in_object(message: Any, path: Path) -> bool:
    try:
        return isinstance(at(message, path[:-1]), dict)
    except (KeyError, IndexError, TypeError):
        return False


def as_json(message: Any) -> bytes:
    """Write it as a client would that does not care: lone surrogates and all."""
    return json.dumps(message).encode()


def nearly(client_id: str, origin: str, now: int) -> dict[Path, list[Any]]:
    """Give claims that are nearly right, or right in a way that Canvas does not use."""
    settings = f"{DL}deep_linking_settings"
    return {
        ("iss",): ["https://canvas.instructure.com/", "https://canvas.beta.instructure.com", "HTTPS://canvas.instructure.com"],
        ("aud",): [[client_id], [client_id, "other"], ["other", client_id], ["other"], [], f"{client_id} ", 19],
        ("azp",): ["other", ..., client_id + "0", [client_id], ""],
        ("iat",): [now + 3, now + 10, now + 61, now - 299, now - 100_000, 0, str(now), True, now + 0.5, -now],
        ("exp",): [now + 1, now - 61, now - 5, 0, str(now + 9), now + 10**6, now + 60.5, 10**30],
        ("nbf",): [now, now + 600, "now", None],
        ("sub",): [..., "", "x" * 255, "x" * 256, 41, ["tilda-0001"]],
        (f"{LTI}version",): ["1.3", "1.3.0 ", "2.0.0", 1.3],
        (f"{LTI}message_type",): ["LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiDeepLinkingResponse", "lti"],
        (f"{LTI}deployment_id",): ["5", "5:0123456789ABCDEF0123456789ABCDEF01234567", ["5"], ""],
        (f"{LTI}target_link_uri",): [f"{origin}/lti/launch/", f"{origin}/", f"{origin}.evil.example/", "/lti/launch"],
        (f"{LTI}roles",): [
            [], ["Instructor"], ["Learner"], [f"{MEMBERSHIP}Wizard"], [f"{MEMBERSHIP}Mentor"], ["", " "], [None],
            [f"{VOCABULARY}institution/person#Administrator"], [f"{MEMBERSHIP}Instructor"] * 99, "a", {"0": ""},
        ],
        (f"{LTI}resource_link",): [{"id": "other"}, {"id": 5}, {"id": "x" * 256}, {}, {"id": "a", "title": "\u202e"}],
        (f"{LTI}context",): [..., {}, {"id": ""}, {"id": "a", "type": []}, {"id": "a", "type": "course"}],
        (f"{LTI}custom",): [..., {}, [], {"embed": "no-such-embed"}, {"canvas_user_id": 41}, {"editor_selection": "a"}],
        (f"{LTI}custom", "embed"): ["", "x" * 300, "\0", "../..", None, 5, ["a"]],
        (f"{LTI}launch_presentation",): [..., {}, {"return_url": "javascript:alert(1)"}, {"locale": "xx-yy-zz"}],
        (settings,): [..., {}, []],
        (settings, "deep_link_return_url"): [
            "https://[::1]:8443/x", "https://[::1/x", "https://user@evil.example/", "ftp://x/", "https://x:99999/",
            "https://school.example/groups/5/deep_linking_response?data=x", 'https://school.example/"><script>',
        ],
        (settings, "accept_types"): [["ltiResourceLink"], ["html"], ["link"], [], "html", [5]],
        (settings, "accept_multiple"): [False, "true", "false", None, 1, []],
        (settings, "data"): ["", "opaque", "x" * 5000, 5, {"a": 1}],
        (PLACEMENT,): ["homework_submission", "x" * 300, 5, ...],
        ("locale",): ["en-GB", "fr_CA", "ar", "xx", "../../etc/passwd", "en" * 500, 5, "$Message.locale"],
        ("name",): [..., "\u202e\u0000evil", "x" * 5000, 5],
        ("email",): [..., "a@b", "x" * 400, ["a@b"]],
    }  # fmt: skip
