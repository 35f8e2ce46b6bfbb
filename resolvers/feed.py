"""Reading the feed: the team's changes of statuses, as far as the caller may see them."""

from models import feed
from models.feed import ChangeFilter
from models.paging import Slice, Window
from models.tables import Activity
from resolvers.context import Context


async def page(context: Context, wanted: ChangeFilter, window: Window) -> Slice[Activity]:
    """Return a window of the feed."""
    async with context.read() as session:
        return await feed.page(session, context.caller.view, wanted, window)


async def count(context: Context, wanted: ChangeFilter) -> int:
    """Count the changes of the feed that the filter lets through."""
    async with context.read() as session:
        return await feed.count(session, context.caller.view, wanted)
