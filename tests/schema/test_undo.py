"""undo over HTTP: of one line and of a whole call, contact by contact; the log still replays."""

from __future__ import annotations

from typing import Any

import pytest

from resolvers.events import Happened
from rules.events import Event
from schema.ids import to_id
from tests.resolvers.making import a_sequence, enrolled, recorded, statuses_of
from tests.resolvers.soundness import assert_sound
from tests.world import Home, Person, World

ANSWER = """__typename ... on SetStatusSuccess { before after activity { id kind note undoes { id } bulkId } }
  ... on SetStatusFailure { why: reasons { code message change { kind status }
    ... on ChangedSince { activity { id after } } ... on AlreadyUndone { activity { id } } }
    present: contact { id statuses } }"""
SET = f"""mutation ($input: SetStatusesInput!) {{ setStatuses(input: $input) {{
  ... on SetStatusesSuccess {{ bulkId results {{ {ANSWER} }} }} }} }}"""
UNDO = f"""mutation ($input: UndoInput!) {{ undo(input: $input) {{ __typename
  ... on UndoSuccess {{
    bulkId results {{ {ANSWER} }} summary {{ changed refused reasons {{ code count }} }} }}
  ... on UndoFailure {{ reasons {{ code ... on InvalidInput {{ field }} }} results {{ {ANSWER} }} }} }} }}"""


async def contacts_of(home: Home, number: int = 1) -> list[int]:
    return await enrolled(home.owner.context, await a_sequence(home.owner.context, "A", "B"), number)


async def put(world: World, home: Home, *changes: tuple[int, str]) -> dict[str, Any]:
    """Put a status on each contact, in one call."""
    given = [{"contactId": to_id("Contact", id_), "add": [status]} for id_, status in changes]
    answer: dict[str, Any] = (await world.ask(home.owner, SET, input={"changes": given}))["setStatuses"]
    assert all(each["__typename"] == "SetStatusSuccess" for each in answer["results"]), answer
    return answer


async def undo(world: World, person: Person, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await world.ask(person, UNDO, input=given))["undo"]
    return answer


def codes(answer: dict[str, Any]) -> list[list[str]]:
    """Return the codes of each result's reasons; of a success none."""
    return [[reason["code"] for reason in each.get("why", ())] for each in answer["results"]]


async def test_one_line_is_undone_once_and_the_undo_can_be_undone(world: World) -> None:
    home = await world.team()
    [id_] = await contacts_of(home)
    [done] = (await put(world, home, (id_, "PAUSED")))["results"]
    line = done["activity"]["id"]

    undone = await undo(world, home.owner, activityId=line, note="a slip")
    [result] = undone["results"]
    assert (result["before"], result["after"]) == (["PAUSED"], ["ACTIVE"])
    assert result["activity"] | {"id": 0} == {
        "id": 0,
        "kind": "UNDONE",
        "note": "a slip",
        "undoes": {"id": line},
        "bulkId": undone["bulkId"],
    }

    again = await undo(world, home.owner, activityId=line)
    assert [each["code"] for each in again["reasons"]] == ["ALREADY_UNDONE"]
    assert again["results"][0]["why"][0]["activity"] == {"id": result["activity"]["id"]}
    forth = await undo(world, home.owner, activityId=result["activity"]["id"])
    assert forth["results"][0]["after"] == ["PAUSED"]
    await assert_sound(world.database, home.team_id)


