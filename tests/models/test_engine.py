"""The pool, its transactions and migrations, against a real PostgreSQL and a table of the tests' own."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from models import migration
from models.connection import Address
from models.engine import (
    ROLE,
    Database,
    DatabaseProblem,
    DatabaseTooOld,
    DatabaseUnavailable,
    NotMigrated,
    migrate,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

FIRST = """
from alembic import op

revision = "0001"
down_revision = None

def upgrade() -> None:
    op.execute("create table note (team_id bigint not null, body text not null)")
    op.execute("alter table note enable row level security, force row level security")
    team = "nullif(current_setting('app.team', true), '')::bigint"
    op.execute(f"create policy team on note using (team_id = {team})")
    op.execute("grant select, insert, update, delete on note to contact_status")
"""
SECOND = """
from alembic import op

revision = "0002"
down_revision = "0001"

def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("create index concurrently note_team on note (team_id)")
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A folder of migrations with our env.py and two scripts."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    shutil.copy(migration.SCRIPTS / "env.py", folder)
    (folder / "versions" / "first.py").write_text(FIRST)
    (folder / "versions" / "second.py").write_text(SECOND)
    return folder


@pytest_asyncio.fixture
async def notes(bare_database_url: str, scripts: Path) -> AsyncIterator[Database]:
    """A migrated database with one table."""
    await migrate(bare_database_url, scripts)
    made = Database(bare_database_url, pool_size=2, overflow=0, pool_timeout=0.2, scripts=scripts)
    yield made
    await made.close()


async def add(notes: Database, team_id: int, *bodies: str) -> None:
    async with notes.write(team_id) as session:
        connection = await session.connection()
        for body in bodies:
            await connection.execute(
                text("insert into note values (:team, :body)"), {"team": team_id, "body": body}
            )


async def bodies(notes: Database, team_id: int | None) -> list[str]:
    async with notes.read(team_id) as session:
        found = await (await session.connection()).execute(text("select body from note order by body"))
        return list(found.scalars())


async def test_a_transaction_sees_one_team(notes: Database) -> None:
    await add(notes, 1, "ours")
    await add(notes, 2, "theirs")
    assert await bodies(notes, 1) == ["ours"]
    assert await bodies(notes, 2) == ["theirs"]
    assert await bodies(notes, None) == []


async def test_a_row_for_another_team_is_refused(notes: Database) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with notes.write(1) as session:
            await (await session.connection()).execute(text("insert into note values (2, 'smuggled')"))


async def test_the_team_is_gone_with_the_transaction(notes: Database) -> None:
    await add(notes, 1, "ours")
    async with notes.engine.connect() as connection:
        assert (await connection.execute(text("select count(*) from note"))).scalar() == 0


async def test_nobody_is_above_the_policies(notes: Database) -> None:
    async with notes.read(1) as session:
        row = (
            await (await session.connection()).execute(
                text("select current_user, current_setting('is_superuser')")
            )
        ).one()
    assert tuple(row) == (ROLE, "off")


