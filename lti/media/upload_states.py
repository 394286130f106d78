"""What an upload may become, from what: one table, which everything else asks.

::

    receiving → received → sending → sent → completing → captioning → transcoding → ready

What a worker began to send while its last bytes came in is ``sending`` as soon as they are here.
A recording is ``mending`` between ``received`` and ``sending``: what browsers write lacks a length and an index.

``failed`` and ``cancelled`` stand beside it. A failed upload goes on, at a retry, in the state that it failed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lti.errors import UploadNotNow
from lti.model import UploadState

_S = UploadState

TRANSITIONS: Final[Mapping[UploadState, frozenset[UploadState]]] = MappingProxyType(
    {
        _S.RECEIVING: frozenset({_S.RECEIVED, _S.SENDING, _S.FAILED, _S.CANCELLED}),
        _S.RECEIVED: frozenset({_S.MENDING, _S.SENDING, _S.FAILED, _S.CANCELLED}),
        _S.MENDING: frozenset({_S.SENDING, _S.FAILED, _S.CANCELLED}),
        _S.SENDING: frozenset({_S.SENT, _S.FAILED, _S.CANCELLED}),
        _S.SENT: frozenset({_S.COMPLETING, _S.FAILED, _S.CANCELLED}),
        # From here on Studio may have the media already: it cannot be called back.
        _S.COMPLETING: frozenset({_S.CAPTIONING, _S.FAILED}),
        _S.CAPTIONING: frozenset({_S.TRANSCODING, _S.FAILED}),
        _S.TRANSCODING: frozenset({_S.READY, _S.FAILED}),
        _S.READY: frozenset(),
        _S.FAILED: frozenset(
            {_S.RECEIVED, _S.MENDING, _S.SENDING, _S.SENT, _S.COMPLETING, _S.CAPTIONING, _S.TRANSCODING, _S.CANCELLED}
        ),
        _S.CANCELLED: frozenset(),
    }
)

ENDED: Final = frozenset({_S.READY, _S.FAILED, _S.CANCELLED})
WORK: Final = frozenset({_S.RECEIVED, _S.MENDING, _S.SENDING, _S.SENT, _S.COMPLETING, _S.CAPTIONING, _S.TRANSCODING})
# Studio has the media: what we held of it is removed, and it can be inserted.
AT_STUDIO: Final = frozenset({_S.CAPTIONING, _S.TRANSCODING, _S.READY})
# Title, description and wishes go to Studio with the call that completes.
EDITABLE: Final = frozenset({_S.RECEIVING, _S.RECEIVED, _S.MENDING, _S.SENDING, _S.SENT})
TAKES_CAPTIONS: Final = EDITABLE
CANCELLABLE: Final = frozenset(state for state, after in TRANSITIONS.items() if _S.CANCELLED in after)


def check(was: UploadState, to: UploadState) -> None:
    """Make sure that a step is in the table.

    :raises UploadNotNow: it is not.
    """
    if to not in TRANSITIONS[was]:
        raise UploadNotNow(f"an upload cannot go from {was} to {to}")


def may_retry(state: UploadState, failed_in: UploadState | None) -> bool:
    """Whether a failed upload can go on where it failed; one that failed while its bytes came in cannot."""
    return state is _S.FAILED and failed_in is not None and failed_in in TRANSITIONS[_S.FAILED]


def may_cancel(state: UploadState, failed_in: UploadState | None) -> bool:
    """Whether an upload can be called back: Studio has not got it yet."""
    return state in CANCELLABLE and failed_in not in {_S.COMPLETING, *AT_STUDIO}


def can_insert(state: UploadState, failed_in: UploadState | None) -> bool:
    """Whether Studio has the media, whatever became of it since."""
    return state in AT_STUDIO or (state is _S.FAILED and failed_in in AT_STUDIO)
