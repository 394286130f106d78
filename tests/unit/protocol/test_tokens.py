"""Bearer tokens and signed addresses."""

from __future__ import annotations

import hmac
import string

import jwt
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti.errors import AddressExpired, NotFound, SessionExpired, SessionMissing, TooLarge
from lti.model import Role, Viewer
from lti.protocol.macs import derive
from lti.protocol.tokens import Tokens

from .platform import OURS, Clock

OLD, NEW = "an-old-secret-of-32-characters-or-more", "a-new-secret-of-32-characters-or-more"
TEACHER = Viewer(
    platform_id=7,
    deployment_id="5:a",
    subject="a7b1",
    roles=frozenset({Role.TEACHER, Role.OBSERVER}),
    locale="en-GB",
    context_id="03c9",
    canvas_user_id="41",
    canvas_course_id="1",
    canvas_group_id="2",
    deep_link_id="d-1",
    embed_id="e-1",
    selection=True,
)
PAYLOAD = {"p": 7, "c": "canvas", "m": "m-1", "t": "5", "deep": [{"a": None}, 1.5, True, "🙂"]}


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens([NEW], OURS, clock)


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)
viewers = st.builds(
    Viewer,
    platform_id=st.integers(1, 2**60),
    deployment_id=texts,
    subject=st.none() | texts,
    roles=st.frozensets(st.sampled_from(Role)),
    locale=texts,
    context_id=st.none() | texts,
    canvas_user_id=st.none() | texts,
    canvas_course_id=st.none() | texts,
    canvas_group_id=st.none() | texts,
    deep_link_id=st.none() | texts,
    embed_id=st.none() | texts,
    selection=st.booleans(),
)


@settings(deadline=None)
@given(viewers)
def test_any_viewer_comes_back_exactly(viewer: Viewer) -> None:
    tokens = Tokens([NEW], OURS, Clock())
    assert tokens.viewer(tokens.issue(viewer, 60)) == viewer


def test_page_is_closed_when_its_time_is_over(tokens: Tokens, clock: Clock) -> None:
    token = tokens.issue(TEACHER, 60)
    clock.forward(59)
    assert tokens.viewer(token) == TEACHER
    clock.forward(1)
    with pytest.raises(SessionExpired):
        tokens.viewer(token)
    with pytest.raises(SessionExpired):
        tokens.renew(token, 60)


def test_open_page_is_renewed_for_twelve_hours_and_no_longer(tokens: Tokens, clock: Clock) -> None:
    token = tokens.issue(TEACHER, 3600)
    for _ in range(12):
        clock.forward(3599)
        token = tokens.renew(token, 3600)
        assert tokens.viewer(token) == TEACHER
    clock.forward(11)
    tokens.viewer(token)
    clock.forward(1)
    with pytest.raises(SessionExpired):
        tokens.viewer(token)
    with pytest.raises(SessionExpired):
        tokens.renew(token, 3600)


def test_first_token_cannot_outlive_its_renewals(tokens: Tokens, clock: Clock) -> None:
    token = tokens.issue(TEACHER, 100_000)
    clock.forward(12 * 3600)
    with pytest.raises(SessionExpired):
        tokens.renew(token, 60)


def test_secret_can_be_rotated_while_pages_are_open(clock: Clock) -> None:
    before, during, after = (Tokens(keys, OURS, clock) for keys in ([OLD], [NEW, OLD], [NEW]))
    token, address = before.issue(TEACHER, 60), before.sign("track", PAYLOAD, 60)
    assert during.viewer(token) == TEACHER
    assert during.read("track", address) == PAYLOAD
    renewed = during.renew(token, 60)
    assert after.viewer(renewed) == TEACHER
    assert after.read("track", during.sign("track", PAYLOAD, 60)) == PAYLOAD
    with pytest.raises(SessionMissing):
        after.viewer(token)
    with pytest.raises(NotFound):
        after.read("track", address)


def test_tokens_of_another_installation_are_not_ours(tokens: Tokens, clock: Clock) -> None:
    other = Tokens([NEW], "https://other.example.edu", clock)
    with pytest.raises(SessionMissing):
        tokens.viewer(other.issue(TEACHER, 60))
    with pytest.raises(NotFound):
        tokens.read("track", other.sign("track", PAYLOAD, 60))


def test_one_kind_of_token_never_passes_for_another(tokens: Tokens) -> None:
    bearer, address = tokens.issue(TEACHER, 60), tokens.sign("track", PAYLOAD, 60)
    with pytest.raises(SessionMissing):
        tokens.viewer(address)
    for purpose in ("track", "cursor", ""):
        with pytest.raises(NotFound):
            tokens.read(purpose, bearer)
    for purpose in ("trac", "tracks", "", "Track", "track\n"):
        with pytest.raises(NotFound):
            tokens.read(purpose, address)


