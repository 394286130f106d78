"""What ``make run`` runs: a sandbox Canvas, a sandbox Studio and the tool beside them, registered with each other."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from sandbox.children import Child, Died
from sandbox.common.server import port_is_free
from sandbox.stack import Stack

LOOK_SECONDS = 0.5


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, or a terminate signal."""


def main(arguments: list[str] | None = None) -> int:
    """Start everything, say where to look, and stay until stopped or until a process dies."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--tool-port", type=int, default=8000)
    parser.add_argument("--canvas-port", type=int, default=8001)
    parser.add_argument("--studio-port", type=int, default=8002)
    parser.add_argument("--database", metavar="URL", help="the tool's database; SQLite in the run folder by default")
    parser.add_argument("--media", type=int, default=0, metavar="N", help="media items beside the seeded ones, in each")
    parser.add_argument("--strict", action="store_true", help="a Canvas that refuses also what Canvas itself lets pass")
    parser.add_argument("--empty", action="store_true", help="with the tool not installed")
    parser.add_argument("--without-tool", action="store_true", help="for a tool that is installed, and run elsewhere")
    parser.add_argument("--run-dir", type=Path, default=Path(".run"), help="secrets, database and logs")
    parser.add_argument("--ready-file", type=Path, metavar="PATH", help="written as JSON when everything answers")
    parser.add_argument(
        "--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help="a setting of the tool"
    )
    options = parser.parse_args(arguments)
    ports = ("TOOL_PORT", options.tool_port), ("CANVAS_PORT", options.canvas_port), ("STUDIO_PORT", options.studio_port)
    for option, port in ports:
        if not port_is_free("127.0.0.1", port):
            print(
                f"Port {port} is taken by another program. Stop that one, or choose another port:\n"
                f"  make run {option}={port + 10}",
                file=sys.stderr,
            )
            return 1
    stack = Stack(
        options.run_dir.resolve(),
        options.tool_port,
        options.canvas_port,
        options.studio_port,
        options.database,
        options.media,
        options.strict,
        options.empty,
        dict(options.set),
        options.without_tool,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        print("Starting a sandbox Canvas, a sandbox Studio and Cuedeck …", flush=True)
        children = stack.start()
        if options.ready_file:
            _write_ready(options.ready_file, stack, children)
        print(stack.welcome(), flush=True)
        while True:
            for child in children:
                child.check()
            time.sleep(LOOK_SECONDS)
    except Stopped:
        print("Stopped.")
        return 0
    except Died as death:
        print(f"\n{death}", file=sys.stderr)
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        stack.stop()


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("it takes NAME=VALUE")
    return name, value


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _write_ready(path: Path, stack: Stack, children: list[Child]) -> None:
    facts = {
        "canvas": stack.canvas_url,
        "studio": stack.studio_url,
        "tool": stack.tool_url,
        "pids": {child.name: child.process.pid for child in children},
    }
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text(json.dumps(facts))
    unfinished.replace(path)


if __name__ == "__main__":
    sys.exit(main())
