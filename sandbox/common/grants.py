"""What OAuth2 has given out: authorization codes and access tokens."""

from __future__ import annotations

import secrets
import string
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

CODE_SECONDS = 600
_ALPHABET = string.ascii_letters + string.digits


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@dataclass(frozen=True)
class Asked:
    """An authorization request that waits for the person's answer."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    challenge: str | None
    person_id: int


@dataclass(frozen=True)
class Code:
    """An authorization code: ten minutes, once."""

    asked: Asked
    expires_at: datetime


@dataclass
class AccessToken:
    """One row of access tokens. Refreshing rewrites it (Canvas) or ends it for another (Studio)."""

    client_id: str
    person_id: int
    scopes: frozenset[str]
    access: str
    refresh: str
    expires_at: datetime
    revoked: bool = False
    permanent_expires_at: datetime | None = None


@dataclass
class Grants:
    """Codes and tokens by what the client holds; thread-safe."""

    prefix: str = ""  # what every token begins with
    _asked: dict[str, Asked] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)
    _by_access: dict[str, AccessToken] = field(default_factory=dict)
    _by_refresh: dict[str, AccessToken] = field(default_factory=dict)
    _remembered: set[tuple[str, int]] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def ask(self, asked: Asked) -> str:
        """Keep a request while the person reads the consent page; give its number for the form."""
        with self._lock:
            number = _random(40)
            self._asked[number] = asked
            return number

    def take_asked(self, number: str) -> Asked | None:
        """Take the request that a consent form answers."""
        with self._lock:
            return self._asked.pop(number, None)

    def remember(self, client_id: str, person_id: int) -> None:
        """Skip consent for this client and person from now on."""
        with self._lock:
            self._remembered.add((client_id, person_id))

    def remembered(self, client_id: str, person_id: int) -> bool:
        """Tell whether consent may be skipped."""
        with self._lock:
            return (client_id, person_id) in self._remembered

    def make_code(self, asked: Asked, now: datetime) -> str:
        """Give a new authorization code."""
        with self._lock:
            code = _random(64)
            self._codes[code] = Code(asked, now + timedelta(seconds=CODE_SECONDS))
            return code

    def find_code(self, code: str, now: datetime) -> Code | None:
        """Find a code that is still good, without using it up."""
        with self._lock:
            found = self._codes.get(code)
            return found if found is not None and now < found.expires_at else None

    def use_code(self, code: str) -> bool:
        """Use a code up: true for exactly one caller."""
        with self._lock:
            return self._codes.pop(code, None) is not None

    def issue(self, asked: Asked, expires_at: datetime, *, replace: bool) -> AccessToken:
        """Make the token row of an accepted request; ``replace`` deletes the person's others of the same client."""
        with self._lock:
            if replace:
                for token in list(self._by_refresh.values()):
                    if (token.client_id, token.person_id) == (asked.client_id, asked.person_id):
                        self.revoke(token)
            token = AccessToken(
                asked.client_id, asked.person_id, frozenset(asked.scopes), self._token(), self._token(), expires_at
            )
            return self._keep(token)

    def renew(self, token: AccessToken, expires_at: datetime) -> AccessToken:
        """Rewrite the row with a new access token; the old one is unknown from here on."""
        with self._lock:
            self._by_access.pop(token.access, None)
            token.access, token.expires_at = self._token(), expires_at
            self._by_access[token.access] = token
            return token

    def rotate(self, token: AccessToken, expires_at: datetime) -> AccessToken | None:
        """End a row and give another in its place, with both tokens new; None if it has ended already."""
        with self._lock:
            if token.revoked:
                return None
            self.revoke(token)
            return self._keep(
                AccessToken(token.client_id, token.person_id, token.scopes, self._token(), self._token(), expires_at)
            )

    def find(self, access: str) -> AccessToken | None:
        """Find the row of an access token, expired and revoked ones included."""
        with self._lock:
            return self._by_access.get(access)

    def find_refresh(self, refresh: str) -> AccessToken | None:
        """Find the live row of a refresh token."""
        with self._lock:
            return self._by_refresh.get(refresh)

    def revoke(self, token: AccessToken) -> None:
        """Delete a row: its refresh token is unknown, its access token known as revoked."""
        with self._lock:
            token.revoked = True
            self._by_refresh.pop(token.refresh, None)

    def all(self) -> list[AccessToken]:
        """List the rows that are not revoked."""
        with self._lock:
            return list(self._by_refresh.values())

    def revoke_all(self) -> int:
        """Revoke every token, as an administrator who deletes the integration does; give how many."""
        with self._lock:
            tokens = self.all()
            for token in tokens:
                self.revoke(token)
            self._remembered.clear()
            return len(tokens)

    def expire_all(self, now: datetime) -> int:
        """End the hour of every access token now; refresh tokens stay good; give how many."""
        with self._lock:
            tokens = self.all()
            for token in tokens:
                token.expires_at = now
            return len(tokens)

    def remove_scope(self, scope: str) -> None:
        """Take a scope from every live token."""
        with self._lock:
            for token in self.all():
                token.scopes -= {scope}

    def _keep(self, token: AccessToken) -> AccessToken:
        self._by_access[token.access] = token
        self._by_refresh[token.refresh] = token
        return token

    def _token(self) -> str:
        return f"{self.prefix}{_random(64)}"
