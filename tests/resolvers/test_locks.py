"""Whatever is done at the same time is done one after the other, and no two wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from models import sequences as sequence_rows
from resolvers import contacts, enrolments, events, sequences, statuses
from resolvers.contacts import Profile, Upserted
from resolvers.events import Happened
from rules.events import Event
from rules.statuses import Status
from tests.resolvers.making import (
    CALL,
    a_sequence,
    enrolled,
    happens,
    steps_of,
    the_contacts,
    the_record,
)
from tests.resolvers.soundness import assert_sound
from tests.world import World, made

ROUNDS = 50
AT_ONCE = 10  # connections: the pool of a test has twelve


async def all_of(*uses: Awaitable[Any]) -> list[Any]:
    """Do these at the same time, a few connections at once; fail with the first that fails."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(use: Awaitable[Any]) -> Any:
        async with room:
            return await use

    return await asyncio.gather(*map(one, uses))


async def test_twenty_callers_write_the_same_new_addresses_and_each_becomes_one_contact(world: World) -> None:
    home = await world.team()
    emails = [f"p{number}@example.com" for number in range(40)]
    outcomes = await all_of(
        *(
            contacts.upsert(
                home.owner.context,
                [Profile(email, {"phone": str(turn)}) for email in emails[:: (-1) ** turn]],
            )
            for turn in range(20)
        )
    )
    answers = [answer for outcome in outcomes for answer in made(outcome)]
    assert all(isinstance(answer, Upserted) for answer in answers)
    assert sum(answer.created for answer in answers) == len(emails)
    assert len({answer.record.contact.id for answer in answers}) == len(emails)
    assert {answer.record.contact.version for answer in answers} == set(range(1, 21))
    await assert_sound(world.database, home.team_id)


async def test_new_and_known_addresses_in_opposite_orders(world: World) -> None:
    home = await world.team()
    uses = []
    for turn in range(ROUNDS):
        emails = [f"t{turn + shift}@example.com" for shift in range(12)]
        for order in (1, -1):
            given = [Profile(email, {"phone": f"{turn}{order}"}) for email in emails[::order]]
            uses.append(contacts.upsert(home.owner.context, given))
    for outcome in await all_of(*uses):
        made(outcome)
    await assert_sound(world.database, home.team_id)


async def test_callers_who_want_the_same_new_address_for_different_contacts(world: World) -> None:
    home = await world.team()
    await the_contacts(home.owner.context, 20)
    outcomes = await all_of(
        *(
            contacts.upsert(home.owner.context, [Profile(f"c{n}@example.com", new_email="one@example.com")])
            for n in range(20)
        )
    )
    assert sum(isinstance(made(outcome)[0], Upserted) for outcome in outcomes) == 1
    await assert_sound(world.database, home.team_id)


async def test_batches_that_name_the_same_contacts_in_opposite_orders(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    here, there = await a_sequence(context, "A", "B"), await a_sequence(context, "A")
    ids = await enrolled(context, here, 30)
    back = ids[::-1]
    emails = [(await the_record(context, id_)).contact.email for id_ in ids]
    uses: list[Awaitable[Any]] = []
    for turn in range(ROUNDS):
        uses += [
            events.record(home.system.context, [Happened(Event.EMAIL_SENT, id_) for id_ in ids]),
            events.record(home.system.context, [Happened(Event.STEP_REACHED, id_) for id_ in back]),
            contacts.upsert(context, [Profile(email, {"phone": str(turn)}) for email in emails[::-1]]),
            enrolments.move(context, there if turn % 2 else here, ids if turn % 3 else back),
        ]
    await all_of(*uses)
    await assert_sound(world.database, home.team_id)


async def test_whoever_changes_a_sequence_lets_events_of_its_contacts_through(world: World) -> None:
    """Lines of the log refer to the sequence: would they wait for it, it could be waiting for the contact."""
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    [contact_id] = await enrolled(context, sequence_id)
    async with context.write() as session:
        await sequence_rows.locked(session, home.team_id, sequence_id)
        outcome = await happens(home.system.context, contact_id, Event.STEP_REACHED)
    assert Status.TO_CALL in outcome.after


async def test_steps_change_while_contacts_in_the_sequence_do(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    ids = await enrolled(context, sequence_id, 20, first_name="Ada")
    first, _ = await steps_of(context, sequence_id)
    uses: list[Awaitable[Any]] = []
    for turn in range(ROUNDS):
        body = "{FirstName}" if turn % 2 else "{City}"
        uses += [
            sequences.update_step(context, first.id, {"body": body, "position": 1 + turn % 2}),
            events.record(home.system.context, [Happened(Event.STEP_REACHED, id_) for id_ in ids]),
            statuses.set_status(context, ids[turn % 20], add=[Status.ACTIVE]),
            enrolments.remove(context, [ids[(turn + 7) % 20]]),
            enrolments.enroll(context, sequence_id, [ids[(turn + 3) % 20]]),
        ]
    await all_of(*uses)
    await assert_sound(world.database, home.team_id)


async def test_steps_are_added_and_removed_while_others_are_completed(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B", "C")
    ids = await enrolled(context, sequence_id, 8)
    for _ in range(ROUNDS // 5):
        steps = await steps_of(context, sequence_id)
        done = [Happened(Event.STEP_COMPLETED, id_, step_id=step.id) for id_ in ids for step in steps[:2]]
        outcomes = await all_of(
            sequences.remove_step(context, steps[0].id),
            events.record(home.system.context, done),
            sequences.add_step(context, sequence_id, kind=CALL, body="x", position=1),
            events.record(home.system.context, done[::-1]),
            sequences.add_step(context, sequence_id, kind=CALL, body="{City}"),
        )
        made(outcomes[0])
        await assert_sound(world.database, home.team_id)
