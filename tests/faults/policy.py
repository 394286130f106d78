"""How often a call is sent when it goes wrong: the one table, which the tests hold the product to and the page prints.

A person waits behind each call, so four tries within six seconds are the most (``lti/remote/retry.py``). What changes
something is sent again only if it certainly had no effect: it was not reached, or throttled.
"""

from __future__ import annotations

import enum

from sandbox.studio.storage import STORAGE
from tests.faults.wire import Call, Sent


class Kind(enum.StrEnum):
    """What kind of call it is, as far as trying again goes."""

    READ = "read"  # may be repeated at will
    WRITE = "write"  # has effects that do not stand a second time
    BYTES = "bytes"  # a file that is read as it is sent: the worker begins anew, with a pause
    LOOK = "look"  # of the check page: any answer is what there is to see


TRIES = 4
_ALWAYS = frozenset({"refused", "403 throttle", "429"})
_PASSING = frozenset({"cut", "500", "503 HTML"})
#: What of these is sent again, by kind; a call that carries a person's token is sent once more after a 401, renewed.
AGAIN: dict[Kind, frozenset[str]] = {
    Kind.READ: _ALWAYS | _PASSING,
    Kind.WRITE: _ALWAYS,
    Kind.BYTES: frozenset(),
    Kind.LOOK: frozenset({"refused"}),
}

# PUT of a title and DELETE of a token mean the same a second time, and so does Canvas's refresh.
_REPEATABLE = frozenset(
    {
        Call("Canvas", "PUT", "/api/v1/media_objects/{media_object_id}"),
        Call("Canvas", "PUT", "/api/v1/media_attachments/{attachment_id}"),
        Call("Canvas", "DELETE", "/login/oauth2/token"),
    }
)


def kind_of(call: Call) -> Kind:
    """Tell the kind of a call by what it is."""
    if call.route.startswith(STORAGE):
        return Kind.BYTES
    return Kind.READ if call.method == "GET" or call in _REPEATABLE else Kind.WRITE


def tries(kind: Kind, fault: str, *, renews: bool) -> int:
    """Tell how often one call is sent in all.

    :param renews: it carries a token that can be renewed.
    """
    if fault == "401" and renews:
        return 2
    return TRIES if fault in AGAIN[kind] else 1


def groups(sent: list[Sent], call: Call) -> list[int]:
    """Give how often each request of a kind was sent, one number for each row of the same in succession."""
    counts: list[int] = []
    last: str | None = None
    for each in sent:
        if each.call != call:
            continue
        if each.url == last:
            counts[-1] += 1
        else:
            counts.append(1)
        last = each.url
    return counts
