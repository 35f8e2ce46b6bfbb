"""Data that comes to another cluster: its stamps stay behind those that are given out there."""

from __future__ import annotations

import asyncpg  # type: ignore[import-untyped]
import pytest

from models.engine import Database, NotMigrated, migrate
from models.stamps import FUNCTIONS, ROOM

NOW = "select stamp_of(pg_current_xact_id())"


async def elsewhere(connection: asyncpg.Connection, offset: int = 0) -> None:
    """Make the database one that was dumped in another cluster."""
    for function in FUNCTIONS[:2]:
        await connection.execute(function.format(offset=offset, cluster="7000000000000000000"))


async def test_data_from_another_cluster_is_not_served_until_migrate_has_seen_it(
    empty_database: Database, empty_database_url: str
) -> None:
    await empty_database.check()
    connection = await asyncpg.connect(empty_database.address.dsn)
    ahead = await connection.fetchval(NOW) + 10**9  # what the other cluster's transactions had come to
    for turn in range(1, 3):
        await elsewhere(connection, (turn - 1) * ROOM)
        with pytest.raises(NotMigrated, match="came from another cluster"):
            await empty_database.check()
        await migrate(empty_database_url)
        await empty_database.check()
        assert ahead < await connection.fetchval(NOW)
        assert turn * ROOM < await connection.fetchval(NOW) < (turn + 1) * ROOM
        ahead += ROOM
    await connection.close()


async def test_migrating_again_in_the_same_cluster_changes_no_stamp(
    empty_database: Database, empty_database_url: str
) -> None:
    connection = await asyncpg.connect(empty_database.address.dsn)
    await migrate(empty_database_url)
    assert await connection.fetchval("select stamp_offset()") == 0
    await connection.close()


async def test_the_role_of_requests_may_ask_which_cluster_it_is(empty_database: Database) -> None:
    connection = await empty_database.connect()
    assert await connection.fetchval(
        "select system_identifier::text = stamp_cluster() from pg_control_system()"
    )
    await connection.close()
