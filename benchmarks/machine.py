"""What the figures were measured on, without what would tell whose machine it is."""

from __future__ import annotations

import os
import platform
import ssl
from importlib.metadata import version
from pathlib import Path

import psycopg

from benchmarks.databases import SERVER

_PACKAGES = ("flask", "gunicorn", "pylti1p3", "sqlalchemy", "psycopg", "httpx", "msgspec", "cryptography")


def machine() -> dict[str, str]:
    """Describe processor, memory, system and versions."""
    return {
        "processor": f"{os.cpu_count()} x {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "openssl": ssl.OPENSSL_VERSION,
        "postgresql": _postgresql(),
        **{name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _postgresql() -> str:
    try:
        with psycopg.connect(SERVER, connect_timeout=3) as server:
            return str(server.info.parameter_status("server_version"))
    except psycopg.OperationalError:
        return "none"
