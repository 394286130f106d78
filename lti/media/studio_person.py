"""Studio in the name of the person of a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lti.errors import N_, GrantError, ServiceNotConfigured
from lti.media.rights import person
from lti.media.studio_access import StudioAccess, StudioActor
from lti.model import Platform, StudioAccount, Viewer


@contextmanager
def acting_for(access: StudioAccess, viewer: Viewer, platform: Platform) -> Iterator[StudioActor]:
    """Speak for the person of a page.

    :raises NotAllowed: for an anonymous viewer, one of another platform, or one whom Studio does not know.
    :raises GrantError: when the person has not connected Studio, or no longer is.
    :raises ServiceNotConfigured: when it is the institution's own connection that is missing.
    """
    subject = person(viewer, platform)
    with blaming_the_right_one(access, platform), access.acting_for(platform, subject, viewer.email) as actor:
        yield actor


@contextmanager
def blaming_the_right_one(access: StudioAccess, platform: Platform) -> Iterator[None]:
    """Do not ask a person to connect Studio where one account acts for all: that one's consent is what is missing.

    :raises ServiceNotConfigured: in place of any other lack of consent, then.
    """
    try:
        yield
    except ServiceNotConfigured:
        raise
    except GrantError as error:
        studio = access.settings(platform)
        if studio is None or studio.account is StudioAccount.OWN:
            raise
        raise ServiceNotConfigured(
            str(error),
            message=N_("Your school's connection to Studio is missing or has ended."),
            next_step=N_("Ask your Canvas administrator to connect Studio on Cuedeck's administration page."),
        ) from error
