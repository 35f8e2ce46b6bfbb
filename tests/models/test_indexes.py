"""Filters find their rows by an index, as the role that requests run as.

Row level security asks first: a condition is looked up in an index only if its operator is known to leak
nothing. Comparing numbers, times and texts is; `lower` and `like` are not.
"""

from __future__ import annotations

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from sqlalchemy import text

from models.engine import Database
from models.tables.activity import IN_FEED

FILTERS = (
    ("id = any(array[1, 2])", "contact_pkey", "id = ANY"),
    ("sequence_id = 1", "contact_sequence", "sequence_id = 1"),
    ("owner_id = 1", "contact_owner", "owner_id = 1"),
    ("email_key = lower('5@X.example')", "contact_email", "email_key = "),
    ("email_key = any(array['5@x.example', '6@x.example'])", "contact_email", "email_key = ANY"),
    ("phone_key = any(array['4930', '4931'])", "contact_phone", "phone_key = ANY"),
    ("updated_at >= now()", "contact_updated", "updated_at >= now()"),
)


ROWS = """
    select set_config('app.team', '{0}', false);
    insert into team (id, name, team_edition, visibility, link_secret) values ({0}, 'x', false, 'PUBLIC', '');
    insert into member (team_id, id, email, name) overriding system value
        select {0}, n, n || '@x.example', 'x' from generate_series(1, 50) n;
    insert into sequence (team_id, id, name, owner_id, replies_handling, track_opens, track_clicks,
                          text_opt_out, out_of_office, archived) overriding system value
        select {0}, n, 'x', 1, 'FINISH', true, true, true, 'MANUAL', false from generate_series(1, 50) n;
    insert into contact (team_id, id, email, phone, variables, owner_id, statuses, version, updated_at)
        overriding system value
        select {0}, n, n || '@x.example', '+49 ' || n, '{{}}', 1 + n % 50, 0, 1,
               now() - n * interval '1 minute'
        from generate_series(1, 2000) n;
    insert into enrolment (team_id, id, contact_id, sequence_id, emails_received, sms_sent, completed,
                           steps_left, missing_variables) overriding system value
        select {0}, n, n, 1 + n % 50, 0, 0, '{{}}', 1, '{{}}' from generate_series(1, 2000) n;
    update contact set enrolment_id = id, sequence_id = 1 + id % 50, statuses = 1 where team_id = {0};
    insert into activity (team_id, contact_id, kind, before, after, rules)
        select {0}, n % 1000, 'EVENT_COUNTED', 0, 0, '{{}}' from generate_series(1000, 4999) n
        where n % 1000 > 0;
    insert into api_key (team_id, prefix, hash, scopes)
        select {0}, 'cs_' || n, '', '{{}}' from generate_series(1, 500) n;
"""


@pytest_asyncio.fixture
async def filled(empty_database: Database) -> Database:
    """Two teams with enough rows for an index to be worth it, and PostgreSQL aware of it."""
    connection = await asyncpg.connect(empty_database.address.dsn)
    for team_id in (1, 2):
        await connection.execute(ROWS.format(team_id))
    await connection.execute("analyze")
    await connection.close()
    return empty_database


async def plan(database: Database, query: str) -> str:
    async with database.read(1) as session:
        return "\n".join((await session.execute(text(f"explain {query}"))).scalars())


@pytest.mark.parametrize(("condition", "index", "looked_up"), FILTERS)
async def test_a_filter_is_looked_up_in_its_index(
    filled: Database, condition: str, index: str, looked_up: str
) -> None:
    found = await plan(filled, f"select * from contact where team_id = 1 and {condition}")
    [conditions] = [line for line in found.splitlines() if "Index Cond" in line]
    assert f"using {index} on" in found or f"Bitmap Index Scan on {index} " in found
    assert "team_id =" in conditions
    assert looked_up in conditions


@pytest.mark.parametrize(
    ("order", "index"),
    [
        ("id", "contact_pkey"),
        ("updated_at desc, id desc", "contact_updated"),
        ("email_key", "contact_email"),
    ],
)
async def test_a_page_is_read_in_the_order_of_an_index(filled: Database, order: str, index: str) -> None:
    found = await plan(filled, f"select * from contact where team_id = 1 order by {order} limit 51")
    assert f"using {index}" in found
    assert "Sort" not in found


async def test_the_log_and_the_stays_of_a_contact_are_looked_up(filled: Database) -> None:
    log = "select * from activity where team_id = 1 and contact_id = 5 order by id desc limit 51"
    assert "contact_id = 5" in (found := await plan(filled, log))
    assert "using activity_contact" in found
    assert "Sort" not in found
    stay = "select * from enrolment where team_id = 1 and contact_id = 5 and ended_at is null"
    assert "using enrolment_current" in await plan(filled, stay)
    key = "select * from api_key where team_id = 1 and prefix = 'cs_1_a'"
    assert "prefix = 'cs_1_a'" in (await plan(filled, key)).split("Index Cond")[1]


async def test_the_feed_is_read_in_the_order_of_its_index(filled: Database) -> None:
    feed = (
        "select * from activity where team_id = 1 and (stamp, id) > (1, 1)"
        " and stamp < stamp_of(pg_snapshot_xmin(pg_current_snapshot()))"
        f" and ({IN_FEED}) order by stamp, id limit 51"
    )
    found = await plan(filled, feed)
    assert "using activity_feed" in found
    assert "Sort" not in found
    [conditions] = [line for line in found.splitlines() if "Index Cond" in line]
    assert "ROW(stamp, id) > ROW(1, 1)" in conditions
    assert "stamp < " in conditions
