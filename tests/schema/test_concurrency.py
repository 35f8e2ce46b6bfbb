"""Many callers at once on one contact: each is decided on the set before it, and the log tells all of it."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise
from typing import Any

from rules.statuses import Status
from schema.ids import to_id
from tests.schema import oracle
from tests.schema.oracle import ADD, ASKS, Now
from tests.schema.test_every_cell import ANSWER, WHY
from tests.schema.test_every_cell_setup import Cell, house, place, raw, stored
from tests.world import World

CALLERS = 200
SET = f"mutation ($input: SetStatusInput!) {{ setStatus(input: $input) {{ ...Answer }} }} {ANSWER} {WHY}"
START = frozenset({Status.ACTIVE, Status.CONTACTED, Status.CALLED})


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


async def test_each_change_is_decided_on_the_set_before_it(world: World) -> None:
    home = await house(world)
    chance = random.Random(52)  # noqa: S311 - the same each time
    now = Now(emails=1, steps_left=2)
    [contact_id] = await place(world, home, [Cell(START, now, "owner")])
    asked = [(chance.choice(ASKS), chance.random() < 0.2) for _ in range(CALLERS)]

    async def send(ask: oracle.Ask, teammate: bool) -> dict[str, Any]:
        given = {"contactId": to_id("Contact", contact_id), ask[0].value: [ask[1].name]}
        person = home.home.mate if teammate else home.home.owner
        data = await world.ask(person, SET, input=given)
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

    log = await log_of(world, home.home.team_id, contact_id)
    assert [version for version, _, _ in log] == list(range(2, len(made) + 2))
    assert all(before == after for (_, _, after), (_, before, _) in pairwise(log))
    lying = (await stored(world, home))[contact_id]
    assert (lying.version, lying.lines) == (len(made) + 1, len(made))
    assert names(lying.statuses) == set_at[lying.version]


async def test_of_those_who_expect_one_version_exactly_one_succeeds(world: World) -> None:
    home = await house(world)
    [contact_id] = await place(world, home, [Cell(START, Now(emails=1, steps_left=2), "owner")])
    stages = [Status.PAUSED, Status.FINISHED, Status.OUT_OF_OFFICE, Status.BOUNCED, Status.TO_CALL]

    async def send(status: Status) -> dict[str, Any]:
        given = {"contactId": to_id("Contact", contact_id), ADD.value: [status.name], "expectedVersion": 1}
        query = SET.replace("... on Inc", "... on VersionConflict { expected actual } ... on Inc")
        data = await world.ask(home.home.owner, query, input=given)
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
    assert (await stored(world, home))[contact_id].lines == 1
