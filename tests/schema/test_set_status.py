"""setStatus over HTTP, from a contact that is nowhere to one that is Active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.tables import StepKind
from resolvers import contacts, enrolments, sequences
from schema.ids import to_id
from tests.world import made

if TYPE_CHECKING:
    from tests.world import World

SET = """mutation ($input: SetStatusInput!) {
  setStatus(input: $input) {
    __typename
    ... on SetStatusSuccess { before after contact { version statuses } activity { rules by { __typename } } }
    ... on SetStatusFailure { reasons { code message } wayOut { kind status } present: contact { version } }
  }
}"""


async def test_a_change_is_made_and_a_second_is_refused_with_its_way_out(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence = made(await sequences.create(context, "Launch", {}))
    made(await sequences.add_step(context, sequence.id, kind=StepKind.EMAIL, subject="Hi", body="Hi"))
    [written] = made(await contacts.upsert(context, [contacts.Profile("ada@example.com")]))
    contact_id = written.record.contact.id
    made(await enrolments.enroll(context, sequence.id, [contact_id]))
    given = {"contactId": to_id("Contact", contact_id), "add": ["FINISHED"]}

    changed = (await world.ask(home.owner, SET, input=given))["setStatus"]
    assert changed["before"] == ["ACTIVE"]
    assert changed["after"] == changed["contact"]["statuses"] == ["FINISHED"]

    refused = (await world.ask(home.owner, SET, input=given | {"add": ["PAUSED"]}))["setStatus"]
    assert [reason["code"] for reason in refused["reasons"]] == ["NO_TRANSITION"]
    assert refused["wayOut"] == [{"kind": "ADD", "status": "ACTIVE"}, {"kind": "ADD", "status": "PAUSED"}]
    assert refused["present"]["version"] == changed["contact"]["version"]
