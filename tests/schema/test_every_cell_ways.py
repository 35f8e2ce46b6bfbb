"""What a refusal offers is true: its way out leads there, and `transitions` foretells what setStatus does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest

from rules.statuses import Status
from schema.ids import to_id
from tests.schema import oracle
from tests.schema.oracle import ASKS, STAGES, Ask, Now
from tests.schema.test_every_cell import WHY, ask_all, asked_for
from tests.schema.test_every_cell_setup import (
    LACKING,
    Cell,
    cells_outside,
    house,
    place,
    stored,
)
from tests.world import World

MARKED = frozenset({Status.CONTACTED, Status.CALLED})
TRANSITIONS = """query ($id: ID!) { contact(id: $id) { transitions {
  change { kind status } allowed becomes reasons { ...Why } wayOut { kind status }
} } }"""


def sample(stage: Status) -> Iterator[Cell]:
    """Yield contacts of a stage: ready, for owner and teammate, and with everything in the way."""
    yield Cell(MARKED | {stage}, Now(emails=1), "owner")
    yield Cell(MARKED | {stage}, Now(emails=1, replies_continue=True), "owner")
    yield Cell(MARKED | {stage}, Now(teammate=True, emails=1), "teammate")
    if stage is not Status.ACTIVE:
        yield Cell(frozenset({stage}), Now(steps_left=0, missing=LACKING), "owner")


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
async def test_each_way_out_leads_to_what_was_asked_for(world: World, stage: Status) -> None:
    home = await house(world)
    cases = [
        (cell, ask)
        for cell, ask in product(sample(stage), ASKS)
        if isinstance(oracle.decide(cell.statuses, ask, cell.now), tuple)
    ]
    ids = await place(world, home, [cell for cell, _ in cases])
    people = [home.person(cell) for cell, _ in cases]
    refused = await ask_all(
        world, [(who, id_, ask) for who, id_, (_, ask) in zip(people, ids, cases, strict=True)]
    )
    ways = [[asked_for(shown) for shown in answer["wayOut"]] for answer in refused]
    lengths = [oracle.way_length(cell.statuses, ask, cell.now) for cell, ask in cases]
    assert [len(way) for way in ways] == lengths
    for step in range(max(lengths)):  # everybody's first step, everybody's second
        going = [index for index, way in enumerate(ways) if step < len(way)]
        answers = await ask_all(world, [(people[index], ids[index], ways[index][step]) for index in going])
        assert {answer["__typename"] for answer in answers} == {"SetStatusSuccess"}
    lying = await stored(world, home)
    missed = [
        (case, way)
        for case, way, id_ in zip(cases, ways, ids, strict=True)
        if way and not oracle.reached(lying[id_].statuses, case[1])
    ]
    assert not missed
    assert any(ways)


async def foretold(world: World, cells: Sequence[Cell]) -> list[tuple[Cell, Ask]]:
    """Return the cases in which `transitions` says other than setStatus then does."""
    home = await house(world)
    cases = [(cell, ask) for cell in cells for ask in ASKS]
    ids = await place(world, home, [cell for cell, _ in cases])
    people = [home.person(cell) for cell, _ in cases]
    says: list[dict[str, Any]] = []
    for place_, cell in enumerate(cells):
        variables = {"id": to_id("Contact", ids[place_ * len(ASKS)])}
        data = await world.ask(home.person(cell), f"{TRANSITIONS} {WHY}", **variables)
        says += data["contact"]["transitions"]
    does = await ask_all(
        world, [(who, id_, ask) for who, id_, (_, ask) in zip(people, ids, cases, strict=True)]
    )
    return [
        case for case, said, did in zip(cases, says, does, strict=True) if told(said) != done(case[1], did)
    ]


def told(said: dict[str, Any]) -> tuple[Any, ...]:
    assert said["allowed"] is (said["becomes"] is not None)
    return asked_for(said["change"]), said["becomes"], said["reasons"], said["wayOut"]


def done(ask: Ask, did: dict[str, Any]) -> tuple[Any, ...]:
    return ask, did.get("after"), did.get("reasons", []), did.get("wayOut", [])


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
async def test_transitions_say_what_then_happens(world: World, stage: Status) -> None:
    assert await foretold(world, list(sample(stage))) == []


async def test_transitions_say_what_then_happens_in_no_sequence(world: World) -> None:
    cells = [*cells_outside(None), *cells_outside(Status.OPTED_OUT)]
    assert await foretold(world, [cell for cell in cells if cell.caller != "outsider"]) == []
