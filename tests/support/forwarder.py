"""A TCP forwarder of our own: it spreads connections over several servers, and can be taken away and come back."""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_PIECE = 1 << 16  # bytes


class Forwarder:
    """Listens on a port, and hands each connection to the next of its servers."""

    def __init__(self, servers: Sequence[tuple[str, int]], port: int = 0) -> None:
        """Take the servers; port 0 is any that is free."""
        self._servers = list(servers)
        self._turn = itertools.cycle(range(len(servers)))
        self._only: int | None = None
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.met = [0] * len(servers)  # connections, by server
        self._listener = self._listen(port)
        self.port = int(self._listener.getsockname()[1])
        self.begin()

    @staticmethod
    def _listen(port: int) -> socket.socket:
        return socket.create_server(("127.0.0.1", port), backlog=128)

    def begin(self) -> None:
        """Take connections."""
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    @contextmanager
    def only(self, server: int) -> Iterator[None]:
        """Hand all connections to one of the servers for a while."""
        self._only = server
        try:
            yield
        finally:
            self._only = None

    def go_away(self) -> None:
        """Cut every connection, and refuse others."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def come_back(self) -> None:
        """Take connections again."""
        self._listener = self._listen(self.port)
        self.begin()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return  # taken away
            server = next(self._turn) if self._only is None else self._only
            self.met[server] += 1
            threading.Thread(target=self._carry, args=(line, self._servers[server]), daemon=True).start()

    def _carry(self, line: socket.socket, server: tuple[str, int]) -> None:
        with line:
            try:
                other = socket.create_connection(server)
            except OSError:
                return
            with other:
                pair = {line: other, other: line}
                with self._lock:
                    self._lines |= pair.keys()
                with contextlib.suppress(OSError):
                    while all(self._pass_on(each, pair[each]) for each in select.select(list(pair), [], [])[0]):
                        pass
                with self._lock:
                    self._lines -= pair.keys()

    @staticmethod
    def _pass_on(line: socket.socket, other: socket.socket) -> bool:
        data = line.recv(_PIECE)
        other.sendall(data)
        return bool(data)
