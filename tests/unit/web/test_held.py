"""Launches that wait for the proof of their browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import pytest

from lti.errors import BrowserNotProven, LaunchConsumed, PlatformUnknown
from lti.model import Context, DeepLinkingSettings, Launch, LoginRecord, MessageType, Role
from lti.protocol.states import hash_proof
from lti.store import Store
from lti.web.held import HeldLaunches

from .school import CLIENT_ID, ISSUER, OURS, RETURN_URL, Clock, register

PROOF = "what the browser holds"


@pytest.fixture
def launch(store: Store) -> Launch:
    """Give a launch with every field filled."""
    full = Launch(
        platform=register(store),
        deployment_id="5:a",
        message_type=MessageType.DEEP_LINKING,
        target_link_uri=f"{OURS}/lti/launch",
        subject="tilda",
        roles=frozenset({Role.TEACHER, Role.ADMINISTRATOR}),
        locale="en-GB",
        name="Tilda Ö",
        email="tilda@example.edu",
        placement="editor_button",
        context=Context("course-17", "GEO", "Geography", ("CourseOffering",)),
        resource_link_id="link-1",
        resource_link_title="Rivers",
        custom={"canvas_user_id": "41"},
        deep_linking=DeepLinkingSettings(RETURN_URL, frozenset({"link", "html"}), frozenset({"iframe"}), True, "data"),
        return_url=RETURN_URL,
    )
    assert all(getattr(full, each.name) for each in fields(full))
    return full


@pytest.fixture
def record(launch: Launch) -> LoginRecord:
    return LoginRecord(launch.platform.id, "nonce", launch.target_link_uri, hash_proof(PROOF))


def test_launch_comes_out_as_it_went_in(store: Store, launch: Launch, record: LoginRecord) -> None:
    held = HeldLaunches(store)

    assert held.open(held.prove(held.hold(launch, record), PROOF)) == launch


def test_anonymous_launch_comes_out_as_it_went_in(store: Store, launch: Launch, record: LoginRecord) -> None:
    held = HeldLaunches(store)
    bare = Launch(launch.platform, "5:a", MessageType.RESOURCE_LINK, f"{OURS}/lti/launch", None, frozenset())

    assert held.open(held.prove(held.hold(bare, record), PROOF)) == bare


def test_secrets_of_the_platform_are_not_copied(
    store: Store, launch: Launch, record: LoginRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Mapping[str, str]] = []

    def put(kind: str, payload: Mapping[str, str], seconds: float) -> str:
        kept.append(payload)
        return "ticket"

    monkeypatch.setattr(store.tickets, "put", put)

    HeldLaunches(store).hold(launch, record)

    assert launch.platform.canvas_key is not None
    assert "tilda@example.edu" in str(kept)
    assert launch.platform.canvas_key.secret not in str(kept)


def test_wrong_proof_ends_the_launch(store: Store, launch: Launch, record: LoginRecord) -> None:
    held = HeldLaunches(store)
    waiting = held.hold(launch, record)

    with pytest.raises(BrowserNotProven):
        held.prove(waiting, "another")
    with pytest.raises(LaunchConsumed):
        held.prove(waiting, PROOF)


def test_nothing_is_good_twice_or_for_the_other_step(store: Store, launch: Launch, record: LoginRecord) -> None:
    held = HeldLaunches(store)
    waiting = held.hold(launch, record)

    with pytest.raises(LaunchConsumed):
        held.open(waiting)
    token = held.prove(waiting, PROOF)
    with pytest.raises(LaunchConsumed):
        held.prove(token, PROOF)
    held.open(token)
    with pytest.raises(LaunchConsumed):
        held.open(token)


def test_launch_is_held_for_a_minute(store: Store, launch: Launch, record: LoginRecord, clock: Clock) -> None:
    held = HeldLaunches(store)
    waiting, token = held.hold(launch, record), held.prove(held.hold(launch, record), PROOF)
    clock.forward(61)

    with pytest.raises(LaunchConsumed):
        held.prove(waiting, PROOF)
    with pytest.raises(LaunchConsumed):
        held.open(token)


def test_launch_of_a_platform_that_was_removed_is_not_opened(store: Store, launch: Launch, record: LoginRecord) -> None:
    held = HeldLaunches(store)
    token = held.prove(held.hold(launch, record), PROOF)
    store.platforms.remove(ISSUER, CLIENT_ID)

    with pytest.raises(PlatformUnknown):
        held.open(token)
