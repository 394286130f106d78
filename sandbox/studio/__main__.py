"""Runs the sandbox Studio alone: ``python -m sandbox.studio``."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.canvas.school import SCHOOLS
from sandbox.common.server import Server, check_loopback
from sandbox.secrets_file import load_secrets
from sandbox.studio.app import create_studio
from sandbox.studio.config import StudioConfig

THREADS = 80  # each upload that is being received holds one


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.studio", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--tool", default="http://localhost:8000", help="origin of the tool")
    parser.add_argument("--canvas", default="http://127.0.0.1:8001", help="origin of the sandbox Canvas")
    parser.add_argument("--school", choices=sorted(SCHOOLS), default="sandbox", help="whose Studio it is")
    parser.add_argument("--media", type=int, default=0, help="media beside the seeded ones")
    parser.add_argument("--run-dir", type=Path, default=Path(".run"), help="where secrets and uploads are kept")
    parser.add_argument(
        "--strict", action="store_true", help="refuse http and localhost redirects even to the sandbox tool, as Studio"
    )
    options = parser.parse_args(arguments)
    try:
        check_loopback(options.host)
    except ValueError as error:
        parser.error(str(error))
    for name in ("tool", "canvas"):
        parts = urlsplit(getattr(options, name))
        if parts.scheme not in {"http", "https"} or parts.path.strip("/"):
            parser.error(f"--{name} takes an origin such as http://localhost:8000")
    secrets = load_secrets(options.run_dir)
    config = StudioConfig(
        url=f"http://{options.host}:{options.port}",
        canvas_url=options.canvas.rstrip("/"),
        tool_url=options.tool.rstrip("/"),
        school=SCHOOLS[options.school],
        uploads_dir=options.run_dir / "studio",
        extra_media=options.media,
        key_secret=secrets.studio_key,
        secret=secrets.studio,
        captioning_token=secrets.captioning,
        strict=options.strict,
    )
    # Clips are drawn when somebody asks for one: the Canvas beside us draws them all at its start.
    Server(lambda: create_studio(config), options.host, options.port, "sandbox-studio", THREADS).run()


if __name__ == "__main__":
    main()
