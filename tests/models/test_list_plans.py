"""Every list of contacts is read by an index: whatever it is filtered and ordered by, also deep in the list.

No sequential scan of contacts, and nothing is sorted but a small part of the team.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import orjson
import pytest
import pytest_asyncio

from models.contact_lists import ContactFilter, ContactOrderField, order, shape, values
from models.contact_reads import _page, _pages
from models.engine import Database
from models.paging import Key, Window, keys
from models.parts import Parts
from models.pool import Plans
from rules.facts import Channel
from rules.statuses import Status

TEAM, CONTACTS = 1, 20_000
WHOLE = Parts(("id", "email", "statuses", "sequence_id", "owner_id"), ("id",), team=("revision",))
FEW = CONTACTS // 10
"""No more than these may be sorted for a page: a tenth of the team."""

ROWS = """
    select set_config('app.team', '{0}', false);
    insert into team (id, name, team_edition, visibility, link_secret)
        values ({0}, 'x', false, 'PUBLIC', 'x');
    insert into member (team_id, id, email, name) overriding system value
        select {0}, n, n || '@x.example', 'x' from generate_series(1, 20) n;
    insert into sequence (team_id, id, name, owner_id, replies_handling, track_opens, track_clicks,
                          text_opt_out, out_of_office, archived) overriding system value
        select {0}, n, 'x', n, 'FINISH', true, true, true, 'MANUAL', false from generate_series(1, 20) n;
    insert into contact (team_id, id, email, first_name, last_name, company, variables, owner_id, statuses,
                         version, updated_at) overriding system value
        select {0}, n, md5(n::text) || '@x.example', md5((n + 1)::text), md5((n % 5000)::text),
            md5((n % 300)::text), '{{}}', 1 + n % 20, 0, 1, now() - n * interval '1 minute'
        from generate_series(1, {1}) n;
    insert into enrolment (team_id, id, contact_id, sequence_id, emails_received, sms_sent, completed,
                           steps_left, missing_variables) overriding system value
        select {0}, n, n, 1 + n / 20 % 20, 0, 0, '{{}}', 1, '{{}}'
        from generate_series(1, {1}) n where n % 10 > 0;
    update contact set enrolment_id = id, sequence_id = 1 + id / 20 % 20,
        statuses = (array[1, 1, 1, 129, 129, 2, 32 + 128, 32 + 1152, 16 + 128, 64])[1 + id / 7 % 10],
        replied_by = case when id / 7 % 10 = 7 then case when id % 50 = 1 then 'SMS' else 'EMAIL' end end
        where team_id = {0} and id % 10 > 0;
