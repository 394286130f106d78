"""States: the record of a login, signed, in the hands of the browser and the platform."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.protocol.states import LOGIN_SECONDS, States, hash_proof

from .platform import OURS, Clock

SECRET = "a-secret-key-of-forty-characters-or-more"
OTHER_SECRET = "another-secret-key-of-forty-characters-or-more"
TARGET = f"{OURS}/lti/launch?of=here"


@pytest.fixture
def states(clock: Clock) -> States:
    return States((SECRET,), OURS, clock)


def test_state_comes_back_as_the_record_of_its_login(states: States) -> None:
    made = states.make(7, TARGET)
    record = states.open(made.state)
    assert record is not None
    assert (record.platform_id, record.target_link_uri) == (7, TARGET)
    assert (record.nonce, record.proof_hash) == (made.nonce, hash_proof(made.proof))


def test_state_holds_for_five_minutes_and_not_longer(states: States, clock: Clock) -> None:
    state = states.make(7, TARGET).state
    clock.forward(LOGIN_SECONDS - 0.1)
    assert states.open(state) is not None
    clock.forward(0.1)
    assert states.open(state) is None


def test_process_with_the_same_secrets_opens_a_state(states: States, clock: Clock) -> None:
    assert States((SECRET,), OURS, clock).open(states.make(7, TARGET).state) is not None


def test_state_survives_a_new_secret_in_front_and_not_the_removal_of_its_own(states: States, clock: Clock) -> None:
    state = states.make(7, TARGET).state
    assert States((OTHER_SECRET, SECRET), OURS, clock).open(state) is not None
    assert States((OTHER_SECRET,), OURS, clock).open(state) is None


def test_state_of_another_installation_is_not_taken(states: States, clock: Clock) -> None:
    assert States((SECRET,), "https://elsewhere.example.edu", clock).open(states.make(7, TARGET).state) is None


def test_whoever_has_the_state_has_neither_nonce_nor_proof(states: States) -> None:
    made = states.make(7, TARGET)
    content = base64.urlsafe_b64decode(made.state + "==")
    for secret in (made.nonce, made.proof):
        assert secret not in made.state
        assert base64.urlsafe_b64decode(secret + "=") not in content
    assert made.proof not in repr(made)


def test_no_two_logins_share_anything(states: States) -> None:
    several = [states.make(7, TARGET) for _ in range(50)]
    values = [value for made in several for value in (made.state, made.nonce, made.proof, made.state[:16])]
    assert len(set(values)) == 200


def test_state_goes_through_an_address_as_it_is(states: States) -> None:
    state = states.make(2**32 - 1, f"{TARGET}&é=ü").state
    assert quote(state, safe="") == state
    record = states.open(state)
    assert record is not None
    assert record.target_link_uri == f"{TARGET}&é=ü"


@given(data=st.data())
def test_changed_state_is_never_taken(data: st.DataObject) -> None:
    states = States((SECRET,), OURS, Clock())
    state = states.make(7, TARGET).state
    at = data.draw(st.integers(0, len(state) - 1))
    piece = data.draw(st.text(max_size=3))
    changed = state[:at] + piece + state[at + data.draw(st.integers(0, 3)) :]
    assert (states.open(changed) is not None) == (changed == state)


@given(st.text())
def test_anything_else_is_not_a_state(text: str) -> None:
    assert States((SECRET,), OURS, Clock()).open(text) is None


def test_endless_state_is_not_looked_at(states: States) -> None:
    assert states.open("A" * 1_000_000) is None


def test_second_spelling_of_a_state_is_not_taken(states: States) -> None:
    """Base64 that ends in unused bits has several: a state would be good more than once."""
    for path in ("", "/", "/a"):
        state = states.make(7, f"{OURS}{path}").state
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        others = [state[:-1] + last for last in alphabet if last != state[-1]]
        assert not any(states.open(other) for other in [*others, f"{state}=", f"{state}\n", f" {state}"])
