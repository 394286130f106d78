"""What an administrator types, beside a tool that runs."""

from __future__ import annotations

import os
import subprocess
import sys

import httpx
import jwt
import pytest

from tests.flows.school import School, choose
from tests.support.person import content_items
from tests.support.stack import ROOT

ISSUER, CLIENT_ID = "https://canvas.instructure.com", "10000000000019"
HUSH = "hush-hush-hush"


def flask(school: School, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run ``flask --app app …`` with the settings of the stack."""
    settings = {
        "CUEDECK_URL": school.stack.tool,
        "CUEDECK_INSECURE_HOSTS": "localhost,127.0.0.1",
        "CUEDECK_SECRET_KEYS": school.secret("tool"),
        "DATABASE_URL": f"sqlite:///{school.stack.run_dir / 'cuedeck.db'}",
    }
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *arguments],
        cwd=ROOT, env={**os.environ, **settings, **environ}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def adding(client_id: str = "77", host: str = "school.test.instructure.com") -> list[str]:
    return [
        "platforms", "add", "--issuer", ISSUER, "--client-id", client_id, "--trust-deployments",
        "--authorization-url", f"https://{host}/api/lti/authorize_redirect",
        "--token-url", f"https://{host}/login/oauth2/token", "--jwks-url", f"https://{host}/api/lti/security/jwks",
        "--canvas-url", f"https://{host}", "--canvas-key-id", "78",
    ]  # fmt: skip


def test_administrator_adds_lists_and_removes_a_platform(school: School) -> None:
    added = flask(school, *adding(), CUEDECK_CANVAS_KEY_SECRET=HUSH)
    assert added.returncode == 0, added.stderr
    listed = flask(school, "platforms", "list")
    removed = flask(school, "platforms", "remove", "--issuer", ISSUER, "--client-id", "77", "--yes")
    left = flask(school, "platforms", "list").stdout

    assert f"{ISSUER}  client 77  canvas https://school.test.instructure.com  API key 78" in listed.stdout
    assert f"client {CLIENT_ID}" in listed.stdout
    assert removed.stdout == "Removed.\n"
    assert "client 77" not in left
    assert f"client {CLIENT_ID}" in left
    for result in (added, listed, removed):
        for secret in (HUSH, school.secret("api_key"), school.secret("tool")):
            assert secret not in result.stdout + result.stderr
    assert school.picker().media()["items"]  # the other platform is as it was


@pytest.mark.parametrize(
    "arguments",
    [
        adding(host="school.example/path?x=1#y"),
        ["platforms", "remove", "--issuer", ISSUER, "--client-id", "none", "--yes"],
        ["platforms", "add", "--issuer", ISSUER],
    ],
    ids=["no address", "unknown", "incomplete"],
)
def test_wrong_command_is_a_sentence(school: School, arguments: list[str]) -> None:
    ended = flask(school, *arguments, CUEDECK_CANVAS_KEY_SECRET=HUSH)

    assert ended.returncode != 0
    assert "Error: " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert HUSH not in ended.stderr


def test_signing_keys_rotate_under_a_running_tool(school: School) -> None:
    picker = school.picker()
    detail = school.look(picker)
    answer = picker.api("POST", "/api/insert", json={"picks": [choose(detail, "en")]}).json()
    old = jwt.get_unverified_header(answer["jwt"])["kid"]

    rotated = flask(school, "keys", "rotate")

    new = rotated.stdout.removeprefix("New key: ").strip()
    listed = flask(school, "keys", "list").stdout
    assert "PRIVATE" not in rotated.stdout + listed
    first, second = listed.splitlines()[:2]
    assert first.startswith(new)
    assert first.endswith("signs")
    assert second.startswith(old)
    assert " retired " in second
    published = httpx.get(f"{school.stack.tool}/.well-known/jwks.json", timeout=10).json()["keys"]
    assert {key["kid"] for key in published} >= {old, new}
    assert all(key.keys() == {"kty", "n", "e", "alg", "use", "kid"} for key in published)
    # What the old key signed is still good, and so is what comes now, by whichever of the two it is signed.
    assert content_items(picker.person.http.post(answer["return_url"], data={"JWT": answer["jwt"]}))
    assert content_items(school.picker().insert(choose(detail, "en")))
