"""Our static files: read and compressed once, served from memory.

All of them together are some tens of kilobytes. Their addresses carry a hash of the whole set, so browsers may keep
them for ever, and a new version is never mixed with an old one. An address with another hash (the icon that Canvas
stored when the tool was installed, a page from before an update) still finds its file, but is kept for an hour only.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PREFIX: Final = "/static/"
_TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_FOR_AN_HOUR: Final = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file."""

    content: bytes
    compressed: bytes | None  # gzip; None where that is no gain
    content_type: str


class Assets:
    """All files below one folder."""

    def __init__(self, folder: Path) -> None:
        """Read and compress them."""
        digest = hashlib.sha256()
        self._files: dict[str, Asset] = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name, content = path.relative_to(folder).as_posix(), path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
            compressed = gzip.compress(content, 9, mtime=0)
            self._files[name] = Asset(
                content,
                compressed if len(compressed) < len(content) * 0.95 else None,
                _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
            )
        self.version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Give the address of a file by its name (``js/picker.js``), for templates."""
        return f"{PREFIX}{self.version}/{name}"

    @staticmethod
    def lasting_address(name: str) -> str:
        """Give an address that outlives this version, for who stores it."""
        return f"{PREFIX}-/{name}"

    def get(self, name: str) -> Asset | None:
        """Give a file by its name."""
        return self._files.get(name)

    def caching(self, version: str) -> str:
        """Say how long an address with this hash may be kept."""
        return _FOR_EVER if version == self.version else _FOR_AN_HOUR
