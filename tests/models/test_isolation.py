"""Row level security: whatever a query forgets, it sees and changes one team's rows."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from models.connection import ROLE
from models.engine import Database
from models.tables import (
    BulkChange,
    BulkItem,
    ImportRun,
    KeptAnswer,
    SentMessage,
    WebhookAccount,
    WebhookReceipt,
)
from resolvers import webhooks_out
from resolvers.events import Happened, record
from rules.events import Event
from tests.resolvers.making import a_sequence, enrolled
from tests.world import Home, World, made

TABLES = sorted(SQLModel.metadata.tables)


@pytest_asyncio.fixture
async def homes(world: World) -> tuple[Home, Home]:
    """Two teams, each with a row in every table."""
    both = await world.team(), await world.team()
    for home in both:
        [contact_id] = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"))
        await record(home.system.context, [Happened(Event.CALL_MADE, contact_id)])
        webhook = made(await webhooks_out.create(home.owner.context, {"url": "https://8.8.8.8/"})).webhook
        made(await webhooks_out.test(home.owner.context, webhook.id))
        async with world.database.write(home.team_id) as session:
            team, now = home.team_id, datetime.now(UTC)
            session.add_all(
                [
                    SentMessage(team_id=team, message_id="m@x", contact_id=contact_id, sent_at=now),
                    WebhookAccount(team_id=team, provider="twilio", secrets={}),
                    ImportRun(team_id=team, key="import", digest=""),
                    BulkChange(team_id=team, id=1, member_id=home.owner.member_id or 0, total=1),
                    BulkItem(team_id=team, bulk_id=1, contact_id=contact_id),
                    WebhookReceipt(team_id=team, provider="mailgun", once="token"),
                    KeptAnswer(team_id=team, caller_id=0, key="k", fingerprint=b""),
                ]
            )
    return both


async def test_every_table_has_it_enabled_and_forced_with_one_policy(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        found = await connection.fetch("""
            select relname, relrowsecurity, relforcerowsecurity,
                (select array_agg((polcmd, polpermissive, polqual notnull, polwithcheck notnull)::text)
                 from pg_policy where polrelid = pg_class.oid)
            from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        """)
    finally:
        await connection.close()
    ours = {row["relname"]: tuple(row)[1:] for row in found if row["relname"] != "alembic_version"}
    assert ours == dict.fromkeys(TABLES, (True, True, ["(*,t,t,t)"]))


async def test_the_role_is_not_above_it_owns_nothing_and_cannot_truncate(database: Database) -> None:
    async with database.read(None) as session:
        rights = "rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin"
        mine = text(f"select {rights} from pg_roles where rolname = current_user")
        role = (await session.execute(mine)).one()
        assert tuple(role) == (ROLE, False, False, False, False, False)
        owned = "select count(*) from pg_class where pg_get_userbyid(relowner) = current_user"
        assert (await session.execute(text(owned))).scalar_one() == 0
        for table in TABLES:
            may = text(f"select has_table_privilege('{table}', 'truncate, references, trigger')")
            assert (await session.execute(may)).scalar_one() is False


@pytest.mark.parametrize("table", TABLES)
async def test_a_query_that_forgets_its_team_sees_its_own_rows_only(
    world: World, homes: tuple[Home, Home], table: str
) -> None:
    team = "id" if table == "team" else "team_id"
    for home in homes:
        async with world.database.read(home.team_id) as session:
            seen = (await session.execute(text(f"select distinct {team} from {table}"))).scalars().all()
        assert seen == [home.team_id]
    async with world.database.read(None) as session:
        assert (await session.execute(text(f"select * from {table}"))).all() == []


async def test_a_connection_used_for_a_team_before_shows_nothing_of_it(
    database_url: str, homes: tuple[Home, Home]
) -> None:
    alone = Database(database_url, pool_size=1, overflow=0)
    for team_id, expected in ((homes[0].team_id, 1), (None, 0), (homes[1].team_id, 1), (None, 0)):
        async with alone.read(team_id) as session:
            assert (await session.execute(text("select count(*) from contact"))).scalar_one() == expected
    await alone.close()


@pytest.mark.parametrize("table", TABLES)
async def test_a_row_of_another_team_cannot_be_added(
    world: World, homes: tuple[Home, Home], table: str
) -> None:
    """The other team's own row, copied under a new id: nothing but the policy is against it."""
    mine, theirs = homes
    columns = SQLModel.metadata.tables[table].columns
    async with world.database.read(theirs.team_id) as session:
        row = (await session.execute(select(*columns).limit(1))).mappings().one()
    given = {name: value for name, value in row.items() if name != "id" and not columns[name].computed}
    if table == "bulk_change":
        given["id"] = 2  # drawn by chance, not by the table
    if table == "team":
        given["id"] = theirs.team_id
    insert = SQLModel.metadata.tables[table].insert().values(given)
    async with world.database.write(mine.team_id) as session:
        with pytest.raises(DBAPIError, match="row-level security"):
            await session.execute(insert)


async def test_an_update_or_delete_without_a_condition_touches_the_own_team_only(
    world: World, homes: tuple[Home, Home]
) -> None:
    mine, theirs = homes
    async with world.database.write(mine.team_id) as session:
        updated = await session.execute(text("update contact set phone = 'mine' returning team_id"))
        assert updated.scalars().all() == [mine.team_id]
        deleted = await session.execute(text("delete from api_key returning team_id"))
        assert set(deleted.scalars()) == {mine.team_id}
    async with world.database.read(theirs.team_id) as session:
        assert (await session.execute(text("select phone from contact"))).scalars().all() == [None]
        assert (await session.execute(text("select count(*) from api_key"))).scalar_one() == 3


@pytest.mark.parametrize("table", TABLES)
async def test_a_row_cannot_be_given_to_another_team(
    world: World, homes: tuple[Home, Home], table: str
) -> None:
    mine, theirs = homes
    column = "id" if table == "team" else "team_id"
    give = text(f"update {table} set {column} = {theirs.team_id}")
    async with world.database.write(mine.team_id) as session:
        with pytest.raises(DBAPIError, match=r"row-level security|permission denied"):
            await session.execute(give)
