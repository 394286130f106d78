"""A platform that signs launches, with its key set served over real HTTP."""

from __future__ import annotations

import http.server
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://canvas.instructure.com"
CLIENT_ID = "10000000000019"
DEPLOYMENT = "7:2c6ad0f5b3b1c9a3e1d4a0b7c8d9e0f1a2b3c4d5"
KID = "bench"
PERSON = "bench-teacher"
_LTI = "https://purl.imsglobal.org/spec/lti/claim/"
_DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"


class SigningPlatform:
    """Makes id tokens as Canvas does."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        self.key_set = json.dumps({"keys": [{**public, "kid": KID, "alg": "RS256", "use": "sig"}]}).encode()

    def public_key(self) -> str:
        """Give the key that verifies what it signs, as PEM."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()

    def id_token(self, *, nonce: str, tool_url: str, embed: str | None = None, placement: str | None = None) -> str:
        """Sign a launch: deep linking from the editor button, or a resource link.

        :param embed: what the resource link embeds.
        :param placement: the menu that it stands in, for a page of the tool's own.
        """
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "azp": CLIENT_ID,
            "sub": PERSON,
            "iat": now,
            "exp": now + 3600,
            "nonce": nonce,
            "locale": "en",
            "name": "Tilda Teacher",
            "given_name": "Tilda",
            "family_name": "Teacher",
            "email": "tilda@school.example",
            f"{_LTI}version": "1.3.0",
            f"{_LTI}deployment_id": DEPLOYMENT,
            f"{_LTI}target_link_uri": f"{tool_url}/lti/launch",
            f"{_LTI}context": {"id": "c" * 40, "label": "FILM-101", "title": "Film Studies"},
            f"{_LTI}tool_platform": {"guid": "g", "name": "Bench", "product_family_code": "canvas"},
            f"{_LTI}roles": [
                "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
                "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
                "http://purl.imsglobal.org/vocab/lis/v2/system/person#User",
            ],
            f"{_LTI}custom": {"canvas_user_id": "101", "canvas_course_id": "17"},
        }
        if placement is not None:
            claims["https://www.instructure.com/placement"] = placement
        if embed is None and placement is None:
            claims[f"{_LTI}message_type"] = "LtiDeepLinkingRequest"
            claims["https://www.instructure.com/placement"] = "editor_button"
            claims[f"{_DL}deep_linking_settings"] = {
                "deep_link_return_url": f"http://127.0.0.1/courses/17/deep_linking_response?data={uuid.uuid4()}",
                "accept_types": ["link", "file", "html", "ltiResourceLink", "image"],
                "accept_presentation_document_targets": ["embed", "iframe", "window"],
                "accept_media_types": "image/*,text/html,application/vnd.ims.lti.v1.ltilink,*/*",
                "auto_create": False,
                "accept_multiple": True,
            }
        else:
            claims[f"{_LTI}message_type"] = "LtiResourceLinkRequest"
            claims[f"{_LTI}resource_link"] = {"id": "r" * 40, "title": "Embedded"}
            claims[f"{_LTI}custom"]["embed"] = embed or "$embed"
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": KID})


@contextmanager
def served(content: bytes, *, seconds: float = 0) -> Iterator[str]:
    """Serve one JSON document on a port of its own; gives its address.

    :param seconds: how long an answer takes.
    """

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(seconds)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/jwks"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
