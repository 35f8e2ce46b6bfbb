"""Events of the same contacts by four callers, in different orders, while persons change them: each once."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable
from typing import Any

from tests.resolvers.soundness import assert_sound
from tests.schema import living
from tests.schema.living import Life
from tests.schema.test_concurrency import crowded  # noqa: F401 - a fixture
from tests.schema.test_every_cell_setup import raw
from tests.world import World

NUMBER, CALLERS = 60, 4
KINDS = ("EMAIL_SENT", "EMAIL_OPENED", "EMAIL_SENT", "LINK_CLICKED", "STEP_REACHED", "CALL_MADE")


async def lines_of(life: Life) -> Counter[str]:
    """Return how many lines of the log each event of the team has, by its id."""
    async with life.world.database.read(life.home.team_id) as session:
        rows = await (await raw(session)).fetch(
            "select source_id from activity where team_id = $1 and source_id is not null", life.home.team_id
        )
    return Counter(row[0] for row in rows)


async def test_reported_in_different_orders_while_persons_change_everything(
    crowded: World,  # noqa: F811
) -> None:
    life = Life(crowded, await crowded.team())
    chance = random.Random(3)  # noqa: S311 - the same each time
    sequence_id = await life.sequence()
    for kind in ("EMAIL", "CALL", "EMAIL", "EMAIL"):
        await life.step(sequence_id, kind)
    ids = await life.contacts(NUMBER)
    await life.ask(living.ENROLL, sequenceId=sequence_id, contactIds=ids)
    events = [life.event(kind, id_) for id_ in ids for kind in KINDS]

    async def caller(number: int) -> list[dict[str, Any]]:
        mine = random.Random(number).sample(events, len(events))  # noqa: S311
        return [result for at in range(0, len(mine), 90) for result in await life.record(mine[at : at + 90])]

    async def person(turn: int) -> None:
        if turn % 4 == 0:
            await life.by_hand(chance.choice(ids), ["PAUSED"])
        elif turn % 4 == 1:
            await life.by_hand(chance.choice(ids), ["ACTIVE"])
        elif turn % 4 == 2:
            given = [
                {"email": life.address_of[each], "company": str(turn)} for each in chance.sample(ids, 20)
            ]
            await life.ask(living.UPSERT, contacts=given)
        else:
            added = await life.step(sequence_id, "EMAIL", "Hi {Company}")
            await life.ask(living.REMOVE_STEP, stepId=added)

    asked: list[Awaitable[Any]] = [caller(number) for number in range(CALLERS)]
    answers = (await asyncio.gather(*asked, *(person(turn) for turn in range(40))))[:CALLERS]

    kinds = Counter(result["__typename"] for answer in answers for result in answer)
    assert kinds["EventDuplicate"] == (CALLERS - 1) * len(events)
    assert kinds["EventApplied"] + kinds["EventIgnored"] == len(events)
    assert await lines_of(life) == Counter(event["id"] for event in events)
    await assert_sound(crowded.database, life.home.team_id)


async def test_the_same_events_reported_of_different_contacts_count_once(
    crowded: World,  # noqa: F811
) -> None:
    """Their callers lock no contact in common, and meet in the index of what was reported."""
    life = Life(crowded, await crowded.team())
    ids = [await life.enrolled() for _ in range(6)]
    events = [life.event("EMAIL_SENT", "") for _ in range(1_000)]

    async def caller(number: int) -> list[dict[str, Any]]:
        mine = [event | {"contactId": ids[number]} for event in events]
        return await life.record(mine if number % 2 else mine[::-1])

    answers = await asyncio.gather(*(caller(number) for number in range(len(ids))))
    kinds = Counter(result["__typename"] for answer in answers for result in answer)
    assert kinds["EventDuplicate"] == (len(ids) - 1) * len(events)
    assert await lines_of(life) == Counter(event["id"] for event in events)
    await assert_sound(crowded.database, life.home.team_id)
