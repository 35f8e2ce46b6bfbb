"""The lists of sequences and of a contact's log, and that no list is counted unless it is asked for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from models.pool import Pool
from resolvers import contacts, sequences
from resolvers.contacts import Profile
from schema.ids import to_id
from tests.schema.test_paging_arguments import CONTACTS, LINES, LOG, SEQUENCES, page
from tests.world import Home, made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.world import World


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(world: World) -> Home:
    """A team with some sequences, and contacts of which the first two have logs."""
    home = await world.team()
    for number in range(LINES):
        made(await sequences.create(home.owner.context, f"Sequence {number}", {}))
        emails = [f"c{each}@example.com" for each in range(5 if number == 0 else 2)]
        profiles = [Profile(email, {"company": f"Company {number}"}) for email in emails]
        made(await contacts.upsert(home.owner.context, profiles))
    return home


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ids(world: World, home: Home) -> list[str]:
    """The contacts."""
    found = await world.ask(home.owner, CONTACTS)
    return [edge["node"]["id"] for edge in found["page"]["edges"]]


@pytest.mark.parametrize("query", [SEQUENCES, LOG], ids=["sequences", "log"])
async def test_the_other_lists_page_both_ways(world: World, home: Home, ids: list[str], query: str) -> None:
    everything = (await page(world, home, query, id=ids[0], first=100))["edges"]
    assert len(everything) == LINES
    numbers = [edge["node"]["id"] for edge in everything]
    kind = "Sequence" if query == SEQUENCES else "Activity"
    assert {to_id(kind, 1)[:8]} == {number[:8] for number in numbers}
    for how, to, more, end in (
        ("first", "after", "hasNextPage", "endCursor"),
        ("last", "before", "hasPreviousPage", "startCursor"),
    ):
        seen: list[Any] = []
        cursor = None
        while True:
            found = await page(world, home, query, id=ids[0], **{how: 7, to: cursor})
            seen = seen + found["edges"] if how == "first" else found["edges"] + seen
            cursor = found["pageInfo"][end]
            if not found["pageInfo"][more]:
                break
        assert seen == everything


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is sent to PostgreSQL by this process, where the application runs as well.

    SQLAlchemy's statements are fetched as asyncpg does; the light pool does that in its own way.
    """
    found: list[str] = []
    run, read = asyncpg.prepared_stmt.PreparedStatement.fetch, Pool.read

    async def heard(prepared: Any, *values: Any) -> Any:
        found.append(prepared.get_query())
        return await run(prepared, *values)

    async def heard_read(pool: Pool, team_id: int | None, statement: str, *values: Any, **plans: Any) -> Any:
        found.append(statement)
        return await read(pool, team_id, statement, *values, **plans)

    fetched = patch.object(asyncpg.prepared_stmt.PreparedStatement, "fetch", heard)
    with fetched, patch.object(Pool, "read", heard_read):
        yield found


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("{ contacts(first: 2) { %s nodes { id } } }", 5),
        ("{ sequences(first: 2) { %s nodes { id } } }", LINES),
        ('{ contact(email: "c0@example.com") { activity(first: 2) { %s nodes { id } } } }', LINES),
    ],
)
async def test_a_list_is_counted_only_if_asked(world: World, home: Home, query: str, count: int) -> None:
    with statements() as plain:
        await world.ask(home.owner, query % "")
    with statements() as counted:
        answer = await world.ask(home.owner, query % "totalCount")
    assert any("FROM" in each for each in plain)
    assert not [each for each in plain if "count(" in each.lower()]
    assert len([each for each in counted if "count(" in each.lower()]) == 1
    assert f"'totalCount': {count}" in str(answer)
