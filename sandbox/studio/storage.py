"""Where upload addresses lead (reference 3): one plain PUT, as presigned storage takes it.

Whatever is not plain is refused as such storage does, in XML: chunked transfer, no length, an ``Authorization`` header
beside the signature, a ``Content-Type`` (which the signature may cover), an address that ended or was used.
"""

from __future__ import annotations

import time
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from sandbox.studio.faults import Faults
from sandbox.studio.world import Upload, World

STORAGE = "/upload-storage"
LARGEST = 5 << 30  # bytes: what one PUT can carry
_PIECE = 1 << 20  # bytes read at a time: large enough that Python's share of the work is small


class Refused(Exception):
    """An answer of the storage other than success."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, code, message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> Response:
        """Make the flask response."""
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{escape(self.code)}</Code><Message>{escape(self.message)}</Message></Error>"
        )
        return Response(body, self.status, content_type="application/xml")


def upload_address(world: World, origin: str, upload: Upload, seconds: int) -> str:
    """Sign the address of an upload. Its life counts from now."""
    query = {
        "X-Amz-Expires": seconds,
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": world.addresses.sign(f"upload {upload.id}/{upload.secret}", upload.expires_at),
    }
    return f"{origin}{STORAGE}/{upload.id}/{upload.secret}?{urlencode(query)}"


def storage_blueprint(world: World, faults: Faults) -> Blueprint:
    """Make the storage."""
    blueprint = Blueprint("storage", __name__)
    path = f"{STORAGE}/<int:upload_id>/<secret>"

    @blueprint.route(path, methods=["PUT"], provide_automatic_options=False)
    def put(upload_id: int, secret: str) -> Response:
        """Take the bytes."""
        try:
            upload = _allowed(world, faults, upload_id, secret)
            length = _plain()
            upload.size = _receive(upload.path, length, faults.behaviour.upload_bytes_per_second)
        except Refused as refused:
            return _shared(faults, refused.response())
        return _shared(faults, Response(status=200, headers={"ETag": f'"{upload.secret}"'}))

    @blueprint.route(path, methods=["OPTIONS"], provide_automatic_options=False)
    def preflight(upload_id: int, secret: str) -> Response:
        """Answer a browser that asks whether it may."""
        if not faults.behaviour.upload_cors:
            return Refused(403, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.").response()
        headers = {"Access-Control-Allow-Methods": "PUT", "Access-Control-Max-Age": "3000"}
        return _shared(faults, Response(status=200, headers=headers))

    return blueprint


def _allowed(world: World, faults: Faults, upload_id: int, secret: str) -> Upload:
    upload = world.uploads.get(upload_id)
    proof = request.args.get("X-Amz-Signature", "")
    if upload is None or upload.secret != secret:
        raise Refused(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")
    if not world.addresses.valid(f"upload {upload_id}/{secret}", proof, faults.now()):
        raise Refused(403, "AccessDenied", "Request has expired")
    if upload.size is not None:
        raise Refused(403, "AccessDenied", "The address has been used.")
    return upload


def _plain() -> int:
    """Check that the request is a plain PUT, and give its length in bytes."""
    if "Authorization" in request.headers:
        raise Refused(400, "InvalidArgument", "Only one auth mechanism allowed")
    if request.headers.get("Content-Type"):
        raise Refused(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")
    if request.headers.get("Transfer-Encoding"):
        raise Refused(501, "NotImplemented", "A header you provided implies functionality that is not implemented")
    if not request.environ.get("CONTENT_LENGTH") or request.content_length is None:
        raise Refused(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    if request.content_length > LARGEST:
        raise Refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
    return request.content_length


def _receive(path: Path, length: int, per_second: int) -> int:
    """Write the body down as it comes, in constant memory; nothing stays of one that ends early."""
    source: Any = request.environ["wsgi.input"]  # not request.stream: one layer less between socket and file
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}")
    received = 0
    try:
        with unfinished.open("wb", buffering=0) as out:
            while received < length:
                piece = source.read(min(_PIECE, length - received))
                if not piece:
                    raise Refused(400, "IncompleteBody", "You did not provide the number of bytes specified")
                out.write(piece)
                received += len(piece)
                if per_second:
                    time.sleep(len(piece) / per_second)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return received


def _shared(faults: Faults, response: Response) -> Response:
    if faults.behaviour.upload_cors:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response
