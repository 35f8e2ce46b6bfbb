"""A page costs the same number of SQL statements however many contacts, owners and sequences are on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from models.engine import Database
from models.tables import StepKind
from resolvers import accounts, contacts, enrolments, sequences, statuses
from resolvers.context import Caller, Context
from rules.statuses import Status
from schema.ids import number_of, to_id
from server.app import create_app
from server.settings import Settings
from tests.server.endpoint import served
from tests.world import Home, World, made

LIST = """query Page($first: Int!) { contacts(first: $first) { nodes { email statuses
  owner { name } sequence { name owner { name } }
} } }"""
WHOLE = """query Page($first: Int!) { contacts(first: $first) { totalCount nodes { email statuses
  owner { name } sequence { name owner { name } steps { kind } settings { trackOpens } }
  enrolment { emailsReceived stepsLeft missingVariables }
  statusDetails { status since by { ... on Member { name } } }
  activity(first: 5) { totalCount nodes { rules by { ... on Member { name } } sequence { name } } }
  byMembers: activity(first: 5, filter: { bySystem: false }) { totalCount nodes { contact { email } } }
  statusesAt(time: "2026-01-31T09:00:00Z") timeInStatus { status seconds }
  transitions { change { kind status } allowed reasons { code ... on NotTheOwner { owner { name } } } }
} } }"""
NODES = """query Nodes($ids: [ID!]!) { nodes(ids: $ids) { ... on Contact { email owner { name }
  sequence { name owner { name } } activity(first: 5) { nodes { by { ... on Member { name } } } }
} } }"""


SET = """mutation Set($input: SetStatusInput!) { setStatus(input: $input) {
  ... on SetStatusSuccess { contact { statuses owner { name } sequence { name owner { name } } } }
} }"""


@dataclass(frozen=True)
class Shop:
    """An application of our own, with the database it runs on, so that its statements can be counted."""

    world: World
    database: Database

    async def cost(self, home: Home, query: str, **variables: Any) -> tuple[int, Any]:
        """Return how many statements an operation takes when the server has seen its text, and its data.

        The second member asks, so that among the first contacts are some of which another is the owner.
        """
        await self.world.ask(home.mate, query, **variables)
        with self.database.count() as statements:
            data = await self.world.ask(home.mate, query, **variables)
        return sum("FROM api_key" not in each for each in statements), data  # looked up once in a moment


@pytest.fixture(scope="module")
def shop_database(database_url: str) -> Database:
    """The pool of the application below; it closes with it."""
    return Database(database_url)


@pytest_asyncio.fixture(scope="module")
async def shop(shop_database: Database, database_url: str, database: Database) -> AsyncIterator[Shop]:
    with served(create_app(Settings(database_url=database_url, worker=False), shop_database)) as url:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield Shop(World(url, database, client), shop_database)


@pytest_asyncio.fixture(scope="module")
async def home(shop: Shop) -> Home:
    """A team of five members, each with a sequence, and fifty contacts of theirs with a history."""
    made_home = await shop.world.team()
    team_id, database = made_home.team_id, shop.world.database
    owners = [made_home.owner.context, made_home.mate.context]
    for number in range(3):
        row = made(
            await accounts.create_member(
                database, team_id, email=f"{number}@shop{team_id}.example", name=f"Member {number}"
            )
        )
        caller = made_home.owner.context.caller
        known = Caller(team_id, caller.team_edition, caller.visibility, row.id, caller.scopes)
        owners.append(Context(database, known))
    for number, context in enumerate(owners):
        await stock(context, number)
    return made_home


async def stock(context: Context, number: int) -> None:
    """Give a member a sequence and ten contacts in it, every fifth in none, two with a longer history."""
    sequence_id = made(await sequences.create(context, f"Sequence {number}", {})).id
    made(await sequences.add_step(context, sequence_id, kind=StepKind.EMAIL, subject="Hi", body="Hi {City}"))
    profiles = [
        contacts.Profile(f"{place}@{number}.shop{context.team_id}.example", variables=[("City", "Rome")])
        for place in range(10)
    ]
    ids = [each.record.contact.id for each in made(await contacts.upsert(context, profiles))]
    made(await enrolments.enroll(context, sequence_id, ids[:8]))
    for contact_id in ids[:2]:
        for _ in range(4):
            made(await statuses.set_status(context, contact_id, add=[Status.PAUSED]))
            made(await statuses.set_status(context, contact_id, add=[Status.ACTIVE]))


@pytest.mark.parametrize(("query", "most"), [(LIST, 1), (WHOLE, 21)], ids=["list", "whole"])
async def test_a_page_of_fifty_costs_what_a_page_of_five_costs(
    shop: Shop, home: Home, query: str, most: int
) -> None:
    few, small = await shop.cost(home, query, first=5)
    many, large = await shop.cost(home, query, first=50)
    assert len(small["contacts"]["nodes"]) == 5
    nodes = large["contacts"]["nodes"]
    assert len(nodes) == 50
    assert len({node["owner"]["name"] for node in nodes}) == 5
    assert len({node["sequence"]["name"] for node in nodes if node["sequence"]}) == 5
    assert few == many == most


async def test_a_change_of_a_sequence_costs_the_next_page_what_it_names_and_no_more(
    shop: Shop, home: Home
) -> None:
    before, data = await shop.cost(home, LIST, first=50)
    [sequence] = (await shop.world.ask(home.mate, "{ sequences(first: 1) { nodes { id name } } }"))[
        "sequences"
    ]["nodes"]
    number = number_of("Sequence", sequence["id"])
    made(await sequences.update(home.owner.context, number, {"name": "Changed"}))
    with shop.database.count() as statements:
        changed = await shop.world.ask(home.mate, LIST, first=50)
    assert sum("FROM api_key" not in each for each in statements) == before + 2  # sequences, members
    names = [
        {node["sequence"]["name"] for node in each["contacts"]["nodes"] if node["sequence"]}
        for each in (data, changed)
    ]
    assert names[0] - names[1] == {sequence["name"]}
    assert names[1] - names[0] == {"Changed"}
    assert (await shop.cost(home, LIST, first=50))[0] == before


async def test_a_change_of_a_contact_shows_what_it_names_at_no_cost(shop: Shop, home: Home) -> None:
    page = await shop.world.ask(home.owner, "{ contacts(first: 1) { nodes { id } } }")
    [contact] = page["contacts"]["nodes"]
    costs = []
    for status in ("PAUSED", "ACTIVE") * 2:
        with shop.database.count() as statements:
            data = await shop.world.ask(home.owner, SET, input={"contactId": contact["id"], "add": [status]})
        assert data["setStatus"]["contact"]["sequence"]["owner"]["name"]
        costs.append(sum("FROM api_key" not in each for each in statements))
    assert costs[-1] == 2  # read, and store


async def test_looking_up_many_ids_costs_what_looking_up_a_few_costs(shop: Shop, home: Home) -> None:
    async with shop.world.database.read(home.team_id) as session:
        connection = await (await session.connection()).get_raw_connection()
        rows = await connection.driver_connection.fetch(  # type: ignore[union-attr]
            "select id from contact where team_id = $1 order by id", home.team_id
        )
    ids = [to_id("Contact", id_) for (id_,) in rows]
    few, _ = await shop.cost(home, NODES, ids=ids[:5])
    many, found = await shop.cost(home, NODES, ids=ids)
    assert len(found["nodes"]) == 50
    assert all(found["nodes"])
    assert few == many
