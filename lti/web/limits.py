"""How often one person and one institution may ask, so that neither can take Cuedeck away from the others.

Never by address: a whole school can share one. A login says no person yet, so it counts for its institution alone; who
looks without being logged in is no person either.
"""

from __future__ import annotations

from dataclasses import dataclass

from lti.errors import TooManyFromInstitution, TooManyFromPerson
from lti.model import Platform
from lti.store import Rates


@dataclass(frozen=True, slots=True)
class RateSettings:
    """How often within a minute; 0 is without limit."""

    person_calls: int
    person_launches: int
    institution_calls: int
    institution_launches: int
    institution_logins: int


class Limits:
    """Counts, and refuses what is too much. What is refused for a person does not count for the institution."""

    def __init__(self, rates: Rates, settings: RateSettings) -> None:
        self._rates = rates
        self._settings = settings

    def login(self, platform: Platform) -> None:
        """Count the beginning of a login.

        :raises TooManyFromInstitution: if there were too many.
        """
        self._institution("logins", self._settings.institution_logins, platform.id)

    def launch(self, platform: Platform, subject: str | None) -> None:
        """Count a launch that was verified.

        :raises TooManyRequests: if there were too many.
        """
        self._person("launches", self._settings.person_launches, platform.id, subject)
        self._institution("launches", self._settings.institution_launches, platform.id)

    def call(self, platform: Platform, subject: str | None) -> None:
        """Count a call of a page.

        :raises TooManyRequests: if there were too many.
        """
        self._person("calls", self._settings.person_calls, platform.id, subject)
        self._institution("calls", self._settings.institution_calls, platform.id)

    def _person(self, what: str, most: int, platform_id: int, subject: str | None) -> None:
        if most and subject is not None:
            seconds = self._rates.hit(f"{what}/{platform_id}/{subject}", most)
            if seconds is not None:
                raise TooManyFromPerson(f"over {most} {what}, platform {platform_id}", retry_after=seconds)

    def _institution(self, what: str, most: int, platform_id: int) -> None:
        if most:
            seconds = self._rates.hit(f"{what}/{platform_id}", most)
            if seconds is not None:
                raise TooManyFromInstitution(f"over {most} {what}, platform {platform_id}", retry_after=seconds)
