"""An event is known by source and id: reported again it is a duplicate, whatever was changed in between."""

from __future__ import annotations

import pytest

from tests.schema import living
from tests.schema.living import Life
from tests.world import World


@pytest.fixture
async def life(world: World) -> Life:
    return Life(world, await world.team())


async def test_after_its_step_was_removed(life: Life) -> None:
    sequence_id = await life.sequence()
    step_id, _ = await life.step(sequence_id), await life.step(sequence_id)
    contact_id = await life.contact()
    await life.ask(living.ENROLL, sequenceId=sequence_id, contactIds=[contact_id])
    event = life.event("EMAIL_SENT", contact_id, stepId=step_id)
    [first] = await life.record([event])
    await life.ask(living.REMOVE_STEP, stepId=step_id)
    [again] = await life.record([event])
    assert (first["__typename"], again["__typename"]) == ("EventApplied", "EventDuplicate")
    assert again["activity"]["id"] == first["activity"]["id"]


async def test_after_the_address_that_named_the_contact_was_corrected_or_given_to_another(life: Life) -> None:
    contact_id = await life.enrolled()
    old = life.address_of[contact_id]
    event = life.event("EMAIL_SENT", "")
    event = {name: value for name, value in event.items() if name != "contactId"} | {"email": old}
    [first] = await life.record([event])
    await life.ask(living.UPSERT, contacts=[{"email": old, "newEmail": f"right.{old}"}])
    [again] = await life.record([event])
    await life.contact(email=old)
    [third] = await life.record([event])
    assert first["__typename"] == "EventApplied"
    for each in (again, third):
        assert each["__typename"] == "EventDuplicate"
        assert each["activity"]["id"] == first["activity"]["id"]
    [read] = await life.read(contact_id)
    assert read["enrolment"]["emailsReceived"] == 1


async def test_only_an_answer_comes_by_a_channel(life: Life) -> None:
    """That an email bounced says how it went: naming SMS does not make SMS count instead of emails."""
    contact_id = await life.enrolled("EMAIL", "SMS", "EMAIL")
    bounced = await life.happens(contact_id, "EMAIL_SENT", "EMAIL_BOUNCED", channel="SMS")
    assert bounced["after"] == ["BOUNCED", "CONTACTED"]
