"""Posts to addresses that strangers name: no redirect is followed, no answer is read beyond its beginning."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import certifi
import httpcore

from outbound.addresses import AddressRefused, Outgoing
from outbound.network import Guarded
from outbound.urls import BadUrl, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

READ: Final = 4_096
"""Bytes of an answer that are read, so that the connection can be used again; nothing is kept of them."""

GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: the status, if there was an answer, and in a few words why it does not count.

    `refused` says that nothing was sent, because of where it would have gone.
    """

    status: int | None = None
    reason: str = ""
    refused: bool = False

    @property
    def delivered(self) -> bool:
        """Whether the other side has it: it answered 2xx."""
        return self.status is not None and 200 <= self.status < 300


class Sender:
    """Posts; it keeps connections for a few seconds, so that the next request needs no handshake."""

    def __init__(self, outgoing: Outgoing, *, timeout: float, at_once: int) -> None:
        """Prepare; nothing is opened yet. `timeout` is for a whole request, in seconds."""
        self._outgoing, self._timeout = outgoing, timeout
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())  # besides the system's, which may be none
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            network_backend=Guarded(outgoing),
            max_connections=at_once,
            max_keepalive_connections=at_once,
            keepalive_expiry=5.0,
        )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post a body, once; whatever goes wrong is an answer that does not count."""
        try:
            target = Target.of(url, http=self._outgoing.http)
            async with asyncio.timeout(self._timeout):
                return await self._post(target, headers, body)
        except BadUrl as error:
            return Answer(reason=str(error), refused=True)
        except AddressRefused:
            return Answer(reason="The host has an address that is not public.", refused=True)
        except (TimeoutError, httpcore.TimeoutException):
            return Answer(reason=f"No answer within {self._timeout:g} seconds.")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.PoolTimeout, ssl.SSLError) as error:
            return Answer(reason=f"{_FAILED.get(type(error), 'The connection failed')}: {error}"[:200])

    async def _post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        given = {"Host": target.named, "Content-Length": str(len(body)), **headers}
        async with self._pool.stream("POST", url, headers=list(given.items()), content=body) as response:
            read = 0
            async for part in response.aiter_stream():
                read += len(part)
                if read > READ:
                    break
        status = response.status
        if 300 <= status < 400:
            return Answer(status, f"It answered {status}: redirects are not followed.")
        return Answer(status, "" if 200 <= status < 300 else f"It answered {status}.")

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


_FAILED: Final[dict[type[BaseException], str]] = {
    httpcore.ConnectError: "It cannot be connected to",
    httpcore.RemoteProtocolError: "It does not answer as HTTP",
}
