"""The API of the sandbox Studio, put together."""

from __future__ import annotations

from flask import Blueprint, Response

from sandbox.media.clips import ClipStore
from sandbox.studio.access import BASE, Api
from sandbox.studio.apidocs import add_apidocs_route
from sandbox.studio.captioning_api import add_captioning_routes
from sandbox.studio.captions_api import add_caption_routes
from sandbox.studio.collections_api import add_collection_routes
from sandbox.studio.config import StudioConfig
from sandbox.studio.courses_api import add_course_routes
from sandbox.studio.errors import StudioError, not_found
from sandbox.studio.faults import Faults
from sandbox.studio.media_api import add_media_routes
from sandbox.studio.playback_api import add_playback_routes
from sandbox.studio.search import add_search_route
from sandbox.studio.uploads_api import add_upload_routes
from sandbox.studio.users_api import add_user_routes
from sandbox.studio.world import World


def api_blueprint(world: World, faults: Faults, clips: ClipStore, config: StudioConfig) -> Blueprint:
    """Make everything under ``/api/public/v1``."""
    blueprint = Blueprint("api", __name__)
    authorization = f'Bearer user_id="{config.captioning_user}", token="{config.captioning_token}"'
    api = Api(world, faults, blueprint, clips, config.url, config.uploads_dir, authorization)
    add_user_routes(api)
    add_search_route(api)
    add_media_routes(api)
    add_playback_routes(api)
    add_upload_routes(api)
    add_caption_routes(api)
    add_captioning_routes(api)
    add_collection_routes(api)
    add_course_routes(api)
    add_apidocs_route(api)

    @blueprint.route(f"{BASE}/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def unknown(rest: str) -> Response:
        """Answer for all routes that this Studio does not have."""
        try:
            api.identify()
        except StudioError as error:
            return error.response()
        return not_found("page").response()

    return blueprint
