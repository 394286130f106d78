"""A transport for addresses that come from outside: it connects to public hosts only.

An address that somebody else chose could lead into our own network (a database, a cloud's metadata service). The host
is looked up here, every address that it has is checked, and the connection goes to a checked address: looking it up a
second time could give another answer. The certificate is still that of the host's name.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import httpx

Resolver: TypeAlias = Callable[[str], Sequence[str]]

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


class NotPublic(httpx.TransportError):
    """Raised when a host lies on a private network."""


def resolve(host: str) -> Sequence[str]:
    """Look up all addresses of a host.

    :raises OSError: it has none, or the look-up failed.
    """
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """Tell whether an IP address is reached over the internet, also where it is an IPv4 one in IPv6's clothes."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


class PublicTransport(httpx.BaseTransport):
    """Wraps a transport; sends to public addresses, and to the hosts that the installation names."""

    def __init__(self, inner: httpx.BaseTransport, named_hosts: frozenset[str], resolver: Resolver = resolve) -> None:
        """Guard a transport.

        :param named_hosts: hosts that may be anywhere.
        :param resolver: looks up a host's addresses.
        """
        self._inner = inner
        self._named = named_hosts
        self._resolve = resolver

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, to the address that was checked.

        :raises NotPublic: any of the host's addresses is private.
        :raises httpx.ConnectError: the host has no address.
        """
        host = request.url.host
        if host in self._named:
            return self._inner.handle_request(request)
        try:
            addresses = self._resolve(host)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"no address for this host: {error}", request=request) from error
        if not addresses or not all(map(is_public, addresses)):
            raise NotPublic("the host is not on the public network", request=request)
        for address in addresses[:-1]:
            with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):  # IPv6 that leads nowhere, mostly
                return self._send_to(address, request)
        return self._send_to(addresses[-1], request)

    def _send_to(self, address: str, request: httpx.Request) -> httpx.Response:
        fixed = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,  # Host stays the name
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        return self._inner.handle_request(fixed)

    def close(self) -> None:
        """Close the wrapped transport's connections."""
        self._inner.close()
