"""Our one way out: a pooled httpx client with every limit set.

Shared by all threads and all persons, so it keeps nothing that belongs to one of them: no cookies, no credentials.
"""

from __future__ import annotations

import enum
import functools
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from lti.errors import ConfigurationError, CuedeckError, RemoteNonsense, UploadDataLost
from lti.meter import Meter

from . import errors
from .bulkheads import Bulkheads
from .public import PublicTransport, Resolver, resolve
from .retry import Patience
from .transport import LIMIT, SECONDS, BoundedTransport

USER_AGENT = "Cuedeck/0.1 (LTI tool)"
ANSWER_BYTES = 8 << 20  # a page of 100 media with tracks and sources is well under 1 MiB
_CONNECT_SECONDS = 3.0
_STORAGE_SECONDS = 120.0  # that a storage may take for one part of a file, or for its answer
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=20.0)


class Repeat(enum.Enum):
    """Whether a call may be tried again."""

    FREELY = enum.auto()
    ONLY_IF_UNTOUCHED = enum.auto()  # it has effects that do not stand a second time


class NoToken(Exception):
    """Carries an error of the token source past our patience: renewing has had patience of its own."""

    def __init__(self, error: CuedeckError) -> None:
        """Wrap the error."""
        super().__init__(str(error))
        self.error = error


class Http:
    """Sends requests; every failure comes out as one of our errors."""

    def __init__(
        self, client: httpx.Client, insecure_hosts: frozenset[str], patience: Patience, bulkheads: Bulkheads
    ) -> None:
        """Take what :func:`make_client` made."""
        self._client = client
        self._bulkheads = bulkheads
        self._insecure_hosts = insecure_hosts
        self._patience = patience

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Sequence[tuple[str, str]] = (),
        form: Mapping[str, str] | None = None,
        json: Mapping[str, object] | Sequence[Mapping[str, object]] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        accept: str = "application/json",
        auth: httpx.Auth | None = None,
        limit: int = ANSWER_BYTES,
        repeat: Repeat = Repeat.FREELY,
        judge: Callable[[httpx.Response], None] = errors.judge,
    ) -> httpx.Response:
        """Send a request and give its answer, completely read. Redirects are not followed.

        :param params: added to the address's query.
        :param form: sent as a form body.
        :param json: sent as a JSON body.
        :param files: sent as a multipart body, with ``form``: name of the file, its bytes, its type.
        :param limit: most bytes of the answer, decoded.
        :param repeat: whether it may be sent again after a passing failure.
        :param judge: raises what an answer stands for; those it passes are given back.
        :raises ConfigurationError: plain http to a host that is not named as insecure.
        :raises HostBusy: too many threads of this process wait for the host.
        :raises RemoteError: no (usable) answer, or what ``judge`` raised.
        """
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise RemoteNonsense(f"not an address: {error}") from None
        self._check(address)

        def attempt() -> httpx.Response:
            request = self._client.build_request(
                method,
                address,
                params=list(params) or None,
                data=form,
                json=json,
                files=files,
                headers={"Accept": accept},
                extensions={LIMIT: limit},
            )
            try:
                response = self._bulkheads.watch(address, lambda: self._client.send(request, auth=auth))
            except httpx.HTTPError as error:
                raise errors.transport_error(error, errors.where(request)) from error
            except httpx.InvalidURL as error:
                raise errors.bad_redirect(error, errors.where(request)) from error
            except CuedeckError as error:
                raise NoToken(error) from error
            judge(response)
            return response

        with self._bulkheads.busy_with(address):
            try:
                return self._patience.repeat(attempt) if repeat is Repeat.FREELY else self._patience.once(attempt)
            except NoToken as failure:
                raise failure.error from failure.error.__cause__

    def put(
        self,
        url: str,
        length: int,
        content: Iterator[bytes],
        *,
        seconds: float,
        judge: Callable[[httpx.Response], None],
    ) -> None:
        """Send a file to an address that was signed for it: its bytes and their number, and no header that may matter.

        It is never sent again by itself: the content is read once.

        :param length: of the content, in bytes.
        :param content: is read as it is sent; what it raises comes out as it is.
        :param seconds: for all of it.
        :raises ConfigurationError: plain http to a host that is not named as insecure.
        :raises UploadDataLost: the content has another length.
        :raises RemoteError: no answer, or what ``judge`` raised.
        """
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise RemoteNonsense(f"not an address: {error}") from None
        self._check(address)
        usual = self._client.timeout
        request = self._client.build_request(
            "PUT",
            address,
            content=_exactly(content, length),
            headers={"Content-Length": str(length)},
            # A storage may stop to breathe, and looks at a large file as a whole before it says that it has it.
            timeout=httpx.Timeout(_STORAGE_SECONDS, connect=usual.connect, pool=usual.pool),
        )
        for name in ("Accept", "Accept-Encoding", "User-Agent"):
            del request.headers[name]
        request.extensions = {**request.extensions, LIMIT: ANSWER_BYTES, SECONDS: seconds}
        try:
            response = self._client.send(request)
        except httpx.HTTPError as error:
            raise errors.transport_error(error, errors.where(request)) from error
        except httpx.InvalidURL as error:
            raise errors.bad_redirect(error, errors.where(request)) from error
        judge(response)

    def busy_with(self, url: str) -> AbstractContextManager[None]:
        """Be counted as busy with an address's host while waiting for another's call to it.

        :raises HostBusy: when entered, if too many threads of this process are.
        """
        return self._bulkheads.busy_with(url)

    def allows(self, url: httpx.URL) -> bool:
        """Whether an address may be asked: https, or http to a host that the installation names."""
        return bool(url.host) and (url.scheme == "https" or (url.scheme == "http" and url.host in self._insecure_hosts))

    def _check(self, url: httpx.URL) -> None:
        if not self.allows(url):
            raise ConfigurationError(
                f"{url.scheme}://{url.host} is not asked: use https, or name the host in CUEDECK_INSECURE_HOSTS"
            )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


