"""How gunicorn serves us. ``PORT`` and ``WEB_CONCURRENCY`` are gunicorn's own settings.

Threads, because a request may wait for Canvas for seconds; several processes, because Python does one thing at a time.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from gunicorn import glogging  # type: ignore[import-untyped]

from config.measuring import share_counts
from config.settings import Settings
from lti.errors import ConfigurationError


def settings() -> Settings:
    """Read the settings; what is wrong with them is told as a sentence, not as a traceback."""
    try:
        return Settings.from_environ(os.environ)
    except ConfigurationError as error:
        sys.exit(f"Cuedeck cannot start. {error}")


class Logger(glogging.Logger):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn's own lines in our form, through our redaction: one about a broken request names its whole address."""

    def setup(self, cfg: Any) -> None:
        """Set up our logging, and hand everything to it."""
        from lti.web import logs

        super().setup(cfg)
        ours = settings()
        logs.configure(ours.log_level, as_json=ours.log_json)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


logger_class = Logger
pythonpath = "."
worker_class = "gthread"
# An upload on a slow line keeps one for as long as it lasts (web.tus takes 64 at most), as does a call to a Canvas that
# stalls (remote.bulkheads takes 56 at most): some are always left for launches.
threads = 128
timeout = 60  # seconds; the longest request waits for Canvas for about 20
graceful_timeout = 30  # seconds
keepalive = 5  # seconds
limit_request_line = 8190  # bytes; a login initiation by GET carries two signed hints
control_socket_disable = True  # nobody uses it, and the home folder may be read-only
accesslog = None  # our own access line has the request id and never an address with a token in it


def post_worker_init(worker: Any) -> None:
    """Carry uploads in this process too, where no process of its own does."""
    if settings().worker == "inside":
        from app import uploads_worker

        uploads_worker(worker.wsgi).start()


def worker_exit(server: Any, worker: Any) -> None:
    """Leave what is under way to others, at once."""
    if settings().worker == "inside" and worker.wsgi is not None:
        from app import uploads_worker

        uploads_worker(worker.wsgi).stop()


def child_exit(server: Any, worker: Any) -> None:
    """Tell the measurements that a process is gone."""
    if settings().metrics_token is not None:
        from lti.web.metering import forget_process

        forget_process(worker.pid)


def on_starting(server: Any) -> None:
    """Prepare the installation, once, before any worker starts."""
    from app import prepare

    ours = settings()
    counts = share_counts(ours)
    if counts is not None:
        from lti.web.metering import clear_dead

        clear_dead(counts)
    prepare(ours)
    if ours.limits_url is None and server.cfg.workers > 1:
        server.log.warning(
            "%d processes count requests, each for itself: rate limits are up to %d times as wide as they are set. "
            "CUEDECK_LIMITS_URL lets them count together.",
            server.cfg.workers,
            server.cfg.workers,
        )
