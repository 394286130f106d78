"""Serves a sandbox service: one process, as its world is in memory, and many threads."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.http import wsgi  # type: ignore[import-untyped]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})  # names that a request may call us by


def check_loopback(host: str) -> str:
    """Give ``host`` back if it is this machine alone.

    :raises ValueError: for every other address: people here log in by choosing a name.
    """
    if host == "localhost":
        return host
    try:
        loopback = ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(f"{host} is not a loopback address. The sandbox is for this machine only: use 127.0.0.1.")
    return host


def port_is_free(host: str, port: int) -> bool:
    """Tell whether a server can listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class _Response(wsgi.Response):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn's answer, dated as the application says: a service whose clock is wrong writes the wrong time."""

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        self._dates = [value for name, value in headers if name.lower() == "date"]
        super().process_headers(headers)

    def default_headers(self) -> list[str]:
        found: list[str] = super().default_headers()
        return [f"Date: {self._dates[-1]}\r\n" if self._dates and line.startswith("Date:") else line for line in found]


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn with threads, set up here rather than by files and environment."""

    def __init__(self, make: Callable[[], Flask], host: str, port: int, name: str, threads: int = 16) -> None:
        self._make = make
        self._settings: dict[str, Any] = {
            "bind": f"{check_loopback(host)}:{port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": threads,
            "keepalive": 30,
            "graceful_timeout": 2,
            "timeout": 0,  # a clip that is drawn, or a fault that waits, may take long
            "limit_request_line": 0,  # login initiations by GET are long
            "proc_name": name,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn our settings."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application, in the worker."""
        wsgi.Response = _Response
        return self._make()