def _exactly(content: Iterator[bytes], length: int) -> Iterator[bytes]:
    sent = 0
    for piece in content:
        sent += len(piece)
        if sent > length:
            break
        yield piece
    if sent != length:
        raise UploadDataLost(f"{sent} bytes where {length} were announced")


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Read the certificates that we trust, once in a process: it takes longer than all else that a client needs."""
    return httpx.create_ssl_context()  # SSL_CERT_FILE and SSL_CERT_DIR count


def make_client(
    *,
    timeout: float,
    insecure_hosts: frozenset[str] = frozenset(),
    transport: httpx.BaseTransport | None = None,
    public_only: bool = False,
    resolver: Resolver = resolve,
    bulkheads: Bulkheads | None = None,
    sleep: Callable[[float], None] = time.sleep,
    ticks: Callable[[], float] = time.monotonic,
    meter: Meter | None = None,
) -> Http:
    """Make the client that a process shares.

    :param timeout: seconds for one whole answer.
    :param insecure_hosts: hosts that may be asked over plain http (the sandbox's).
    :param transport: what really sends; a fake in tests.
    :param public_only: no host on a private network is asked (but for ``insecure_hosts``): where addresses come from
        outside.
    :param resolver: looks up a host's addresses.
    :param bulkheads: of the process, where it has several clients; otherwise the client has its own.
    :param sleep: waits between tries.
    :param ticks: measures the timeout.
    :param meter: is told of each call.
    """
    # httpx logs each request's whole address, whose query may hold verifiers and what people searched for.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    if transport is None:
        # Connections to fixed addresses are not kept: the next host at that address must show its own certificate.
        limits = httpx.Limits(max_keepalive_connections=0) if public_only else _LIMITS
        transport = httpx.HTTPTransport(verify=_certificates(), limits=limits)
    if public_only:
        transport = PublicTransport(transport, insecure_hosts, resolver)
    client = httpx.Client(
        transport=BoundedTransport(transport, timeout, ticks, meter),
        timeout=httpx.Timeout(timeout, connect=min(_CONNECT_SECONDS, timeout), pool=min(_CONNECT_SECONDS, timeout)),
        headers={"User-Agent": USER_AGENT},
        # Canvas sets session cookies on API answers; kept, one person's session would travel with another's request.
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,  # no credentials from a .netrc, no surprise proxy
    )
    return Http(client, insecure_hosts, Patience(sleep), bulkheads or Bulkheads())
