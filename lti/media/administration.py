"""What administrators decide for their institution, checked before it is kept.

Secrets go in and never come out. A secret belongs to where it is sent: another host, or another key, needs it entered
again, so that nobody who may change a setting can have the stored secret sent to a host of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lti.errors import N_, InputError
from lti.model import ApiKey, CaptioningHeader, GrantService, Institution, Platform, StudioAccount, StudioSettings
from lti.remote import Resolver, is_public_host, resolve, split_host
from lti.store import Store

_PERSON: Final = re.compile(r"[0-9]{1,20}|[^@\s]{1,64}@[^@\s]{1,190}", re.ASCII)
_MOST_STAFF: Final = 500
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}", re.ASCII)
_VALUE: Final = re.compile(r"[!-~](?:[ -~]{0,1998}[!-~])?", re.ASCII)
_NOT_OURS: Final = frozenset(  # what says how a message is sent, or to whom
    {"host", "connection", "content-length", "content-type", "transfer-encoding", "te", "upgrade", "cookie", "accept"}
)
_WORD: Final = re.compile(r"[!-~]{1,255}", re.ASCII)  # one word: ids and secrets of developer keys are nothing else


class KeyInvalid(InputError):
    """Raised when the id of a key cannot be one."""

    code = "key_invalid"
    message = N_("This is not the number of a key.")
    next_step = N_("Copy the id of the key as it is shown, without anything around it.")


class SecretNeeded(InputError):
    """Raised when a secret has to be entered: there is none yet, or it belongs to another key or host."""

    code = "secret_needed"
    message = N_("Enter the secret of this key.")
    next_step = N_("It stands beside the key where the key was made. One that was entered for another key is not used.")


class HostInvalid(InputError):
    """Raised when a Studio host is no host name, or none that may be asked."""

    code = "host_invalid"
    message = N_("This is not a host name.")
    next_step = N_("Enter it without https:// and without anything after it, like school.instructuremedia.com.")


class PersonInvalid(InputError):
    """Raised when an entry of the captioning staff is neither a Canvas user id nor an e-mail address."""

    code = "person_invalid"
    message = N_("“%(person)s” is neither a Canvas user id nor an e-mail address.")
    next_step = N_("Enter a number such as 4711, or an address such as rosa@school.edu.")


class HeaderInvalid(InputError):
    """Raised when the header of a captioning service cannot be one, or has no value."""

    code = "header_invalid"
    message = N_("This is not a header with its value.")
    next_step = N_("Enter the name, such as Authorization, and the whole value as the captioning service gave it.")


class Administration:
    """The decisions."""

    def __init__(self, store: Store, insecure_hosts: frozenset[str], resolver: Resolver = resolve) -> None:
        """Take the parts.

        :param insecure_hosts: hosts that may be anywhere, and be reached over http.
        :param resolver: looks up a host's addresses.
        """
        self._store = store
        self._insecure_hosts = insecure_hosts
        self._resolve = resolver

    def institution(self, platform: Platform) -> Institution:
        """Give what was decided so far."""
        return self._store.institutions.get(platform.id, fresh=True)

    def has_service_account(self, platform: Platform) -> bool:
        """Whether somebody consented for the service account. Whether Studio still honours it, the checks tell."""
        return self._store.grants.get(platform.id, "", GrantService.STUDIO_SERVICE) is not None

    def set_canvas_key(self, platform: Platform, key_id: str, secret: str | None) -> None:
        """Set the Canvas API key.

        :param secret: None keeps the one that is there, for the same key.
        :raises KeyInvalid: that cannot be an id.
        :raises SecretNeeded: without a secret for this key.
        """
        before = platform.canvas_key
        self._store.platforms.set_key(platform.id, _key(key_id, secret, before))
        if before is not None and before.id != key_id.strip():
            self._store.grants.forget_all(platform.id, GrantService.CANVAS)  # consents were given to the other key

    def remove_canvas_key(self, platform: Platform) -> None:
        """Take the Canvas API key away, and the consents that were given to it."""
        self._store.platforms.set_key(platform.id, None)
        self._store.grants.forget_all(platform.id, GrantService.CANVAS)

    def set_studio(
        self, platform: Platform, *, host: str, key_id: str, secret: str | None, account: StudioAccount
    ) -> None:
        """Set the institution's Studio.

        :param secret: None keeps the one that is there, for the same key at the same host.
        :raises HostInvalid: that is no host that may be asked.
        :raises KeyInvalid: that cannot be an id.
        :raises SecretNeeded: without a secret for this key.
        """
        before = self.institution(platform).studio
        host = self._checked_host(host)
        same_host = before is not None and before.host == host
        key = _key(key_id, secret, before.key if before and same_host else None)
        self._store.institutions.save_studio(platform.id, StudioSettings(host, key, account))
        if before is None:
            return
        if not same_host:
            self.remove_captioning_header(platform)  # a secret belongs to where it is sent
        if not same_host or before.key.id != key.id:
            self._store.grants.forget_all(platform.id, GrantService.STUDIO)
        if not same_host or before.key.id != key.id or account is not StudioAccount.SERVICE:
            self._store.grants.forget_all(platform.id, GrantService.STUDIO_SERVICE)

    def remove_studio(self, platform: Platform) -> None:
        """Take the Studio away, and the consents and the captioning header that were given for it."""
        self._store.institutions.save_studio(platform.id, None)
        self.remove_captioning_header(platform)
        self._store.grants.forget_all(platform.id, GrantService.STUDIO)
        self._store.grants.forget_all(platform.id, GrantService.STUDIO_SERVICE)

    def set_staff(self, platform: Platform, people: Iterable[str]) -> None:
        """Set who is captioning staff.

        :raises PersonInvalid: naming the entry that cannot be a person.
        """
        entries = list(dict.fromkeys(person.strip().lower() for person in people))
        if len(entries) > _MOST_STAFF:
            raise InputError(
                f"{len(entries)} people",
                message=N_("There can be at most %(count)s people."),
                next_step=N_("Remove some first."),
                values={"count": _MOST_STAFF},
            )
        for entry in entries:
            if not _PERSON.fullmatch(entry):
                raise PersonInvalid("an entry of the staff", values={"person": entry[:100]})
        self._store.institutions.save_staff(platform.id, entries)

    def set_captioning_header(self, platform: Platform, name: str, value: str | None) -> None:
        """Set what the captioning service sends to Studio in place of a person's token.

        :param value: None keeps the one that is there, for the same name.
        :raises HeaderInvalid: that cannot be sent, or there is no value yet.
        """
        before = self.institution(platform).captioning_header
        name, value = name.strip(), (value or "").strip()
        if not value and before is not None and before.name == name:
            return
        if not _HEADER.fullmatch(name) or name.lower() in _NOT_OURS or not _VALUE.fullmatch(value):
            raise HeaderInvalid("no header")
        self._store.institutions.save_captioning_header(platform.id, CaptioningHeader(name, value))

    def remove_captioning_header(self, platform: Platform) -> None:
        """Take the captioning service's header away."""
        self._store.institutions.save_captioning_header(platform.id, None)

    def set_privacy(self, platform: Platform, *, use_email: bool) -> None:
        """Set whether e-mail addresses may be used to find people's Studio accounts."""
        self._store.institutions.save_privacy(platform.id, use_email=use_email)

    def _checked_host(self, text: str) -> str:
        parts = split_host(text.strip())
        if parts is None:
            raise HostInvalid("no host name")
        name, port = parts
        if name in self._insecure_hosts:
            return name if port is None else f"{name}:{port}"
        if port is not None or "." not in name:
            raise HostInvalid("a port, or no dot")
        try:
            public = is_public_host(name, self._resolve)
        except (OSError, UnicodeError):
            raise HostInvalid(
                "no address for this host",
                message=N_("There is no host of this name."),
                next_step=N_("Compare it with the address of your Studio."),
            ) from None
        if not public:
            raise HostInvalid(
                "not on the public network",
                message=N_("This host is not on the public network, so it is not asked."),
                next_step=N_("Compare it with the address of your Studio."),
            )
        return name


def _key(key_id: str, secret: str | None, before: ApiKey | None) -> ApiKey:
    key_id, secret = key_id.strip(), (secret or "").strip()
    if not _WORD.fullmatch(key_id):
        raise KeyInvalid("not one word")
    if secret:
        if not _WORD.fullmatch(secret):
            raise SecretNeeded(
                "not one word",
                message=N_("This is not the secret of a key."),
                next_step=N_("Copy it as it is shown, without anything around it."),
            )
        return ApiKey(key_id, secret)
    if before is None or before.id != key_id:
        raise SecretNeeded("no secret for this key")
    return before
