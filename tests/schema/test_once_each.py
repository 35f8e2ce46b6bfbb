"""Every mutation, sent twice with one key: the second answer is the first one, and nothing is done again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from schema.ids import to_id
from tests.resolvers.making import a_sequence, enrolled, steps_of, the_contacts
from tests.resolvers.soundness import assert_sound
from tests.schema.test_bad_input_text import SCHEMA
from tests.schema.test_dry_run import rows_of
from tests.schema.test_record_events import event
from tests.world import Home, World

CONTACT = """contact { id email statuses version createdAt updatedAt variables { name value }
  owner { name }
  enrolment { emailsReceived stepsLeft missingVariables startedAt }
  sequence { id name steps { id body } } }"""
LINE = "activity { id kind before after rules recordedAt version by { __typename } }"
WHY = "reasons { __typename code message change { kind status } }"
CHANGED = f"before after {CONTACT} {LINE}"
BATCH = f"""results {{ __typename ... on ContactChanged {{ {CHANGED} }}
  ... on ContactRefused {{ index {WHY} }} }}"""
SEQUENCE = "sequence { id name createdAt owner { name } steps { id position body } settings { textOptOut } }"
STATUS = f"""__typename ... on SetStatusSuccess {{ {CHANGED} }}
  ... on SetStatusFailure {{ {WHY} wayOut {{ kind status }} present: {CONTACT} }}"""
EVENT = f"""results {{ __typename ... on EventApplied {{ {CHANGED} }} ... on EventIgnored {{ {WHY} {LINE} }}
  ... on EventDuplicate {{ {LINE} }} ... on EventRejected {{ index why: {WHY} }} }}"""
MANY = f"bulkId results {{ {STATUS} }} summary {{ changed refused reasons {{ code count }} }}"

ASKED = {
    "createSequence": SEQUENCE,
    "updateSequence": SEQUENCE,
    "addStep": f"{SEQUENCE} step {{ id position body }}",
    "updateStep": f"{SEQUENCE} step {{ id position body }}",
    "removeStep": f"{SEQUENCE} stepId",
    "upsertContacts": f"""results {{ __typename ... on ContactUpserted {{ created changed {CONTACT} }}
      ... on ContactRefused {{ index {WHY} }} }}""",
    "enrollContacts": BATCH,
    "moveContacts": BATCH,
    "removeContacts": BATCH,
    "recordEvents": EVENT,
    "categorizeReply": CHANGED,
    "setStatuses": MANY,
    "undo": MANY,
}


async def given(home: Home) -> dict[str, dict[str, Any]]:
    """Make what the mutations are about; return the input of each."""
    context = home.owner.context
    here, there = await a_sequence(context, "A", "B"), await a_sequence(context, "C", name="Other")
    inside, outside = await enrolled(context, here, 2), await the_contacts(context, 2)
    email = f"s{here}-0@example.com"
    first = (await steps_of(context, here))[0]
    inner, outer = ([to_id("Contact", id_) for id_ in ids] for ids in (inside, outside))
    sequence, other, step = to_id("Sequence", here), to_id("Sequence", there), to_id("Step", first.id)
    return {
        "recordEvents": {
            "events": [
                event("1", "EMAIL_SENT", email),
                event("2", "REPLY_RECEIVED", email, text="Stop"),
                event("1", "EMAIL_SENT", email),
                event("3", "EMAIL_OPENED", "nobody@example.com"),
                event("4", "OUT_OF_OFFICE_RECEIVED", email),
            ]
        },
        "categorizeReply": {"activityId": inner[0], "category": "NOT_NOW"},  # the line is put in later
        "setStatuses": {
            "changes": [
                {"contactId": id_, "add": [status]} for id_ in inner[1:] for status in ("OPENED", "PAUSED")
            ]
        },
        "undo": {"bulkId": ""},  # and so is what to undo
        "createSequence": {"name": "New", "settings": {"textOptOut": False}},
        "updateSequence": {"sequenceId": sequence, "name": "Renamed"},
        "addStep": {"sequenceId": sequence, "kind": "CALL", "body": "Hi"},
        "updateStep": {"stepId": step, "body": "Hi {City}"},
        "removeStep": {"stepId": step},
        "upsertContacts": {
            "contacts": [
                {"email": email, "variables": [{"name": "City", "value": "Oslo"}]},
                {"email": "new@example.com"},
                {"email": "no address"},
            ]
        },
        "enrollContacts": {"sequenceId": other, "contactIds": [*outer, *inner]},
        "moveContacts": {"sequenceId": other, "contactIds": [*outer, *inner]},
        "removeContacts": {"contactIds": [*outer, *inner, "x"]},
    }


async def test_the_second_answer_is_the_first_one_and_nothing_is_done_again(world: World) -> None:
    home = await world.team()
    inputs = await given(home)
    assert SCHEMA.mutation_type
    for name, input_ in inputs.items():
        if name == "categorizeReply":
            async with world.database.read(home.team_id) as session:
                found = text("select id from activity where cause = 'REPLY_RECEIVED'")
                input_["activityId"] = to_id(
                    "Activity", (await session.execute(found)).scalars().first() or 0
                )
        kind = SCHEMA.mutation_type.fields[name].args["input"].type
        shown = f"... on {name[0].upper()}{name[1:]}Success {{ {ASKED[name]} }}"
        query = f"mutation ($input: {kind}) {{ {name}(input: $input) {{ {shown} }} }}"
        person = home.system if name == "recordEvents" else home.owner
        key = {"idempotencyKey": f"of {name}"}
        first = await world.ask(person, query, input=input_ | key)
        assert first[name], (name, "it was refused")
        stored = await rows_of(world, home)
        again = await world.ask(person, query, input=input_ | key)
        assert again == first, name
        assert await rows_of(world, home) == stored, name
        if name == "setStatuses":
            inputs["undo"]["bulkId"] = first[name]["bulkId"]
    await assert_sound(world.database, home.team_id)


ELSEWHERE = {
    "setStatus",  # test_once.py
    *("startBulkChange", "cancelBulkChange", "undoBulkChange"),  # test_bulk_changes.py
    *("createWebhook", "updateWebhook", "deleteWebhook", "rotateWebhookSecret"),  # test_webhooks.py
    *("testWebhook", "redeliver"),
}


def test_no_mutation_is_left_out() -> None:
    assert SCHEMA.mutation_type
    assert set(SCHEMA.mutation_type.fields) == set(ASKED) | ELSEWHERE