@pytest.mark.parametrize("alg", ["none", "HS512", "RS256"])
def test_token_with_another_algorithm_is_not_ours(tokens: Tokens, alg: str) -> None:
    head, payload, signature = tokens.issue(TEACHER, 60).split(".")
    header = jwt.get_unverified_header(f"{head}.{payload}.{signature}")
    forged = jwt.utils.base64url_encode(msgspec.json.encode({**header, "alg": alg})).decode()
    for end in (signature, ""):
        with pytest.raises(SessionMissing):
            tokens.viewer(f"{forged}.{payload}.{end}")


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "é", "\0", "x" * 100_000, "e30.e30.e30", "\ud800", "W10.e30.e30"]
)
def test_what_is_no_token_is_told_so(tokens: Tokens, token: str) -> None:
    with pytest.raises(SessionMissing):
        tokens.viewer(token)
    with pytest.raises(NotFound):
        tokens.read("track", token)


def test_every_changed_character_is_noticed(tokens: Tokens) -> None:
    bearer, address = tokens.issue(TEACHER, 60), tokens.sign("track", PAYLOAD, 60)
    for at in range(0, len(bearer), 7):
        for other in "Az0":
            if bearer[at] != other:
                with pytest.raises(SessionMissing):
                    tokens.viewer(bearer[:at] + other + bearer[at + 1 :])
    for at in range(len(address)):
        for other in string.ascii_letters[:3] + "=":
            if address[at] != other:
                with pytest.raises(NotFound):
                    tokens.read("track", address[:at] + other + address[at + 1 :])
    with pytest.raises(NotFound):
        tokens.read("track", address + "=")


def forge(tokens: Tokens, **changes: object) -> str:
    """Sign other claims with the right key, as an earlier or a later version of Cuedeck would."""
    token = tokens.issue(TEACHER, 60)
    claims = {**jwt.decode(token, options={"verify_signature": False}), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    kid = jwt.get_unverified_header(token)["kid"]
    key = derive(NEW, f"session {OURS}")
    return jwt.PyJWS().encode(msgspec.json.encode(claims), key, "HS256", headers={"kid": kid})


def test_claims_of_a_later_version_are_skipped(tokens: Tokens) -> None:
    viewer = {**msgspec.to_builtins(TEACHER), "of_the_future": 1}
    assert tokens.viewer(forge(tokens, of_the_future={"a": 1}, viewer=viewer)) == TEACHER


@pytest.mark.parametrize(
    "changes", [{"v": 2}, {"v": None}, {"viewer": None}, {"viewer": {}}, {"exp": None}, {"exp": "x"}]
)
def test_token_of_another_version_must_be_fetched_anew(tokens: Tokens, changes: dict[str, object]) -> None:
    with pytest.raises(SessionExpired):
        tokens.viewer(forge(tokens, **changes))


def test_token_that_would_not_fit_a_header_is_not_made(tokens: Tokens) -> None:
    with pytest.raises(TooLarge):
        tokens.issue(Viewer(1, "d" * 10_000, None, frozenset(), "en"), 60)


def test_address_is_stable_and_then_over(tokens: Tokens, clock: Clock) -> None:
    clock.forward(1)
    address = tokens.sign("track", PAYLOAD, 60)
    clock.forward(60)
    assert tokens.sign("track", dict(reversed(PAYLOAD.items())), 60) == address
    assert set(address) <= set(string.ascii_letters + string.digits + "-_.")
    clock.forward(238)
    assert tokens.read("track", address) == PAYLOAD
    clock.forward(1)
    with pytest.raises(AddressExpired):
        tokens.read("track", address)
    assert tokens.sign("track", PAYLOAD, 60) != address


def test_address_holds_at_least_as_long_as_asked(tokens: Tokens, clock: Clock) -> None:
    for _ in range(20):
        address = tokens.sign("track", PAYLOAD, 60)
        clock.forward(59.5)
        assert tokens.read("track", address) == PAYLOAD


def test_oversized_payload_is_not_signed(tokens: Tokens) -> None:
    with pytest.raises(TooLarge):
        tokens.sign("handle", {"title": "x" * 60_000}, 60)
    with pytest.raises(NotFound):
        tokens.read("handle", "x" * 100_000 + ".x")


def test_macs_are_compared_in_constant_time(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    real = hmac.compare_digest

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    tokens.read("track", tokens.sign("track", PAYLOAD, 60))
    assert len(compared) == 1
