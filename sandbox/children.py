"""The processes that the sandbox starts, and their logs."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 8
LOG_LINES = 40


class Died(Exception):
    """A process ended that should not have; says which, and shows the end of its log."""


@dataclass
class Child:
    """One process. It shares our process group, so that whatever ends the group ends it too."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, name: str, command: Sequence[str], run_dir: Path, *, cwd: Path, environ: Mapping[str, str]) -> Child:
        """Start a process whose output goes to ``<run_dir>/<name>.log``."""
        log = run_dir / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                command, cwd=cwd, env=dict(environ), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        return cls(name, process, log)

    def check(self) -> None:
        """Make sure that it runs.

        :raises Died: it does not.
        """
        status = self.process.poll()
        if status is not None:
            raise Died(f"{self.name} stopped (status {status}).\n{self.tail()}")

    def finish(self, seconds: float) -> None:
        """Wait for a process that should do its work and end.

        :raises Died: it failed, or took longer than ``seconds``.
        """
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            raise Died(f"{self.name} did not end within {seconds:.0f} seconds.\n{self.tail()}") from None
        if status != 0:
            raise Died(f"{self.name} failed (status {status}).\n{self.tail()}")

    def stop(self) -> None:
        """End it: asked first, then made to."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def tail(self) -> str:
        """Give the end of the log."""
        lines = self.log.read_text(errors="replace").splitlines()
        shown = "\n".join(f"  {line}" for line in lines[-LOG_LINES:])
        return f"The end of {self.log}:\n{shown}" if shown else f"{self.log} is empty."
