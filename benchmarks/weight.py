"""What a browser loads for each page, compressed, media aside."""

from __future__ import annotations

import gzip
import re
from urllib.parse import urljoin
from wsgiref.types import WSGIApplication

from benchmarks.installed import TOOL
from benchmarks.wire import call

_REFERENCES = re.compile(r'<(?:link|script|img|use)\b[^>]*?\b(?:href|src)="([^"#]+)"')
_IMPORTS = re.compile(r'\bimport\s*(?:[^"\';]*?\bfrom\s*)?["\'](\.[^"\']+)["\']')


def page_weight(app: WSGIApplication, page: bytes) -> int:
    """Give the bytes on the wire of a page, its styles, modules (followed through their imports) and pictures."""
    total = len(gzip.compress(page, 6))
    waiting = {urljoin(TOOL, address) for address in _REFERENCES.findall(page.decode())}
    seen: set[str] = set()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        if not address.startswith(TOOL):
            continue
        answer = call(app, "GET", address, headers={"Accept-Encoding": "gzip"})
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
        total += len(answer.body)
        packed = answer.header("content-encoding") == "gzip"
        text = (gzip.decompress(answer.body) if packed else answer.body).decode()
        if address.endswith(".js"):
            waiting |= {urljoin(address, each) for each in _IMPORTS.findall(text)} - seen
    return total
