"""Runs the sandbox Canvas alone: ``python -m sandbox.canvas``."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from sandbox.canvas.app import create_canvas
from sandbox.canvas.config import CanvasConfig
from sandbox.canvas.school import SCHOOLS
from sandbox.common.server import Server, check_loopback
from sandbox.secrets_file import load_secrets


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.canvas", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--tool", default="http://localhost:8000", help="origin of the tool")
    parser.add_argument("--studio", help="origin of the Studio beside it, whose embeds its pages launch")
    parser.add_argument("--media", type=int, default=0, help="media items beside the seeded ones")
    parser.add_argument("--students", type=int, default=0, help="students of course 17 beside the seeded ones")
    parser.add_argument("--teachers", type=int, default=0, help="teachers of course 17 beside the seeded ones")
    parser.add_argument("--school", choices=sorted(SCHOOLS), default="sandbox", help="whose Canvas it is")
    parser.add_argument("--empty", action="store_true", help="with no tool installed")
    parser.add_argument("--run-dir", type=Path, default=Path(".run"), help="where secrets are kept")
    parser.add_argument("--strict", action="store_true", help="refuse also what Canvas itself lets pass")
    options = parser.parse_args(arguments)
    try:
        check_loopback(options.host)
    except ValueError as error:
        parser.error(str(error))
    for name in ("tool", "studio"):
        origin = urlsplit(getattr(options, name) or "http://none")
        if origin.scheme not in {"http", "https"} or origin.path.strip("/"):
            parser.error(f"--{name} takes an origin such as http://localhost:8000")
    secrets = load_secrets(options.run_dir)
    school = SCHOOLS[options.school]
    config = CanvasConfig(
        school=school,
        installed=not options.empty,
        client_id=school.global_id(19),
        api_client_id=school.global_id(21),
        url=f"http://{options.host}:{options.port}",
        tool_url=options.tool.rstrip("/"),
        studio_url=options.studio.rstrip("/") if options.studio else None,
        extra_media=options.media,
        students=options.students,
        teachers=options.teachers,
        api_secret=secrets.api_key,
        secret=secrets.canvas,
        strict=options.strict,
    )
    Server(lambda: _make(config), options.host, options.port, "sandbox-canvas").run()


def _make(config: CanvasConfig) -> Flask:
    app = create_canvas(config)
    # Drawing the clips takes some seconds the first time: begun now, not when somebody first presses play.
    threading.Thread(target=app.extensions["clips"].make_all, daemon=True).start()
    return app


if __name__ == "__main__":
    main()
