"""Many callers at once on one contact: each is decided on the set before it, and the log tells all of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import httpx
import pytest_asyncio

from models.engine import Database
from rules.statuses import Status
from schema.ids import to_id
from server.app import create_app
from server.settings import Settings
from tests.schema import oracle
from tests.schema.oracle import ADD, ASKS, Now
from tests.schema.test_every_cell_setup import Cell, house, place, raw, stored
from tests.server.endpoint import served
from tests.world import World

CALLERS = 200
SET = """mutation ($input: SetStatusInput!) { setStatus(input: $input) { __typename
  ... on SetStatusSuccess { before after contact { version statuses } }
  ... on SetStatusFailure { wayOut { status } present: contact { version statuses }
    reasons { code ... on VersionConflict { expected actual } } }
} }"""
MOVING = {Status.ACTIVE, Status.PAUSED, Status.FINISHED, Status.OPTED_OUT}
START = frozenset({Status.ACTIVE, Status.CONTACTED, Status.CALLED})


@pytest_asyncio.fixture(scope="module")
async def crowded(world: World, database_url: str) -> AsyncIterator[World]:
    """The application with a patient pool: what is tested is who is right, not how long one may wait.

    Fifty requests at once contend for its twelve connections; more would only wait, in the end for the ten
    seconds after which the server stops them.
    """
    patient = Database(database_url, pool_timeout=60, lock_timeout=30, statement_timeout=30)
    # Given up before uvicorn gives them up (5 s), or a request could meet a connection as it closes.
    limits = httpx.Limits(max_connections=50, keepalive_expiry=2)
    with served(create_app(Settings(database_url=database_url, worker=False), patient)) as url:
        async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
            yield World(url, world.database, client)


def names(statuses: frozenset[Status]) -> set[str]:
    return {status.name for status in statuses}


async def log_of(world: World, team_id: int, contact_id: int) -> list[tuple[int, int, int]]:
    """Return version, set before and set after of the contact's changes, in the order they were logged."""
    async with world.database.read(team_id) as session:
        rows = await (await raw(session)).fetch(
            "select version, before, after from activity where team_id = $1 and contact_id = $2"
            " and version is not null order by id",
            *(team_id, contact_id),
        )
    return list(map(tuple, rows))


async def test_each_change_is_decided_on_the_set_before_it(crowded: World) -> None:
    home = await house(crowded)
    chance = random.Random(52)  # noqa: S311 - the same each time
    now = Now(emails=1, steps_left=2)
    [contact_id] = await place(crowded, home, [Cell(START, now, "owner")])
    # Half of them lead from stage to stage and back, so that many are allowed whatever their order.
    moving = [ask for ask in ASKS if ask[1] in MOVING]
    asked = [(chance.choice(moving if turn % 2 else ASKS), chance.random() < 0.1) for turn in range(CALLERS)]

    async def send(ask: oracle.Ask, teammate: bool) -> dict[str, Any]:
        given = {"contactId": to_id("Contact", contact_id), ask[0].value: [ask[1].name]}
        person = home.home.mate if teammate else home.home.owner
        data = await crowded.ask(person, SET, input=given)
        answer: dict[str, Any] = data["setStatus"]
        return answer

    answers = await asyncio.gather(*(send(*each) for each in asked))

    made = [each for each in answers if each["__typename"] == "SetStatusSuccess"]
    made.sort(key=lambda answer: int(answer["contact"]["version"]))
    assert [each["contact"]["version"] for each in made] == list(range(2, len(made) + 2))
    set_at = {1: names(START)}
    for version, answer in enumerate(made, start=2):
        assert set(answer["before"]) == set_at[version - 1]
        set_at[version] = set(answer["after"])
    assert len(made) > CALLERS / 20, "too few were allowed for the order to matter"

    for (ask, teammate), answer in zip(asked, answers, strict=True):
        refused = answer["__typename"] == "SetStatusFailure"
        contact = answer["present"] if refused else answer["contact"]
        assert set(contact["statuses"]) == set_at[contact["version"]]
        before = frozenset(Status[name] for name in set_at[contact["version"] - (not refused)])
        says = oracle.decide(before, ask, Now(teammate, emails=1, steps_left=2))
        if isinstance(says, tuple):
            assert [reason["code"] for reason in answer["reasons"]] == [reason.code for reason in says]
        else:
            assert set(answer["after"]) == names(says)

    log = await log_of(crowded, home.home.team_id, contact_id)
    assert [version for version, _, _ in log] == list(range(2, len(made) + 2))
    assert all(before == after for (_, _, after), (_, before, _) in pairwise(log))
    lying = (await stored(crowded, home))[contact_id]
    assert (lying.version, lying.lines) == (len(made) + 1, len(made))
    assert names(lying.statuses) == set_at[lying.version]


async def test_of_those_who_expect_one_version_exactly_one_succeeds(crowded: World) -> None:
    home = await house(crowded)
    [contact_id] = await place(crowded, home, [Cell(START, Now(emails=1, steps_left=2), "owner")])
    stages = [Status.PAUSED, Status.FINISHED, Status.OUT_OF_OFFICE, Status.BOUNCED, Status.TO_CALL]

    async def send(status: Status) -> dict[str, Any]:
        given = {"contactId": to_id("Contact", contact_id), ADD.value: [status.name], "expectedVersion": 1}
        data = await crowded.ask(home.home.owner, SET, input=given)
        answer: dict[str, Any] = data["setStatus"]
        return answer

    answers = await asyncio.gather(*(send(status) for status in stages * 10))

    [success] = [each for each in answers if each["__typename"] == "SetStatusSuccess"]
    assert success["contact"]["version"] == 2
    refused = [each for each in answers if each is not success]
    for answer in refused:
        [reason] = answer["reasons"]
        assert (reason["code"], reason["expected"], reason["actual"]) == ("VERSION_CONFLICT", 1, 2)
        assert answer["wayOut"] == []
        assert answer["present"]["statuses"] == success["after"]
    assert (await stored(crowded, home))[contact_id].lines == 1
