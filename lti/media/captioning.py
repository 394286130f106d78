"""Orders for professional captions: the list of them, answers, and what can be ordered.

An answer is written down before it is sent, and holds its order: of all who answer at once, in any processes, one sends
(``decisions/0020-captioning.md``).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lti.captions.checks import Limits
from lti.errors import (
    N_,
    AnswerUnknown,
    CuedeckError,
    InputError,
    NotFound,
    RemoteError,
    RemoteGone,
    RemoteNotPermitted,
    RemoteRejected,
    RemoteThrottled,
    StorageUnavailable,
)
from lti.media.asking import Asking
from lti.media.captioning_access import CaptioningAccess, Clerk
from lti.media.captioning_files import CheckedFile, check_file
from lti.media.captioning_orders import Order, order_of
from lti.media.captioning_refusals import checked_message, taken_by
from lti.media.captioning_types import checked_service_type
from lti.media.sources import in_order
from lti.media.studio_items import source_of
from lti.model import AnswerState, CaptionAnswer, MediaSource, OrderAnswer, Problem
from lti.remote import HostNotPublic, NotReached, OrderAnswered, ServiceType
from lti.remote.language import UNDETERMINED, bcp47
from lti.store import NewAnswer, Store

SENDING_SECONDS: Final = 120.0  # longer than a call with all its tries
_KNOWN_SECONDS: Final = 7 * 86400.0  # that an order is remembered as it was listed
_NOT_DONE: Final = (RemoteNotPermitted, RemoteGone, RemoteRejected, RemoteThrottled, NotReached, HostNotPublic)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """An order, and the answer that says how it stands; None where it waits for one."""

    order: Order
    answer: CaptionAnswer | None


@dataclass(frozen=True, slots=True)
class OrderMedia:
    """The media of an order, as far as whoever asks may have it."""

    sources: tuple[MediaSource, ...]
    download_url: str | None = field(repr=False)


class Captioning:
    """What administrators and captioning staff do."""

    def __init__(self, store: Store, access: CaptioningAccess, limits: Limits | None = None) -> None:
        """Take the parts.

        :param limits: of the checks of a caption file; nothing for the usual ones.
        """
        self._limits = limits
        self.access = access
        self._store = store

    def orders(self, clerk: Clerk) -> list[StandingOrder]:
        """List the orders that wait at Studio, and those in work or in doubt, which it may not list any more. One call.

        :raises GrantError: there is nothing to ask Studio by.
        :raises RemoteError: it does not answer.
        """
        platform, host = clerk.platform, self.access.host(clerk.platform)
        with self.access.orders(clerk) as api:
            listed = {each.id: each.fields for each in api.orders()}
        known = json.dumps(listed, default=str).encode()
        self._store.cache.put(self._key(platform.id, host), known, _KNOWN_SECONDS, _KNOWN_SECONDS)
        answers: dict[str, CaptionAnswer] = {}
        for answer in self._store.caption_answers.standing(platform.id, host, listed):
            before = answers.get(answer.order_id)
            if answer.outcome is not OrderAnswer.PROCESSING:
                answers[answer.order_id] = answer
            elif before is None and not (answer.state is AnswerState.UNKNOWN and answer.order_id in listed):
                answers[answer.order_id] = answer  # one that Studio still lists was certainly not marked
        fields = {order_id: answer.fields for order_id, answer in answers.items()} | listed
        found = [StandingOrder(order_of(each, fields[each]), answers.get(each)) for each in fields]
        return sorted(found, key=_longest_waiting)

    def check(self, clerk: Clerk, order_id: str, content: bytes | str) -> CheckedFile:
        """Read and look at a caption file for an order, before anything is sent.

        :raises CaptionError: it cannot be read.
        """
        order = order_of(order_id, self._fields(clerk, order_id))
        return check_file(content, language=_tag(order.language), duration=order.duration, limits=self._limits)

    def answer(
        self,
        clerk: Clerk,
        order_id: str,
        outcome: OrderAnswer,
        *,
        message: str = "",
        content: bytes | str | None = None,
        filename: str = "",
        again: int | None = None,
    ) -> CaptionAnswer:
        """Answer an order, once.

        :param message: why it failed.
        :param content: the captions of a fulfilled one, in any format that can be read.
        :param again: an answer that is in doubt, to be sent again all the same.
        :raises AnswerTaken: it was answered, or somebody is answering it; nothing was sent.
        :raises AnswerUnknown: it was sent, and Studio did not confirm it.
        :raises InputError: nothing to send.
        :raises CaptionError: the captions cannot be read.
        :raises CuedeckError: Studio did not take it; the order can be answered again.
        """
        new = NewAnswer(
            platform_id=clerk.platform.id,
            host=self.access.host(clerk.platform),
            order_id=order_id,
            fields=self._fields(clerk, order_id),
            outcome=outcome,
            subject=clerk.subject,
            name=clerk.name,
            message=checked_message(message, outcome),
            filename=filename[:255],
            srt=self._srt(clerk, order_id, outcome, content),
        )
        answers = self._store.caption_answers
        if again is None or outcome is OrderAnswer.PROCESSING:
            taken = answers.take(new, SENDING_SECONDS)
        else:
            taken = answers.take_again(new, again, SENDING_SECONDS)
        if taken is None:
            raise taken_by(answers.holder(new.platform_id, new.host, new.order_id))
        self._send(clerk, taken, new)
        return replace(taken, state=AnswerState.SENT)

    def history(self, clerk: Clerk, before: int | None = None) -> list[CaptionAnswer]:
        """List who answered what, newest first; fifty at a time."""
        return self._store.caption_answers.history(clerk.platform.id, before=before)

    def text(self, clerk: Clerk, answer_id: int) -> tuple[str, str]:
        """Give the captions of an answer, as SubRip, and the name of the file that they came in.

        :raises NotFound: there are none.
        """
        found = self._store.caption_answers.text(clerk.platform.id, answer_id)
        if found is None:
            raise NotFound("no captions in this answer")
        return found

    def media(self, clerk: Clerk, order_id: str) -> OrderMedia:
        """Look at the media of an order. Two calls.

        Only at that of an order which Studio listed: a service account may see everything, whoever works here may not.

        :raises NotFound: the order does not say which media it is for.
        :raises RemoteError: whoever asks may not see it, or there is nothing to see.
        """
        media_id = order_of(order_id, self._fields(clerk, order_id)).media_id
        if media_id is None:
            raise NotFound(
                "no media in the order",
                message=N_("Studio does not say which media this order is for."),
                next_step=N_("Look at the order's details, and open the media in Studio."),
            )
        asking = Asking()
        with self.access.library(clerk) as api:
            sources = asking.ask(lambda: api.sources(media_id))
            download = asking.ask(lambda: api.download_url(media_id))
            if not sources and download is None:
                raise asking.failure or RemoteGone(
                    "neither sources nor a download",
                    message=N_("Studio has nothing to play for this media yet."),
                    next_step=N_("Wait until Studio has prepared it, then try again."),
                )
        return OrderMedia(tuple(in_order(source_of(source) for source in sources or ())), download)

    def service_types(self, clerk: Clerk) -> tuple[ServiceType, ...]:
        """List what can be ordered. One call.

        :raises RemoteGone: there is no active captioning service.
        """
        with self.access.orders(clerk) as api:
            return api.service_types()

    def put_service_type(self, clerk: Clerk, wanted: ServiceType) -> ServiceType:
        """Add a service type, or change the one with the same key. One call.

        :raises InputError: naming what is missing or wrong.
        """
        checked = checked_service_type(wanted)
        with self.access.orders(clerk) as api:
            api.put_service_type(checked)
        return checked

    def delete_service_type(self, clerk: Clerk, key: str) -> None:
        """Take a service type away; Studio takes it out of its captioning roles. One call."""
        with self.access.orders(clerk) as api:
            api.delete_service_type(key)

    def _send(self, clerk: Clerk, taken: CaptionAnswer, new: NewAnswer) -> None:
        settle = self._store.caption_answers.settle
        key = (new.platform_id, new.host, new.order_id)
        try:
            with self.access.orders(clerk) as api:
                api.answer(new.order_id, new.outcome, message=new.message, srt=new.srt)
        except CuedeckError as error:
            in_doubt = isinstance(error, RemoteError) and not isinstance(error, _NOT_DONE)
            state = AnswerState.UNKNOWN if in_doubt else AnswerState.REFUSED
            with suppress(StorageUnavailable):  # it then counts as in doubt once its time is over
                settle(taken.id, state, Problem(error.code, error.message, error.next_step, error.values))
                if isinstance(error, RemoteGone | OrderAnswered):
                    self._store.caption_answers.end_work(*key)
            if in_doubt:
                raise AnswerUnknown(f"no. {taken.id}: {error}") from error
            raise
        try:
            settle(taken.id, AnswerState.SENT)
            if new.outcome is not OrderAnswer.PROCESSING:
                self._store.caption_answers.end_work(*key)
        except StorageUnavailable as error:
            _log.error("answer %s was taken by Studio, and that could not be written down: %s", taken.id, error)

    def _srt(self, clerk: Clerk, order_id: str, outcome: OrderAnswer, content: bytes | str | None) -> str | None:
        if outcome is not OrderAnswer.FULFILLED:
            return None
        if not content:
            raise InputError(
                "no captions",
                message=N_("There are no captions to send."),
                next_step=N_("Choose a caption file first."),
            )
        return self.check(clerk, order_id, content).srt

    def _fields(self, clerk: Clerk, order_id: str) -> Mapping[str, Any]:
        """Give an order as Studio listed it last; nothing where it never did."""
        host = self.access.host(clerk.platform)
        kept = self._store.cache.get(self._key(clerk.platform.id, host))
        listed: dict[str, dict[str, Any]] = json.loads(kept.value) if kept is not None else {}
        if order_id in listed:
            return listed[order_id]
        return self._store.caption_answers.last_fields(clerk.platform.id, host, order_id) or {}

    @staticmethod
    def _key(platform_id: int, host: str) -> str:
        return f"captioning orders {platform_id} {host}"


def _longest_waiting(standing: StandingOrder) -> tuple[bool, float]:
    at = standing.order.ordered_at
    return (at is None, at.timestamp() if at else 0.0)


def _tag(language: str) -> str:
    tag = bcp47(language) if language else UNDETERMINED
    return "" if tag == UNDETERMINED else tag
