"""Types a command of the tool in the sandbox's environment: ``python -m sandbox.command invite``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from sandbox.secrets_file import load_secrets
from sandbox.stack import ROOT, Stack


def main(arguments: list[str] | None = None) -> int:
    """Run ``flask --app app`` with what follows the options."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.command", description=__doc__)
    parser.add_argument("--tool-port", type=int, default=8000)
    parser.add_argument("--database", metavar="URL")
    parser.add_argument("--run-dir", type=Path, default=Path(".run"))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    stack = Stack(options.run_dir.resolve(), options.tool_port, 0, database=options.database)
    environ = stack.environ(load_secrets(stack.run_dir))
    command = [sys.executable, "-m", "flask", "--app", "app", *options.command]
    return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode  # noqa: S603 - typed by its user


if __name__ == "__main__":
    sys.exit(main())
