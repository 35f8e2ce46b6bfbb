"""The demo data: all there is to see, sound, the same every time, and made only once."""

from __future__ import annotations

import asyncpg  # type: ignore[import-untyped]
import pytest

from models.contact_lists import ContactFilter, ContactOrderField, order
from models.engine import Database
from models.paging import Window
from resolvers import accounts, reading
from resolvers.context import Context
from rules.statuses import Status, in_order
from schema.ids import to_id
from server import demo, demo_data
from tests.conftest import copy
from tests.resolvers.soundness import assert_sound


async def counts(database: Database) -> dict[str, int]:
    """Count the rows of every team, as the owner of the tables."""
    connection = await asyncpg.connect(database.address.dsn)
    try:
        tables = ("team", "member", "sequence", "step", "contact", "enrolment", "activity", "api_key")
        return {table: await connection.fetchval(f"select count(*) from {table}") for table in tables}
    finally:
        await connection.close()


async def contents(database: Database) -> list[tuple[object, ...]]:
    """Return what people see of every contact, by its address."""
    connection = await asyncpg.connect(database.address.dsn)
    try:
        return [
            tuple(row)
            for row in await connection.fetch("""
                select c.email, first_name, last_name, company, phone, variables::text, statuses, replied_by,
                       version, s.name, m.name, e.emails_received, e.sms_sent, e.steps_left, missing_variables
                from contact c join member m on m.id = c.owner_id
                left join sequence s on s.id = c.sequence_id left join enrolment e on e.id = c.enrolment_id
                order by c.email
            """)
        ]
    finally:
        await connection.close()


async def context_of(database: Database, key: str) -> Context:
    caller = await accounts.authenticate(database, key)
    assert caller is not None
    return Context(database, caller)


def quietly(_done: int, _all: int) -> None:
    """Show nothing."""


async def test_there_is_everything_to_see_and_it_is_sound(empty_database: Database) -> None:
    shown: list[tuple[int, int]] = []
    made = await demo.load(empty_database, lambda *progress: shown.append(progress))
    assert [name for name, _ in demo_data.MEMBERS] == list(made.keys)
    found = await counts(empty_database)
    assert (found["team"], found["member"], found["sequence"], found["contact"]) == (1, 3, 6, 2_000)
    assert shown == sorted(shown)
    assert shown[-1][0] >= shown[-1][1] == 2_000

    context = await context_of(empty_database, next(iter(made.keys.values())))
    for status in Status:
        assert await reading.contact_count(context, ContactFilter(all_of=frozenset({status}))) > 0, status
    assert await reading.contact_count(context, ContactFilter(in_sequence=False)) > 0
    await assert_sound(empty_database, context.team_id)


async def test_the_examples_it_names_are_what_the_page_says_of_them(empty_database: Database) -> None:
    made = await demo.load(empty_database, quietly)
    context = await context_of(empty_database, next(iter(made.keys.values())))
    page = await reading.contact_page(
        context, ContactFilter(), order(ContactOrderField.CREATED_AT), Window(2_000)
    )
    by_id = {to_id("Contact", record.contact.id): record for record in page.records}
    active, bounced = by_id[made.contact_id or ""], by_id[made.refused_contact_id or ""]
    assert in_order(active.contact.statuses)[0] is Status.ACTIVE
    assert in_order(bounced.contact.statuses)[0] is Status.BOUNCED
    for record in (active, bounced):
        assert record.owner_id == context.caller.member_id
        assert Status.CONTACTED in record.contact.statuses


async def test_a_second_start_makes_nothing_but_keys_and_the_first_ones_still_work(
    empty_database: Database,
) -> None:
    first = await demo.load(empty_database, quietly)
    before = await counts(empty_database)
    second = await demo.load(empty_database, lambda *_: pytest.fail("it was made again"))
    assert await counts(empty_database) == before | {"api_key": before["api_key"] + 3}
    assert first.contact_id == second.contact_id
    assert first.refused_contact_id == second.refused_contact_id
    for key in (*first.keys.values(), *second.keys.values()):
        await context_of(empty_database, key)


@pytest.mark.parametrize("killed_at", [1, 4])
async def test_after_a_start_that_was_killed_the_next_one_works(
    empty_database: Database, killed_at: int
) -> None:
    shown = 0

    def die(_done: int, _all: int) -> None:
        nonlocal shown
        shown += 1
        if shown == killed_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await demo.load(empty_database, die)
    made = await demo.load(empty_database, quietly)
    context = await context_of(empty_database, next(iter(made.keys.values())))
    assert await reading.contact_count(context, ContactFilter()) == 2_000
    await assert_sound(empty_database, context.team_id)
    again = await demo.load(empty_database, lambda *_: pytest.fail("it was made again"))
    assert again.contact_id == made.contact_id


async def test_it_is_the_same_every_time(empty_database: Database, postgres_url: str, template: str) -> None:
    await demo.load(empty_database, quietly)
    async for url in copy(postgres_url, template):
        other = Database(url)
        await demo.load(other, quietly)
        assert await contents(other) == await contents(empty_database)
        await other.close()
