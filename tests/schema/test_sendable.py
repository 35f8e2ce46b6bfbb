"""sendable: who can receive email and nothing else, each with the next step filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.tables import StepKind
from resolvers import contacts, enrolments, events, sequences, statuses
from rules.events import Event
from rules.statuses import Status
from schema.ids import to_id
from tests.world import made

if TYPE_CHECKING:
    from tests.world import World

SENDABLE = """query ($id: ID!, $first: Int, $after: String) {
  sendable(sequenceId: $id, first: $first, after: $after) {
    nodes { contact { email canReceiveEmail } step { subject body missingVariables step { position } } }
    pageInfo { hasNextPage endCursor }
  }
}"""


async def test_the_next_step_of_each_active_contact_page_by_page(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence = made(await sequences.create(context, "Launch", {}))
    first, second = [
        made(
            await sequences.add_step(
                context, sequence.id, kind=StepKind.EMAIL, subject=subject, body="Hi {FirstName}"
            )
        ).step
        for subject in ("One", "Two")
    ]
    names = ["Ada", "Bela", "Carla", "Dmitri", None]
    people = [
        contacts.Profile(f"c{number}@example.com", {"first_name": name}) for number, name in enumerate(names)
    ]
    written = made(await contacts.upsert(context, people))
    ids = [each.record.contact.id for each in written]
    made(await enrolments.enroll(context, sequence.id, ids))
    await events.record(home.system.context, [events.Happened(Event.EMAIL_SENT, ids[1], step_id=first.id)])
    await statuses.set_status(context, ids[2], add=[Status.PAUSED])

    sequence_id = to_id("Sequence", sequence.id)
    one = (await world.ask(home.system, SENDABLE, id=sequence_id, first=2))["sendable"]
    assert [(each["contact"]["email"], each["step"]["body"]) for each in one["nodes"]] == [
        ("c0@example.com", "Hi Ada"),
        ("c1@example.com", "Hi Bela"),
    ]
    assert [each["step"]["subject"] for each in one["nodes"]] == [first.subject, second.subject]
    assert all(each["contact"]["canReceiveEmail"] for each in one["nodes"])
    assert one["pageInfo"]["hasNextPage"]
    after = one["pageInfo"]["endCursor"]
    # Carla is Paused, and the last one has Missing data.
    two = (await world.ask(home.owner, SENDABLE, id=sequence_id, after=after))["sendable"]
    assert [each["contact"]["email"] for each in two["nodes"]] == ["c3@example.com"]
    assert not two["pageInfo"]["hasNextPage"]


async def test_another_teams_sequence_sends_nothing(world: World) -> None:
    home, other = await world.team(), await world.team()
    theirs = made(await sequences.create(other.owner.context, "Theirs", {}))
    found = await world.ask(home.owner, SENDABLE, id=to_id("Sequence", theirs.id))
    assert found["sendable"]["nodes"] == []
