"""An S3 server in this process, for whatever keeps chunks in a bucket."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator

import pytest

from lti.store import ChunkStore, open_chunks

# What the server takes from anybody, and clients do not go without.
ACCESS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Give the address of the server."""
    from moto.server import ThreadedMotoServer  # here, not above: it takes a second, and most test runs need none

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> ChunkStore:
    """Give a chunk store in a bucket of its own."""
    for name, value in ACCESS.items():
        monkeypatch.setenv(name, value)
    return open_chunks(make_bucket(s3_server), endpoint=s3_server)


def make_bucket(server: str) -> str:
    """Make a bucket: gives the address of a chunk store in it. The environment must hold ``ACCESS``."""
    import s3fs

    name = f"bucket-{uuid.uuid4().hex[:8]}"
    s3fs.S3FileSystem(endpoint_url=server).mkdir(name)
    return f"s3://{name}/uploads"
