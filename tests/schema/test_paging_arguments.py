"""Arguments of pages: sizes that make no sense, and cursors from elsewhere."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from resolvers import contacts, sequences
from resolvers.contacts import Profile
from tests.world import Home, made

if TYPE_CHECKING:
    from tests.world import World

ARGUMENTS = "first: $first, after: $after, last: $last, before: $before"
DECLARED = "$first: Int, $after: String, $last: Int, $before: String"
INNER = "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
CONTACTS = (
    f"query ({DECLARED}, $by: ContactOrder) {{ page: contacts({ARGUMENTS}, orderBy: $by) {{ {INNER} }} }}"
)
SEQUENCES = f"query ({DECLARED}) {{ page: sequences({ARGUMENTS}) {{ {INNER} }} }}"
LOG = (
    f"query ($id: ID, {DECLARED}) {{ of: contact(id: $id) {{ page: activity({ARGUMENTS}) {{ {INNER} }} }} }}"
)
LINES = 45


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


async def page(world: World, home: Home, query: str, **variables: Any) -> dict[str, Any]:
    """Return one page."""
    data = await world.ask(home.owner, query, **variables)
    found: dict[str, Any] = (data.get("of") or data)["page"]
    return found


async def assert_bad_input(world: World, home: Home, query: str, *words: str, **variables: Any) -> None:
    """Assert that a request is a mistake whose message says which."""
    response = await world.post(query, variables, key=home.owner.key)
    assert response.status_code == 200
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT"}, error
    assert all(word in error["message"] for word in words), error["message"]


LISTS = pytest.mark.parametrize("query", [CONTACTS, SEQUENCES, LOG], ids=["contacts", "sequences", "log"])


@LISTS
async def test_sizes_that_make_no_sense(world: World, home: Home, ids: list[str], query: str) -> None:
    for given, words in (
        ({"first": -1}, ("`first`", "0 to 100", "-1")),
        ({"first": 101}, ("`first`", "101")),
        ({"last": -1}, ("`last`", "-1")),
        ({"last": 101}, ("`last`", "101")),
        ({"first": 2**31 - 1}, ("`first`",)),
        ({"first": 1, "last": 1}, ("`first` or `last`",)),
        ({"first": 0, "last": 0}, ("`first` or `last`",)),
    ):
        await assert_bad_input(world, home, query, *words, id=ids[0], **given)


@LISTS
async def test_a_page_of_nothing_still_says_whether_there_is_more(
    world: World, home: Home, ids: list[str], query: str
) -> None:
    for how, more in (("first", "hasNextPage"), ("last", "hasPreviousPage")):
        found = await page(world, home, query, id=ids[0], **{how: 0})
        assert found["edges"] == []
        assert found["pageInfo"] == {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": None,
            "endCursor": None,
            more: True,
        }


def forged(*parts: object) -> str:
    """Return a cursor made of these parts."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


MALFORMED = [
    "",
    " ",
    "x",
    "!!!!",
    "é",
    "====",
    "YQ==",
    "a" * 100_000,
    forged(),
    forged(5),
    base64.urlsafe_b64encode(b"5").decode(),
    base64.urlsafe_b64encode(b"{}").decode(),
    base64.urlsafe_b64encode(b"[" * 50_000).decode(),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    base64.urlsafe_b64encode(b'["sequences", ' + b"1" * 10_000 + b"]").decode(),
]
KEYS: list[list[object]] = [
    [],
    [None],
    [True],
    ["1"],
    [1.5],
    [float("nan")],
    [float("inf")],
    [2**63],
    [-(2**63)],
    [10**30],
    [[1]],
    [{}],
    [1, 1],
    ["\0"],
    ["\ud800"],
]


@LISTS
async def test_cursors_that_are_none_of_the_lists(
    world: World, home: Home, ids: list[str], query: str
) -> None:
    lists = {CONTACTS: "contacts:CREATED_AT:ASC", SEQUENCES: "sequences", LOG: "activity:1"}
    cursors = MALFORMED + [forged(lists[query], *key) for key in KEYS]
    cursors += [forged("contacts", 1), forged("activity:999999", 1), forged([lists[query]], 1)]
    for cursor in cursors:
        for where in ("after", "before"):
            await assert_bad_input(world, home, query, f"`{where}`", id=ids[0], **{where: cursor})


@pytest.mark.parametrize(
    ("field", "keys"),
    [
        ("UPDATED_AT", [["x", 1], [5, 1], ["", 1], ["2026-13-01", 1], ["0001-01-01T00:00:00+14:00", 1]]),
        ("UPDATED_AT", [["9999-12-31T23:59:59-14:00", 1], ["2026-01-01T00:00:00Z", "1"], [None, 1]]),
        ("EMAIL", [["a\0b", 1], ["\ud800", 1], [1, 1], [None, 1], ["a", 2**63], ["a"]]),
        ("LAST_NAME", [["a\0b", 1], ["\ud800", 1], [1, 1], [None, 1], ["a", None]]),
    ],
)
async def test_keys_of_another_type_than_the_orders(
    world: World, home: Home, field: str, keys: list[list[object]]
) -> None:
    for key in keys:
        cursor = forged(f"contacts:{field}:ASC", *key)
        await assert_bad_input(world, home, CONTACTS, "`after`", after=cursor, by={"field": field})


async def test_a_cursor_serves_its_own_list_order_and_contact(
    world: World, home: Home, ids: list[str]
) -> None:
    orders = [
        {"field": field, "direction": direction}
        for field in ("CREATED_AT", "UPDATED_AT", "EMAIL", "LAST_NAME")
        for direction in ("ASC", "DESC")
    ]
    lists: list[tuple[str, dict[str, Any]]] = [(CONTACTS, {"by": by}) for by in orders]
    lists += [(SEQUENCES, {}), (LOG, {"id": ids[0]}), (LOG, {"id": ids[1]})]
    cursors = [(await page(world, home, query, first=1, **g))["pageInfo"]["endCursor"] for query, g in lists]
    assert len(set(cursors)) == len(lists)
    for number, (query, given) in enumerate(lists):
        for other, cursor in enumerate(cursors):
            if number == other:
                await page(world, home, query, after=cursor, **given)
            else:
                await assert_bad_input(world, home, query, "same", after=cursor, **given)
