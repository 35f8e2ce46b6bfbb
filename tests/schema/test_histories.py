"""Whatever persons do and whatever is reported, PostgreSQL stores what the rules make of it.

HISTORIES sets how many are told, each of six contacts. A long run: `HISTORIES=2000 pytest -k random_history`.
"""

from __future__ import annotations

import asyncio
import os
import random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.resolvers.soundness import assert_sound
from tests.schema import living
from tests.schema.histories import Histories, as_stored
from tests.schema.living import Life
from tests.world import World

MOST = int(os.environ.get("HISTORIES", "12"))


@pytest.mark.timeout(20 * MOST)
async def test_a_random_history_is_stored_as_the_rules_fold_it(world: World) -> None:
    home = await world.team()
    Histories.life, Histories.loop, Histories.told = Life(world, home), asyncio.get_running_loop(), 0
    told = settings(
        max_examples=MOST,
        derandomize="HISTORIES" not in os.environ,
        stateful_step_count=15,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    await asyncio.to_thread(run_state_machine_as_test, Histories, settings=told)
    assert Histories.told >= MOST / 2
    await assert_sound(world.database, home.team_id)


COMMUTE = ("EMAIL_OPENED", "LINK_CLICKED", "CALL_MADE", "SMS_SENT", "OPT_OUT_CLICKED", "COMPLAINT_RECEIVED")
"""Whatever their order. (A call that is reached, and a call that is made, are an order of their own.)"""


async def test_what_may_commute_ends_the_same_in_any_order_delivered_twice_and_in_pieces(
    world: World,
) -> None:
    life, chance = Life(world, await world.team()), random.Random(8)  # noqa: S311 - the same each time
    sequence_id = await life.sequence()
    for _ in range(2):
        await life.step(sequence_id)
    ids = await life.contacts(100)
    await life.ask(living.ENROLL, sequenceId=sequence_id, contactIds=ids)
    await life.record([life.event("EMAIL_SENT", id_) for id_ in ids])
    in_order, events = [], []
    for ordered, shuffled in zip(ids[::2], ids[1::2], strict=True):
        kinds = chance.choices(COMMUTE, k=chance.randint(1, 6))
        in_order += [life.event(kind, ordered) for kind in kinds]
        events += [life.event(kind, shuffled) for kind in kinds] * chance.choice((1, 2))
    await life.record(in_order)
    chance.shuffle(events)
    pieces = [events[at : at + 50] for at in range(0, len(events), 50)]
    await asyncio.gather(*(life.record(piece) for piece in pieces))
    read = [as_stored(each) for each in await life.read(*ids)]
    for ordered_, shuffled_ in zip(read[::2], read[1::2], strict=True):
        for name in ("statuses", "enrolment", "version"):
            assert ordered_[name] == shuffled_[name], (ordered_, shuffled_)
    assert len({tuple(each["statuses"]) for each in read}) > 5
    await assert_sound(world.database, life.home.team_id)
