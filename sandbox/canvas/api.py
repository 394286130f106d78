"""The REST API of the sandbox Canvas, put together."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from sandbox.canvas import api_errors
from sandbox.canvas.access import Api, presented_token
from sandbox.canvas.api_errors import ApiError
from sandbox.canvas.catalogue import Catalogue
from sandbox.canvas.faults import Faults
from sandbox.canvas.files_api import add_file_routes
from sandbox.canvas.media_api import add_media_routes
from sandbox.canvas.media_pages import add_media_pages
from sandbox.canvas.switchboard import Switchboard
from sandbox.canvas.throttle import Throttle
from sandbox.canvas.tracks_api import add_track_routes
from sandbox.canvas.world import World
from sandbox.common.misbehave import Answers, install
from sandbox.common.switchboard import add_switchboard_routes


def api_blueprint(world: World, faults: Faults) -> Blueprint:
    """Make the REST API, its web routes for media, and the controls under ``/sandbox``.

    Registering it also puts the faults and the request log on every request of the app.
    """
    blueprint = Blueprint("api", __name__)
    blueprint.record_once(lambda state: _install(state, faults))
    api = Api(world, faults, blueprint, Catalogue(world), Throttle(faults.behaviour))
    add_media_routes(api)
    add_track_routes(api)
    add_file_routes(api)
    add_media_pages(api)
    add_switchboard_routes(blueprint, Switchboard(world, faults), faults)

    @blueprint.route("/api/v1/<path:rest>", methods=["GET", "POST", "PUT", "DELETE"])
    def unknown(rest: str) -> Response:
        """Answer for all routes that this Canvas does not have."""
        del rest
        try:
            if presented_token() is not None:
                api.identify()
        except ApiError as error:
            return error.response()
        return api_errors.not_found().response()

    return blueprint


def _install(state: BlueprintSetupState, faults: Faults) -> None:
    answers = Answers(api_errors.error_page, api_errors.throttled, lambda: api_errors.invalid_token().response())
    install(state.app, faults, answers)  # type: ignore[arg-type]  # flask types it as its I/O-free base
