"""Missing data: on enrolling, when profiles change, when templates change (S13 to S17)."""

from __future__ import annotations

from resolvers import contacts, sequences, statuses
from resolvers.contacts import Profile
from resolvers.context import Context
from rules.events import Event
from rules.statuses import Status
from tests.resolvers.making import (
    CALL,
    EMAIL,
    SMS,
    a_sequence,
    enrolled,
    happens,
    log_of,
    refused,
    statuses_of,
    steps_of,
    the_record,
)
from tests.resolvers.soundness import assert_sound
from tests.world import World, made

ACTIVE, MISSING = frozenset({Status.ACTIVE}), frozenset({Status.MISSING_DATA})


async def lacking(context: Context, contact_id: int) -> list[str]:
    stay = (await the_record(context, contact_id)).enrolment
    assert stay is not None
    return list(stay.missing_variables)


async def write(context: Context, contact_id: int, **fields: str | None) -> None:
    email = (await the_record(context, contact_id)).contact.email
    made(await contacts.upsert(context, [Profile(email, fields)]))


async def test_who_lacks_a_variable_of_an_email_or_sms_enters_with_missing_data(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "{LastName} {City}")
    made(await sequences.add_step(context, sequence_id, kind=SMS, body="{Phone} {LastName}"))
    made(await sequences.add_step(context, sequence_id, kind=CALL, body="{Company}"))
    [contact_id] = await enrolled(context, sequence_id, first_name="Ada")
    assert await statuses_of(context, [contact_id]) == [MISSING]
    assert await lacking(context, contact_id) == ["LastName", "City", "Phone"]
    await assert_sound(world.database, home.team_id)


async def test_what_only_a_calls_script_lacks_keeps_nobody_back(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context)
    made(await sequences.add_step(context, sequence_id, kind=CALL, body="{Company} {City}"))
    [contact_id] = await enrolled(context, sequence_id)
    assert await statuses_of(context, [contact_id]) == [ACTIVE]
    [step] = await steps_of(context, sequence_id)
    made(await sequences.update_step(context, step.id, {"body": "{Town}"}))
    assert await statuses_of(context, [contact_id]) == [ACTIVE]
    await assert_sound(world.database, home.team_id)


async def test_the_subject_counts_as_well_as_the_body(world: World) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context)
    made(await sequences.add_step(context, sequence_id, kind=EMAIL, subject="{Company}", body="x"))
    [contact_id] = await enrolled(context, sequence_id)
    assert await lacking(context, contact_id) == ["Company"]


async def test_emptying_a_profile_stops_it_and_filling_it_in_takes_a_person_to_go_on(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "{FirstName}")
    [contact_id] = await enrolled(context, sequence_id, first_name="Ada")
    for emptied in (None, "", "  "):
        await write(context, contact_id, first_name=emptied)
        assert await statuses_of(context, [contact_id]) == [MISSING]
        assert await lacking(context, contact_id) == ["FirstName"]
        refusal = await statuses.set_status(context, contact_id, add=[Status.ACTIVE])
        assert refused(refusal) == ["DATA_MISSING"]
        await write(context, contact_id, first_name="Ada")
        assert await statuses_of(context, [contact_id]) == [MISSING]  # S16: only by hand
        assert await lacking(context, contact_id) == []
        made(await statuses.set_status(context, contact_id, remove=[Status.MISSING_DATA]))
        assert await statuses_of(context, [contact_id]) == [ACTIVE]
    await assert_sound(world.database, home.team_id)


async def test_the_line_of_the_log_says_the_system_did_it_and_why(world: World) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, "{FirstName}")
    [contact_id] = await enrolled(context, sequence_id, first_name="Ada")
    await write(context, contact_id, first_name=None)
    *_, changed, stopped = await log_of(context, contact_id)
    assert (changed.member_id, changed.before, changed.after) == (context.caller.member_id, ACTIVE, ACTIVE)
    assert (stopped.member_id, stopped.cause, stopped.after) == (None, Event.VARIABLE_MISSING, MISSING)
    assert len(stopped.rules) == 1
    assert stopped.version == changed.version + 1 if changed.version else False


async def test_a_template_that_uses_more_stops_those_who_lack_it(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "Hi")
    [without] = await enrolled(context, sequence_id)
    other = await a_sequence(context, "Hi")
    [elsewhere] = await enrolled(context, other)
    made(await contacts.upsert(context, [Profile("city@example.com", {}, [("City", "Oslo")])]))
    [step] = await steps_of(context, sequence_id)
    made(await sequences.update_step(context, step.id, {"body": "{City}"}))
    assert await statuses_of(context, [without, elsewhere]) == [MISSING, ACTIVE]
    made(await sequences.update_step(context, step.id, {"body": "Hi"}))
    assert await statuses_of(context, [without]) == [MISSING]  # S14: it can become Active again, by hand
    assert await lacking(context, without) == []
    made(await statuses.set_status(context, without, add=[Status.ACTIVE]))
    added = made(await sequences.add_step(context, sequence_id, kind=EMAIL, subject="{City}", body="x"))
    assert await statuses_of(context, [without]) == [MISSING]
    made(await sequences.remove_step(context, added.step.id))
    assert await lacking(context, without) == []
    await assert_sound(world.database, home.team_id)


async def test_who_is_stopped_already_stays_so_and_cannot_go_on_without_the_variable(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "Hi", "Hi")
    paused, finished, opted_out = await enrolled(context, sequence_id, 3)
    by_hand = {paused: Status.PAUSED, finished: Status.FINISHED, opted_out: Status.OPTED_OUT}
    for contact_id, status in by_hand.items():
        made(await statuses.set_status(context, contact_id, add=[status]))
    step = (await steps_of(context, sequence_id))[0]
    made(await sequences.update_step(context, step.id, {"body": "{City}"}))
    assert await statuses_of(context, by_hand) == [frozenset({status}) for status in by_hand.values()]
    for contact_id in (paused, finished):
        outcome = await statuses.set_status(context, contact_id, add=[Status.ACTIVE])
        assert refused(outcome) == ["DATA_MISSING"]
    assert await lacking(context, opted_out) == ["City"]
    await assert_sound(world.database, home.team_id)


async def test_an_out_of_office_contact_that_lacks_a_variable_stays_away(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "{FirstName}", "Hi")
    [contact_id] = await enrolled(context, sequence_id, first_name="Ada")
    await happens(context, contact_id, Event.EMAIL_SENT)
    await happens(context, contact_id, Event.OUT_OF_OFFICE_RECEIVED)
    await write(context, contact_id, first_name=None)
    outcome = await statuses.set_status(context, contact_id, remove=[Status.OUT_OF_OFFICE])
    assert refused(outcome) == ["DATA_MISSING"]
    await assert_sound(world.database, home.team_id)


async def test_a_corrected_address_and_variables_of_ones_own_count_too(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "{City} {Email}")
    [contact_id] = await enrolled(context, sequence_id)
    email = (await the_record(context, contact_id)).contact.email
    made(
        await contacts.upsert(context, [Profile(email, {}, [("City", "Oslo")], new_email="new@example.com")])
    )
    assert await lacking(context, contact_id) == []
    made(await statuses.set_status(context, contact_id, add=[Status.ACTIVE]))
    made(await contacts.upsert(context, [Profile("new@example.com", {}, [("City", None)])]))
    assert await statuses_of(context, [contact_id]) == [MISSING]
    await assert_sound(world.database, home.team_id)
