"""HTTP/1.1 over kept connections, for thousands of them at once: what a load generator needs of it, and no more.

httpx costs about as much for a request as the tool does for its answer, on a machine where both share the processors.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

_PATIENCE = 60.0  # seconds for an answer; whoever waits longer counts as an error
_LARGEST = 64 << 20  # bytes of an answer


class Broken(Exception):
    """Raised when no whole answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]  # names in small letters
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


class Line:
    """One connection to one server, made anew where the server has closed it."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> Answer:
        """Send a whole request and read its answer.

        :raises Broken: none came, in time or at all.
        """
        kept = self._streams is not None
        try:
            return await asyncio.wait_for(self._ask(request), _PATIENCE)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            self.close()
            # A server may close a connection that lies idle while the next request is on its way: browsers ask again.
            if kept and isinstance(error, asyncio.IncompleteReadError | ConnectionError) and not _part_of(error):
                return await self.ask(request)
            raise Broken(f"{type(error).__name__}: {error}") from error

    async def _ask(self, request: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=1 << 20)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = tuple(
            (name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in head[1:-2])
        )
        answer = Answer(int(head[0].split(" ", 2)[1]), headers, b"")
        body = b"" if answer.status in {204, 304} else await _body(reader, answer)
        if (answer.header("connection") or "").lower() == "close":
            self.close()
        return Answer(answer.status, headers, body)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _body(reader: asyncio.StreamReader, answer: Answer) -> bytes:
    length = answer.header("content-length")
    if length is not None:
        return await reader.readexactly(min(int(length), _LARGEST))
    if (answer.header("transfer-encoding") or "").lower() != "chunked":
        return await reader.read(_LARGEST)
    pieces = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        pieces.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readline()
    return b"".join(pieces)


def _part_of(error: Exception) -> bool:
    """Whether some of an answer was there already: then the request was taken up."""
    return isinstance(error, asyncio.IncompleteReadError) and bool(error.partial)
