"""Every stage, every change, every caller and every fact: the live API answers what the oracle says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest

from rules.statuses import Status, in_order
from schema.ids import to_id
from tests.schema import oracle
from tests.schema.oracle import ADD, ASKS, STAGES, Ask, Reason
from tests.schema.test_every_cell_setup import Cell, House, Stored, cells, cells_outside, house, place, stored
from tests.world import Person, World

AT_ONCE = 30
"""Root fields of a request: the most that server/limits.py lets through."""

ANSWER = """fragment Answer on SetStatusResult {
  __typename
  ... on SetStatusSuccess { before after contact { id version statuses } }
  ... on SetStatusFailure {
    reasons { ...Why } wayOut { kind status } present: contact { id version statuses }
  }
}
"""
WHY = """fragment Why on Reason {
  __typename code message change { kind status }
  ... on NotTheOwner { owner { id } }
  ... on SystemOnly { event }
  ... on Incompatible { stage }
  ... on NoTransition { allowed { kind status } }
  ... on DataMissing { variables }
}"""


async def ask_all(world: World, asked: Sequence[tuple[Person, int, Ask]]) -> list[dict[str, Any]]:
    """Ask for many changes, thirty in a request and a few requests at once; return the answers in order."""
    gate, answers = asyncio.Semaphore(4), [dict[str, Any]()] * len(asked)
    of_person: dict[str, list[int]] = {}
    for index, (person, _, _) in enumerate(asked):
        of_person.setdefault(person.key, []).append(index)

    async def send(part: Sequence[int]) -> None:
        names = [f"i{number}" for number in range(len(part))]
        given = " ".join(f"${name}: SetStatusInput!" for name in names)
        fields = " ".join(f"{name}: setStatus(input: ${name}) {{ ...Answer }}" for name in names)
        query = f"mutation ({given}) {{ {fields} }} {ANSWER} {WHY}"
        inputs = {
            name: {"contactId": to_id("Contact", asked[index][1]), ask[0].value: [ask[1].name]}
            for name, index in zip(names, part, strict=True)
            if (ask := asked[index][2])
        }
        async with gate:
            data = await world.ask(asked[part[0]][0], query, **inputs)
        for name, index in zip(names, part, strict=True):
            answers[index] = data[name]

    all_of = of_person.values()
    parts = [indexes[at : at + AT_ONCE] for indexes in all_of for at in range(0, len(indexes), AT_ONCE)]
    await asyncio.gather(*(send(part) for part in parts))
    return answers


def change(ask: Ask) -> dict[str, str]:
    """Return a change as the API shows it."""
    return {"kind": ask[0].name, "status": ask[1].name}


def asked_for(shown: dict[str, str]) -> Ask:
    """Read a change that the API shows."""
    return type(ADD)[shown["kind"]], Status[shown["status"]]


def understood(shown: dict[str, Any]) -> Reason:
    """Read a reason that the API shows."""
    return Reason(
        shown["code"],
        event=shown.get("event"),
        stage=Status[shown["stage"]] if "stage" in shown else None,
        allowed=frozenset(map(asked_for, shown["allowed"])) if "allowed" in shown else None,
        variables=tuple(shown["variables"]) if "variables" in shown else None,
    )


def faults(house: House, cell: Cell, ask: Ask, answer: dict[str, Any]) -> Iterator[object]:
    """Yield in what an answer differs from what the specification says."""
    says = oracle.decide(cell.statuses, ask, cell.now)
    if cell.caller == "outsider":
        says = (Reason("CONTACT_NOT_FOUND"),)
    before = [status.name for status in in_order(cell.statuses)]
    if isinstance(says, frozenset):
        after = [status.name for status in in_order(says)]
        shown = [answer.get(name) for name in ("before", "after")] + [
            answer.get("contact", {}).get("statuses")
        ]
        if shown != [before, after, after]:
            yield "changes", before, after, answer
        return
    reasons = answer.get("reasons", [])
    if tuple(map(understood, reasons)) != says:
        yield "reasons", says, answer
        return
    for reason in reasons:
        name = "".join(word.capitalize() for word in reason["code"].split("_"))
        about = None if cell.caller == "outsider" else change(ask)
        if reason["__typename"] != name or reason["change"] != about or not reason["message"]:
            yield "the reason's form", name, about, reason
        if "owner" in reason and reason["owner"] != {"id": house.home.owner.id}:
            yield "owner", reason
    present = answer["present"]
    if (present and present["statuses"]) != (None if cell.caller == "outsider" else before):
        yield "present", before, present
    length = 0 if cell.caller == "outsider" else oracle.way_length(cell.statuses, ask, cell.now)
    way = [asked_for(shown) for shown in answer["wayOut"]]
    if len(way) != length or (way and not leads(cell, way, ask)):
        yield "way out", length, way


def leads(cell: Cell, way: Sequence[Ask], goal: Ask) -> bool:
    """Say whether each change of a way is allowed, and the last one reaches what was asked for."""
    statuses = cell.statuses
    for ask in way:
        after = oracle.decide(statuses, ask, cell.now)
        if not isinstance(after, frozenset):
            return False
        statuses = after
    return oracle.reached(statuses, goal)


def kept(answer: dict[str, Any], before: Stored, after: Stored) -> bool:
    """Say whether a refusal left every row as it was, and a success left one more version and one line."""
    if answer["__typename"] == "SetStatusFailure":
        return before == after
    return (
        (after.version, after.lines, after.stay) == (before.version + 1, before.lines + 1, before.stay)
        and [status.name for status in in_order(after.statuses)] == answer["after"]
        and answer["contact"]["version"] == after.version
    )


async def answers_as_specified(world: World, wanted: Sequence[Cell]) -> None:
    """Ask for every change of every cell, a contact each, and compare answers and rows with the oracle.

    Replied is asked for under both replies handlings. No row of another status looks at them: their changes
    are asked for under one or the other in turn, which halves the time.
    """
    home = await house(world)
    cases = [
        (cell, ask)
        for (place_, cell), (number, ask) in product(enumerate(wanted), enumerate(ASKS))
        if ask[1] is Status.REPLIED or not cell.now.in_sequence or sum(divmod(place_, 2), number) % 2
    ]
    ids = await place(world, home, [cell for cell, _ in cases])
    before = await stored(world, home)
    answers = await ask_all(
        world, [(home.person(cell), id_, ask) for id_, (cell, ask) in zip(ids, cases, strict=True)]
    )
    after = await stored(world, home)
    answered = list(zip(cases, ids, answers, strict=True))
    wrong = [
        (cell, ask, fault) for (cell, ask), _, answer in answered for fault in faults(home, cell, ask, answer)
    ]
    assert not wrong, (len(wrong), wrong[:3])
    touched = [case for case, id_, answer in answered if not kept(answer, before[id_], after[id_])]
    assert not touched, (len(touched), touched[:3])


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
async def test_in_a_sequence(world: World, stage: Status) -> None:
    await answers_as_specified(world, list(cells(stage)))


async def test_in_no_sequence(world: World) -> None:
    await answers_as_specified(world, [*cells_outside(None), *cells_outside(Status.OPTED_OUT)])
