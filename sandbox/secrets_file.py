"""The secrets of a sandbox: made at its first start, kept in its folder, which is for its owner's eyes only."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

FILE = "secrets.json"


@dataclass(frozen=True)
class Secrets:
    """Every secret of a sandbox."""

    tool: str  # CUEDECK_SECRET_KEYS
    canvas: str  # sessions and message hints of the Canvas
    api_key: str  # the REST API developer key
    studio: str  # sessions and launch states of the Studio
    studio_key: str  # the Studio developer key
    captioning: str  # the captioning service at Studio


def load_secrets(run_dir: Path) -> Secrets:
    """Read the secrets of ``run_dir``; those that are not there yet are made. Who begins at once gets the same."""
    run_dir.mkdir(parents=True, exist_ok=True)
    run_dir.chmod(0o700)
    path = run_dir / FILE
    folder = os.open(run_dir, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        known = json.loads(path.read_text()) if path.exists() else {}
        kept = Secrets(**{field.name: known.get(field.name) or secrets.token_urlsafe(48) for field in fields(Secrets)})
        if asdict(kept) != known:
            unfinished = run_dir / f".{FILE}-{os.getpid()}"
            unfinished.touch(0o600)
            unfinished.write_text(json.dumps(asdict(kept)))
            unfinished.replace(path)
    finally:
        os.close(folder)
    return kept
