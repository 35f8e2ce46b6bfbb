"""Verified keys, remembered for a moment: a caller's next requests need not look the key up again."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from models.engine import Database
from resolvers.accounts import verified
from resolvers.context import Caller

REMEMBERED = timedelta(seconds=1)
"""For how long after a key was revoked, or its team changed, a process may still go by what it knew."""

MOST = 10_000
"""How many keys a process remembers; only valid ones are, so guesses fill nothing."""


@dataclass(slots=True)
class Keyring:
    """Whom keys stand for. A key is looked up at most once in `REMEMBERED`, and known by its hash only."""

    database: Database
    known: dict[bytes, tuple[datetime, Caller]] = field(default_factory=dict)

    async def caller(self, key: str) -> Caller | None:
        """Return whom a key stands for; None if it is malformed, unknown, expired or revoked."""
        now, name = datetime.now(UTC), hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        known = self.known.get(name)
        if known is not None and now < known[0]:
            return known[1]
        found = await verified(self.database, key)
        if found is None:
            self.known.pop(name, None)
            return None
        if len(self.known) >= MOST:
            self.known.clear()
        until = now + REMEMBERED
        self.known[name] = (min(until, found.expires_at or until), found.caller)
        return found.caller
