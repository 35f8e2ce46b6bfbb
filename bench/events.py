"""recordEvents under load: 100,000 events over 20,000 contacts, in batches of 1,000 by four callers at once.

Beside it, in the same run, the same events as a bare multi-row INSERT into the same table, and what must hold
afterwards: no event lost, none doubled, no deadlock. A tenth of the batches are sent by two callers at the
same moment.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
import httpx
import orjson

from bench import contenders
from bench.contenders import Ground, Server
from bench.databases import Databases
from bench.enrolled import Team, make
from bench.options import Options
from bench.rounds import spread

CONTACTS: Final = 20_000
PER_CONTACT: Final = 5  # four emails sent and one opened
SENT: Final = 4
AT: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
BATCH: Final = 1_000
CALLERS: Final = 4
TWICE: Final = 10  # every so many batches, one is sent twice

RECORD: Final = """mutation ($events: [EventInput!]!) {
  recordEvents(input: { events: $events }) {
    ... on RecordEventsSuccess { results { __typename } }
    ... on RecordEventsFailure { reasons { message } }
  }
}"""

INSERT: Final = """
insert into activity
  (team_id, contact_id, sequence_id, kind, cause, before, after, rules, source, source_id, happened_at)
select $1, contact_id, $2, 'EVENT_COUNTED', cause, 1, 1, '{}', $3, source_id, $4
from unnest($5::bigint[], $6::text[], $7::text[]) as new (contact_id, cause, source_id)
"""

Batch = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Throughput:
    """Events a second, of one round."""

    recorded: float
    inserted: float
    tried_again: int
    """How many calls were answered UNAVAILABLE or TIMEOUT, and sent again, as a caller does."""


def run(here: Databases, options: Options) -> dict[str, Any]:
    """Measure rounds of it; return the events a second through the API and of the bare INSERT."""
    rounds, console = min(options.rounds, 3), options.console
    team = asyncio.run(make(here, CONTACTS, SENT * rounds + 2))
    made = []
    with contenders.started(contenders.OURS, Ground(team.url, team.id, team.member_id, team.key)) as server:
        for turn in range(1, rounds + 1):
            found = asyncio.run(_round(server, team, turn))
            made.append(found)
            console.print(
                f"events, round {turn} of {rounds}: {found.recorded:,.0f}/s through recordEvents,"
                f" {found.inserted:,.0f}/s by bare INSERT; calls sent again: {found.tried_again}",
                highlight=False,
            )
        again = asyncio.run(_send_again(server, team, rounds))
    low, middle, high = spread(each.recorded / each.inserted for each in made)
    console.print(
        f"events: recordEvents does {middle:.3f} ({low:.3f} to {high:.3f}) of what a bare INSERT does;"
        f" {again:,} sent again were duplicates; none lost, none doubled, no deadlock"
    )
    return {
        "recordEvents": [round(each.recorded) for each in made],
        "insert": [round(each.inserted) for each in made],
        "sent again": [each.tried_again for each in made],
        "ratio": [round(ratio, 4) for ratio in (low, middle, high)],
    }


async def _round(server: Server, team: Team, turn: int) -> Throughput:
    """Record the events of a round, check every one, then insert as many."""
    batches = _batches(team, f"round-{turn}")
    begun = time.perf_counter()
    kinds = await _send(server, team, batches, twice=True)
    took = time.perf_counter() - begun
    if kinds.get("EventApplied", 0) + kinds.get("EventIgnored", 0) != CONTACTS * PER_CONTACT:
        raise RuntimeError(f"Events were lost or doubled: {kinds}")
    await _check(team, turn)
    inserted = await _insert(team, f"bare-{turn}", batches)
    return Throughput(CONTACTS * PER_CONTACT / took, CONTACTS * PER_CONTACT / inserted, kinds.get("again", 0))


def _batches(team: Team, source: str) -> list[Batch]:
    """Deal the events of all contacts into batches, well mixed: every batch meets contacts of every other."""
    kinds = ["EMAIL_SENT"] * SENT + ["EMAIL_OPENED"] * (PER_CONTACT - SENT)
    events = [
        {
            "source": source,
            "id": f"{number}-{contact_id}",
            "kind": kind,
            "contactId": global_id,
            "occurredAt": AT.isoformat(),
        }
        for contact_id, global_id in team.contacts.items()
        for number, kind in enumerate(kinds)
    ]
    Random(source).shuffle(events)  # noqa: S311 - the same every time is the point
    return [events[start : start + BATCH] for start in range(0, len(events), BATCH)]


async def _send(server: Server, team: Team, batches: Sequence[Batch], *, twice: bool) -> dict[str, int]:
    """Send the batches by four callers at once; return how many results there were of each type."""
    bodies = [orjson.dumps({"query": RECORD, "variables": {"events": batch}}) for batch in batches]
    waiting = list(enumerate(bodies))
    kinds: dict[str, int] = {}
    headers = {"Authorization": f"Bearer {team.key}", "Content-Type": "application/json"}

    async def send(client: httpx.AsyncClient, body: bytes) -> None:
        answer = orjson.loads((await client.post(server.url, content=body)).content)
        codes = {error["extensions"].get("code") for error in answer.get("errors", ())}
        if codes & {"UNAVAILABLE", "TIMEOUT"}:  # it waited too long for the others' locks: try again
            kinds["again"] = kinds.get("again", 0) + 1
            await send(client, body)
            return
        outcome = (answer.get("data") or {}).get("recordEvents") or {}
        if "results" not in outcome:
            raise RuntimeError(f"recordEvents answers {answer}")
        for result in outcome["results"]:
            kinds[result["__typename"]] = kinds.get(result["__typename"], 0) + 1

    async def call(client: httpx.AsyncClient) -> None:
        while waiting:
            number, body = waiting.pop()
            times = 2 if twice and number % TWICE == 0 else 1
            await asyncio.gather(*(send(client, body) for _ in range(times)))

    async with httpx.AsyncClient(headers=headers, timeout=120) as client:
        await asyncio.gather(*(call(client) for _ in range(CALLERS)))
    return kinds


async def _send_again(server: Server, team: Team, turn: int) -> int:
    """Send a round's events once more: all of them must be duplicates, and nothing may change."""
    kinds = await _send(server, team, _batches(team, f"round-{turn}"), twice=False)
    if set(kinds) - {"again"} != {"EventDuplicate"}:
        raise RuntimeError(f"Events that were recorded before had an effect again: {kinds}")
    await _check(team, turn)
    return kinds["EventDuplicate"]


