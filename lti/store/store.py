"""The one face of the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lti.meter import Meter
from lti.store.cache import Cache
from lti.store.caption_answers import CaptionAnswers
from lti.store.caption_versions import CaptionVersions
from lti.store.captions import Captions
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.deep_links import DeepLinks
from lti.store.embeds import Embeds
from lti.store.expiring import Expiring
from lti.store.grants import Grants
from lti.store.hand_ins import HandIns
from lti.store.institutions import Institutions
from lti.store.invitations import Invitations
from lti.store.keys import Keys
from lti.store.logins import Logins
from lti.store.people import People
from lti.store.platforms import Platforms
from lti.store.reports import Reports
from lti.store.resealing import reseal
from lti.store.tickets import Tickets
from lti.store.uploads import Uploads


class Store:
    """Everything that is kept, by what it is. Safe to share between threads."""

    def __init__(
        self, database: Database, box: SecretBox, clock: Callable[[], datetime], meter: Meter | None = None
    ) -> None:
        """Put the parts together.

        :param clock: gives the time, aware, in UTC.
        :param meter: is told of looks into the cache.
        """
        self._database = database
        self._box = box
        self.platforms = Platforms(database, box, clock)
        self.institutions = Institutions(database, box, clock)
        self.logins = Logins(database, clock)
        self.deep_links = DeepLinks(database, box, clock)
        self.keys = Keys(database, box)
        self.invitations = Invitations(database, clock)
        self.tickets = Tickets(database, box, clock)
        self.grants = Grants(database, box, clock)
        self.embeds = Embeds(database, box)
        self.hand_ins = HandIns(database)
        self.cache = Cache(database, box, clock, meter)
        self.captions = Captions(database)
        self.reports = Reports(database)
        self.caption_versions = CaptionVersions(database)
        self.uploads = Uploads(database, box, clock)
        self.caption_answers = CaptionAnswers(database, clock)
        self.expiring = Expiring(database, clock)
        self.people = People(database, box)

    def reseal(self) -> int:
        """Seal every stored secret with the newest secret key, so that the older ones can be removed.

        :returns: how many there were.
        :raises ConfigurationError: when one of them cannot be opened; nothing is changed then.
        :raises StorageUnavailable: when the database does not answer.
        """
        return reseal(self._database, self._box)
