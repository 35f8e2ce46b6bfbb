"""A client with a constant rate: requests leave when they are due, however late earlier ones are answered.

Latency counts from when a request was due, so that a server that stalls cannot hide it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import uvloop

CONNECTIONS: Final = 16


class _Connection(asyncio.Protocol):
    """One kept-alive connection with at most one request under way."""

    def __init__(self) -> None:
        self._got = bytearray()
        self._end = 0
        self._answered: asyncio.Future[float] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def send(self, request: bytes) -> asyncio.Future[float]:
        """Send a request; the future is done when the whole answer is there, with the loop's time then."""
        loop = asyncio.get_running_loop()
        self._answered = loop.create_future()
        self.transport.write(request)  # type: ignore[attr-defined]
        return self._answered

    def data_received(self, data: bytes) -> None:
        self._got += data
        if not self._end:
            head = self._got.find(b"\r\n\r\n")
            if head < 0:
                return
            self._end = self._whole(bytes(self._got[:head]).lower(), head + 4)
        if len(self._got) >= self._end and self._answered:
            self._got.clear()
            self._end = 0
            self._answered.set_result(asyncio.get_running_loop().time())

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_exception(exc or ConnectionError("the server closed the connection"))

    def _whole(self, head: bytes, begin: int) -> int:
        """Return how long the whole answer is; the servers we ask all say it."""
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(f"an answer is not 200: {head.decode()}")
        _, _, rest = head.partition(b"content-length:")
        return begin + int(rest.partition(b"\r\n")[0])


def latencies(url: str, key: str, bodies: Sequence[bytes], *, rate: float, seconds: float) -> list[float]:
    """Send requests at this rate for so long; return the latency of each in milliseconds, sorted."""
    return uvloop.run(_run(url, key, bodies, rate, seconds))


async def _run(url: str, key: str, bodies: Sequence[bytes], rate: float, seconds: float) -> list[float]:
    loop, parts = asyncio.get_running_loop(), urlsplit(url)
    requests = [_request(parts.netloc, parts.path, key, body) for body in bodies]
    free: deque[_Connection] = deque()
    for _ in range(CONNECTIONS):
        _, connection = await loop.create_connection(_Connection, parts.hostname or "", parts.port or 80)
        free.append(connection)
    waiting: deque[tuple[float, bytes]] = deque()
    took: list[float] = []
    running: set[asyncio.Task[None]] = set()

    async def serve(connection: _Connection) -> None:
        while waiting:
            due, request = waiting.popleft()
            took.append((await connection.send(request) - due) * 1000)
        free.append(connection)

    begun = loop.time()
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        if due > loop.time():
            await asyncio.sleep(due - loop.time())
        waiting.append((due, requests[number % len(requests)]))
        if free:
            task = loop.create_task(serve(free.popleft()))
            running.add(task)
            task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    return sorted(took)


def _request(host: str, path: str, key: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
