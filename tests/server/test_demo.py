"""The demo data: all there is to see, sound, the same every time, and made only once.

Two are made for all of these tests: one undisturbed, one after a start that was killed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from models.contact_lists import ContactFilter
from models.engine import Database
from resolvers import accounts, reading
from resolvers.context import Context
from rules.statuses import Status, in_order
from schema.ids import number_of
from server import demo, demo_data
from tests.conftest import copy
from tests.resolvers.making import the_record
from tests.resolvers.soundness import assert_sound


@dataclass(frozen=True)
class Loaded:
    """A database with the demo in it, and what its start was told and shown."""

    database: Database
    demo: demo.Demo
    shown: list[tuple[int, int]]


@pytest_asyncio.fixture(scope="module")
async def loaded(postgres_url: str, template: str) -> AsyncIterator[Loaded]:
    """The demo, made in an empty database."""
    shown: list[tuple[int, int]] = []
    async for url in copy(postgres_url, template):
        database = Database(url)
        made = await demo.load(database, lambda *progress: shown.append(progress))
        yield Loaded(database, made, shown)
        await database.close()


async def counts(database: Database) -> dict[str, int]:
    """Count the rows of every team, as the owner of the tables."""
    connection = await asyncpg.connect(database.address.dsn)
    try:
        tables = ("team", "member", "sequence", "step", "contact", "enrolment", "activity", "api_key")
        return {table: await connection.fetchval(f"select count(*) from {table}") for table in tables}
    finally:
        await connection.close()


async def contents(database: Database, team_id: int) -> list[tuple[object, ...]]:
    """Return what people see of every contact, by its address."""
    connection = await asyncpg.connect(database.address.dsn)
    try:
        return [
            tuple(row)
            for row in await connection.fetch(
                """
                select c.email, first_name, last_name, company, phone, variables::text, statuses, replied_by,
                       version, s.name, m.name, e.emails_received, e.sms_sent, e.steps_left, missing_variables
                from contact c join member m on m.id = c.owner_id
                left join sequence s on s.id = c.sequence_id left join enrolment e on e.id = c.enrolment_id
                where c.team_id = $1 order by c.email
            """,
                team_id,
            )
        ]
    finally:
        await connection.close()


async def first_member(database: Database, made: demo.Demo) -> Context:
    caller = await accounts.authenticate(database, next(iter(made.keys.values())))
    assert caller is not None
    return Context(database, caller)


def quietly(_done: int, _all: int) -> None:
    """Show nothing."""


def die(_done: int, _all: int) -> None:
    """Be killed when the first sequence is made."""
    raise KeyboardInterrupt


async def test_there_is_everything_to_see_and_it_is_sound(loaded: Loaded) -> None:
    assert [name for name, _ in demo_data.MEMBERS] == list(loaded.demo.keys)
    found = await counts(loaded.database)
    assert (found["team"], found["member"], found["sequence"], found["contact"]) == (1, 3, 6, 2_000)
    assert loaded.shown == sorted(loaded.shown)
    assert loaded.shown[-1][0] >= loaded.shown[-1][1] == 2_000
    context = await first_member(loaded.database, loaded.demo)
    for status in Status:
        assert await reading.contact_count(context, ContactFilter(all_of=frozenset({status}))) > 0, status
    assert await reading.contact_count(context, ContactFilter(in_sequence=False)) > 0
    await assert_sound(loaded.database, context.team_id)


async def test_the_examples_it_names_are_what_the_page_says_of_them(loaded: Loaded) -> None:
    context = await first_member(loaded.database, loaded.demo)
    named = (loaded.demo.contact_id, loaded.demo.refused_contact_id)
    active, bounced = [await the_record(context, number_of("Contact", each) or 0) for each in named]
    assert in_order(active.contact.statuses)[0] is Status.ACTIVE
    assert in_order(bounced.contact.statuses)[0] is Status.BOUNCED
    for record in (active, bounced):
        assert record.owner_id == context.caller.member_id
        assert Status.CONTACTED in record.contact.statuses


async def test_a_second_start_makes_nothing_but_keys_and_the_first_ones_still_work(loaded: Loaded) -> None:
    before = await counts(loaded.database)
    second = await demo.load(loaded.database, lambda *_: pytest.fail("it was made again"))
    assert await counts(loaded.database) == before | {"api_key": before["api_key"] + 3}
    assert loaded.demo.contact_id == second.contact_id
    assert loaded.demo.refused_contact_id == second.refused_contact_id
    for key in (*loaded.demo.keys.values(), *second.keys.values()):
        assert await accounts.authenticate(loaded.database, key) is not None


async def test_after_a_start_that_was_killed_the_next_one_makes_the_same(
    loaded: Loaded, empty_database: Database
) -> None:
    with pytest.raises(KeyboardInterrupt):
        await demo.load(empty_database, die)
    made = await demo.load(empty_database, quietly)
    context = await first_member(empty_database, made)
    other = await first_member(loaded.database, loaded.demo)
    assert await contents(empty_database, context.team_id) == await contents(loaded.database, other.team_id)
    await assert_sound(empty_database, context.team_id)
    again = await demo.load(empty_database, lambda *_: pytest.fail("it was made again"))
    assert again.contact_id == made.contact_id
