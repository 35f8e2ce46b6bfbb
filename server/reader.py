"""Reading mail within bounds: in processes of their own, which are ended when they take too long.

A thread would not do: Python cannot end one, and a search in a hostile text holds the lock that all of them
share.
"""

from __future__ import annotations

import hashlib
import resource
from typing import TYPE_CHECKING, Final

from anyio import BrokenWorkerProcess, CapacityLimiter, fail_after, to_process

from inbound.mail import read
from inbound.reading import Unreadable
from server.errors import RefusedError

if TYPE_CHECKING:
    from inbound.reading import Reading

SECONDS: Final = 20.0
"""What reading one message may take, the start of a process included; an ordinary one takes milliseconds."""
MEMORY: Final = 1_500_000_000
"""Bytes of address space that a process may have."""
AT_ONCE: Final = 2
"""How many messages are read at once."""


class Reader:
    """Reads messages."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._turns = CapacityLimiter(AT_ONCE)
        self._processes = CapacityLimiter(AT_ONCE)

    async def read(self, raw: bytes) -> tuple[Reading, str]:
        """Return what a message is, and what it is known by: its Message-ID, or a hash of its bytes.

        Raises `RefusedError`: 400 if it is no message, 422 if reading it takes too long or too much memory.
        """
        async with self._turns:  # waiting for one's turn is not reading
            try:
                with fail_after(self.seconds):
                    return await to_process.run_sync(within, raw, cancellable=True, limiter=self._processes)
            except Unreadable as wrong:
                raise RefusedError(400, "UNREADABLE", str(wrong)) from None
            except (TimeoutError, MemoryError, BrokenWorkerProcess):
                message = f"Reading this takes more than {self.seconds:g} seconds, or too much memory."
                raise RefusedError(422, "TOO_HARD", message) from None


def within(raw: bytes) -> tuple[Reading, str]:
    """Read a message in this process, which may not grow beyond MEMORY from now on."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    reading = read(raw)
    return reading, name(raw, reading)


def name(raw: bytes, reading: Reading) -> str:
    """Return what a message is known by: the same message again has the same name."""
    own = reading.message_id
    return own if own and len(own) <= 180 else f"sha256:{hashlib.sha256(raw).hexdigest()}"
