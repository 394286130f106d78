"""How bytes, addresses and caption files come to Studio: studio.md 2.4, 2.5 and 3."""

from __future__ import annotations

import email
import json
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

import httpx
import pytest

from lti.errors import (
    AutoCaptionsUnavailable,
    ConfigurationError,
    CuedeckError,
    RemoteGone,
    RemoteNonsense,
    RemoteNotPermitted,
    RemoteRejected,
    RemoteUnavailable,
    UploadDataLost,
)
from lti.remote import StudioUploadApi, make_client

from .fake import Tokens, head
from .studio import STUDIO, FakeStudio, caption, ok, refusal, studio_media

SLOT = "https://storage.example/presigned?X-Amz-Signature=secret-signature"


@pytest.fixture
def fake() -> FakeStudio:
    return FakeStudio()


@contextmanager
def storage(answer: bytes, heard: bytearray, *, read: int | None = None) -> Iterator[tuple[str, StudioUploadApi]]:
    """Take one PUT on a real socket: all of it, or so many bytes before it answers."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(20)
            while b"\r\n\r\n" not in heard:
                heard.extend(connection.recv(65536))
            length = int(heard.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            wanted = heard.index(b"\r\n\r\n") + 4 + (length if read is None else read)
            while len(heard) < wanted and (more := connection.recv(1 << 20)):
                heard.extend(more)
            connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    http = make_client(timeout=20, insecure_hosts=frozenset({"127.0.0.1"}), sleep=lambda _: None)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/slot?sig=1", StudioUploadApi(http, STUDIO, Tokens())
        thread.join(20)
    finally:
        listener.close()
        http.close()


def test_person_asks_where_to_put_a_file(fake: FakeStudio) -> None:
    fake.on("POST /media/uploads", ok({"upload": {"id": 7, "url": SLOT}}, status=201))
    slot = fake.uploads.begin()
    assert (slot.media_id, slot.url) == ("7", SLOT)
    assert "secret-signature" not in repr(slot)
    assert json.loads(fake.requests[0].content) == {}


def test_service_account_asks_in_the_name_of_a_person(fake: FakeStudio) -> None:
    fake.on("POST /media/uploads", ok({"upload": {"id": 7, "url": SLOT}}, status=201))
    fake.uploads.begin(user_id="8102")
    assert json.loads(fake.requests[0].content) == {"user_id": 8102}


@pytest.mark.parametrize("upload", [{}, {"id": 7}, {"id": 7, "url": "file:///etc/passwd"}, {"url": SLOT}, None])
def test_address_that_is_none_is_nonsense(fake: FakeStudio, upload: object) -> None:
    fake.on("POST /media/uploads", ok({"upload": upload}))
    with pytest.raises(RemoteNonsense):
        fake.uploads.begin()


def test_bytes_go_as_one_plain_put_without_any_header_of_ours() -> None:
    heard = bytearray()
    with storage(head(0), heard) as (url, uploads):
        uploads.put(url, 6, iter([b"abc", b"def"]))
    top, _, body = bytes(heard).partition(b"\r\n\r\n")
    lines = top.decode().split("\r\n")
    assert lines[0] == "PUT /slot?sig=1 HTTP/1.1"
    assert {line.partition(":")[0].lower() for line in lines[1:]} == {"host", "connection", "content-length"}
    assert "content-length: 6" in top.decode().lower()
    assert body == b"abcdef"


def test_large_file_is_sent_in_little_memory() -> None:
    heard = bytearray()
    piece = bytes(1 << 20)
    tracemalloc.start()
    try:
        with storage(head(0), heard) as (url, uploads):
            heard_is_counted_too = 32 << 20
            uploads.put(url, heard_is_counted_too, (piece for _ in range(32)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(heard) > heard_is_counted_too
    assert peak < 2.5 * heard_is_counted_too  # the test's own copy, which doubles as it grows, and no other


@pytest.mark.parametrize("pieces", [[b"abc"], [], [b"abcdef", b"g"]])
def test_file_of_another_length_than_announced_is_no_upload(pieces: list[bytes]) -> None:
    heard = bytearray()
    with storage(head(0), heard, read=0) as (url, uploads), pytest.raises(UploadDataLost):
        uploads.put(url, 6, iter(pieces))
    assert len(heard.partition(b"\r\n\r\n")[2]) < 7


def test_trouble_with_the_data_itself_comes_out_as_it_is() -> None:
    def broken() -> Iterator[bytes]:
        yield b"abc"
        raise LookupError("the chunk is gone")

    with storage(head(0), bytearray(), read=3) as (url, uploads), pytest.raises(LookupError, match="chunk is gone"):
        uploads.put(url, 6, broken())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RemoteNotPermitted),
        (403, RemoteNotPermitted),
        (404, RemoteNotPermitted),
        (411, RemoteRejected),
        (302, RemoteRejected),
        (429, RemoteUnavailable),
        (503, RemoteUnavailable),
    ],
)
def test_put_is_not_sent_again_by_itself_and_its_address_is_told_to_nobody(
    fake: FakeStudio, status: int, kind: type[CuedeckError]
) -> None:
    fake.on("PUT https://storage.example/presigned", httpx.Response(status, text="<Error>secret-signature</Error>"))
    with pytest.raises(kind) as caught:
        fake.uploads.put(SLOT, 1, iter([b"a"]))
    assert len(fake.requests) == 1
    assert "authorization" not in fake.requests[0].headers
    assert "secret-signature" not in str(caught.value)
    assert "presigned" not in str(caught.value)
    assert "Studio" in caught.value.message


def test_connection_lost_half_way_names_no_secret(fake: FakeStudio) -> None:
    fake.on("PUT https://storage.example/presigned", httpx.WriteError("broken pipe"))
    with pytest.raises(RemoteUnavailable) as caught:
        fake.uploads.put(SLOT, 1, iter([b"a"]))
    assert "secret-signature" not in str(caught.value)
    assert len(fake.requests) == 1


@pytest.mark.parametrize("url", ["http://storage.example/presigned", "ftp://storage.example/", "//x", "https://"])
def test_bytes_go_to_no_address_that_is_not_https(fake: FakeStudio, url: str) -> None:
    with pytest.raises((ConfigurationError, RemoteNonsense)):
        fake.uploads.put(url, 1, iter([b"a"]))
    assert fake.requests == []


def test_upload_is_completed_with_its_title_and_captions_if_asked(fake: FakeStudio) -> None:
    fake.on("POST /media/uploads/7/complete", ok({"media": studio_media(7)}))
    media = fake.uploads.complete("7", title="Lecture", description="First", auto_caption=True)
    assert media is not None
    assert media.id == "7"
    assert json.loads(fake.requests[0].content) == {"title": "Lecture", "description": "First", "auto_caption": True}


def test_upload_that_was_completed_before_is_a_success(fake: FakeStudio) -> None:
    fake.on("POST /media/uploads/7/complete", refusal(409, "Already completed."))
    assert fake.uploads.complete("7", title="Lecture") is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, RemoteRejected), (403, RemoteNotPermitted), (404, RemoteGone), (501, AutoCaptionsUnavailable)],
)
def test_completing_fails_in_ways_that_are_told_apart(fake: FakeStudio, status: int, kind: type[CuedeckError]) -> None:
    fake.on("POST /media/uploads/7/complete", refusal(status))
    with pytest.raises(kind) as caught:
        fake.uploads.complete("7", title="Lecture", auto_caption=True)
    assert len(fake.requests) == 1
    assert "Studio" in caught.value.message
    assert caught.value.next_step


def test_address_is_imported_into_the_own_library(fake: FakeStudio) -> None:
    fake.on("POST /media", ok({"media": studio_media(9)}, status=201))
    media = fake.uploads.import_url("https://x.example/a.mp4", title="A", user_id="8102", auto_caption=True)
    assert media.id == "9"
    assert json.loads(fake.requests[0].content) == {
        "url": "https://x.example/a.mp4", "title": "A", "user_id": 8102, "auto_caption": True, "is_external": False,
    }  # fmt: skip


def test_address_is_imported_into_a_collection_by_query_parameters(fake: FakeStudio) -> None:
    fake.on("POST /collections/5017/media", ok({"media": studio_media(9)}, status=201))
    fake.uploads.import_url("https://youtu.be/a?b=c&d", collection_id="5017", user_id="8102", external=True)
    (request,) = fake.requests
    assert request.content == b""
    assert dict(parse_qsl(request.url.query.decode())) == {
        "url": "https://youtu.be/a?b=c&d", "user_id": "8102", "auto_caption": "false", "is_external": "true",
    }  # fmt: skip


def test_caption_file_is_one_multipart_part_with_its_language_in_the_query(fake: FakeStudio) -> None:
    fake.on("POST /media/7/caption_files", ok({"caption_file": caption(6001, status="draft")}, status=201))
    made = fake.uploads.add_caption("7", "pt-BR", "1\n00:00:01,000 --> 00:00:02,000\nOlá\n")
    assert (made.id, made.status) == ("6001", "draft")
    (request,) = fake.requests
    assert fake.queries == [{"srclang": "pt-BR"}]
    top = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    (part,) = [each for each in email.message_from_bytes(top + request.content).walk() if each.get_filename()]
    assert part.get_param("name", header="content-disposition") == "caption_file"
    assert part.get_filename() == "captions.pt-BR.srt"
    assert part.get_payload(decode=True) == "1\n00:00:01,000 --> 00:00:02,000\nOlá\n".encode()


CHANGES: list[Callable[[FakeStudio], object]] = [
    lambda fake: fake.uploads.begin(),
    lambda fake: fake.uploads.complete("7", title="a"),
    lambda fake: fake.uploads.import_url("https://x.example/a.mp4", title="a"),
    lambda fake: fake.uploads.add_caption("7", "en", "1"),
    lambda fake: fake.studio.create_embed("7", "17"),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("trouble", [httpx.ReadTimeout("late"), refusal(500), refusal(502)])
def test_change_that_may_have_arrived_is_not_made_again(
    change: Callable[[FakeStudio], object], trouble: httpx.Response | Exception
) -> None:
    class Troubled(FakeStudio):
        def _answer(self, request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            if isinstance(trouble, Exception):
                raise trouble
            return httpx.Response(trouble.status_code, content=trouble.content)

    fake = Troubled()
    with pytest.raises(RemoteUnavailable):
        change(fake)
    assert len(fake.requests) == 1
