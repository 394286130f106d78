"""Who holds an order for captions, and what is known afterwards; on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lti.model import AnswerState, OrderAnswer, Platform, Problem
from lti.store import NewAnswer, Store

from .conftest import Clock

HOST = "school.instructuremedia.com"
SECONDS = 60


@pytest.fixture
def new(platform: Platform) -> NewAnswer:
    return NewAnswer(
        platform_id=platform.id,
        host=HOST,
        order_id="401",
        fields={"id": 401, "media": {"title": "Rivers\0"}},
        outcome=OrderAnswer.FULFILLED,
        subject="tilda",
        name="Tilda Teacher",
        filename="rivers.vtt",
        srt="1\n00:00:01,000 --> 00:00:02,000\nGrüße\n",
    )


def test_of_many_who_answer_at_once_one_sends(store: Store, new: NewAnswer) -> None:
    people = [replace(new, subject=f"person-{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda each: store.caption_answers.take(each, SECONDS), people))

    (winner,) = [each for each in got if each is not None]
    assert store.caption_answers.holder(new.platform_id, HOST, "401") == winner
    assert [each.id for each in store.caption_answers.history(new.platform_id)] == [winner.id]


def test_order_that_studio_refused_can_be_answered_again_and_one_it_took_cannot(store: Store, new: NewAnswer) -> None:
    answers = store.caption_answers
    first = answers.take(new, SECONDS)
    assert first is not None
    answers.settle(first.id, AnswerState.REFUSED, Problem("remote_rejected", "No.", "Change it."))
    second = answers.take(new, SECONDS)
    assert second is not None
    answers.settle(second.id, AnswerState.SENT)

    assert answers.take(replace(new, outcome=OrderAnswer.FAILED), SECONDS) is None
    assert answers.take(replace(new, outcome=OrderAnswer.PROCESSING), SECONDS) is None
    assert [(each.state, each.problem and each.problem.message) for each in answers.history(new.platform_id)] == [
        (AnswerState.SENT, None),
        (AnswerState.REFUSED, "No."),
    ]
    assert answers.text(new.platform_id, second.id) == (new.srt, "rivers.vtt")
    assert answers.text(new.platform_id + 1, second.id) is None


def test_same_number_at_another_studio_or_school_is_another_order(store: Store, new: NewAnswer) -> None:
    assert store.caption_answers.take(new, SECONDS)
    assert store.caption_answers.take(replace(new, host="other.instructuremedia.com"), SECONDS)
    assert store.caption_answers.take(replace(new, order_id="402"), SECONDS)


def test_answer_in_doubt_is_taken_over_once_and_only_by_who_saw_the_doubt(
    store: Store, new: NewAnswer, clock: Clock
) -> None:
    answers = store.caption_answers
    first = answers.take(new, SECONDS)
    assert first is not None
    assert answers.take_again(new, first.id, SECONDS) is None  # it is being sent
    clock.move(SECONDS)  # whoever sent it is gone

    (shown,) = answers.standing(new.platform_id, HOST, [])
    assert shown.state is AnswerState.UNKNOWN
    second = answers.take_again(new, shown.id, SECONDS)
    assert second is not None
    assert answers.take_again(new, shown.id, SECONDS) is None
    answers.settle(second.id, AnswerState.SENT)
    assert [each.state for each in answers.history(new.platform_id)] == [AnswerState.SENT, AnswerState.UNKNOWN]


def test_answer_that_was_given_up_and_came_through_after_all_is_told(
    store: Store, new: NewAnswer, clock: Clock
) -> None:
    first = store.caption_answers.take(new, SECONDS)
    assert first is not None
    clock.move(SECONDS + 1)
    store.caption_answers.settle(first.id, AnswerState.SENT)
    holder = store.caption_answers.holder(new.platform_id, HOST, "401")
    assert holder is not None
    assert holder.state is AnswerState.SENT


def test_order_in_work_stays_to_be_seen_until_its_end(store: Store, new: NewAnswer) -> None:
    answers = store.caption_answers
    for person in ("tilda", "theo"):  # who takes the work over
        begun = answers.take(replace(new, outcome=OrderAnswer.PROCESSING, srt=None, subject=person), SECONDS)
        assert begun is not None
        answers.settle(begun.id, AnswerState.SENT)
    (in_work,) = answers.standing(new.platform_id, HOST, [])
    assert (in_work.outcome, in_work.subject, in_work.fields["id"]) == (OrderAnswer.PROCESSING, "theo", 401)

    end = answers.take(new, SECONDS)
    assert end is not None
    answers.settle(end.id, AnswerState.SENT)
    answers.end_work(new.platform_id, HOST, "401")
    assert answers.standing(new.platform_id, HOST, []) == []
    assert [each.id for each in answers.standing(new.platform_id, HOST, ["401"])] == [end.id]
    assert answers.last_fields(new.platform_id, HOST, "401") == {"id": 401, "media": {"title": "Rivers\0"}}
    assert len(answers.history(new.platform_id)) == 3


def test_history_goes_on_where_it_ended(store: Store, new: NewAnswer) -> None:
    for number in range(5):
        store.caption_answers.take(replace(new, order_id=str(number)), SECONDS)
    first = store.caption_answers.history(new.platform_id, most=3)
    rest = store.caption_answers.history(new.platform_id, before=first[-1].id, most=3)
    assert [each.order_id for each in [*first, *rest]] == ["4", "3", "2", "1", "0"]
