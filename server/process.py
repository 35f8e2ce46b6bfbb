"""One server process, or several: how it listens, and how it ends.

SIGTERM drains: `/readyz` answers 503, after DRAIN_DELAY nothing new is accepted, running requests finish
within DRAIN_TIMEOUT, and the exit code is 0.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
from typing import TYPE_CHECKING, Any, Final

from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess

from server.protocol import BoundedProtocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from starlette.types import ASGIApp

    from server.settings import Settings

KEEP_ALIVE: Final = 65
"""Seconds; longer than the 60 after which balancers commonly drop an idle connection themselves."""


class CannotListen(Exception):
    """The address cannot be listened on."""


class Drain:
    """Whether this process is on its way out; long answers end themselves when it is."""

    def __init__(self) -> None:
        self.begun = False
        self._waiting: set[asyncio.Event] = set()

    async def wait(self) -> None:
        """Return when draining begins."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            if not self.begun:
                await event.wait()
        finally:
            self._waiting.discard(event)

    def begin(self) -> None:
        """Begin, in the thread of the event loop."""
        self.begun = True
        for event in self._waiting:
            event.set()

    def before(self, delay: float) -> None:
        """Put ourselves before uvicorn's handlers, in the process and thread that serve."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            uvicorns = signal.getsignal(number)
            if callable(uvicorns):
                signal.signal(number, self._handler(uvicorns, loop, delay if number == signal.SIGTERM else 0))

    def _handler(
        self, then: Callable[[int, FrameType | None], Any], loop: asyncio.AbstractEventLoop, delay: float
    ) -> Callable[[int, FrameType | None], None]:
        def handle(number: int, frame: FrameType | None) -> None:
            again = self.begun
            loop.call_soon_threadsafe(self.begin)
            if again or not delay:
                then(number, frame)
            else:
                loop.call_soon_threadsafe(lambda: loop.call_later(delay, then, number, frame))

        return handle


drain: Final = Drain()


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything else is started, or say why it cannot be taken."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(f"HOST {host} is not an address of this machine ({error.strerror}).") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)  # from here on a second server is refused the port
    except OSError as error:
        listener.close()
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise CannotListen(
            f"Port {port} of {host} cannot be listened on ({reason}): choose another PORT."
        ) from error
    listener.set_inheritable(True)
    return listener


def settle() -> None:
    """Let the garbage collector look at what requests leave behind only, and less often.

    A full look at all that was built at the start takes 100 ms, in which nobody is answered, and would come
    round every 25,000 requests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def config(app: ASGIApp | Callable[[], ASGIApp] | str, settings: Settings, workers: int = 1) -> Config:
    """Return uvicorn's settings; `app` is a factory, called in the process that serves."""
    return Config(
        app,
        factory=True,
        workers=workers,
        loop="uvloop",
        http=BoundedProtocol,
        ws="websockets-sansio",
        ws_max_size=settings.max_body,
        ws_max_queue=8,
        ws_per_message_deflate=False,  # a compressed message is small until it is read
        lifespan="on",
        log_config=None,  # server.logs has set everything up
        access_log=False,  # server.access writes it
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        limit_concurrency=settings.max_connections,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=settings.drain_timeout,
    )


def run(app: Callable[[], ASGIApp], settings: Settings, listener: socket.socket) -> None:
    """Serve in this process until a signal ends it; return when all requests are answered."""

    def started() -> ASGIApp:
        drain.before(settings.drain_delay)
        made = app()
        settle()
        return made

    server = Server(config(started, settings))
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal again when it has drained: by then it has been obeyed.
        signal.signal(number, lambda *_: None)
    server.run(sockets=[listener])


def run_workers(app: str, settings: Settings, listener: socket.socket) -> None:
    """Serve in several processes; `app` names a factory that reads the environment."""
    Multiprocess(config(app, settings, settings.workers), sockets=[listener]).run()
