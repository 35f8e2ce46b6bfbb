"""Following the feed: what one process knows of the teams that somebody here follows.

Of each such team the newest changes are read once, and kept for all who follow. A follower takes from what is
kept, at its own pace; if it has fallen behind what is kept, it reads for itself until it has caught up. So
nothing is queued for anybody, and nobody waits for a slower one.
"""

import asyncio
import logging
from bisect import bisect_right
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Final

from models import feed
from models.engine import Database, DatabaseProblem
from models.feed import ChangeFilter, Entry, Place, Read
from resolvers.context import Context

KEPT: Final = 2_000
"""Changes kept for each team that is followed."""
PAGE: Final = 500
LOOK: Final = 2.0
"""Seconds after which a team's feed is looked at even if nobody rang."""
SOON: Final = 0.05
"""Seconds until it is looked at again when changes are there that are not shown yet."""

_log = logging.getLogger(__name__)


class TeamFeed:
    """The newest part of a team's feed, for as long as somebody follows it."""

    def __init__(self, database: Database, team_id: int, listen: Callable[[], Awaitable[None]]) -> None:
        self.followers = 0
        self._database, self._team_id, self._listen = database, team_id, listen
        self._entries: list[Entry] = []
        self._since: Place | None = None  # what is kept begins behind it
        self._upto: Place = (0, 0)
        self._rung, self._grown = asyncio.Event(), asyncio.Event()

    def ring(self) -> None:
        """Look at the feed now."""
        self._rung.set()

    def start(self) -> None:
        """Begin to read, from now on."""
        self._reader = asyncio.create_task(self._read_on())

    def stop(self) -> None:
        """Read no more."""
        self._reader.cancel()

    async def _read_on(self) -> None:
        while True:
            self._rung.clear()
            wait = LOOK
            try:
                await self._listen()
                if self._since is None:
                    self._since = self._upto = await self.now()
                    self._wake()
                found = await self.read(self._upto)
            except Exception:  # noqa: BLE001 - those who wait are better off if it is tried again
                _log.exception("The feed of team %d could not be read", self._team_id)
            else:
                self._keep(found)
                wait = 0 if found.more else SOON if found.held_back else LOOK
            with suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), wait)

    def _keep(self, found: Read) -> None:
        self._upto = found.upto
        if found.entries:
            self._entries += found.entries
            if dropped := self._entries[:-KEPT]:
                self._since, self._entries = dropped[-1].place, self._entries[-KEPT:]
            self._wake()

    def _wake(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()

    def after(self, place: Place) -> tuple[list[Entry], Place] | None:
        """Return what is kept behind a place and up to where that is all; None if it begins too late."""
        if self._since is None or place < self._since:
            return None
        start = bisect_right(self._entries, place, key=lambda entry: entry.place)
        return self._entries[start:], max(place, self._upto)

    async def read(self, place: Place) -> Read:
        """Return what is stored behind a place."""
        async with self._database.read(self._team_id) as session:
            return await feed.read(session, self._team_id, place, PAGE)

    async def now(self) -> Place:
        """Return the place behind which everything is that is committed from now on."""
        async with self._database.read(self._team_id) as session:
            return await feed.now(session)

    async def follow(self, place: Place) -> AsyncGenerator[Entry]:
        """Yield every change behind a place, for ever."""
        while True:
            grown = self._grown
            if (kept := self.after(place)) is not None:
                entries, place = kept
                if not entries:
                    await grown.wait()
            else:
                found = await self.read(place)
                entries, place = found.entries, found.upto
                if not entries and self._since is None:
                    await grown.wait()
            for entry in entries:
                yield entry


class Feeds:
    """The feeds of the teams that are followed in this process: one reader each, one bell for all."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._teams: dict[int, TeamFeed] = {}
        self._rings: dict[int, asyncio.Event] = {}

    async def follow(
        self, context: Context, wanted: ChangeFilter, after: Place | None
    ) -> AsyncGenerator[Entry]:
        """Yield every change behind a place that the caller may see and the filter lets through, for ever.

        With no place, those that are committed from now on.
        """
        only_of = context.caller.view.only_of
        async with self._followed(context.team_id) as team:
            place = await team.now() if after is None else after
            async with aclosing(team.follow(place)) as entries:
                async for entry in entries:
                    if only_of in {None, entry.owner_id} and wanted.lets_through(entry.line):
                        yield entry

    @asynccontextmanager
    async def _followed(self, team_id: int) -> AsyncIterator[TeamFeed]:
        team = self._teams.get(team_id)
        if team is None:
            team = self._teams[team_id] = TeamFeed(self._database, team_id, self._listen)
            team.start()
        team.followers += 1
        try:
            yield team
        finally:
            team.followers -= 1
            if not team.followers:
                del self._teams[team_id]
                team.stop()

    async def rung(self, team_id: int) -> asyncio.Event:
        """Return what is set when somebody, in whatever process, rings for the team from now on."""
        with suppress(DatabaseProblem, OSError):  # whoever waits looks by itself now and then
            await self._listen()
        return self._rings.setdefault(team_id, asyncio.Event())

    async def _listen(self) -> None:
        await self._database.bell.listen(self._ring)

    def _ring(self, team_id: int) -> None:
        if team := self._teams.get(team_id):
            team.ring()
        if ring := self._rings.pop(team_id, None):
            ring.set()
