"""Pages of one list that are asked for at once are one statement, and each is what it would be alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from models import contact_reads
from models.contact_lists import ContactFilter, ContactOrderField, order
from models.paging import Slice, Window
from models.parts import Parts
from models.tables import Visibility
from tests.resolvers.making import a_sequence, enrolled, the_contacts

if TYPE_CHECKING:
    from models.contacts import View
    from models.pool import Pool
    from tests.world import World

SHOWN = Parts(("id", "email", "updated_at"), ("id", "started_at"), team=("revision",))
UP, DOWN = (order(ContactOrderField.CREATED_AT, descending=descending) for descending in (False, True))
ALL = ContactFilter()


async def asked(pool: Pool, view: View, *pages: Any) -> list[Slice[Any]]:
    """Ask for pages at once: each a filter, an order and a window."""
    return list(await asyncio.gather(*(contact_reads.page(pool, view, *page, parts=SHOWN) for page in pages)))


def plain(found: Slice[Any]) -> tuple[Any, ...]:
    return [tuple(row) for row in found.records], found.has_next, found.has_previous


@pytest.mark.parametrize("by", [UP, DOWN], ids=["up", "down"])
async def test_each_is_what_it_would_be_alone(world: World, by: Any) -> None:
    home, other = await world.team(), await world.team()
    ids = sorted(await the_contacts(home.owner.context, 12))
    await the_contacts(other.owner.context, 3)
    pool, view = world.database.reader, home.owner.context.caller.view
    ends = (ids[0] - 1, ids[-1] + 1)
    pages = [(ALL, by, Window(3, after=(place,))) for place in (*ids[:6], *ends)]  # one of them is empty
    pages.append(pages[2])
    alone = [plain((await asked(pool, view, page))[0]) for page in pages]
    heard: list[str] = []
    with pool.count(heard):
        together = [plain(found) for found in await asked(pool, view, *pages)]
    assert together == alone
    assert len({len(rows) for rows, *_ in alone}) > 1
    assert len(heard) == 2  # eight at most in one


async def test_in_private_mode_each_gets_a_members_own(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    mine = sorted(await the_contacts(home.owner.context, 3))
    theirs = sorted(await the_contacts(home.mate.context, 3, "theirs"))
    pool, page = world.database.reader, (ALL, UP, Window(9, after=(0,)))
    found = await asyncio.gather(
        *(
            asked(pool, person.context.caller.view, page, (ALL, UP, Window(9, after=(1,))))
            for person in (home.owner, home.mate)
        )
    )
    assert [[[row[0] for row in each.records] for each in pages] for pages in found] == [
        [mine] * 2,
        [theirs] * 2,
    ]


async def test_only_what_differs_in_nothing_but_its_place_is_read_together(world: World) -> None:
    home, other = await world.team(), await world.team()
    ids = sorted(await the_contacts(home.owner.context, 5))
    sequence_id = await a_sequence(home.owner.context, "Hello")
    await enrolled(home.owner.context, sequence_id, 4)
    pool = world.database.reader
    view, theirs = home.owner.context.caller.view, other.owner.context.caller.view
    at = Window(2, after=(ids[0],))
    next_, last = at._replace(after=(ids[1],)), Window(2, before=(ids[3],), backwards=True)
    by_mail = order(ContactOrderField.EMAIL)
    in_sequence = ContactFilter(sequence_id=sequence_id)
    pages = [
        (ALL, UP, at),
        (ALL, UP, next_),
        (in_sequence, UP, next_),
        (ALL, DOWN, at),
        (ALL, UP, at._replace(size=3)),
        (ALL, UP, last),
        (in_sequence, UP, at),
        (ContactFilter(in_sequence=False), UP, at),
        (ContactFilter(can_receive_email=True), UP, at),
        (ALL, by_mail, Window(2, after=("c", 1))),
    ]
    alone = [plain((await asked(pool, view, page))[0]) for page in pages]
    heard: list[str] = []
    with pool.count(heard):
        mine, yours = await asyncio.gather(
            asked(pool, view, *pages), asked(pool, theirs, (ALL, UP, at), (ALL, UP, next_))
        )
    assert [plain(found) for found in mine] == alone
    assert [found.records for found in yours] == [[], []]
    assert len(heard) == len(pages) - 1  # two of ours are one, twice, and both of theirs
