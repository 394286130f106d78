"""tuspy, a tus client that we did not write, in the hands of somebody with a page of the tool."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from tusclient.client import TusClient
from tusclient.uploader.uploader import Uploader

from tests.support.person import ToolPage


def uploader(page: ToolPage, file: Path, *, piece: int = 100_000, **metadata: str) -> Uploader:
    """Make an uploader of a file."""
    client = TusClient(f"{page.person.tool}/api/tus", headers={"Authorization": f"Bearer {page.config['token']}"})
    return client.uploader(
        file_stream=BytesIO(file.read_bytes()),  # of a path, tuspy leaves the file open
        chunk_size=piece,
        metadata={"filename": file.name, "filetype": "video/mp4", **metadata},
        retries=8,
        retry_delay=1,
    )


def upload_id(made: Uploader) -> str:
    """Give the id of an upload that was created."""
    return str(made.url).rsplit("/", 1)[1]
