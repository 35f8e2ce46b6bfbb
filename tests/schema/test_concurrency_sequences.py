"""People change statuses while the owner changes the sequence below them: nothing waits for ever."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable
from itertools import pairwise
from typing import Any

import pytest

from models import contacts
from models import sequences as stored_sequences
from models.contacts import View
from models.tables import StepKind
from resolvers import enrolments, sequences
from resolvers.contacts import Profile, upsert
from resolvers.upkeep import used_variables
from rules.statuses import Status, stage_of
from rules.templates import missing
from schema.ids import to_id
from tests.schema.test_concurrency import crowded as _crowded
from tests.schema.test_concurrency import log_of
from tests.world import Home, World, made

crowded = _crowded

SET = "mutation ($input: SetStatusInput!) { setStatus(input: $input) { __typename } }"
MOVE = """mutation ($input: MoveContactsInput!) { moveContacts(input: $input) { __typename
  ... on MoveContactsSuccess { results { __typename } } } }"""
ADD = "mutation ($input: AddStepInput!) { addStep(input: $input) { __typename } }"
UPDATE = "mutation ($input: UpdateStepInput!) { updateStep(input: $input) { __typename } }"
REMOVE = "mutation ($input: RemoveStepInput!) { removeStep(input: $input) { __typename } }"
UPSERT = "mutation ($input: UpsertContactsInput!) { upsertContacts(input: $input) { __typename } }"

BODIES = ("Hi", "Hi {City}", "Hi {City} {Role}")
CHANGES = (
    *(("add", name) for name in ("ACTIVE", "PAUSED", "FINISHED", "OUT_OF_OFFICE", "OPTED_OUT", "TO_CALL")),
    *(("remove", name) for name in ("MISSING_DATA", "OUT_OF_OFFICE", "OPTED_OUT")),
)


async def grow(home: Home) -> tuple[list[int], list[int], list[int]]:
    """Make two sequences of three steps and twelve contacts in the first; return all their ids."""
    context, sequence_ids, step_ids = home.owner.context, [], []
    for name in ("Launch", "Follow up"):
        sequence_ids.append(made(await sequences.create(context, name, {})).id)
        for body in BODIES:
            added = await sequences.add_step(
                context, sequence_ids[-1], kind=StepKind.EMAIL, subject="Hi", body=body
            )
            step_ids.append(made(added).step.id)
    profiles = [Profile(f"{number}@storm{home.team_id}.example") for number in range(12)]
    contact_ids = [each.record.contact.id for each in made(await upsert(context, profiles))]
    made(await enrolments.enroll(context, sequence_ids[0], contact_ids))
    return sequence_ids, step_ids, contact_ids


def storm(world: World, home: Home, ids: tuple[list[int], list[int], list[int]], seed: int) -> list[Any]:
    """Return 180 requests of all kinds, shuffled."""
    chance = random.Random(seed)  # noqa: S311 - the same for each seed
    sequence_ids = [to_id("Sequence", each) for each in ids[0]]
    step_ids = [to_id("Step", each) for each in ids[1]]
    contact_ids = [to_id("Contact", each) for each in ids[2]]
    emails = [f"{number}@storm{home.team_id}.example" for number in range(12)]
    wanted: list[tuple[str, dict[str, Any]]] = []
    for _ in range(90):
        kind, status = chance.choice(CHANGES)
        wanted.append((SET, {"contactId": chance.choice(contact_ids), kind: [status]}))
    for _ in range(25):
        wanted.append((UPDATE, {"stepId": chance.choice(step_ids), "body": chance.choice(BODIES)}))
        some = chance.sample(contact_ids, 4)
        wanted.append((MOVE, {"contactIds": some, "sequenceId": chance.choice(sequence_ids)}))
    for _ in range(15):
        wanted.append(
            (ADD, {"sequenceId": chance.choice(sequence_ids), "kind": "CALL", "body": "Call", "position": 1})
        )
        city = {"name": "City", "value": chance.choice(("Rome", None))}
        some = chance.sample(emails, 4)
        wanted.append((UPSERT, {"contacts": [{"email": email, "variables": [city]} for email in some]}))
    wanted += [(REMOVE, {"stepId": step_id}) for step_id in step_ids]
    chance.shuffle(wanted)
    return [world.ask(home.owner, query, input=given) for query, given in wanted]


@pytest.mark.parametrize("seed", range(4))
async def test_no_deadlock_and_every_contact_is_right_in_the_end(crowded: World, seed: int) -> None:
    home = await crowded.team()
    ids = await grow(home)
    requests: list[Awaitable[dict[str, Any]]] = storm(crowded, home, ids, seed)
    answers = await asyncio.gather(*requests, return_exceptions=True)
    errors = [answer for answer in answers if isinstance(answer, BaseException)]
    assert not errors, (len(errors), errors[:2])

    async with crowded.database.read(home.team_id) as session:
        records = await contacts.by_ids(session, View(home.team_id), ids[2])
        steps = await stored_sequences.steps_of(session, home.team_id, ids[0])
    for contact_id, record in records.items():
        stay, sequence, statuses = record.enrolment, record.sequence, record.contact.statuses
        assert stay
        assert sequence
        assert stay.ended_at is None
        of_it = steps[sequence.id]
        assert stay.steps_left == len(of_it)
        assert stay.missing_variables == list(missing(used_variables(of_it), record.contact.profile()))
        if Status.ACTIVE in statuses:
            assert stage_of(statuses) is Status.ACTIVE
            assert stay.steps_left
            assert not stay.missing_variables
        log = await log_of(crowded, home.team_id, contact_id)
        assert [version for version, _, _ in log] == list(range(1, record.contact.version + 1))
        assert all(before == after for (_, _, after), (_, before, _) in pairwise(log))
        assert log[-1][2] == sum(1 << place for place, status in enumerate(Status) if status in statuses)
