"""Whether the addresses in a platform's description belong together (``reference/canvas.md`` 2.5, 5.2).

The description comes from an address that anybody may have written. Left unchecked it could pair the real Canvas's
issuer with somebody else's keys, or have people send their consent to a host that is not their school's.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Final

import httpx

from lti.errors import RegistrationDistrusted

from .addresses import same_origin
from .registration_json import Description

# Hosted Canvas: one issuer and one host of endpoints for all schools; the schools' own hosts differ.
HOSTED: Final = {
    "https://sso.canvaslms.com": "https://canvas.instructure.com",
    "https://sso.beta.canvaslms.com": "https://canvas.beta.instructure.com",
    "https://sso.test.canvaslms.com": "https://canvas.test.instructure.com",
}
_HOSTED_DOMAIN: Final = ".instructure.com"
_DOMAIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)


def is_hosted(address: str | httpx.URL) -> bool:
    """Tell whether an address is one of hosted Canvas's own, which gives each school its own description."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return False
    return url.scheme == "https" and url.port is None and (
        f"https://{url.host}" in HOSTED or url.host.endswith(_HOSTED_DOMAIN)
    )  # fmt: skip


def check_hosts(described: Description, asked: httpx.URL, allows: Callable[[httpx.URL], bool]) -> Description:
    """Check a description, and tell where its Canvas is.

    Hosted Canvas: the endpoints are on its host for them, the rest at hosted Canvas or the school. Any other Canvas:
    everything is on the one host that was asked. The issuer proves nothing by itself: Canvas that a school runs itself
    has, unless somebody changed it, that of hosted Canvas.

    :param asked: the address that the description was fetched from.
    :param allows: whether an address may be asked at all (https).
    :returns: it, with ``canvas_url``.
    :raises RegistrationDistrusted: naming, for the log, what does not fit.
    """
    issuer = _url("issuer", described.issuer, allows)
    if issuer.query or issuer.fragment:
        raise RegistrationDistrusted("the issuer has a query or a fragment")
    endpoints = _url("authorization_endpoint", described.authorization_url, allows)
    registration = _url("registration_endpoint", described.registration_url, allows)
    for name, value in (("token_endpoint", described.token_url), ("jwks_uri", described.jwks_url)):
        if not same_origin(_url(name, value, allows), endpoints):
            raise RegistrationDistrusted(f"{name} and authorization_endpoint are on different hosts")
    canvas = _canvas(described, registration, allows)
    hosted_issuer = HOSTED.get(_origin(endpoints))
    for name, url in (("openid_configuration", asked), ("registration_endpoint", registration)):
        if hosted_issuer is None:
            if not same_origin(url, endpoints):
                raise RegistrationDistrusted(f"{name} and authorization_endpoint are on different hosts")
        elif not is_hosted(url) and not same_origin(url, canvas):
            raise RegistrationDistrusted(f"{name} is on a host that belongs neither to hosted Canvas nor to the school")
    if hosted_issuer is None:
        if not same_origin(canvas, endpoints):
            raise RegistrationDistrusted("account_domain and authorization_endpoint are on different hosts")
    elif described.issuer.rstrip("/") != hosted_issuer:
        raise RegistrationDistrusted("the issuer is not that of the endpoints' host")
    elif _origin(canvas) in HOSTED:
        raise RegistrationDistrusted("nothing tells which school of hosted Canvas this is")
    return dataclasses.replace(described, canvas_url=_origin(canvas))


def _canvas(described: Description, registration: httpx.URL, allows: Callable[[httpx.URL], bool]) -> httpx.URL:
    domain = described.account_domain
    if domain is None:
        return registration
    if not _DOMAIN.fullmatch(domain):
        raise RegistrationDistrusted("account_domain is no host")
    return _url("account_domain", f"{registration.scheme}://{domain}", allows)


def _url(name: str, value: str, allows: Callable[[httpx.URL], bool]) -> httpx.URL:
    try:
        url = httpx.URL(value)
    except httpx.InvalidURL as error:
        raise RegistrationDistrusted(f"{name} is no address: {error}") from None
    if not allows(url) or url.userinfo or not value.isascii() or not value.isprintable() or "\\" in value:
        raise RegistrationDistrusted(f"{name} is no https address")
    return url


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
