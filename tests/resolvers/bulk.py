"""Short words of the tests about bulk changes: asked, previewed, started, made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from models.bulk import ItemFilter
from models.contact_lists import ContactFilter
from models.paging import Window
from models.tables import BulkChange, BulkItem
from resolvers import bulk_changes, bulk_preview, bulk_slices
from resolvers.bulk_preview import Preview
from resolvers.bulk_token import Asked
from resolvers.context import Context
from rules.statuses import Status
from tests.world import made


def asked(
    add: Iterable[Status] = (), remove: Iterable[Status] = (), note: str | None = None, **filter_: Any
) -> Asked:
    """Ask for a change of the contacts that a filter lets through."""
    return Asked(ContactFilter(**filter_), list(add), list(remove), note)


async def previewed(context: Context, what: Asked) -> Preview:
    """Preview a change."""
    found = made(await bulk_preview.preview(context, what))
    assert isinstance(found, Preview), found
    return found


async def started(context: Context, what: Asked) -> BulkChange:
    """Preview a change and start it."""
    change = made(await bulk_changes.start(context, (await previewed(context, what)).token))
    assert isinstance(change, BulkChange), change
    return change


async def finished(context: Context, what: Asked) -> BulkChange:
    """Start a change and make it."""
    change = await started(context, what)
    await bulk_slices.make(context, change.id)
    return await as_stored(context, change)


async def as_stored(context: Context, change: BulkChange) -> BulkChange:
    """Return a bulk change as it is now."""
    return (await bulk_changes.by_ids(context, [change.id]))[change.id]


async def items_of(context: Context, change: BulkChange, **wanted: Any) -> Sequence[BulkItem]:
    """Return what became of the contacts of a bulk change."""
    return (await bulk_changes.items(context, change.id, ItemFilter(**wanted), Window(10_000))).records
