"""The sandbox Studio as one Flask application."""

from __future__ import annotations

import shutil
from urllib.parse import urlsplit

from flask import Flask, Response, abort, render_template, request

from sandbox.common.misbehave import Answers, install
from sandbox.common.server import LOOPBACK
from sandbox.media.clips import ClipStore
from sandbox.studio import home
from sandbox.studio.api import api_blueprint
from sandbox.studio.config import StudioConfig
from sandbox.studio.errors import any_error, throttled, unauthorized
from sandbox.studio.faults import Faults
from sandbox.studio.files import files_blueprint
from sandbox.studio.lti import Fetch, Launches, fetch_json, lti_blueprint
from sandbox.studio.oauth import oauth_blueprint
from sandbox.studio.seed import build_world
from sandbox.studio.session import current_user
from sandbox.studio.storage import STORAGE, Refused, storage_blueprint
from sandbox.studio.switchboard import switchboard_blueprint
from sandbox.studio.world import World


def create_studio(
    config: StudioConfig, world: World | None = None, faults: Faults | None = None, fetch: Fetch = fetch_json
) -> Flask:
    """Build the application over a world that the caller may keep a hand on, or over a fresh one.

    ``app.extensions`` holds ``world``, ``faults`` and ``clips``.

    :param fetch: reads the key set of Canvas.
    """
    clips = ClipStore(config.clips_dir)
    shutil.rmtree(config.uploads_dir, ignore_errors=True)
    world = world or build_world(config)
    faults = faults or Faults(clock=world.now)
    app = Flask(__name__, static_url_path="/sandbox-static")
    app.secret_key = config.secret
    app.extensions.update(world=world, faults=faults, clips=clips)
    app.before_request(_only_loopback)
    app.context_processor(lambda: {"me": current_user(world), "school_name": config.school.name})
    install(app, faults, Answers(_told_error, throttled, lambda: unauthorized().response()))
    app.register_blueprint(home.blueprint)
    app.register_blueprint(oauth_blueprint(world, faults, config))
    app.register_blueprint(api_blueprint(world, faults, clips, config))
    app.register_blueprint(files_blueprint(world, faults, clips))
    launches = Launches(world, faults, config, clips, fetch)
    app.register_blueprint(lti_blueprint(launches))
    app.register_blueprint(storage_blueprint(world, faults))
    app.register_blueprint(switchboard_blueprint(world, faults))
    app.register_error_handler(404, _not_found)
    return app


def _only_loopback() -> None:
    """Answer only to loopback names, so that no page elsewhere can reach this Studio through a name of its own."""
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        abort(421)


def _told_error(status: int, headers: dict[str, str]) -> Response:
    """Answer as a fault asks: the storage in XML, the rest as the API does."""
    if request.path.startswith(STORAGE):
        return Refused(status, "AccessDenied" if status == 403 else "InternalError", "As told.").response()
    return any_error(status, headers)


def _not_found(error: Exception) -> tuple[str, int]:
    del error
    return render_template("error.html", heading="Page not found", text="There is nothing at this address."), 404
