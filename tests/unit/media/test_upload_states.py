"""The table of states, by a machine that tries whatever anybody may do in any order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lti.errors import UploadNotNow
from lti.media import upload_states
from lti.media.upload_states import AT_STUDIO, CANCELLABLE, EDITABLE, ENDED, TRANSITIONS, WORK
from lti.model import UploadState

S = UploadState
ORDER = (S.RECEIVING, S.RECEIVED, S.SENDING, S.SENT, S.COMPLETING, S.CAPTIONING, S.TRANSCODING, S.READY)


@given(st.sampled_from(UploadState), st.sampled_from(UploadState))
def test_a_step_that_is_not_in_the_table_is_refused(was: UploadState, to: UploadState) -> None:
    if to in TRANSITIONS[was]:
        upload_states.check(was, to)
    else:
        with pytest.raises(UploadNotNow):
            upload_states.check(was, to)


def test_every_state_is_in_the_table() -> None:
    assert TRANSITIONS.keys() == set(UploadState)
    assert WORK | ENDED | {S.RECEIVING} == set(UploadState)
    for state, following in pairwise(ORDER):
        assert following in TRANSITIONS[state]


class AnUpload(RuleBasedStateMachine):
    """An upload on which worker and person do what the table lets them, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = S.RECEIVING
        self.failed_in: UploadState | None = None
        self.at_studio = False  # Studio has taken it
        self.completions = 0

    def go(self, to: UploadState) -> None:
        upload_states.check(self.state, to)
        self.state = to

    @precondition(lambda self: self.state in ORDER[:-1])
    @rule()
    def step(self) -> None:
        following = ORDER[ORDER.index(self.state) + 1]
        if following is S.CAPTIONING:
            self.at_studio = True
            self.completions += 1
        self.go(following)

    @precondition(lambda self: self.state not in ENDED)
    @rule()
    def fail(self) -> None:
        self.failed_in = self.state
        self.go(S.FAILED)

    @precondition(lambda self: upload_states.may_retry(self.state, self.failed_in))
    @rule()
    def retry(self) -> None:
        assert self.failed_in is not None
        self.go(self.failed_in)
        self.failed_in = None

    @precondition(lambda self: upload_states.may_cancel(self.state, self.failed_in))
    @rule()
    def cancel(self) -> None:
        self.go(S.CANCELLED)
        self.failed_in = None

    @rule(to=st.sampled_from(UploadState))
    def somebody_tries_what_is_not_in_the_table(self, to: UploadState) -> None:
        if to not in TRANSITIONS[self.state]:
            with pytest.raises(UploadNotNow):
                self.go(to)

    @invariant()
    def nothing_that_studio_has_is_called_back(self) -> None:
        assert not (self.at_studio and self.state is S.CANCELLED)
        if self.at_studio:
            assert not upload_states.may_cancel(self.state, self.failed_in)

    @invariant()
    def it_is_completed_once(self) -> None:
        assert self.completions <= 1

    @invariant()
    def it_can_be_inserted_exactly_when_studio_has_it(self) -> None:
        assert upload_states.can_insert(self.state, self.failed_in) == self.at_studio

    @invariant()
    def nobody_is_left_without_a_way_on(self) -> None:
        if self.state in {S.READY, S.CANCELLED}:
            assert not TRANSITIONS[self.state]
        elif self.state is S.FAILED:
            received = self.failed_in is not S.RECEIVING
            assert upload_states.may_retry(self.state, self.failed_in) == received
        else:
            assert TRANSITIONS[self.state]
        assert (self.state in EDITABLE) <= (not self.at_studio)
        assert AT_STUDIO.isdisjoint(CANCELLABLE)


test_whatever_happens_in_whatever_order = AnUpload.TestCase
