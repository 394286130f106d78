"""The body of a request as it comes from the socket.

Gunicorn's own reader copies each byte several times and holds more than a mebibyte for each body: for uploads that is
most of the processor time, and all of the memory (figures: ``docs/decisions/0015-uploads.md``). Where the server is
gunicorn and the body has a length, bytes are read into one buffer; anything else is read as WSGI says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gunicorn.http.body import Body, LengthReader  # type: ignore[import-untyped]

from lti.errors import InputError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SILENCE: Final = 30.0  # seconds without a byte, after which a connection counts as cut
_BUFFER: Final = 256 << 10  # bytes
_UNKNOWN: Final = 64 << 10  # bytes read at once where the server does the reading


class RequestBody:
    """A source of bytes (``media.intake.Source``)."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        """Take the body; ``size`` is None where only the end tells it.

        :raises InputError: when its length is not a number.
        """
        text = environ.get("CONTENT_LENGTH", "")
        if text and not (text.isascii() and text.isdigit()):
            raise InputError("Content-Length is not a number")
        self.size = int(text) if text else (None if environ.get("wsgi.input_terminated") else 0)
        self._input: Any = environ["wsgi.input"]
        self._socket: Any = environ.get("gunicorn.socket")
        if self._socket is not None:
            # A client that vanished without a word would keep its thread for as long as TCP believes in it.
            self._socket.settimeout(_SILENCE)
        direct = isinstance(self._input, Body) and isinstance(self._input.reader, LengthReader)
        self._reader: Any = self._input.reader if direct and self._socket is not None else None
        self._early = b""  # came together with the headers
        self._buffer: memoryview | None = None

    def read(self, size: int) -> bytes | memoryview:
        """Give what there is, or wait for it; nothing at the end, or when the connection was cut or is silent."""
        try:
            if self._reader is None:
                data: bytes = self._input.read(min(size, _UNKNOWN))
                return data
            return self._receive(size)
        except OSError:
            self._input.failed = True  # gunicorn: nobody knows where the next request would begin
            return b""

    def _receive(self, size: int) -> bytes | memoryview:
        wanted = min(size, self._reader.length)
        if not wanted:
            return b""
        if self._buffer is None:
            self._early = self._reader.unreader.take_buffered()
            self._buffer = memoryview(bytearray(_BUFFER))
        if self._early:
            early, rest = self._early[:wanted], self._early[wanted:]
            self._early = rest
            if rest and self._reader.length == len(early):  # of the request after this one
                self._reader.unreader.unread(rest)
            self._reader.length -= len(early)
            return early
        count = self._socket.recv_into(self._buffer[:wanted])
        if not count:
            self._input.failed = True
        self._reader.length -= count
        return self._buffer[:count]
