"""setStatuses over HTTP: each answer is the one setStatus would give, in order; all or nothing is that."""

from __future__ import annotations

import random
from typing import Any

import pytest

from rules.statuses import Status
from schema.ids import to_id
from tests.resolvers.making import a_sequence, enrolled, log_of, the_record
from tests.resolvers.soundness import assert_sound
from tests.schema.oracle import ASKS, STAGES
from tests.schema.test_every_cell import ANSWER, WHY, faults, kept
from tests.schema.test_every_cell_setup import cells, cells_outside, house, place, stored
from tests.world import World

SET = f"""mutation ($input: SetStatusesInput!) {{ setStatuses(input: $input) {{ __typename
  ... on SetStatusesSuccess {{ bulkId results {{ ...Answer }} summary {{ ...Counts }} }}
  ... on SetStatusesFailure {{ results {{ ...Answer }} summary {{ ...Counts }}
    why: reasons {{ code message ... on InvalidInput {{ field }} }} }}
}} }}
fragment Counts on BulkSummary {{ changed refused reasons {{ code count }} }} {ANSWER} {WHY}"""


async def ask(world: World, person: Any, changes: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Send changes; return what the one field answers."""
    answer: dict[str, Any] = (await world.ask(person, SET, input={"changes": changes, **more}))["setStatuses"]
    return answer


async def test_a_thousand_mixed_changes_are_each_answered_as_specified(world: World) -> None:
    home = await house(world)
    every = [cell for stage in STAGES for cell in cells(stage) if cell.caller == "owner"]
    every += [cell for stage in (None, Status.OPTED_OUT) for cell in cells_outside(stage)]
    every = [cell for cell in every if cell.caller == "owner"]
    chance = random.Random(5)  # noqa: S311 - the same each time
    cases = [(chance.choice(every), chance.choice(ASKS)) for _ in range(1_000)]
    ids = await place(world, home, [cell for cell, _ in cases])
    before = await stored(world, home)

    answer = await ask(
        world,
        home.home.owner,
        [
            {"contactId": to_id("Contact", id_), what[0].value: [what[1].name]}
            for id_, (_, what) in zip(ids, cases, strict=True)
        ],
    )

    after, results = await stored(world, home), answer["results"]
    answered = list(zip(ids, cases, results, strict=True))
    assert [fault for _, case, result in answered for fault in faults(home, *case, result)] == []
    assert [case for id_, case, result in answered if not kept(result, before[id_], after[id_])] == []
    refused = [result for result in results if result["__typename"] == "SetStatusFailure"]
    codes = [code for result in refused for code in {reason["code"] for reason in result["reasons"]}]
    summary = answer["summary"]
    assert (summary["changed"], summary["refused"]) == (1_000 - len(refused), len(refused))
    assert {each["code"]: each["count"] for each in summary["reasons"]} == {
        code: codes.count(code) for code in codes
    }
    assert min(summary["changed"], summary["refused"]) > 100, "the outcomes are not mixed"
    assert len(summary["reasons"]) > 5


async def test_all_or_nothing_stores_nothing_and_says_of_each_why(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    ids = [to_id("Contact", each) for each in await enrolled(context, await a_sequence(context, "A"), 3)]
    changes = [{"contactId": id_, "add": ["PAUSED"]} for id_ in ids] + [
        {"contactId": ids[0], "add": ["OPENED"]}
    ]

    answer = await ask(world, home.owner, changes, mode="ALL")

    assert answer["__typename"] == "SetStatusesFailure"
    assert [each["code"] for each in answer["why"]] == ["OTHERS_REFUSED"]
    codes = [[reason["code"] for reason in each["reasons"]] for each in answer["results"]]
    assert codes == [["OTHERS_REFUSED"]] * 3 + [["SYSTEM_ONLY"]]
    assert [each["present"]["statuses"] for each in answer["results"]] == [["ACTIVE"]] * 4
    assert {each["code"]: each["count"] for each in answer["summary"]["reasons"]} == {
        "OTHERS_REFUSED": 3,
        "SYSTEM_ONLY": 1,
    }
    answer = await ask(world, home.owner, changes[:3], mode="ALL")
    assert [each["after"] for each in answer["results"]] == [["PAUSED"]] * 3, answer
    await assert_sound(world.database, home.team_id)


async def test_a_contact_named_twice_is_changed_twice_in_order(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    [number] = await enrolled(context, await a_sequence(context, "A"))
    one = {"contactId": to_id("Contact", number)}
    version = (await the_record(context, number)).contact.version

    answer = await ask(
        world,
        home.owner,
        [
            one | {"add": ["PAUSED"], "note": "first", "expectedVersion": version},
            one | {"add": ["PAUSED"]},
            one | {"add": ["ACTIVE", "TO_CALL"], "expectedVersion": version + 1},
            one | {"add": ["FINISHED"], "expectedVersion": version},
        ],
        mode="EACH",
    )

    first, second, third, fourth = answer["results"]
    assert (first["before"], first["after"]) == (["ACTIVE"], ["PAUSED"])
    assert [each["code"] for each in second["reasons"]] == ["ALREADY_SET"]
    assert (third["before"], third["after"]) == (["PAUSED"], ["ACTIVE", "TO_CALL"])
    assert [each["code"] for each in fourth["reasons"]] == ["VERSION_CONFLICT"]
    assert {each["contact"]["version"] for each in (first, third)} == {version + 2}
    lines = (await log_of(context, number))[-2:]
    assert [line.note for line in lines] == ["first", None]
    assert len({line.bulk_id for line in lines}) == 1
    await assert_sound(world.database, home.team_id)


@pytest.mark.parametrize("number", [0, 1_001])
async def test_so_many_changes_are_too_few_or_too_many(world: World, number: int) -> None:
    home = await world.team()
    answer = await ask(world, home.owner, [{"contactId": "x", "add": ["PAUSED"]}] * number)
    assert [(each["code"], each["field"]) for each in answer["why"]] == [("INVALID_INPUT", "changes")]
    assert answer["results"] == []


async def test_a_change_that_asks_for_nothing_or_of_nobody_is_refused_by_itself(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    [number] = await enrolled(context, await a_sequence(context, "A"))
    one = {"contactId": to_id("Contact", number)}
    answer = await ask(
        world, home.owner, [one, {"contactId": home.owner.id, "add": ["PAUSED"]}, one | {"add": ["PAUSED"]}]
    )
    codes = [[reason["code"] for reason in each.get("reasons", ())] for each in answer["results"]]
    assert codes == [["INVALID_INPUT"], ["CONTACT_NOT_FOUND"], []]
    assert answer["bulkId"]