async def test_a_whole_call_is_undone_contact_by_contact(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    plain, marked, moved_on, clicked, left = ids = await contacts_of(home, 5)
    everyone = await put(world, home, *((id_, "OPTED_OUT" if id_ == clicked else "PAUSED") for id_ in ids))
    [later] = (await put(world, home, (moved_on, "ACTIVE")))["results"]
    await put(world, home, (marked, "TO_CALL"))
    await recorded(home.system.context, [Happened(Event.OPT_OUT_CLICKED, clicked)])
    ended = "mutation ($ids: [ID!]!) { removeContacts(input: { contactIds: $ids }) { __typename } }"
    await world.ask(home.owner, ended, ids=[to_id("Contact", left)])

    tried = await undo(world, home.owner, bulkId=everyone["bulkId"], dryRun=True)
    answer = await undo(world, home.owner, bulkId=everyone["bulkId"])

    expected = [[], [], ["CHANGED_SINCE"], ["OPTED_OUT_BY_PROSPECT"], ["CHANGED_SINCE"]]
    assert codes(answer) == codes(tried) == expected
    assert answer["results"][2]["why"][0]["activity"] == {"id": later["activity"]["id"], "after": ["ACTIVE"]}
    assert answer["summary"] == {
        "changed": 2,
        "refused": 3,
        "reasons": [{"code": "CHANGED_SINCE", "count": 2}, {"code": "OPTED_OUT_BY_PROSPECT", "count": 1}],
    }
    found = [sorted(each.name for each in statuses) for statuses in await statuses_of(context, ids)]
    assert found == [["ACTIVE"], ["ACTIVE", "TO_CALL"], ["ACTIVE"], ["OPTED_OUT"], []]
    assert plain == ids[0]

    redone = await undo(world, home.owner, bulkId=answer["bulkId"])
    assert [each["after"] for each in redone["results"]] == [["PAUSED", "TO_CALL"], ["PAUSED"]]
    await assert_sound(world.database, home.team_id)


async def test_a_contact_changed_twice_in_a_call_is_put_back_to_where_it_was(world: World) -> None:
    home = await world.team()
    [id_] = await contacts_of(home)
    twice = await put(world, home, (id_, "PAUSED"), (id_, "OPTED_OUT"))
    answer = await undo(world, home.owner, bulkId=twice["bulkId"])
    assert [each["after"] for each in answer["results"]] == [["ACTIVE"], ["PAUSED"]]
    assert [statuses for [statuses] in await statuses_of(home.owner.context, [id_])] == ["Active"]
    await assert_sound(world.database, home.team_id)


async def test_present_rules_hold_and_only_the_owner_undoes(world: World) -> None:
    home = await world.team()
    [id_] = await contacts_of(home)
    [done] = (await put(world, home, (id_, "PAUSED")))["results"]
    line = done["activity"]["id"]
    denied = await undo(world, home.mate, activityId=line)
    assert [each["code"] for each in denied["reasons"]] == ["NOT_THE_OWNER"]
    context = home.owner.context
    await recorded(
        home.system.context,
        [Happened(Event.STEP_COMPLETED, id_, step_id=step) for step in await steps(context)],
    )
    refused = await undo(world, home.owner, activityId=line)
    assert [each["code"] for each in refused["reasons"]] == ["NO_STEPS_LEFT"]
    assert refused["results"][0]["present"]["statuses"] == ["PAUSED"]


async def steps(context: Any) -> list[int]:
    async with context.read() as session:
        connection = await session.connection()
        return [id_ for (id_,) in await connection.exec_driver_sql("select id from step")]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "INVALID_INPUT"),
        ({"activityId": "x", "bulkId": "x"}, "INVALID_INPUT"),
        ({"activityId": "x"}, "ACTIVITY_NOT_FOUND"),
        ({"activityId": to_id("Activity", 2**62)}, "ACTIVITY_NOT_FOUND"),
        ({"bulkId": to_id("Bulk", 2**62)}, "BULK_NOT_FOUND"),
        ({"bulkId": to_id("Activity", 1)}, "BULK_NOT_FOUND"),
    ],
)
async def test_what_names_nothing_is_not_found(world: World, given: dict[str, str], code: str) -> None:
    home = await world.team()
    answer = await undo(world, home.owner, **given)
    assert [each["code"] for each in answer["reasons"]] == [code]
    assert answer["results"] == []


async def test_another_teams_changes_are_not_found(world: World) -> None:
    home, other = await world.team(), await world.team()
    done = await put(world, home, *((id_, "PAUSED") for id_ in await contacts_of(home)))
    for given in ({"bulkId": done["bulkId"]}, {"activityId": done["results"][0]["activity"]["id"]}):
        answer = await undo(world, other.owner, **given)
        assert answer["reasons"][0]["code"].endswith("_NOT_FOUND")
