"""Whatever is done to a right launch: no crash, none accepted that should not be, none refused that should be accepted.

``oracle`` decides what must happen, from the specification; thousands of cases go straight into the application.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from .browser import Answer, Browser, Login
from .canvas import DEPLOYMENT, KEY_SET, LTI, Canvas, rsa_key
from .jose import compact, decode, jwk, public_der, public_pem, signing_input, unsigned, with_mac
from .mutations import as_json, nearly, spoil, values
from .oracle import Expected, Verdict, judge, judge_header
from .refusals import LAUNCH_ERRORS, assert_gives_nothing
from .spoiling import ORIGIN, installed, many


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with installed(tmp_path_factory.mktemp("cuedeck")) as browser:
        yield browser


def expected(canvas: Canvas, login: Login) -> Expected:
    target = f"{ORIGIN}/lti/launch"
    return Expected(canvas.issuer, canvas.client_id, DEPLOYMENT, ORIGIN, target, login.nonce, canvas.clock())


def check(person: Browser, login: Login, answer: Answer, verdict: Verdict, *, spent: bool = False) -> None:
    """Check what became of a launch.

    :param spent: the platform did sign this, for another login, say: then the login may be used up by it.
    """
    said = answer.summary
    assert answer.status < 500, said
    assert answer.opened or answer.code in LAUNCH_ERRORS | {"too_large", "bad_request"}, said
    assert verdict is not Verdict.ACCEPT or answer.opened, said
    if not answer.opened:
        assert_gives_nothing(answer)
    if verdict is Verdict.REFUSE:
        assert not answer.opened, said
        again = person.finish(login, person.canvas.sign(person.canvas.claims(login.nonce)))
        assert again.status == 200 or spent, again.summary
    person.cookies.clear()


@settings(many, max_examples=2000)
@given(st.data())
def test_any_claim_may_be_spoilt(person: Browser, data: st.DataObject) -> None:
    canvas, login = person.canvas, person.begin()
    right = canvas.deep_linking(login.nonce) if data.draw(st.booleans()) else canvas.claims(login.nonce)
    payload = as_json(spoil(data.draw, right, nearly(canvas.client_id, ORIGIN, int(canvas.clock()))))
    claims = json.loads(payload)
    note(claims)

    answer = person.finish(login, canvas.sign(payload))

    asked = expected(canvas, login)
    verdict = judge(claims, asked)
    other = replace(asked, nonce=claims.get("nonce"), target=claims.get(f"{LTI}target_link_uri"))
    check(person, login, answer, verdict, spent=judge(claims, other) is not Verdict.REFUSE)


HEADERS: dict[str, list[Any]] = {
    "alg": ["RS256", "rs256", "RS384", "RS512", "PS256", "ES256", "HS256", "none", "None", "", None, 5, ["RS256"]],
    "kid": ["2026-first", "2026-first ", "2026-FIRST", "", None, 5, ["2026-first"], "x" * 3000, "\0", "../k"],
    "typ": ["JWT", "jwt", "at+jwt", "JOSE", "", None, 5],
    "crit": [["exp"], ["b64"], [], None, "exp", [5]],
    "b64": [False, True, None, "false"],
    "jku": [f"https://evil.example{KEY_SET}", "file:///etc/passwd", 5],
    "x5u": ["https://evil.example/cert.pem"],
    "x5c": [["MIIB"], "MIIB", 5],
    "x5t": ["abc"],
    "cty": ["JWT", "application/json", 5],
    "zip": ["DEF"],
    "enc": ["A256GCM"],
    "jwk": [jwk(rsa_key("of a forger"), "2026-first"), {}, "x"],
    "epk": [{}],
}


@settings(many, max_examples=500)
@given(st.data())
def test_any_header_may_be_changed(person: Browser, data: st.DataObject) -> None:
    canvas, login = person.canvas, person.begin()
    header: dict[str, Any] = {"alg": "RS256", "typ": "JWT", "kid": canvas.kid}
    for name in data.draw(st.lists(st.sampled_from([*HEADERS]), min_size=1, max_size=3)):
        header[name] = data.draw(st.sampled_from(HEADERS[name]) if data.draw(st.integers(0, 5)) else values)
    for name in data.draw(st.lists(st.sampled_from([*header]), max_size=1)):
        del header[name]
    canvas.asked.clear()

    answer = person.finish(login, compact(as_json(header), canvas.claims(login.nonce), canvas.key))

    assert set(canvas.asked) <= {f"GET {KEY_SET}"}  # nobody but the registered address is asked for keys
    check(person, login, answer, judge_header(json.loads(as_json(header)), canvas.kid))


FORGERIES = st.sampled_from(
    ["none", "hmac with pem", "hmac with der", "hmac with kid", "own key", "own key named", "RS512"]
)


@settings(many, max_examples=150)
@given(st.data(), FORGERIES)
def test_no_forgery_is_believed_whatever_it_claims(person: Browser, data: st.DataObject, forgery: str) -> None:
    canvas, login = person.canvas, person.begin()
    near = nearly(canvas.client_id, ORIGIN, int(canvas.clock()))
    right = canvas.claims(login.nonce)
    claims = as_json(right if data.draw(st.booleans()) else spoil(data.draw, right, near))
    alg = data.draw(st.sampled_from(["RS256", "HS256", "none"]))
    header = {"alg": alg, "typ": "JWT", "kid": canvas.kid}
    forger = rsa_key("of a forger")
    token = {
        "none": lambda: unsigned(header, claims),
        "hmac with pem": lambda: with_mac(header, claims, public_pem(canvas.key)),
        "hmac with der": lambda: with_mac(header, claims, public_der(canvas.key)),
        "hmac with kid": lambda: with_mac(header, claims, canvas.kid.encode()),
        "own key": lambda: compact(header, claims, forger),
        "own key named": lambda: compact({**header, "jwk": jwk(forger, canvas.kid)}, claims, forger),
        "RS512": lambda: compact(header, claims, canvas.key, "RS512"),
    }[forgery]()

    check(person, login, person.finish(login, token), Verdict.REFUSE)


@settings(many, max_examples=400)
@given(st.data())
def test_any_character_of_a_token_may_be_changed(person: Browser, data: st.DataObject) -> None:
    canvas, login = person.canvas, person.begin()
    token = canvas.sign(canvas.claims(login.nonce))
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, min(len(token), start + 10)))
    changed = token[:start] + data.draw(st.text(max_size=10) | st.text(".=-_+/ \0A", max_size=4)) + token[end:]

    answer = person.finish(login, changed)

    check(person, login, answer, _same_message(token, changed))


def _same_message(token: str, changed: str) -> Verdict:
    """Base64 can write one signature in several ways; what was signed can only stand as it is."""
    if changed == token:
        return Verdict.ACCEPT
    signed, _, signature = changed.rpartition(".")
    if signed != token.rpartition(".")[0]:
        return Verdict.REFUSE
    try:
        right = decode(token.rpartition(".")[2])
        return Verdict.EITHER if decode(signature.rstrip("= \0"))[: len(right)] == right else Verdict.REFUSE
    except ValueError:
        return Verdict.REFUSE


@settings(many, max_examples=100)
@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=60), st.integers(0, 3))
def test_any_bytes_may_stand_in_place_of_a_token(person: Browser, a: bytes, b: bytes, c: bytes, dots: int) -> None:
    login = person.begin()
    token = ".".join([signing_input(a, b), c.hex(), "", ""][: 1 + dots])

    check(person, login, person.finish(login, token), Verdict.REFUSE)
