"""Events of many contacts in batches by four callers at once, and what they must come to however often sent.

Of each contact the events may be recorded in any order: the end is the same.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import httpx

from models.engine import Database
from resolvers import contacts, enrolments, events
from resolvers.happened import Happened
from rules.events import Event
from schema.ids import to_id
from tests.resolvers.making import a_sequence, steps_of
from tests.world import Home, World, made

CALLERS = 4
AT_ONCE = 1_000
AT = "2026-01-05T09:00:00Z"
RECORD = """mutation ($events: [EventInput!]!) { recordEvents(input: { events: $events }) {
  ... on RecordEventsSuccess { results { __typename } } ... on RecordEventsFailure { reasons { message } }
} }"""
END = """
select c.statuses, c.version, e.emails_received, e.sms_sent, cardinality(e.completed), e.steps_left
from contact c join enrolment e on e.team_id = c.team_id and e.id = c.enrolment_id
where c.team_id = $1 order by length(c.email), c.email
"""
ONCE = "select count(*), count(distinct source_id) from activity where team_id = $1 and source = 'storm'"

GOES_ON = ("EMAIL_SENT", "EMAIL_SENT", "EMAIL_OPENED", "EMAIL_OPENED", "LINK_CLICKED")
STOPS = ("OPT_OUT_CLICKED", "CALL_MADE", "EMAIL_OPENED", "EMAIL_OPENED", "LINK_CLICKED")
"""Five events of a contact: two thirds of them end Finished, a third Opted out."""

Batch = list[dict[str, Any]]


@dataclass
class Answers:
    """What callers were answered: results by type, and the batches that got no answer."""

    results: dict[str, int] = field(default_factory=dict)
    answered: int = 0
    lost: list[Batch] = field(default_factory=list)


async def prepare(database: Database, number: int) -> tuple[Home, list[int]]:
    """Make a team with so many contacts, all of which received the first of three emails."""
    async with httpx.AsyncClient() as client:
        home = await World("", database, client).team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B", "C")
    ids: list[int] = []
    for start in range(0, number, AT_ONCE):
        names = range(start, min(start + AT_ONCE, number))
        profiles = [contacts.Profile(f"s{name}@storm.example") for name in names]
        some = [each.record.contact.id for each in made(await contacts.upsert(context, profiles))]
        made(await enrolments.enroll(context, sequence_id, some))
        await events.record(home.system.context, [Happened(Event.EMAIL_SENT, id_) for id_ in some])
        ids += some
    return home, ids


async def reported(home: Home, ids: Sequence[int]) -> list[Batch]:
    """Return the events of these contacts, well mixed, in batches; every fourth batch is there twice."""
    sequence_id = (await first_sequence(home)) or 0
    _, second, third = (to_id("Step", step.id) for step in await steps_of(home.owner.context, sequence_id))
    found: Batch = []
    for number, contact_id in enumerate(ids):
        steps = iter((second, third))
        for place, kind in enumerate(GOES_ON if number % 3 else STOPS):
            named = {"stepId": next(steps)} if kind == "EMAIL_SENT" else {}
            event = {"source": "storm", "id": f"{number}-{place}", "kind": kind, "occurredAt": AT}
            found.append(event | named | {"contactId": to_id("Contact", contact_id)})
    chance = random.Random(5)  # noqa: S311 - the same each time
    chance.shuffle(found)
    size = max(10, min(AT_ONCE, len(found) // 20))
    batches = [found[at : at + size] for at in range(0, len(found), size)]
    return sorted(batches + batches[::4], key=lambda _: chance.random())


async def first_sequence(home: Home) -> int | None:
    """Return the id of the team's one sequence."""
    async with home.owner.context.read() as session:
        connection = await (await session.connection()).get_raw_connection()
        found: int | None = await connection.driver_connection.fetchval(  # type: ignore[union-attr]
            "select min(id) from sequence where team_id = $1", home.team_id
        )
        return found


async def send(
    url: str, key: str, batches: Sequence[Batch], *, at: int = -1, then: Callable[[], object] = int
) -> Answers:
    """Send batches by four callers at once; after so many answers do something, with three on their way."""
    answers, waiting = Answers(), list(batches)

    async def call(client: httpx.AsyncClient) -> None:
        while waiting:
            batch = waiting.pop()
            results = await _results(client, batch)
            if results is None:
                answers.lost.append(batch)
                continue
            for result in results:
                name = result["__typename"]
                answers.results[name] = answers.results.get(name, 0) + 1
            answers.answered += 1
            if answers.answered == at:
                then()

    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        await asyncio.gather(*(call(client) for _ in range(CALLERS)))
    return answers


async def _results(client: httpx.AsyncClient, batch: Batch) -> list[dict[str, str]] | None:
    """Return what became of a batch; None if that is not known, or it was turned away."""
    try:
        response = await client.post("/graphql", json={"query": RECORD, "variables": {"events": batch}})
        answer = response.json()
    except (httpx.TransportError, ValueError):
        return None
    if "errors" in answer or not answer.get("data"):
        assert "deadlock" not in response.text
        return None
    results: list[dict[str, str]] = answer["data"]["recordEvents"]["results"]
    return results


async def send_until_answered(url: str, key: str, batches: Sequence[Batch]) -> Answers:
    """Send batches, those that got no answer again, as a caller does."""
    answers = await send(url, key, batches)
    for _ in range(10):
        if not answers.lost:
            break
        again = await send(url, key, answers.lost)
        answers.lost = again.lost
        for name, count in again.results.items():
            answers.results[name] = answers.results.get(name, 0) + count
    assert not answers.lost
    return answers


async def undisturbed(database: Database, number: int) -> list[tuple[Any, ...]]:
    """Return how so many contacts end that one caller reports the same events of, one batch after the other.

    Events are dealt to contacts in turns of three, so what a few come to is what all the others must.
    """
    home, ids = await prepare(database, min(number, 60))
    numbers = {to_id("Contact", id_): id_ for id_ in ids}
    steps = await steps_of(home.owner.context, await first_sequence(home) or 0)
    step_ids = {to_id("Step", step.id): step.id for step in steps}
    for batch in await reported(home, ids):
        happened = [
            Happened(
                Event[each["kind"]],
                numbers[each["contactId"]],
                step_id=step_ids.get(each.get("stepId", "")),
                source=each["source"],
                id=each["id"],
            )
            for each in batch
        ]
        made(await events.report(home.system.context, happened))
    found = await ends(database, home.team_id)
    return [found[place % len(found)] for place in range(number)]


async def ends(database: Database, team_id: int) -> list[tuple[Any, ...]]:
    """Return how the contacts of a team stand: set, version, and the facts of the stay."""
    connection: asyncpg.Connection = await database.connect()
    try:
        async with connection.transaction():
            await connection.execute("select set_config('app.team', $1, true)", str(team_id))
            found = [tuple(row) for row in await connection.fetch(END, team_id)]
            counts = await connection.fetchrow(ONCE, team_id)
            assert set(counts) == {len(GOES_ON) * len(found)}, "an event has no line, or two"
            return found
    finally:
        await connection.close()
