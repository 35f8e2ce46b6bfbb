"""The log is only ever added to, also by whoever owns the table; a version leaves one line."""

from __future__ import annotations

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.resolvers.making import the_contacts
from tests.world import World

CHANGES = ("update activity set note = 'it was not me'", "delete from activity", "truncate activity")


@pytest.mark.parametrize("statement", CHANGES)
async def test_the_role_of_requests_may_not(world: World, statement: str) -> None:
    home = await world.team()
    await the_contacts(home.owner.context, 1)
    async with world.database.write(home.team_id) as session:
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [*CHANGES, "delete from activity where false", "truncate activity cascade", "truncate contact cascade"],
)
async def test_the_owner_of_the_table_may_not_either(world: World, database_url: str, statement: str) -> None:
    home = await world.team()
    [contact_id] = await the_contacts(home.owner.context, 1)
    connection = await asyncpg.connect(database_url)
    try:
        owner = "select pg_get_userbyid(relowner) = current_user from pg_class where relname = 'activity'"
        assert await connection.fetchval(owner)
        # What deliveries refer to cannot be truncated alone: PostgreSQL says so before our trigger is asked.
        alone = statement == "truncate activity"
        expected = asyncpg.FeatureNotSupportedError if alone else asyncpg.RaiseError
        with pytest.raises(expected, match="cannot truncate" if alone else "append-only"):
            await connection.execute(statement)
        lines = "select count(*) from activity where team_id = $1 and contact_id = $2 and note is null"
        assert await connection.fetchval(lines, home.team_id, contact_id) == 1
    finally:
        await connection.close()


async def test_a_version_of_a_contact_has_one_line_and_lines_without_a_version_are_many(world: World) -> None:
    home = await world.team()
    await the_contacts(home.owner.context, 1)
    copy = (
        "insert into activity (team_id, contact_id, kind, before, after, rules, version)"
        " select team_id, contact_id, 'EVENT_COUNTED', 0, 0, '{}', "
    )
    async with world.database.write(home.team_id) as session:
        for _ in range(2):
            await session.execute(text(copy + "null from activity where version = 1"))
    async with world.database.write(home.team_id) as session:
        with pytest.raises(IntegrityError, match="activity_version"):
            await session.execute(text(copy + "version from activity where version = 1"))