async def _check(team: Team, turn: int) -> None:
    """Refuse to go on unless every event has left its line and its effect, once."""
    connection = await asyncpg.connect(team.url)
    try:
        lines = await connection.fetchval(
            "select count(distinct (source, source_id)) from activity where source like 'round-%'"
        )
        wrong = await connection.fetchval(
            """
            select count(*) from enrolment e join contact c on c.team_id = e.team_id and c.id = e.contact_id
            where e.team_id = $1 and (
              emails_received <> $2 or cardinality(completed) <> $2 or steps_left <> $3
              or (select count(distinct step) from unnest(completed) step) <> $2
              or c.version <> (select max(version) from activity a
                               where a.team_id = c.team_id and a.contact_id = c.id)
              or c.statuses <> (select after from activity a
                                where a.team_id = c.team_id and a.contact_id = c.id and version is not null
                                order by version desc limit 1))
            """,
            team.id,
            SENT * turn,
            team.steps - SENT * turn,
        )
    finally:
        await connection.close()
    if lines != CONTACTS * PER_CONTACT * turn or wrong:
        raise RuntimeError(f"{lines:,} lines were written, and {wrong:,} contacts are wrong")


async def _insert(team: Team, source: str, batches: Sequence[Batch]) -> float:
    """Insert as many lines by four connections at once, a statement for each batch; return the seconds."""
    numbers = {global_id: contact_id for contact_id, global_id in team.contacts.items()}
    waiting = [
        (
            [numbers[each["contactId"]] for each in batch],
            [each["kind"] for each in batch],
            [each["id"] for each in batch],
        )
        for batch in batches
    ]
    pool = await asyncpg.create_pool(team.url, min_size=CALLERS, max_size=CALLERS)

    async def call() -> None:
        async with pool.acquire() as connection:
            while waiting:
                await connection.execute(INSERT, team.id, team.sequence_id, source, AT, *waiting.pop())

    begun = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(CALLERS)))
    took = time.perf_counter() - begun
    await pool.close()
    return took
