"""``GET /api/public/apidocs`` (reference 1.1): what this Studio's API has, as Swagger 2.0, for those with a token."""

from __future__ import annotations

import re
from typing import Any

from flask import Response

from sandbox.common.answers import json_response
from sandbox.studio.access import BASE, Api
from sandbox.studio.errors import StudioError


def add_apidocs_route(api: Api) -> None:
    """Register the route, after all others."""

    @api.blueprint.get("/api/public/apidocs")
    def apidocs() -> Response:
        """Describe the routes."""
        try:
            api.identify()
        except StudioError as error:
            return error.response()
        return json_response(
            {
                "swagger": "2.0",
                "info": {"title": "Studio", "version": "v1"},
                "basePath": BASE,
                "paths": _paths(api.rules),
            }
        )


def _paths(rules: list[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for method, rule in rules:
        names = re.findall(r"<(\w+)>", rule)
        parameters = [{"name": name, "in": "path", "required": True, "type": "string"} for name in names]
        path = re.sub(r"<(\w+)>", r"{\1}", rule)
        paths.setdefault(path, {})[method.lower()] = {"parameters": parameters, "responses": {}}
    return paths
