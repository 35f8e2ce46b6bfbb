"""The feed: whatever the order in which transactions begin, write and commit, a reader misses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models import contacts
from models.tables import Activity, ActivityKind
from resolvers import enrolments, statuses
from resolvers.context import Context
from resolvers.journal import Journal
from rules.statuses import Status
from tests.resolvers.following import feed_of, shown
from tests.resolvers.making import a_sequence, enrolled, log_of, the_contacts
from tests.world import World, made

PAUSED, ACTIVE = Status.PAUSED, Status.ACTIVE


async def change(context: Context, session: AsyncSession, contact_id: int, status: Status) -> Activity:
    """Change a contact's set within a transaction that somebody else commits."""
    [record] = (await contacts.locked(session, context.caller.view, [contact_id])).values()
    journal = Journal(context.team_id, context.caller.member_id)
    line = journal.change(record, frozenset({status}), ActivityKind.STATUSES_CHANGED)
    await journal.store(session)
    return line


async def by_id(context: Context, after: int) -> list[int]:
    """Read as a reader would that takes ids for the order."""
    query = select(col(Activity.id)).where(col(Activity.id) > after).order_by(col(Activity.id))
    async with context.read() as session:
        return list((await session.execute(query)).scalars())


async def test_a_slower_transaction_commits_a_smaller_id_later_and_is_not_lost(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    slow, fast = await enrolled(context, await a_sequence(context, "A"), 2)
    await shown(context)
    [*_, last] = await feed_of(context)

    async with context.write() as session:
        late = await change(context, session, slow, PAUSED)
        early = made(await statuses.set_status(context, fast, add=[PAUSED])).line
        assert late.id < early.id
        seen_by_id = await by_id(context, last.id)
        seen = await feed_of(context, last)
    await shown(context)

    # Who goes on from the greatest id never sees the change that was committed last …
    assert seen_by_id == [early.id]
    assert await by_id(context, seen_by_id[-1]) == []
    # … and whoever reads the feed sees both, once.
    seen += await feed_of(context, seen[-1] if seen else last)
    assert [line.id for line in seen] == [late.id, early.id]


async def test_a_transaction_that_began_first_and_waited_comes_after_the_one_it_waited_for(
    world: World,
) -> None:
    home = await world.team()
    context = home.owner.context
    [contact_id] = await enrolled(context, await a_sequence(context, "A"))
    async with context.write() as session:
        number = (await session.execute(text("select pg_current_xact_id()::text::bigint"))).scalar_one()
        first = made(await statuses.set_status(context, contact_id, add=[PAUSED])).line
        second = await change(context, session, contact_id, ACTIVE)
    third = made(await statuses.set_status(context, contact_id, add=[PAUSED])).line
    await shown(context)
    [_, *lines] = await feed_of(context)
    assert number < first.stamp == second.stamp < third.stamp
    assert [line.version for line in lines] == [first.version, second.version, third.version]


async def test_readers_of_any_page_size_see_what_many_writers_do_once_and_in_order(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    ids = await enrolled(context, await a_sequence(context, "A"), 4)
    done = asyncio.Event()

    async def write(contact_id: int) -> None:
        for turn in range(12):
            made(await statuses.set_status(context, contact_id, add=[ACTIVE if turn % 2 else PAUSED]))

    async def read(size: int) -> list[Activity]:
        seen: list[Activity] = []
        while not done.is_set():
            seen += await feed_of(context, seen[-1] if seen else None, size=size)
        return seen + await feed_of(context, seen[-1] if seen else None, size=size)

    readers = [asyncio.create_task(read(size)) for size in (1, 3, 100)]
    await asyncio.gather(*(write(contact_id) for contact_id in ids))
    await shown(context)
    done.set()
    for reader in readers:
        seen = await reader
        assert len({line.id for line in seen}) == len(seen) == 4 * 13
        for contact_id in ids:
            versions = [line.version for line in seen if line.contact_id == contact_id]
            assert versions == list(range(2, 15))


async def test_a_batch_is_one_stamp_and_its_lines_are_paged_within_it(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    await enrolled(context, await a_sequence(context, "A"), 5)
    await shown(context)
    lines = await feed_of(context, size=2)
    assert len(lines) == 5
    assert len({line.stamp for line in lines}) == 1


async def test_what_changes_no_set_is_not_in_it_but_coming_and_going_is(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    here, there = await a_sequence(context, "{City}"), await a_sequence(context, "{City}")
    [contact_id] = await the_contacts(context, 1)
    made(await enrolments.enroll(context, here, [contact_id]))
    made(await enrolments.move(context, there, [contact_id]))  # Missing data here and there
    made(await enrolments.remove(context, [contact_id]))
    await shown(context)
    kinds = [line.kind for line in await feed_of(context)]
    assert kinds == [ActivityKind.ENROLLED, ActivityKind.MOVED, ActivityKind.REMOVED]
    assert ActivityKind.CREATED in {line.kind for line in await log_of(context, contact_id)}


@asynccontextmanager
async def as_before_stamps(world: World) -> AsyncIterator[AsyncSession]:
    """Write as the database's owner, who can take the stamps off lines that are there."""
    async with world.database.write(None) as session:
        await session.execute(text("set local role none"))
        await session.execute(text("set local session_replication_role = replica"))
        yield session


async def test_lines_from_before_there_were_stamps_come_first_in_the_order_of_their_ids(
    world: World,
) -> None:
    home = await world.team()
    context = home.owner.context
    ids = await enrolled(context, await a_sequence(context, "A"), 3)
    async with as_before_stamps(world) as session:
        await session.execute(
            text("update activity set stamp = 0 where team_id = :team"), {"team": home.team_id}
        )
        await session.execute(
            text("update contact set stamp = 0 where team_id = :team"), {"team": home.team_id}
        )
    new = made(await statuses.set_status(context, ids[0], add=[PAUSED])).line
    await shown(context)
    lines = await feed_of(context, size=2)
    assert [line.stamp for line in lines] == [0, 0, 0, new.stamp]
    assert [line.id for line in lines] == sorted(line.id for line in lines)
