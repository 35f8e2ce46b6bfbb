"""Following a bulk change while a worker, in whatever process, makes it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Final

from models.tables import ENDED, BulkChange
from resolvers import bulk_changes
from resolvers.context import Context
from resolvers.following import Feeds

LOOK: Final = 1.0
"""Seconds after which it is looked at even if nobody rang."""


async def follow(feeds: Feeds, context: Context, bulk_id: int) -> AsyncGenerator[BulkChange]:
    """Yield a bulk change as it is, then each time it has gone on, until it has ended.

    Nothing if there is none. Who is slow is shown how far it is now, not each step that it took.
    """
    shown = None
    while True:
        rung = await feeds.rung(context.team_id)
        change = (await bulk_changes.by_ids(context, [bulk_id])).get(bulk_id)
        if change is None:
            return
        if change.updated_at != shown:
            yield change
            shown = change.updated_at
        if change.state in ENDED:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(rung.wait(), LOOK)
