from __future__ import annotations

from lti.store import Database, SecretBox, Store

from .conftest import NEW_KEY, Clock


def test_a_ticket_is_good_once(store: Store) -> None:
    ticket = store.tickets.put("connect", {"subject": "überall 😀", "platform": "1"}, 120)
    assert store.tickets.take("connect", ticket) == {"subject": "überall 😀", "platform": "1"}
    assert store.tickets.take("connect", ticket) is None


def test_a_ticket_of_another_kind_is_not_taken_nor_used_up(store: Store) -> None:
    ticket = store.tickets.put("connect", {}, 120)
    assert store.tickets.take("consent", ticket) is None
    assert store.tickets.take("connect", ticket) == {}


def test_a_ticket_ends(store: Store, clock: Clock) -> None:
    ticket = store.tickets.put("connect", {}, 120)
    clock.move(120)
    assert store.tickets.take("connect", ticket) is None


def test_made_up_tickets_are_none(store: Store) -> None:
    assert store.tickets.take("connect", "") is None
    assert store.tickets.take("connect", "\0\ud800") is None


def test_tickets_are_unguessable(store: Store) -> None:
    tickets = {store.tickets.put("connect", {}, 1) for _ in range(50)}
    assert len(tickets) == 50
    assert min(map(len, tickets)) >= 43  # 256 bits in base64


def test_a_ticket_sealed_with_a_lost_key_is_none(store: Store, database: Database, clock: Clock) -> None:
    ticket = store.tickets.put("connect", {}, 120)
    assert Store(database, SecretBox([NEW_KEY]), clock).tickets.take("connect", ticket) is None
