"""What tests of the feed share: waiting until it shows all there is, and reading it to its end."""

from __future__ import annotations

import asyncio

from models import feed as rows
from models.feed import ORDER, ChangeFilter
from models.paging import Window
from models.tables import Activity
from resolvers import feed
from resolvers.context import Context

PATIENCE = 60.0
"""Seconds; transactions of other tests hold the horizon back, on a loaded machine for long."""


async def shown(context: Context) -> None:
    """Wait until the feed shows every change that was committed."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with context.read() as session:
                if not await rows.held_back(session, context.team_id):
                    return
            await asyncio.sleep(0.01)


async def feed_of(
    context: Context, after: Activity | None = None, *, size: int = 100, **wanted: object
) -> list[Activity]:
    """Read the feed page by page, from a line or from the beginning, to where it ends now."""
    found: list[Activity] = []
    place = ORDER.key(after) if after else None
    while True:
        page = await feed.page(context, ChangeFilter(**wanted), Window(size, after=place))  # type: ignore[arg-type]
        found += page.records
        if not page.has_next:
            return found
        place = ORDER.key(found[-1])
