"""What can be told to whoever measures: a class whose methods do nothing, and which ``lti.web.metering`` fills in.

Parts that know neither flask nor Prometheus are handed one by ``app.py``. Names that are told are bounded: routes and
codes of ours, states, hosts that administrators named. Never a person, an id, or an address.
"""

from __future__ import annotations

from collections.abc import Mapping


class Meter:
    """Is told what happens, and forgets it: where nobody asked for measurements."""

    def answered(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered.

        :param route: its rule; None where there is no such address.
        """

    def launched(self, step: str, outcome: str) -> None:
        """Count a step of a launch.

        :param step: ``login``, ``launch``, ``proof`` or ``open``.
        :param outcome: what became of it, or the code of the error.
        """

    def failed(self, code: str, status: int) -> None:
        """Count an error that somebody was shown."""

    def called(self, host: str, status: str, seconds: float) -> None:
        """Count a call to another system.

        :param status: of its answer; or, without one, ``timeout``, ``unreachable``, ``broken`` or ``too_large``.
        :param seconds: from sending to the last byte.
        """

    def looked_up(self, cache: str, result: str) -> None:
        """Count a look into a cache.

        :param result: ``hit``, ``stale`` or ``miss``.
        """

    def cleared(self, removed: Mapping[str, int]) -> None:
        """Count what a turn of housekeeping removed, by kind."""
