"""Verified keys, remembered for a moment: a caller's next requests need not look the key up again."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from models.engine import Database
from outbound.addresses import PUBLIC, Outgoing
from resolvers.accounts import verified
from resolvers.context import Context

REMEMBERED: Final = 1.0
"""For how many seconds after a key was revoked, or its team changed, a process may go by what it knew."""

MOST: Final = 10_000
"""How many keys a process remembers; only valid ones are, so guesses fill nothing."""


@dataclass(slots=True)
class Keyring:
    """For whom keys stand. A key is looked up at most once in `REMEMBERED`.

    What it came in, such as a header, is remembered with it, by its hash only.
    """

    database: Database
    outgoing: Outgoing = PUBLIC
    known: dict[bytes, tuple[float, tuple[Context, str]]] = field(default_factory=dict)

    def recalled(self, given: str) -> tuple[Context, str] | None:
        """Return what use cases take and the key's prefix, if the key in it was verified a moment ago."""
        known = self.known.get(_name(given))
        return known[1] if known is not None and monotonic() < known[0] else None

    async def context(self, given: str, key: str) -> Context | None:
        """Return what the use cases of a key take, which came in `given`.

        None if the key is malformed, unknown, expired or revoked.
        """
        if known := self.recalled(given):
            return known[0]
        name, now = _name(given), monotonic()
        found = await verified(self.database, key)
        if found is None:
            self.known.pop(name, None)
            return None
        if len(self.known) >= MOST:
            self.known.clear()
        left = (found.expires_at - datetime.now(UTC)).total_seconds() if found.expires_at else REMEMBERED
        context = Context(self.database, found.caller, self.outgoing)
        self.known[name] = now + min(REMEMBERED, left), (context, prefix(key))
        return context


def prefix(key: str) -> str:
    """Return what a key is known by where it must not be seen."""
    return key.rpartition("_")[0]


def _name(given: str) -> bytes:
    return hashlib.blake2b(given.encode("utf-8", "surrogatepass"), digest_size=32).digest()