"""
FILTERS = {
    "all": ContactFilter(),
    "sequence": ContactFilter(sequence_id=3),
    "owner": ContactFilter(owner_id=3),
    "in a sequence": ContactFilter(in_sequence=True),
    "in none": ContactFilter(in_sequence=False),
    "active": ContactFilter(can_receive_email=True),
    "not active": ContactFilter(can_receive_email=False),
    "bounced": ContactFilter(all_of=frozenset({Status.BOUNCED})),
    "never": ContactFilter(all_of=frozenset({Status.BOUNCED, Status.CALLED})),
    "any": ContactFilter(any_of=frozenset({Status.PAUSED, Status.REPLIED})),
    "none": ContactFilter(none_of=frozenset({Status.OPTED_OUT})),
    "sequence and set": ContactFilter(
        sequence_id=3, all_of=frozenset({Status.CONTACTED}), none_of=frozenset({Status.OPTED_OUT})
    ),
    "replied by SMS": ContactFilter(replied_by=Channel.SMS),
    "replied by email": ContactFilter(replied_by=Channel.EMAIL),
    "a common beginning": ContactFilter(search="a"),
    "a rare beginning": ContactFilter(search="abcd"),
    "changed lately": ContactFilter(updated_since=datetime.now(UTC) - timedelta(minutes=300)),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(postgres_url: str, template: str) -> Any:
    """A large team among small ones, with PostgreSQL aware of what there is."""
    from tests.conftest import copy  # noqa: PLC0415 - a plugin, not to be imported twice

    async for url in copy(postgres_url, template):
        admin = await asyncpg.connect(url)
        await admin.execute(ROWS.format(TEAM, CONTACTS))
        for small in range(2, 12):
            await admin.execute(ROWS.format(small, 200))
        await admin.execute("vacuum analyze contact")
        await admin.execute("analyze")
        await admin.close()
        made = Database(url)
        yield made
        await made.close()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


async def explained(
    database: Database,
    wanted: ContactFilter,
    field: ContactOrderField,
    window: Window,
    *,
    descending: bool,
    only_of: int | None = None,
) -> dict[str, Any]:
    by = order(field, descending=descending)
    statement = _page(WHOLE, only_of is not None, shape(wanted), by, window.ends())
    given = {"only_of": only_of, "team_id": TEAM, **values(wanted), **keys(window)}
    text = f"explain (analyze, format json) {statement.text}"
    [row] = await database.reader.read(
        TEAM, text, *(given[name] for name in statement.names), plans=Plans.EACH
    )
    plan: dict[str, Any] = orjson.loads(row[0])[0]["Plan"]
    return plan


async def deep(database: Database, field: ContactOrderField, *, descending: bool) -> Key:
    """Return the key of a contact at nine tenths of the list."""
    column = {"EMAIL": "email_key", "LAST_NAME": "last_name_key", "UPDATED_AT": "updated_at"}.get(field.name)
    way = "desc" if descending else "asc"
    by = f"{column} {way}, id {way}" if column else f"id {way}"
    text = f"select {column or 'id'}, id from contact order by {by} offset {CONTACTS * 9 // 10} limit 1"
    [row] = await database.reader.read(TEAM, text)
    return tuple(row) if column else (row[1],)


@pytest.mark.parametrize("descending", [False, True], ids=["asc", "desc"])
@pytest.mark.parametrize("field", list(ContactOrderField), ids=lambda field: field.name)
async def test_a_list_is_read_by_an_index(
    database: Database, field: ContactOrderField, *, descending: bool
) -> None:
    key = await deep(database, field, descending=descending)
    for name, wanted in FILTERS.items():
        for window in (Window(50), Window(50, after=key)):
            plan = await explained(database, wanted, field, window, descending=descending)
            where = f"{name}, {'deep' if window.after else 'first'} page"
            for node in nodes(plan):
                scan = (node["Node Type"], node.get("Relation Name"))
                assert scan != ("Seq Scan", "contact"), where
                if node["Node Type"] == "Sort":
                    [below] = [each for each in node["Plans"] if each["Parent Relationship"] == "Outer"]
                    assert below["Actual Rows"] <= FEW, where


async def test_a_page_filtered_by_sequence_and_set_reads_no_contacts_but_its_own(database: Database) -> None:
    by_age = ContactOrderField.CREATED_AT
    for window in (Window(50), Window(50, after=(CONTACTS * 9 // 10,))):
        plan = await explained(database, FILTERS["sequence and set"], by_age, window, descending=False)
        [scan] = [node for node in nodes(plan) if node.get("Relation Name") == "contact"]
        assert (scan["Node Type"], scan["Index Name"]) == ("Index Scan", "contact_sequence")
        assert "statuses" in scan["Index Cond"]  # compared before a contact is fetched, not after
        assert "Filter" not in scan
        assert scan["Actual Rows"] * scan["Actual Loops"] == 51


async def test_several_pages_are_read_by_an_index_each(database: Database) -> None:
    places = [0, 50, CONTACTS // 2, CONTACTS * 9 // 10]
    for name in ("all", "sequence", "in a sequence"):
        wanted = FILTERS[name]
        for descending in (False, True):
            by = order(ContactOrderField.CREATED_AT, descending=descending)
            window = Window(50, after=(places[0],))
            statement = _pages(WHOLE, False, shape(wanted), by, window.ends())
            given = {"team_id": TEAM, "places": places, **values(wanted), **keys(window)}
            text = f"explain (analyze, format json) {statement.text}"
            [row] = await database.reader.read(TEAM, text, *(given[each] for each in statement.names))
            plan: dict[str, Any] = orjson.loads(row[0])[0]["Plan"]
            for node in nodes(plan):
                assert (node["Node Type"], node.get("Relation Name")) != ("Seq Scan", "contact"), name
                if node["Node Type"] == "Sort":
                    assert node["Actual Rows"] <= len(places) * 51, name


async def scans(database: Database, table: str, only_of: int | None = None) -> list[int]:
    """Return how often each node that reads the table runs for a page of one sequence."""
    wanted, by_age = FILTERS["sequence and set"], ContactOrderField.CREATED_AT
    plan = await explained(database, wanted, by_age, Window(50), descending=False, only_of=only_of)
    return [node["Actual Loops"] for node in nodes(plan) if node.get("Relation Name") == table]


async def test_a_page_reads_no_sequence_and_no_member_but_the_revision_once(database: Database) -> None:
    assert await scans(database, "sequence") == []
    assert await scans(database, "member") == []
    assert await scans(database, "team") == [1]


async def test_the_sequence_that_a_page_is_of_is_looked_up_once_for_who_owns_it(database: Database) -> None:
    assert await scans(database, "sequence", only_of=3) == [1]
