"""Pages of contacts: every order, both ways, as PostgreSQL sorts them, while rows come, change and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from resolvers import contacts
from resolvers.contacts import Profile
from tests.world import Home, made

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.world import World

PAGE = """query ($first: Int, $after: String, $last: Int, $before: String,
    $by: ContactOrder, $filter: ContactFilter) {
  contacts(first: $first, after: $after, last: $last, before: $before, orderBy: $by, filter: $filter) {
    edges { cursor node { email } } nodes { email }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
NAMES = [
    None,
    "",
    "Ärger",
    "ärger",
    "Zoë",
    "zoe",
    "Smith",
    "smith",
    "SMITH",
    "Ångström",
    "ßen",
    "李",
    "O'Neil",
]
SORTED_BY = {
    "CREATED_AT": "id",
    "UPDATED_AT": "updated_at",
    "EMAIL": "lower(email)",
    "LAST_NAME": "coalesce(lower(last_name), '')",
}
ORDERS = [(field, direction) for field in SORTED_BY for direction in ("ASC", "DESC")]
SIZE = 230


def profile(number: int) -> Profile:
    """Return one of many contacts; last names repeat, and so do the times of a batch."""
    local = f"{'Ux'[number % 2]}{number * 7919 % 1000:03}"
    return Profile(f"{local}@example.com", {"last_name": NAMES[number % len(NAMES)]})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowd(world: World) -> Home:
    """A team with a few hundred contacts."""
    home = await world.team()
    await fill(home)
    return home


async def fill(home: Home) -> None:
    """Write the contacts, in batches: within one, all have the same time."""
    for start in range(0, SIZE, 80):
        batch = [profile(number) for number in range(start, min(SIZE, start + 80))]
        made(await contacts.upsert(home.owner.context, batch))


async def sorted_by_postgres(world: World, home: Home, field: str, direction: str) -> list[str]:
    """Return the addresses as PostgreSQL sorts the rows."""
    key = SORTED_BY[field]
    async with world.database.read(home.team_id) as session:
        rows = await session.execute(
            text(f"select email from contact where team_id = :t order by {key} {direction}, id {direction}"),
            {"t": home.team_id},
        )
        return list(rows.scalars())


async def pages(
    world: World, home: Home, *, backwards: bool = False, size: int = 37, **variables: Any
) -> AsyncIterator[dict[str, Any]]:
    """Read a list page by page, and check what each page says of itself."""
    how, to, more, end = (
        ("last", "before", "hasPreviousPage", "startCursor")
        if backwards
        else ("first", "after", "hasNextPage", "endCursor")
    )
    cursor: str | None = None
    while True:
        page = (await world.ask(home.owner, PAGE, **{how: size, to: cursor, **variables}))["contacts"]
        info, edges = page["pageInfo"], page["edges"]
        assert [edge["node"] for edge in edges] == page["nodes"]
        assert info["startCursor"] == (edges[0]["cursor"] if edges else None)
        assert info["endCursor"] == (edges[-1]["cursor"] if edges else None)
        assert info["hasNextPage" if backwards else "hasPreviousPage"] == (cursor is not None)
        yield page
        if not info[more]:
            return
        assert len(edges) == size
        cursor = info[end]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(("field", "direction"), ORDERS)
async def test_all_pages_are_the_sorted_list(
    world: World, crowd: Home, field: str, direction: str, *, backwards: bool
) -> None:
    by = {"field": field, "direction": direction}
    seen: list[str] = []
    async for page in pages(world, crowd, backwards=backwards, by=by):
        emails = [node["email"] for node in page["nodes"]]
        seen = emails + seen if backwards else seen + emails
    assert len(seen) == SIZE
    assert seen == await sorted_by_postgres(world, crowd, field, direction)


async def test_without_an_order_they_come_by_age_fifty_at_a_time(world: World, crowd: Home) -> None:
    page = (await world.ask(crowd.owner, PAGE))["contacts"]
    expected = await sorted_by_postgres(world, crowd, "CREATED_AT", "ASC")
    assert [node["email"] for node in page["nodes"]] == expected[:50]
    page = (await world.ask(crowd.owner, PAGE, first=100))["contacts"]
    assert [node["email"] for node in page["nodes"]] == expected[:100]


@pytest.mark.parametrize(("field", "direction"), ORDERS)
async def test_between_two_cursors_is_what_lies_between(
    world: World, crowd: Home, field: str, direction: str
) -> None:
    by = {"field": field, "direction": direction}
    edges = (await world.ask(crowd.owner, PAGE, first=90, by=by))["contacts"]["edges"]
    between = {"after": edges[9]["cursor"], "before": edges[80]["cursor"], "by": by}
    for how, expected in (("first", edges[10:30]), ("last", edges[60:80])):
        page = (await world.ask(crowd.owner, PAGE, **between, **{how: 20}))["contacts"]
        assert page["edges"] == expected
    everything = (await world.ask(crowd.owner, PAGE, **between, first=100))["contacts"]
    assert everything["edges"] == edges[10:80]
    crossed = {"after": edges[80]["cursor"], "before": edges[9]["cursor"], "by": by}
    assert (await world.ask(crowd.owner, PAGE, **crossed))["contacts"]["edges"] == []


async def add(world: World, home: Home, step: int) -> set[str]:
    batch = [
        Profile(f"{word}new{step}@example.com", {"last_name": word}) for word in ("a", "m", "smith", "zz")
    ]
    made(await contacts.upsert(home.owner.context, batch))
    return {each.email for each in batch}


async def change(world: World, home: Home, step: int) -> set[str]:
    batch = [Profile(profile(n).email, {"last_name": f"moved{step}"}) for n in range(step, SIZE, 41)]
    made(await contacts.upsert(home.owner.context, batch))
    return {each.email for each in batch}


async def remove(world: World, home: Home, step: int) -> set[str]:
    gone = {profile(n).email for n in range(step * 3, SIZE, 53)}
    # Nothing is ever deleted: a contact leaves the list of an owner's.
    async with world.database.write(home.team_id) as session:
        statement = text("update contact set owner_id = :mate where team_id = :t and email = any(:emails)")
        given = {"mate": home.mate.member_id, "t": home.team_id, "emails": list(gone)}
        await session.execute(statement, given)
    return gone


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(("field", "direction"), ORDERS)
async def test_nothing_is_skipped_or_repeated_while_rows_come_change_and_go(
    world: World, field: str, direction: str, *, backwards: bool
) -> None:
    home = await world.team()
    await fill(home)
    by, touched, seen = {"field": field, "direction": direction}, set[str](), list[str]()
    steps: list[Callable[[World, Home, int], Awaitable[set[str]]]] = [add, change, remove]
    step = 0
    wanted = {"ownerId": home.owner.id}
    async for page in pages(world, home, backwards=backwards, size=23, by=by, filter=wanted):
        emails = [node["email"] for node in page["nodes"]]
        seen = emails + seen if backwards else seen + emails
        if step < 9:  # newest first, backwards or not, ever new rows would have no end
            touched |= await steps[step % 3](world, home, step)
        step += 1
    stayed = [email for email in seen if email not in touched]
    assert len(stayed) == len(set(stayed))
    expected = await sorted_by_postgres(world, home, field, direction)
    assert stayed == [email for email in expected if email not in touched]
    assert len(touched) > 30
