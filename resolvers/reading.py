"""What is looked up and listed, of the caller's team only.

What only passes a question on returns what is to be awaited: each coroutine in between costs a microsecond.

Contacts and sequences are read as rows of the parts that are asked for, in one statement each.
"""

from collections.abc import Awaitable, Collection, Sequence
from datetime import datetime
from typing import Any

from models import accounts, activity, contact_reads, contacts, history, log_reads, sequence_reads, sequences
from models.contact_lists import ContactFilter
from models.lines import ALL, LineFilter
from models.paging import Order, Slice, Window
from models.parts import Parts
from models.pool import Row
from models.tables import Activity, Member, Step, Team
from resolvers.context import Context
from rules.events import Category
from rules.statuses import Status, StatusSet


async def team(context: Context) -> Team | None:
    """Return the caller's team."""
    async with context.read() as session:
        return await accounts.team(session, context.team_id)


async def link_secrets(context: Context, team_ids: Collection[int]) -> dict[int, str]:
    """Return what opt-out links are signed with, by team: the caller's own team has one, others do not."""
    async with context.read() as session:
        team = await accounts.team(session, context.team_id)
    return {team.id: team.link_secret} if team and team.id in team_ids else {}


async def members(context: Context, ids: Collection[int]) -> dict[int, Member]:
    """Return members of the team, by id."""
    return await log_reads.members(context.database.reader, context.team_id, ids)


def contact_by_email(context: Context, email: str, parts: Parts) -> Awaitable[Row | None]:
    """Return the contact with this address, whatever its case, or None."""
    return contact_reads.by_email(context.database.reader, context.caller.view, email, parts)


def contact(context: Context, contact_id: int, parts: Parts) -> Awaitable[Row | None]:
    """Return the contact with this id, or None; its first column is the id."""
    return contact_reads.by_id(context.database.reader, context.caller.view, contact_id, parts)


def contacts_by_ids(context: Context, ids: Collection[int], parts: Parts) -> Awaitable[list[Row]]:
    """Return contacts that the caller may see, in any order."""
    return contact_reads.by_ids(context.database.reader, context.caller.view, ids, parts)


def contact_page(
    context: Context, wanted: ContactFilter, order: Order[Any], window: Window, parts: Parts
) -> Awaitable[Slice[Row]]:
    """Return a window of the contacts that the caller may see and the filter lets through."""
    pool, view = context.database.reader, context.caller.view
    return contact_reads.page(pool, view, wanted, order, window, parts=parts)


async def contact_count(context: Context, wanted: ContactFilter) -> int:
    """Count the contacts that the caller may see and the filter lets through."""
    return await contact_reads.count(context.database.reader, context.caller.view, wanted)


def members_by_ids(context: Context, ids: Collection[int], parts: Parts) -> Awaitable[list[Row]]:
    """Return members of the team, in any order."""
    return sequence_reads.members_by_ids(context.database.reader, context.team_id, ids, parts)


async def sequences_by_ids(context: Context, ids: Collection[int], parts: Parts) -> list[Row]:
    """Return sequences of the team, in any order."""
    return await sequence_reads.by_ids(context.database.reader, context.team_id, ids, parts)


async def sequence_page(context: Context, window: Window, parts: Parts) -> Slice[Row]:
    """Return a window of the team's sequences."""
    return await sequence_reads.page(context.database.reader, context.team_id, window, parts)


async def sequence_count(context: Context) -> int:
    """Count the team's sequences."""
    return await sequence_reads.count(context.database.reader, context.team_id)


async def steps_of(context: Context, sequence_ids: Collection[int]) -> dict[int, list[Step]]:
    """Return the steps of sequences, in order."""
    return await log_reads.steps_of(context.database.reader, context.team_id, sequence_ids)


async def steps_by_ids(context: Context, ids: Collection[int]) -> dict[int, Step]:
    """Return steps, by id."""
    async with context.read() as session:
        return await sequences.steps_by_ids(session, context.team_id, ids)


async def activity_by_ids(context: Context, ids: Collection[int]) -> dict[int, Activity]:
    """Return lines of the log of contacts that the caller may see, by id."""
    async with context.read() as session:
        lines = await activity.by_ids(session, context.team_id, ids)
        seen = await contacts.by_ids(
            session, context.caller.view, {line.contact_id for line in lines.values()}
        )
    return {line_id: line for line_id, line in lines.items() if line.contact_id in seen}


async def activity_pages(
    context: Context,
    contact_ids: Sequence[int],
    window: Window,
    which: LineFilter = ALL,
    *,
    members: dict[int, Member] | None = None,
) -> dict[int, Slice[Activity]]:
    """Return the same window of the log of each contact, newest first; `members` gets who did it."""
    async with context.read() as session:
        return await activity.pages(session, context.team_id, contact_ids, window, which, members=members)


async def activity_counts(
    context: Context, contact_ids: Collection[int], which: LineFilter = ALL
) -> dict[int, int]:
    """Count the lines of the log of each contact."""
    async with context.read() as session:
        return await activity.counts(session, context.team_id, contact_ids, which)


async def statuses_at(context: Context, contact_ids: Collection[int], time: datetime) -> dict[int, StatusSet]:
    """Return the set that each contact had at a time; those that were not there yet are left out."""
    async with context.read() as session:
        return await history.statuses_at(session, context.team_id, contact_ids, time)


async def time_in_status(
    context: Context, contact_ids: Collection[int], *, ever: bool
) -> dict[int, dict[Status, int]]:
    """Return for how many seconds each contact has had each status, in its present stay or ever."""
    async with context.read() as session:
        return await history.time_in_status(session, context.team_id, contact_ids, ever=ever)


async def categories(context: Context, reply_ids: Collection[int]) -> dict[int, Category]:
    """Return the category that a person last put each reply into, by the reply's line."""
    async with context.read() as session:
        return await activity.categories(session, context.team_id, reply_ids)


async def since(context: Context, contact_ids: Collection[int]) -> dict[int, dict[Status, Activity]]:
    """Return, for each contact and status, the last line of the log that put it on."""
    return await log_reads.since(context.database.reader, context.team_id, contact_ids)
