"""The sandbox Canvas as one Flask application."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, render_template, request
from werkzeug.http import http_date
from werkzeug.wrappers import Response as AnyResponse

from sandbox.canvas import (
    apps,
    assignments,
    authorize,
    content_items,
    controls,
    deep_linking,
    discussions,
    home,
    jwks,
    lti,
    navigation,
    pages,
    registrations,
    settings,
    storage,
)
from sandbox.canvas.api import api_blueprint
from sandbox.canvas.config import CanvasConfig
from sandbox.canvas.faults import Faults
from sandbox.canvas.kaltura import kaltura_blueprint
from sandbox.canvas.oauth import oauth_blueprint
from sandbox.canvas.platform import Platform, current_platform
from sandbox.canvas.players import players_blueprint
from sandbox.canvas.seed import build_world
from sandbox.canvas.session import current_person, real_person
from sandbox.canvas.world import World
from sandbox.common.server import LOOPBACK
from sandbox.media.clips import ClipStore


def create_canvas(config: CanvasConfig, world: World | None = None, faults: Faults | None = None) -> Flask:
    """Build the application over a world that the caller may keep a hand on, or over a fresh one.

    ``app.extensions`` holds ``world``, ``faults``, ``lti_platform`` and ``clips``.
    """
    clips = ClipStore(config.clips_dir)
    if world is None:
        world = build_world(
            clips,
            config.extra_media,
            api_client_id=config.api_client_id,
            api_secret=config.api_secret,
            redirect_uris=(config.consent_return,),
            school=config.school,
            crowd={"student": config.students, "teacher": config.teachers},
        )
    faults = faults or Faults(clock=world.now)
    app = Flask(__name__, static_url_path="/sandbox-static")
    app.secret_key = config.secret
    app.config["MAX_FORM_MEMORY_SIZE"] = 8_000_000  # bytes; an editor's contents go along with each launch
    app.extensions.update(world=world, faults=faults, clips=clips, lti_platform=Platform.make(config, world, faults))
    app.before_request(_only_loopback)
    app.after_request(_tell_the_time)
    app.context_processor(_page_values)
    for module in (
        home, pages, discussions, assignments, lti, navigation, authorize, jwks, deep_linking, content_items, storage,
        controls, apps, registrations, settings,
    ):  # fmt: skip
        app.register_blueprint(module.blueprint)
    app.register_blueprint(oauth_blueprint(world, faults))
    app.register_blueprint(api_blueprint(world, faults))
    app.register_blueprint(kaltura_blueprint(world, clips))
    app.register_blueprint(players_blueprint(world))
    app.register_error_handler(403, _forbidden)
    app.register_error_handler(404, _not_found)
    return app


def _only_loopback() -> AnyResponse | None:
    """Answer only to loopback names, so that no page elsewhere can reach this Canvas through a name of its own.

    Somebody who typed ``localhost`` is sent to our own address: the tool lives on localhost, and must be another site.
    """
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        abort(421)
    url = urlsplit(current_platform().config.url)
    if request.method == "GET" and request.host == f"localhost:{url.port}" and url.hostname != "localhost":
        return redirect(f"{url.geturl()}{request.full_path.rstrip('?')}")
    return None


def _tell_the_time(response: Response) -> Response:
    """Date answers by this Canvas's own clock, where it goes wrong; else the server does."""
    platform = current_platform()
    if platform.faults.behaviour.clock_skew_seconds:
        response.headers["Date"] = http_date(platform.now())
    return response


def _page_values() -> dict[str, object]:
    platform = current_platform()
    behaviour = platform.faults.behaviour
    return {
        "me": current_person(platform.world),
        "really": real_person(platform.world),
        "school_name": platform.config.school.name,
        "storage_frame": platform.storage_frame and behaviour.storage_frame,
        "answers_messages": behaviour.answers_messages,
    }


def _forbidden(error: Exception) -> tuple[str, int]:
    del error
    return render_template("error.html", heading="Access denied", text="You may not see or change this."), 403


def _not_found(error: Exception) -> tuple[str, int]:
    del error
    return render_template("error.html", heading="Page not found", text="There is nothing at this address."), 404
