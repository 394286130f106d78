"""The Studio tool as an institution has it installed: Canvas launches it for every Studio embed (reference 4.3)."""

from __future__ import annotations

import hashlib

from sandbox.canvas.school import School
from sandbox.canvas.tool import InstalledTool

ROW_ID = 23


def studio_tool(url: str, school: School) -> InstalledTool:
    """Describe the Studio at ``url``. Canvas finds it by the domain of the address that is launched."""
    config = {
        "title": "Studio",
        "target_link_uri": f"{url}/lti/launch",
        "oidc_initiation_url": f"{url}/lti/login",
        "redirect_uris": [f"{url}/lti/launch"],
        "custom_fields": {"canvas_course_id": "$Canvas.course.id"},
        "scopes": [],
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": url.partition("://")[2],
                "privacy_level": "public",
                "settings": {"placements": []},
            }
        ],
    }
    deployment = hashlib.sha1(b"sandbox studio deployment", usedforsecurity=False).hexdigest()
    return InstalledTool(ROW_ID, school.global_id(ROW_ID), f"{ROW_ID}:{deployment}", config)
