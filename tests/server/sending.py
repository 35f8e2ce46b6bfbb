"""Short words of the tests about what webhooks are sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models.engine import Database
from resolvers import statuses, webhooks_out
from resolvers.context import Context
from resolvers.webhooks_out import NewSecret
from rules.statuses import Status
from tests.resolvers.away import rows_of, until
from tests.server.receiver import HERE
from tests.world import Home, made


def allowed(home: Home) -> Context:
    """Return the owner's context, in which this machine may be sent to."""
    return replace(home.owner.context, outgoing=HERE)


NOT_IN_THE_FEED = "select from activity where stamp >= stamp_of(pg_snapshot_xmin(pg_current_snapshot()))"


async def a_webhook(home: Home, url: str, **values: Any) -> NewSecret:
    """Create a webhook, once all that was done before is in the feed: what is not would be sent to it.

    It gets there when every transaction of the cluster that began before has ended, other tests' too.
    """
    context = home.owner.context

    async def all_in_the_feed() -> bool:
        return not await context.database.reader.read(home.team_id, NOT_IN_THE_FEED)

    await until(all_in_the_feed)
    made_: NewSecret = made(await webhooks_out.create(allowed(home), {"url": url, **values}))
    return made_


async def change(context: Context, contact_id: int, times: int) -> None:
    for turn in range(times):
        made(
            await statuses.set_status(context, contact_id, add=[Status.ACTIVE if turn % 2 else Status.PAUSED])
        )


async def states(database: Database) -> dict[Any, Any]:
    found = await rows_of(database, "select state, count(*) from webhook_delivery group by 1")
    return dict(found)