async def test_a_write_rolls_back_on_an_exception(notes: Database) -> None:
    async def fail() -> None:
        async with notes.write(1) as session:
            await (await session.connection()).execute(text("insert into note values (1, 'never')"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await bodies(notes, 1) == []


async def test_a_read_cannot_write(notes: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only"):
        async with notes.read(1) as session:
            await (await session.connection()).execute(text("insert into note values (1, 'never')"))
    await add(notes, 1, "but the next transaction of that connection can")


async def test_a_read_is_one_snapshot(notes: Database) -> None:
    async with notes.read(1) as session:
        connection = await session.connection()
        await add(notes, 1, "meanwhile")
        assert (await connection.execute(text("select count(*) from note"))).scalar() == 0
    assert await bodies(notes, 1) == ["meanwhile"]


async def test_statements_are_counted(notes: Database) -> None:
    with notes.count() as statements:
        await bodies(notes, 1)
    assert [statement.split()[0] for statement in statements] == ["select", "select"]
    await bodies(notes, 1)
    assert len(statements) == 2


async def test_a_session_executes_without_a_warning(notes: Database) -> None:
    async with notes.read(1) as session:
        assert (await session.execute(text("select 1"))).scalar_one() == 1


async def test_json_goes_through_orjson(notes: Database) -> None:
    async with notes.read(1) as session:
        found = await (await session.connection()).execute(text("""select '{"a": [1, "é"]}'::jsonb"""))
        assert found.scalar() == {"a": [1, "é"]}


async def test_a_slow_statement_is_ended(bare_database_url: str, scripts: Path) -> None:
    await migrate(bare_database_url, scripts)
    database = Database(bare_database_url, statement_timeout=0.1, scripts=scripts)
    with pytest.raises(DatabaseUnavailable, match="took too long"):
        async with database.read(1) as session:
            await (await session.connection()).execute(text("select pg_sleep(5)"))
    await database.check()
    await database.close()


async def test_a_full_pool_is_a_sentence(notes: Database) -> None:
    async with notes.read(1), notes.read(1):
        with pytest.raises(DatabaseUnavailable, match=r"All connections to .* are in use"):
            await bodies(notes, 1)
    assert await bodies(notes, 1) == []


async def test_connections_that_postgresql_closed_are_replaced(
    notes: Database, bare_database_url: str
) -> None:
    async with notes.read(1), notes.read(1):
        pass  # two connections wait in the pool
    admin = await asyncpg.connect(bare_database_url)
    mine = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database()"
    assert await admin.fetchval(f"{mine} and pid <> pg_backend_pid()") == 2
    await admin.close()
    await asyncio.sleep(0.05)
    await asyncio.gather(bodies(notes, 1), bodies(notes, 1))


async def test_a_cancelled_request_gives_its_connection_back(notes: Database) -> None:
    async def slow() -> None:
        async with notes.read(1) as session:
            await (await session.connection()).execute(text("select pg_sleep(5)"))

    for _ in range(4):
        task = asyncio.create_task(slow())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await bodies(notes, 1) == []


async def test_check_passes_when_all_is_well(notes: Database) -> None:
    await notes.check()


async def test_check_names_what_is_missing(bare_database_url: str, scripts: Path) -> None:
    database = Database(bare_database_url, scripts=scripts)
    with pytest.raises(NotMigrated, match="python -m server migrate"):
        await database.check()
    second = scripts / "versions" / "second.py"
    second.rename(scripts / "later")
    migration.revisions.cache_clear()
    await migrate(bare_database_url, scripts)
    await database.check()
    (scripts / "later").rename(second)
    migration.revisions.cache_clear()
    with pytest.raises(NotMigrated, match="are not this version's"):
        await database.check()
    await database.close()


async def test_a_newer_database_still_serves_the_older_version(notes: Database, scripts: Path) -> None:
    (scripts / "versions" / "second.py").unlink()
    migration.revisions.cache_clear()
    await notes.check()


async def test_an_old_postgresql_is_refused(
    notes: Database, bare_database_url: str, scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "OLDEST", 99)
    for refused in (notes.check(), migrate(bare_database_url, scripts)):
        with pytest.raises(DatabaseTooOld, match=r"is version \d+; 99 or later is needed"):
            await refused


async def test_migrating_at_once_and_again(bare_database_url: str, scripts: Path) -> None:
    await asyncio.gather(*(migrate(bare_database_url, scripts) for _ in range(4)))
    await migrate(bare_database_url, scripts)


@pytest_asyncio.fixture
async def plain_url(bare_database_url: str) -> AsyncIterator[str]:
    """The database in the hands of a user who is no superuser and cannot make roles."""
    name = Address.parse(bare_database_url).name.rpartition("/")[2]
    admin = await asyncpg.connect(bare_database_url)
    await admin.execute(f"create role {name} login password 'secret'; alter database {name} owner to {name}")
    url = make_url(bare_database_url).set(username=name, password="secret")  # noqa: S106
    yield url.render_as_string(hide_password=False)
    await admin.execute(f"reassign owned by {name} to current_user; drop owned by {name}; drop role {name}")
    await admin.close()


async def test_an_ordinary_user_is_told_what_an_administrator_must_do(plain_url: str, scripts: Path) -> None:
    with pytest.raises(
        DatabaseProblem, match="have an administrator run `create role contact_status nologin"
    ):
        await migrate(plain_url, scripts)


async def test_a_user_who_can_make_roles_migrates_and_serves(
    plain_url: str, bare_database_url: str, scripts: Path
) -> None:
    admin = await asyncpg.connect(bare_database_url)
    await admin.execute(f"grant {ROLE} to {make_url(plain_url).username} with admin option")
    if admin.get_server_version().major >= 16:
        # What making the role oneself leaves: its administration, not the right to take it.
        await admin.execute(f"grant {ROLE} to {make_url(plain_url).username} with set false, inherit false")
    await admin.close()
    await migrate(plain_url, scripts)
    database = Database(plain_url, scripts=scripts)
    await database.check()
    await add(database, 1, "ours")
    assert await bodies(database, 2) == []
    await database.close()


async def test_a_failed_migration_is_a_sentence(bare_database_url: str, scripts: Path) -> None:
    (scripts / "versions" / "first.py").write_text(FIRST.replace("create table note", "create tabel note"))
    with pytest.raises(DatabaseProblem, match=r"The migration of .* failed: .*syntax error"):
        await migrate(bare_database_url, scripts)


async def test_a_checkout_without_migrations_says_so(bare_database_url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="no migration"):
        await migrate(bare_database_url, tmp_path)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "postgresql://me:secret@127.0.0.1:1/none",
            r"cannot be reached at 127\.0\.0\.1:1/none \(Connection refused\)",
        ),
        (
            "postgresql://me:secret@localhost:1/none",
            r"cannot be reached at localhost:1/none \(.*onnection refused\)",
        ),
        ("postgresql://me:secret@no-such-host.invalid/none", "no such host"),
        (
            "postgresql:///none?host=/nowhere&user=me",
            r"cannot be reached at /nowhere/none \(No such file or directory\)",
        ),
    ],
)
async def test_the_unreachable_is_named_without_its_password(url: str, sentence: str) -> None:
    database = Database(url)
    for attempt in (database.check(), migrate(url)):
        with pytest.raises(DatabaseUnavailable, match=sentence) as raised:
            await attempt
        assert "secret" not in str(raised.value)
    await database.close()


async def test_a_missing_database_is_named(bare_database_url: str) -> None:
    database = Database(bare_database_url.replace("cs_test_", "cs_missing_"))
    with pytest.raises(DatabaseUnavailable, match="does not exist: create it"):
        await database.check()
    await database.close()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://me:secret@host/db", "postgresql://me:sec@ret@host/db"]
)
def test_an_unreadable_url_is_not_repeated(url: str) -> None:
    with pytest.raises(DatabaseProblem, match="cannot be read") as raised:
        Address.parse(url)
    assert "ret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgres://me:secret@db.example:5433/app", "db.example:5433/app"),
        ("postgresql+asyncpg://me@db.example/app?sslmode=require&channel_binding=require", "db.example/app"),
        ("postgresql:///app?host=/run/postgresql", "/run/postgresql/app"),
        ("postgresql:///app", "the local socket/app"),
    ],
)
def test_every_kind_of_url(url: str, name: str) -> None:
    address = Address.parse(url)
    assert address.name == name
    assert address.dsn.startswith("postgresql://")
    assert "channel_binding" not in address.dsn
