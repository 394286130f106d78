"""Our own tokens: the bearer token of a page, and small signed values that travel in addresses.

Both are signed with keys derived from the installation's secrets (HKDF, a label for each use, our own address in it),
so a token of one kind, or of another installation, can never pass for one of the other. Secrets rotate: the first one
signs, all of them verify.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from lti.errors import AddressExpired, NotFound, SessionExpired, SessionMissing, TooLarge
from lti.model import Viewer
from lti.protocol.macs import decode64, derive, encode64, mac

_VERSION: Final = 1  # of the session claims; another version means that the page must be opened again
_LONGEST_SESSION: Final = 12 * 3600  # seconds from the launch until a page must be opened again, renewed or not
_LARGEST_SESSION: Final = 6 * 1024  # characters; servers take about 8 KB for all headers
_LARGEST_SIGNED: Final = 64 * 1024  # characters
_STEP: Final = 300  # seconds


class _Session(msgspec.Struct, frozen=True):
    """What a bearer token says. Claims that a later version adds are skipped."""

    v: int
    iat: int
    exp: int
    auth_time: int
    viewer: Viewer


class _Signed(msgspec.Struct, frozen=True, array_like=True):
    expires_at: int
    payload: dict[str, Any]


class Tokens:
    """Issues and reads both kinds."""

    def __init__(self, secret_keys: Sequence[str], base_url: str, clock: Callable[[], datetime]) -> None:
        """Derive the keys.

        :param secret_keys: the installation's secrets, newest first.
        :param base_url: our own origin: tokens of another installation are not ours.
        """
        sessions = [derive(secret, f"session {base_url}") for secret in secret_keys]
        # Each key has one header only. Read by comparing, not by parsing: no header can choose an algorithm.
        self._sessions = {_header(key): key for key in sessions}
        self._session_header = _header(sessions[0])
        self._addresses = tuple(derive(secret, f"address {base_url}") for secret in secret_keys)
        self._clock = clock

    def issue(self, viewer: Viewer, seconds: int) -> str:
        """Make the bearer token of a page that was just launched.

        :param seconds: life of the token; it can be renewed while the page is open.
        :raises TooLarge: if the viewer's identifiers are too long to travel in a header.
        """
        now = self._now()
        return self._encode(_Session(_VERSION, now, now + seconds, now, viewer))

    def viewer(self, token: str) -> Viewer:
        """Tell whose page a bearer token belongs to.

        :raises SessionMissing: if this is not a token of ours.
        :raises SessionExpired: if it was one, and its time is over.
        """
        return self._decode(token).viewer

    def renew(self, token: str, seconds: int, viewer: Viewer | None = None) -> str:
        """Exchange a token that still holds for one that holds longer, up to twelve hours after the launch.

        :param viewer: for another page that the first one leads to; without it the same page's.
        :raises SessionMissing: if this is not a token of ours.
        :raises SessionExpired: if its time, or the twelve hours, are over.
        """
        session = self._decode(token)
        now = self._now()
        last = session.auth_time + _LONGEST_SESSION
        if now >= last:
            raise SessionExpired("twelve hours since the launch")
        expires_at = min(now + seconds, last)
        return self._encode(msgspec.structs.replace(session, iat=now, exp=expires_at, viewer=viewer or session.viewer))

    def sign(self, purpose: str, payload: Mapping[str, Any], seconds: int) -> str:
        """Sign a small value for use in an address, or to be handed back by a page.

        The expiry is rounded up to the next five minutes, so that the same value gives the same address for a while and
        browsers can cache what it leads to.

        :param purpose: what it may be used for; part of what is signed.
        :param payload: values that JSON can hold.
        :param seconds: the least time for which it holds.
        :return: URL-safe text.
        :raises TooLarge: if it grew over 64 KB.
        """
        expires_at = math.ceil((self._clock().timestamp() + seconds) / _STEP) * _STEP
        body = encode64(msgspec.json.encode([expires_at, payload], order="sorted"))
        if len(body) > _LARGEST_SIGNED:
            raise TooLarge(f"{len(body)} characters for {purpose}")
        return f"{body}.{_mac(self._addresses[0], purpose, body)}"

    def read(self, purpose: str, token: str) -> dict[str, Any]:
        """Read a value that was signed for the same purpose.

        :raises NotFound: if we did not sign this for this purpose: from outside, as if there were no such address.
        :raises AddressExpired: if its time is over.
        """
        body, _, given = token.partition(".")
        if len(body) > _LARGEST_SIGNED or not token.isascii():
            raise NotFound("no signed value")
        if not any(hmac.compare_digest(_mac(key, purpose, body), given) for key in self._addresses):
            raise NotFound("not signed by us for this purpose")
        signed = _SIGNED.decode(decode64(body))
        if signed.expires_at <= self._clock().timestamp():
            raise AddressExpired("a signed value is over")
        return signed.payload

    def _encode(self, session: _Session) -> str:
        header = self._session_header
        signed = f"{header}.{encode64(msgspec.json.encode(session, order='sorted'))}"
        token = f"{signed}.{_hs256(self._sessions[header], signed)}"
        if len(token) > _LARGEST_SESSION:
            raise TooLarge(f"a bearer token of {len(token)} characters")
        return token

    def _decode(self, token: str) -> _Session:
        if not token or len(token) > _LARGEST_SESSION or not token.isascii():
            raise SessionMissing("no bearer token")
        signed, _, given = token.rpartition(".")
        header, _, payload = signed.partition(".")
        key = self._sessions.get(header)
        if key is None or not hmac.compare_digest(_hs256(key, signed), given):
            raise SessionMissing("not a token of ours")
        try:
            session = _SESSION.decode(decode64(payload))
        except msgspec.MsgspecError as error:
            raise SessionExpired(f"a token of another version: {error}") from error
        if session.v != _VERSION or session.exp <= self._now():
            raise SessionExpired("the token is over")
        return session

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _key_id(key: bytes) -> str:
    return encode64(hashlib.sha256(b"kid" + key).digest()[:6])


def _header(key: bytes) -> str:
    return encode64(msgspec.json.encode({"alg": "HS256", "kid": _key_id(key), "typ": "JWT"}))


def _hs256(key: bytes, signed: str) -> str:
    return encode64(mac(key, signed.encode()))


def _mac(key: bytes, purpose: str, body: str) -> str:
    # The purpose cannot run into the body: base64url text holds no line break.
    return _hs256(key, f"{purpose}\n{body}")


_SESSION: Final = msgspec.json.Decoder(_Session)
_SIGNED: Final = msgspec.json.Decoder(_Signed)
