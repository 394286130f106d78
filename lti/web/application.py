"""The Flask application out of its parts."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lti.web import (
    administration,
    api,
    caption_editor,
    captioning,
    captions,
    connect,
    connect_studio,
    guard,
    health,
    importing,
    installation,
    launches,
    logs,
    metrics,
    problems,
    recordings,
    report,
    static_files,
    studio,
    studio_collections,
    studio_keeping,
    tus,
    uploads,
    watch,
)
from lti.web.parts import Parts
from lti.web.requests import Application


def build(parts: Parts, *, proxies: int) -> Flask:
    """Make it, with every view's audience checked.

    :param proxies: how many trusted reverse proxies set ``X-Forwarded-*``.
    :raises ConfigurationError: if a view declares no audience.
    """
    app = Application(parts.base_url, logs.access_writer(), parts.meter)
    problems.register(app, parts)
    declare = guard.Guard(parts.tokens, parts.store, parts.localizations, parts.limits)
    app.register_blueprint(launches.blueprint(parts, declare))
    app.register_blueprint(installation.blueprint(parts, declare))
    app.register_blueprint(api.blueprint(parts, declare))
    app.register_blueprint(report.blueprint(parts, declare))
    app.register_blueprint(studio.blueprint(parts, declare))
    app.register_blueprint(captions.blueprint(parts, declare))
    app.register_blueprint(caption_editor.blueprint(parts, declare))
    app.register_blueprint(tus.blueprint(parts, declare))
    app.register_blueprint(uploads.blueprint(parts, declare))
    app.register_blueprint(recordings.blueprint(parts, declare))
    app.register_blueprint(studio_collections.blueprint(parts, declare))
    app.register_blueprint(studio_keeping.blueprint(parts, declare))
    app.register_blueprint(importing.blueprint(parts, declare))
    app.register_blueprint(administration.blueprint(parts, declare))
    app.register_blueprint(captioning.blueprint(parts, declare))
    app.register_blueprint(watch.blueprint(parts, declare))
    app.register_blueprint(connect.blueprint(parts, declare))
    app.register_blueprint(connect_studio.blueprint(parts, declare))
    app.register_blueprint(health.blueprint(parts, declare))
    app.register_blueprint(metrics.blueprint(parts, declare))
    app.register_blueprint(static_files.blueprint(parts.assets, declare))
    guard.check(app)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app
