"""Any parameter of login, launch and consent missing, repeated, altered or sent another way: never a crash, and nothing
is begun or finished that should not be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .browser import Browser, Page
from .canvas import DEPLOYMENT, Canvas
from .mutations import Draw
from .refusals import LAUNCH_ERRORS, assert_gives_nothing
from .spoiling import ORIGIN, installed, many

Pairs = list[tuple[str, str]]
NINE = {
    "client_id", "login_hint", "lti_message_hint", "nonce", "prompt", "redirect_uri", "response_mode", "response_type",
    "scope",
}  # fmt: skip
KNOWN = {"iss", "login_hint", "target_link_uri", "client_id", "deployment_id", "lti_deployment_id", "lti_message_hint"}
TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "",
        " ",
        "\0",
        "\r\nSet-Cookie: a=b",
        "x" * 300,
        "x" * 9000,
        "https://evil.example/",
        "é" * 50,
        "\ufffd",
        "a&b=c#d",
    ]
)


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with installed(tmp_path_factory.mktemp("cuedeck")) as browser:
        yield browser


def tamper(draw: Draw, pairs: Pairs, nearly: dict[str, list[str]]) -> Pairs:
    """Leave out, repeat, alter or add parameters."""
    for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
        how = draw(st.sampled_from(["leave out", "repeat", "repeat with another", "alter", "alter", "add"]))
        if how == "add" or not pairs:
            name = draw(TEXTS | st.sampled_from(["error", "lti_deployment_id", "lti_storage_target", "id_token"]))
            pairs = [*pairs, (name, draw(TEXTS))]
            continue
        place = draw(st.integers(0, len(pairs) - 1))
        name, text = pairs[place]
        if how == "alter":
            near = nearly.get(name)
            pairs = [*pairs]
            pairs[place] = (name, draw(st.sampled_from(near) if near and draw(st.booleans()) else TEXTS))
        elif how == "leave out":
            pairs = pairs[:place] + pairs[place + 1 :]
        else:
            pairs = [*pairs, (name, text if how == "repeat" else draw(TEXTS))]
    return pairs


def login_is_right(pairs: Pairs, canvas: Canvas) -> bool | None:
    """Decide from the specification whether a login may begin; None where both would do."""
    values: dict[str, list[str]] = {}
    for name, text in pairs:
        values.setdefault(name, []).append(text)
    relevant = {name: found for name, found in values.items() if name in KNOWN}
    if any(len(found) > 1 for found in relevant.values()):
        return False
    one = {name: found[0] for name, found in relevant.items()}
    if not all(one.get(name) for name in ("iss", "login_hint", "target_link_uri")):
        return False
    if one["iss"] != canvas.issuer or one.get("client_id") not in (None, "", canvas.client_id):
        return False
    target = urlsplit(one["target_link_uri"]) if one["target_link_uri"].isprintable() else None
    if target is None or f"{target.scheme}://{target.netloc}" != ORIGIN:
        return False
    plain = all(text.isprintable() and len(text) < 255 for found in values.values() for text in found)
    deployments = {one.get("deployment_id", ""), one.get("lti_deployment_id", "")} - {""}
    usual = target.path.isascii() and "\\" not in one["target_link_uri"] and " " not in one["target_link_uri"]
    return (
        True
        if plain and usual and len(deployments) < 2 and len(pairs) < 50 and "lti_storage_target" not in values
        else None
    )


@settings(many, max_examples=500)
@given(st.data(), st.sampled_from(["GET", "POST"]))
def test_any_login_parameter_may_be_missing_repeated_or_altered(
    person: Browser, data: st.DataObject, method: str
) -> None:
    canvas = person.canvas
    nearly = {
        "iss": ["https://canvas.instructure.com/", "https://canvas.beta.instructure.com", "https://evil.example"],
        "client_id": ["", "10000000000020", canvas.client_id + " "],
        "deployment_id": ["", "9:other"],
        "target_link_uri": [
            f"{ORIGIN}/", ORIGIN, f"{ORIGIN}/lti/launch?embed=x", f"{ORIGIN}.evil.example/", f"{ORIGIN}@evil.example/",
            f"{ORIGIN}\\@evil.example", "//evil.example", f"{ORIGIN}:444/", "javascript:alert(1)", f"{ORIGIN.upper()}/",
        ],
    }  # fmt: skip
    pairs = tamper(data.draw, list(canvas.initiation().items()), nearly)
    query = f"?{urlencode(pairs)}" if method == "GET" else ""

    answer = person.send(method, f"/lti/login{query}", form=pairs if method == "POST" else None)

    right = login_is_right(pairs, canvas)
    assert answer.status in {200, 302, 400, 401, 403, 413}, answer.summary
    if answer.status in {200, 302}:
        assert right is not False, pairs
        # Where a storage frame was named, a page goes on to the same address.
        assert answer.status == 302 or "lti_storage_target" in dict(pairs)
        where = urlsplit(answer.header("Location") or answer.config["authorize"])
        asked = parse_qsl(where.query, keep_blank_values=True)
        assert f"{where.scheme}://{where.netloc}{where.path}" == f"{canvas.origin}/api/lti/authorize_redirect"
        assert dict(asked)["redirect_uri"] == f"{ORIGIN}/lti/launch"
        assert dict(asked).keys() | {"lti_message_hint"} >= NINE
        assert len(asked) == len(dict(asked))
        assert "eyJ" not in answer.text.replace(canvas.initiation()["lti_message_hint"], "")
    else:
        assert right is not True, pairs
        assert answer.code in LAUNCH_ERRORS | {"too_large", "bad_request"}, answer.summary
        assert_gives_nothing(answer)
    person.cookies.clear()


def launch_is_right(pairs: Pairs, login_pairs: Pairs) -> bool:
    relevant = sorted(pair for pair in pairs if pair[0] in {"id_token", "state"})
    return relevant == sorted(login_pairs) and not any(text for name, text in pairs if name == "error")


SENT = ["form", "form", "form", "query", "json", "plain", "multipart", "broken multipart", "charset", "no type"]


@settings(many, max_examples=500)
@given(st.data(), st.sampled_from(SENT), st.sampled_from(["kept", "kept", "lost", "of another login", "altered"]))
def test_any_launch_parameter_may_be_missing_repeated_altered_or_sent_otherwise(
    person: Browser, data: st.DataObject, sent: str, cookie: str
) -> None:
    person.cookies.clear()
    canvas, login = person.canvas, person.begin()
    right = [("state", login.state), ("id_token", canvas.sign(canvas.claims(login.nonce)))]
    pairs = tamper(data.draw, right, {"state": [login.state.upper(), f"{login.state} "], "id_token": ["x.y.z", ".."]})
    if not data.draw(st.integers(0, 3)):
        pairs = right
    spoil_cookie(person, cookie)

    path, options = _as(sent, pairs)
    answer = person.send("POST", path, **options)

    accepted = launch_is_right(pairs, right) and cookie == "kept"
    assert answer.status in {200, 400, 401, 403, 409, 413}, answer.summary
    if answer.waits:
        assert launch_is_right(pairs, right)
        assert "token" not in answer.config
        assert "lti_storage_target" in dict(pairs)
    elif answer.status == 200:
        assert accepted, (pairs, sent, cookie)
        assert sent not in {"query", "json", "plain", "no type"}
    else:
        assert not (accepted and sent in {"form", "multipart"}), (pairs, answer.summary)
        assert answer.code in LAUNCH_ERRORS | {"too_large", "bad_request"}, answer.summary
        assert_gives_nothing(answer)
    person.cookies.clear()


def spoil_cookie(person: Browser, how: str) -> None:
    if how == "lost":
        person.cookies.clear()
    elif how == "altered":
        person.cookies = {name: text[:-1] for name, text in person.cookies.items()}
    elif how == "of another login":
        (name,) = person.cookies
        person.cookies.clear()
        person.begin()
        (other,) = person.cookies.values()
        person.cookies = {name: other}


def _as(sent: str, pairs: Pairs) -> tuple[str, dict[str, Any]]:
    """Send parameters as a form, or in some other way."""
    encoded = urlencode(pairs)
    form = "application/x-www-form-urlencoded"
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{text}\r\n' for name, text in pairs
    )
    multipart = f"{parts}--b--\r\n".encode(errors="replace")
    ways: dict[str, tuple[str, dict[str, Any]]] = {
        "form": ("/lti/launch", {"form": pairs}),
        "query": (f"/lti/launch?{encoded}", {"form": []}),
        "json": ("/lti/launch", {"value": dict(pairs)}),
        "plain": ("/lti/launch", {"body": encoded.encode(), "content_type": "text/plain"}),
        "multipart": ("/lti/launch", {"body": multipart, "content_type": "multipart/form-data; boundary=b"}),
        "broken multipart": ("/lti/launch", {"body": multipart, "content_type": "multipart/form-data; boundary=c"}),
        "charset": ("/lti/launch", {"body": encoded.encode(), "content_type": f"{form}; charset=utf-7"}),
        "no type": ("/lti/launch", {"body": encoded.encode()}),
    }
    return ways[sent]


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


@pytest.fixture(scope="module")
def page(person: Browser) -> Page:
    person.canvas.tool = ORIGIN
    return person.press_button()


CALLBACK = "/connect/canvas/callback"


def consent_cookie(person: Browser) -> str:
    """Name the cookie that holds the secret of a consent; another one holds the language of the pop-up."""
    (name,) = (name for name in person.cookies if name.startswith("__Host-cuedeck-connect"))
    return name


@settings(many, max_examples=200)
@given(st.data(), st.sampled_from(["kept", "kept", "lost", "of another login", "altered"]))
def test_any_parameter_of_the_consent_may_be_missing_repeated_or_altered(
    person: Browser, page: Page, data: st.DataObject, cookie: str
) -> None:
    person.cookies.clear()
    state = page.leave_for_consent()
    right = [("code", "authorization-code"), ("state", state)]
    pairs = (
        right if not data.draw(st.integers(0, 3)) else tamper(data.draw, right, {"state": [state + " ", state.lower()]})
    )
    if cookie == "lost":
        person.cookies.clear()
    elif cookie == "altered":
        person.cookies = {name: text[:-1] for name, text in person.cookies.items()}
    elif cookie == "of another login":
        name = consent_cookie(person)
        person.cookies.clear()
        page.leave_for_consent()
        person.cookies = {name: person.cookies[consent_cookie(person)]}

    answer = person.send("GET", f"{CALLBACK}?{urlencode(pairs)}")

    values = dict(pairs)
    once = len(values) == len(pairs) and not any("\0" in text for text in values.values())
    granted = bool(values.get("code")) and not values.get("error")
    assert answer.status in {200, 403, 410, 413, 422}, answer.summary
    assert (answer.status == 200) == (once and granted and cookie == "kept" and values.get("state") == state), pairs
    assert page.call("GET", "/api/connect/canvas").json == {"connected": answer.status == 200}
    again = person.send("GET", f"{CALLBACK}?{urlencode(right)}")
    assert again.status != 200 or answer.status != 200  # a state is good once
    page.call("DELETE", "/api/connect/canvas")


@settings(many, max_examples=100)
@given(TEXTS | st.text(alphabet="abcXYZ019_-", min_size=20, max_size=50), st.integers(0, 2))
def test_no_made_up_ticket_or_state_begins_or_ends_a_consent(person: Browser, text: str, times: int) -> None:
    person.cookies = {f"__Host-cuedeck-connect-{text[:16]}": "made-up"} if text.isalnum() else {}
    ticket = [("ticket", text)] * times
    state = [("state", text)] * times + [("code", "x")]

    for path in (f"/connect/canvas?{urlencode(ticket)}", f"{CALLBACK}?{urlencode(state)}"):
        answer = person.send("GET", path)
        assert answer.status in {410, 422}, answer.summary
        assert answer.header("Location") is None
        assert answer.header("Set-Cookie") is None
    assert DEPLOYMENT not in answer.text
