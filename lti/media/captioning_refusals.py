"""Why an answer to an order is not even sent."""

from __future__ import annotations

from typing import Final

from lti.errors import N_, AnswerTaken, InputError
from lti.model import AnswerState, CaptionAnswer, OrderAnswer

LONGEST_MESSAGE: Final = 2000  # characters


def taken_by(holder: CaptionAnswer | None) -> AnswerTaken:
    """Say who holds an order.

    :param holder: None where that was over a moment later.
    """
    if holder is None:
        return AnswerTaken(
            "it was held a moment ago",
            message=N_("Somebody else was answering this order at the same moment."),
            next_step=N_("Reload the list and answer it again."),
        )
    if holder.state is AnswerState.UNKNOWN:
        return AnswerTaken(
            f"no. {holder.id} is in doubt",
            message=N_("An answer to this order was sent before, and nobody knows whether Studio took it."),
            next_step=N_("Reload the list: you can look at that answer there, and send it again."),
        )
    if not holder.name:
        return AnswerTaken(f"no. {holder.id}")
    words = (
        N_("%(person)s is answering this order at this moment.")
        if holder.state is AnswerState.SENDING
        else N_("%(person)s has answered this order already.")
    )
    return AnswerTaken(f"no. {holder.id}", message=words, values={"person": holder.name[:100]})


def checked_message(text: str, outcome: OrderAnswer) -> str:
    """Give the message of an answer as it is sent.

    :raises InputError: a failure without one, or one that is too long.
    """
    message = text.strip()
    if outcome is OrderAnswer.FAILED and not message:
        raise InputError(
            "no message",
            message=N_("Say why the captions could not be made."),
            next_step=N_("Whoever ordered them reads it in Studio."),
        )
    if len(message) > LONGEST_MESSAGE:
        raise InputError(
            "a long message",
            message=N_("The message is too long."),
            next_step=N_("Shorten it to at most %(count)s characters."),
            values={"count": LONGEST_MESSAGE},
        )
    return message
