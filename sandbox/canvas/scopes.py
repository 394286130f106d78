"""The OAuth2 scopes of the routes that this Canvas has (reference 1.2, 1.12, 6.4)."""

from __future__ import annotations

MEDIA_SCOPES = (
    "url:GET|/api/v1/media_objects",
    "url:GET|/api/v1/courses/:course_id/media_objects",
    "url:GET|/api/v1/groups/:group_id/media_objects",
    "url:GET|/api/v1/media_attachments",
    "url:GET|/api/v1/courses/:course_id/media_attachments",
    "url:GET|/api/v1/groups/:group_id/media_attachments",
    "url:PUT|/api/v1/media_objects/:media_object_id",
    "url:PUT|/api/v1/media_attachments/:attachment_id",
    "url:GET|/api/v1/media_objects/:media_object_id/media_tracks",
    "url:GET|/api/v1/media_attachments/:attachment_id/media_tracks",
    "url:PUT|/api/v1/media_objects/:media_object_id/media_tracks",
    "url:PUT|/api/v1/media_attachments/:attachment_id/media_tracks",
)
FILE_SCOPES = (
    "url:GET|/api/v1/users/:user_id/files",
    "url:GET|/api/v1/courses/:course_id/files",
    "url:GET|/api/v1/groups/:group_id/files",
    "url:GET|/api/v1/files/:id",
    "url:GET|/api/v1/files/:id/public_url",
)
ALL_SCOPES = frozenset(MEDIA_SCOPES + FILE_SCOPES)


def scope_of(method: str, rule: str) -> str:
    """Write the scope of a route: HEAD counts as GET, flask's ``<name>`` is Canvas's ``:name``."""
    path = rule.replace("<", ":").replace(">", "")
    return f"url:{'GET' if method == 'HEAD' else method}|{path}"
