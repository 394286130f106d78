"""JSON answers."""

from __future__ import annotations

import json

from flask import Response


def json_response(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return Response(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        status,
        headers,
        content_type="application/json; charset=utf-8",
    )
