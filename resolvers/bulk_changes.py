"""Bulk changes: started with the token of a preview, made by a worker, cancelled; and what became of them."""

from collections.abc import Collection
from datetime import UTC, datetime

from models import accounts, bulk, jobs, selections
from models.bell import GROWN
from models.bulk import ItemFilter
from models.contact_lists import ContactFilter
from models.jobs import Kind, Task
from models.paging import Slice, Window
from models.selections import Pin
from models.tables import ENDED, BulkChange, BulkItem, BulkState
from resolvers import bulk_token
from resolvers.bulk import new_id
from resolvers.bulk_token import Asked, Promise
from resolvers.context import Context
from resolvers.input import text_problems
from resolvers.problems import (
    Failure,
    Problem,
    ProblemCode,
    invalid,
    not_found,
    not_the_owner,
    selection_changed,
)
from rules.facts import Who


async def start(context: Context, token: str) -> BulkChange | Failure:
    """Have a worker make the change that was previewed, of exactly the contacts that were previewed.

    Refused with SELECTION_CHANGED, and nothing begun, if they are others by now or have changed since. A
    token starts one bulk change: given again, it returns that one.
    """
    async with context.write() as session:
        team = await accounts.team(session, context.team_id)
        promise = _promised(team.link_secret if team else "", token, context.caller.member_id)
        if isinstance(promise, Failure):
            return promise
        change = _new(context, promise)
        if not await bulk.insert(session, change):
            return (await bulk.by_ids(session, context.caller.view, [change.id]))[change.id]
        found = await selections.materialize(
            session, context.caller.view, promise.asked.filter, change.id, promise.pin
        )
        if found != promise.pin:
            await bulk.delete(session, change)
            return Failure([selection_changed(promise.pin.count, found.count)])
        await jobs.enqueue(session, [task_of(change)])
        return change


def _promised(secret: str, token: str, member_id: int | None) -> Promise | Failure:
    try:
        promise = bulk_token.read(secret, token)
    except bulk_token.Expired:
        message = "This preview is more than an hour old: preview again, and look at the counts."
        return Failure([Problem(ProblemCode.PREVIEW_EXPIRED, message)])
    if promise is None or promise.member_id != member_id:
        return Failure([invalid("token", "This is no token of a preview of yours: give it as you got it.")])
    return promise


def _new(context: Context, promise: Promise) -> BulkChange:
    asked, now = promise.asked, datetime.now(UTC)
    return BulkChange(
        team_id=context.team_id,
        id=promise.bulk_id,
        member_id=promise.member_id,
        adds=[status.name for status in asked.add],
        removes=[status.name for status in asked.remove],
        note=asked.note,
        state=BulkState.WAITING,
        total=promise.pin.count,
        changed=0,
        refused=0,
        reasons={},
        reached=0,
        created_at=now,
        updated_at=now,
    )


async def undo(context: Context, bulk_id: int | None, note: str | None = None) -> BulkChange | Failure:
    """Have a worker undo what a bulk change did, contact by contact, as a bulk change of its own.

    What later depends on, or what the present rules forbid, is refused with reasons.
    """
    if problems := list(text_problems("note", note, most=2_000)):
        return Failure(problems)
    async with context.write() as session:
        undone = await bulk.locked(session, context.caller.view, bulk_id or 0)
        if undone is None:
            return Failure([not_found(ProblemCode.BULK_CHANGE_NOT_FOUND)])
        if undone.state not in ENDED:
            return Failure([invalid("bulk_change_id", "It has not ended: cancel it, or wait, then undo it.")])
        asked = Asked(ContactFilter(), (), (), note)
        pin = Pin(undone.changed, 0)
        change = _new(context, Promise(new_id(), context.caller.member_id or 0, asked, pin))
        change.undoes = undone.id
        await bulk.insert(session, change)
        await bulk.materialize_undo(session, change)
        await jobs.enqueue(session, [task_of(change)])
        return change


def task_of(change: BulkChange) -> Task:
    """Return the task that makes a bulk change, or goes on with it."""
    return Task(Kind.CHANGE_MANY, change.team_id, datetime.now(UTC), about=change.id)


async def cancel(context: Context, bulk_id: int | None) -> BulkChange | Failure:
    """Call off what is not done yet; what is done stays. With Team Edition on, whoever started it may.

    It ends between two slices, so at once or within moments; cancelled again, it answers the same.
    """
    async with context.write() as session:
        change = await bulk.locked(session, context.caller.view, bulk_id or 0)
        if change is None:
            return Failure([not_found(ProblemCode.BULK_CHANGE_NOT_FOUND)])
        if context.caller.who(change.member_id) is not Who.OWNER:
            return Failure([not_the_owner(change.member_id, "cancel a bulk change")])
        if change.state is BulkState.DONE:
            message = "It is done already: undo what it did instead."
            return Failure([Problem(ProblemCode.BULK_CHANGE_ENDED, message)])
        if change.state not in ENDED:
            change.state, change.ended_at = BulkState.CANCELLED, datetime.now(UTC)
            await bulk.store(session, change)
            session.info[GROWN] = True  # whoever follows it is told
        return change


async def by_ids(context: Context, ids: Collection[int]) -> dict[int, BulkChange]:
    """Return bulk changes that the caller may see, by id."""
    async with context.read() as session:
        return await bulk.by_ids(session, context.caller.view, ids)


async def page(context: Context, window: Window) -> Slice[BulkChange]:
    """Return a window of the bulk changes that the caller may see, the newest first."""
    async with context.read() as session:
        return await bulk.page(session, context.caller.view, window)


async def count(context: Context) -> int:
    """Count the bulk changes that the caller may see."""
    async with context.read() as session:
        return await bulk.count(session, context.caller.view)


async def items(context: Context, bulk_id: int, wanted: ItemFilter, window: Window) -> Slice[BulkItem]:
    """Return a window of what became of the contacts of a bulk change that the caller may see."""
    async with context.read() as session:
        return await bulk.items(session, context.team_id, bulk_id, wanted, window)


async def item_count(context: Context, bulk_id: int, wanted: ItemFilter) -> int:
    """Count the contacts of a bulk change that the filter lets through."""
    async with context.read() as session:
        return await bulk.item_count(session, context.team_id, bulk_id, wanted)
