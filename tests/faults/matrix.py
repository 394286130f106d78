"""One cell after the other: a journey, one of its calls, and one thing that goes wrong with it."""

from __future__ import annotations

import dataclasses
import enum
from dataclasses import dataclass, field

from tests.faults.campus import Campus
from tests.faults.journeys import Act, Journey, Repeat
from tests.faults.policy import Kind, groups, kind_of, tries
from tests.faults.silent import reason
from tests.faults.spoiling import FAULTS, Fault
from tests.faults.telling import Seen, Told, as_text, seen
from tests.faults.wire import Call, Sent

FINE_STATUSES = frozenset({502, 503, 504})  # of those from 500 on: it is somebody else's trouble, and said so
#: Where failing leaves a mark on purpose: short-lived records, what was learned on the way, counters.
LOOSE = frozenset(
    {
        "cache_entries", "captions", "caption_answers", "caption_versions", "deep_links", "grants",
        "invitations", "logins", "tickets",
        "track_grades", "uploads",
    }
)  # fmt: skip


class Outcome(enum.StrEnum):
    """What a fault came to for the person."""

    UNSPOILT = "n/a"  # such an answer cannot be spoilt like this
    SAME = "✓"  # as if nothing had happened
    TOLD = "told"
    LESS = "less"  # done, and something is missing that nobody is told of


@dataclass(frozen=True)
class Cell:
    """What one fault came to."""

    outcome: Outcome
    status: int = 0
    told: tuple[Told, ...] = ()
    asked: int = 0  # how often the call was made, each with its tries
    kept_otherwise: frozenset[str] = frozenset()  # tables that were changed
    stays: bool = False  # what was told is seen after the next attempt too


@dataclass
class Row:
    """A call of a journey."""

    call: Call
    journey: str
    kind: Kind
    renews: bool
    cells: dict[str, Cell] = field(default_factory=dict)  # by fault
    note: str = ""  # what says it where something is missing and nobody is told


class Looking:
    """Goes through the cells of one journey. Whatever is wrong with one is written down, and the rest goes on."""

    def __init__(self, campus: Campus, journey: Journey) -> None:
        self._campus = campus
        self._journey = journey
        self._act: Act = journey.prepare(campus)
        self.wrong: list[str] = []
        if journey.repeat is not Repeat.SAME:  # the first time may differ: there is something to replace only then
            self._act()
            self._act = journey.prepare(campus)
        mark = len(campus.line.sent)
        self._good = self._see()
        self._sent = campus.line.since(mark)

    def rows(self) -> list[Row]:
        """Spoil each call of the journey in each way."""
        found = []
        for call in dict.fromkeys(each.call for each in self._sent):
            if self._journey.only not in call.route:
                continue
            bearer = any(each.bearer and each.call == call for each in self._sent)
            renews = bearer and self._journey.renews and _renewable(call)
            row = Row(call, self._journey.name, self._journey.kind or kind_of(call), renews)
            for fault in FAULTS:
                try:
                    row.cells[fault.name] = self._cell(row, fault)
                except AssertionError as error:
                    self.wrong.append(f"{call}, {fault.name}: {error}")
            found.append(row)
        return found

    def _cell(self, row: Row, fault: Fault) -> Cell:
        campus, line = self._campus, self._campus.line
        self._again(anew=self._journey.repeat is not Repeat.SAME)
        before, mark, written = campus.tables(), len(line.sent), campus.log.tell()
        with line.spoiling(row.call, fault.spoil):
            spoilt = self._see()
        sent = line.since(mark)
        after = campus.tables()
        self._check_secrets(spoilt, campus.log.getvalue()[written:])
        self._check_status(spoilt)
        counts = groups(sent, row.call)
        assert counts, "the call was not made"
        changed = frozenset(name for name in after if before[name] != after[name])
        cell = self._judged(spoilt, fault, sent, row, changed)
        return dataclasses.replace(cell, stays=self._next_attempt(spoilt))

    def _judged(self, spoilt: Seen, fault: Fault, sent: list[Sent], row: Row, changed: frozenset[str]) -> Cell:
        if fault.needs_json and not self._campus.line.was_json(row.call):
            return Cell(Outcome.UNSPOILT)
        counts = groups(sent, row.call)
        most = tries(row.kind, fault.name, renews=row.renews)
        wrong = [count for count in counts if count % most]
        assert not wrong, f"sent {counts} times where one call may be sent {most} times"
        asked = sum(counts) // most
        usual = sum(groups(self._sent, row.call)) * self._journey.rounds
        assert asked <= usual, f"sent {sum(counts)} times where {usual} calls may be sent {most} times each"
        more = tuple(told for told in spoilt.told if told not in self._good.told)
        if spoilt.done == self._good.done and not more and as_text(spoilt.shape) == as_text(self._good.shape):
            return Cell(Outcome.SAME, spoilt.status, (), asked, changed)
        if not spoilt.done:
            assert all(told.next_step for told in spoilt.told), f"without a next step: {spoilt.told}"
            assert spoilt.told, f"without a word: {spoilt.text[:500]}"
            assert changed <= LOOSE, f"{spoilt.told} and yet changed: {sorted(changed - LOOSE)}"
        if more:
            return Cell(Outcome.TOLD, spoilt.status, more, asked, changed)
        row.note = reason(row.journey, row.call)
        assert row.note, f"something is missing, and nobody is told: {spoilt.shape} where {self._good.shape}"
        return Cell(Outcome.LESS, spoilt.status, (), asked, changed)

    def _next_attempt(self, spoilt: Seen) -> bool:
        """Make sure that it works again: after what the person was told to do, where that was connecting anew.

        :returns: whether what they were told stays to be seen, beside all that was done: an upload that has arrived
            without one of its caption files goes on saying so.
        """
        self._again(anew=self._journey.repeat is Repeat.ONCE)
        healed, good = self._see(), self._good
        if self._journey.repeat is not Repeat.SETTLED:
            assert as_text(healed.shape) == as_text(good.shape), f"then another answer: {healed.shape} not {good.shape}"
            assert (healed.done, healed.told) == (good.done, good.told), f"then: {healed.text[:700]}"
            return False
        assert (healed.done, _state(healed)) == (good.done, _state(good)), f"then: {healed.text[:700]}"
        assert set(healed.told) <= {*good.told, *spoilt.told}, f"then: {healed.text[:700]}"
        return healed.told != good.told

    def _again(self, *, anew: bool) -> None:
        self._campus.connect(self._journey.person)
        if anew:
            self._act = self._journey.prepare(self._campus)

    def _see(self) -> Seen:
        return seen(self._act(), self._journey.language)

    def _check_secrets(self, spoilt: Seen, log: str) -> None:
        for secret in self._campus.secrets():
            assert secret not in spoilt.body, "a secret is in the answer"
            assert secret not in log, f"a secret is in the log: {log}"
        assert '"unexpected"' not in log, log
        assert "Traceback" not in log, log
        strayed, self._campus.line.strayed[:] = list(self._campus.line.strayed), []
        assert not strayed, f"asked elsewhere: {strayed}"

    @staticmethod
    def _check_status(spoilt: Seen) -> None:
        assert spoilt.status < 500 or spoilt.status in FINE_STATUSES, f"{spoilt.status} {spoilt.text[:500]}"


def _renewable(call: Call) -> bool:
    """Tell whether the token of a call is one that is renewed: not one that this call alone was given."""
    return not any(word in call.route for word in ("registration", "openid", "oauth2"))


def _state(what: Seen) -> object:
    return what.shape.get("state") if isinstance(what.shape, dict) else None
