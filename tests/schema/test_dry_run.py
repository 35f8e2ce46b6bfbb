"""Dry runs over HTTP: the answer of the real request, and every row as it was."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from schema.ids import to_id
from tests.resolvers.making import a_sequence, enrolled
from tests.schema.test_record_events import event
from tests.world import Home, Person, World

SHOWN = "contact { id statuses version transitions { allowed } enrolment { emailsReceived stepsLeft } }"
SET = f"""setStatus(input: $input) {{ __typename
  ... on SetStatusSuccess {{ before after {SHOWN} activity {{ id }} }}
  ... on SetStatusFailure {{ reasons {{ code message }} wayOut {{ status }} present: {SHOWN} }} }}"""
SET_ALL = f"""setStatuses(input: $input) {{ __typename
  ... on SetStatusesSuccess {{ bulkId summary {{ changed refused reasons {{ code count }} }} results {{
    ... on SetStatusSuccess {{ before after {SHOWN} activity {{ id }} }}
    ... on SetStatusFailure {{ reasons {{ code message }} wayOut {{ status }} present: {SHOWN} }} }} }} }}"""
RECORD = f"""recordEvents(input: $input) {{ ... on RecordEventsSuccess {{ results {{ __typename
  ... on EventApplied {{ before after {SHOWN} activity {{ id }} }}
  ... on EventIgnored {{ reasons {{ code message }} {SHOWN} activity {{ id }} }}
  ... on EventDuplicate {{ {SHOWN} activity {{ id }} }} ... on EventRejected {{ index }} }} }} }}"""


async def rows_of(world: World, home: Home) -> dict[str, list[str]]:
    """Return everything the team has, as text; when a key was last used aside."""
    found = {}
    async with world.database.read(home.team_id) as session:
        for table in sorted({*SQLModel.metadata.tables} - {"api_key"}):
            rows = (await session.execute(text(f"select t::text from {table} t"))).scalars()
            found[table] = sorted(rows)
    return found


def without_ids(answer: Any) -> Any:
    """Return an answer without what a dry run cannot have: the lines of the log, and the bulk's id."""
    if isinstance(answer, list):
        return [without_ids(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: without_ids(each) for name, each in answer.items() if name not in {"activity", "bulkId"}}


async def send(world: World, person: Person, kind: str, field: str, given: dict[str, Any]) -> dict[str, Any]:
    return await world.ask(person, f"mutation ($input: {kind}!) {{ {field} }}", input=given)


@pytest.mark.parametrize("kind", ["SetStatusInput", "SetStatusesInput", "RecordEventsInput"])
async def test_a_dry_run_answers_as_the_real_one_and_stores_nothing(world: World, kind: str) -> None:
    home = await world.team()
    context = home.owner.context
    numbers = await enrolled(context, await a_sequence(context, "A"), 3)
    ids = [to_id("Contact", number) for number in numbers]
    email = f"s{(await the_sequence_of(world, home))}-0@example.com"
    person, field = home.owner, SET_ALL
    given: dict[str, Any]
    if kind == "SetStatusInput":
        field, given = SET, {"contactId": ids[0], "add": ["PAUSED"], "idempotencyKey": "k"}
    elif kind == "SetStatusesInput":
        adds = (["PAUSED"], ["ACTIVE"], ["OPENED"], ["TO_CALL", "OPTED_OUT"])
        given = {
            "changes": [{"contactId": id_, "add": add} for id_, add in zip([*ids, ids[0]], adds, strict=True)]
        }
    else:
        person, field = home.system, RECORD
        kinds = ("EMAIL_SENT", "EMAIL_OPENED", "EMAIL_SENT", "CALL_MADE")
        events = [event(f"{place % 3}", name, email) for place, name in enumerate(kinds)]
        given = {"events": [*events, event("5", "CALL_MADE", "nobody@example.com")]}
    before = await rows_of(world, home)

    tried = await send(world, person, kind, field, given | {"dryRun": True})

    assert await rows_of(world, home) == before
    assert "'activity': {" not in str(tried)
    done = await send(world, person, kind, field, given)
    assert without_ids(done) == without_ids(tried)
    assert await rows_of(world, home) != before
    assert await send(world, person, kind, field, given | {"dryRun": True}) != tried


async def the_sequence_of(world: World, home: Home) -> int:
    async with world.database.read(home.team_id) as session:
        return int((await session.execute(text("select id from sequence"))).scalar_one())
