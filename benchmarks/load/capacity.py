"""What the generator could do: the same code against a server that does nothing but answer."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.load.browser import Browser
from tests.support.stack import free_ports

_PEOPLE = 50
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + b" " * 998 + b"{}"


def answers_per_second(seconds: float = 4.0) -> float:
    """Ask as fast as it goes; gives the answers in a second of this process's own processor time.

    So it is the same beside other work, and what the answering process takes does not count.
    """
    with _answering() as port:
        before = time.process_time()
        count = asyncio.run(_ask(f"http://127.0.0.1:{port}", time.monotonic() + seconds))
        return count / (time.process_time() - before)


async def _ask(origin: str, until: float) -> int:
    done = 0

    def told(journey: str, took: float) -> None:
        nonlocal done
        done += 1

    async def person() -> None:
        browser = Browser("", origin, told)
        while time.monotonic() < until:
            await browser.api("", "POST", "/api/anything", "t" * 400, {"refresh": False})
        browser.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(_PEOPLE):
            group.create_task(person())
    return done


@contextmanager
def _answering() -> Iterator[int]:
    (port,) = free_ports(1)
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,), daemon=True)
    process.start()
    try:
        asyncio.run(_wait(port))
        yield port
    finally:
        process.terminate()
        process.join()


async def _wait(port: int) -> None:
    for _ in range(300):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.1)
    raise RuntimeError("the answering process does not start")


def _serve(port: int) -> None:
    class Answers(asyncio.Protocol):
        transport: asyncio.Transport

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            self.transport.write(_ANSWER)  # requests here are small enough to come in one piece

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Answers, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(serve())
