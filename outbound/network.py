"""Connections to hosts that strangers name: looked up once, checked, and opened to the checked address.

The name is not given to anything that could look it up again; the certificate is still checked against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from httpcore import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream, ConnectError, ConnectTimeout

from outbound.addresses import Outgoing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from httpcore import SOCKET_OPTION


PATIENCE: Final = 4.0
"""Seconds that one address of a host gets, so that another one has its turn."""


class Guarded(AsyncNetworkBackend):
    """Opens connections to where they may go, and to nowhere else."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._network = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's name
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect to one of the host's addresses, in their order.

        Raises `AddressRefused` before anything is sent if one of them is not allowed.
        """
        try:
            found = await self._outgoing.addresses(host, port)
        except OSError as error:
            raise ConnectError(f"{host} has no address") from error
        failed: Exception = ConnectError(f"{host} has no address")
        for address in found:
            try:
                return await self._network.connect_tcp(
                    str(address), port, min(timeout or PATIENCE, PATIENCE), local_address, socket_options
                )
            except (ConnectError, ConnectTimeout) as error:
                failed = error
        raise failed

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._network.sleep(seconds)
