"""What can be ordered from a captioning service, checked before Studio is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lti.errors import N_, InputError
from lti.remote import ServiceType
from lti.remote.language import UNDETERMINED, bcp47

_KEY: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.~-]{0,127}", re.ASCII)


def checked_service_type(wanted: ServiceType) -> ServiceType:
    """Give a service type as Studio takes it (``studio.md`` 2.6).

    :raises InputError: naming what is missing or wrong.
    """
    key, label, description = wanted.key.strip(), wanted.label.strip(), wanted.description.strip()
    if not _KEY.fullmatch(key):
        raise InputError(
            "no key",
            message=N_("The key may have letters without accents, digits, and - _ . ~ in it, and nothing else."),
            next_step=N_("Enter one such as standard-3-days."),
        )
    if not label or not description:
        raise InputError(
            "no label or description",
            message=N_("Studio wants a name and a description for each service type."),
            next_step=N_("Fill in both."),
        )
    return replace(wanted, key=key, label=label, description=description, languages=_languages(wanted.languages))


def _languages(given: Sequence[str]) -> tuple[str, ...]:
    tags = []
    for each in filter(None, (text.strip() for text in given)):
        tag = bcp47(each)
        if tag == UNDETERMINED:
            raise InputError(
                "no language",
                message=N_("“%(tag)s” is not a language tag."),
                next_step=N_("Enter tags such as en, pt-BR or es-419, with commas between them."),
                values={"tag": each[:40]},
            )
        tags.append(tag)
    return tuple(dict.fromkeys(tags))
