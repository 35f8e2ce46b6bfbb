"""Every stage, every fact, every event that is reported: the live API answers what the oracle says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from models.columns import to_bits, to_set
from models.tables import StepKind
from resolvers import sequences
from rules.facts import RepliesHandling
from rules.statuses import Status, StatusSet, in_order
from rules.table import BY_THE_SYSTEM
from schema.ids import number_of, to_id
from tests.schema.oracle import MARKS, STAGES
from tests.schema.oracle_events import CALL, PUTS, STEPS, WATCHED, Says, Standing, Told, comes_of
from tests.schema.test_every_cell_setup import raw
from tests.world import Home, World, made

RECORD = """mutation ($events: [EventInput!]!) { recordEvents(input: { events: $events }) {
  ... on RecordEventsSuccess { results {
    __typename
    ... on EventApplied { before after contact { id } activity { rules } }
    ... on EventIgnored { reasons { code } contact { id } activity { ignoredBecause } }
  } }
} }"""
AT_ONCE = 1_000
AT = "2026-01-05T09:00:00Z"
MARKED = (
    (0, frozenset[Status]()),
    (1, frozenset({Status.CONTACTED})),
    (1, frozenset({Status.CONTACTED, Status.CALLED})),
    (1, frozenset(MARKS)),
)
DONE = (frozenset[str](), frozenset({STEPS[0]}), frozenset({STEPS[1]}), frozenset(STEPS))
ELSEWHERE = {Status.MISSING_DATA, Status.ACTIVE}
"""What the system sets when a profile or time has changed: see test_section_five.py."""


@dataclass(frozen=True)
class Cell:
    """A contact as it stands, and the event that is reported of it."""

    statuses: StatusSet
    now: Standing
    told: Told


def contacts_there_are() -> Iterator[tuple[StatusSet, Standing]]:
    """Yield every contact but for what cannot be: Active without a step left or with variables missing."""
    yield frozenset(), Standing(in_sequence=False)
    yield frozenset({Status.OPTED_OUT}), Standing(in_sequence=False)
    for stage, (emails, marks), sms, done in product(STAGES, MARKED, (0, 1), DONE):
        if stage is Status.ACTIVE and done == frozenset(STEPS):
            continue
        now = Standing(emails=emails, sms=sms, done=done)
        yield marks | {stage}, now
        if stage in WATCHED:
            yield marks | {stage}, replace(now, late=True)
        if stage is Status.OUT_OF_OFFICE:
            yield marks | {stage}, replace(now, missing=True)


def cells() -> Iterator[Cell]:
    """Yield every contact with every event; settings are varied where the event is one that asks."""
    for (statuses, now), kind in product(contacts_there_are(), PUTS):
        told = Told(kind, step=CALL if kind == "SMS_SENT" else None)
        yield Cell(statuses, now, told)
        if kind == "REPLY_RECEIVED":
            yield Cell(statuses, replace(now, goes_on=True), told)
            yield Cell(statuses, replace(now, goes_on=True), replace(told, sms=True))
            yield Cell(statuses, now, replace(told, sms=True))
        elif kind in {"EMAIL_OPENED", "LINK_CLICKED"} and now.in_sequence:
            yield Cell(statuses, replace(now, opens=False, clicks=False), told)


@dataclass(frozen=True)
class Place:
    """A sequence of an email and a call, and the ids of the two steps."""

    sequence_id: int
    step_ids: dict[str, int]


Kept = tuple[bool, bool, bool]


def settings_of(now: Standing) -> Kept:
    return now.goes_on, now.opens, now.clicks


async def places(home: Home, wanted: Sequence[Cell]) -> dict[Kept, Place]:
    """Make a sequence for each combination of settings that is asked for."""
    found = {}
    for kept in dict.fromkeys(settings_of(cell.now) for cell in wanted):
        goes_on, opens, clicks = kept
        handling = RepliesHandling.CONTINUE if goes_on else RepliesHandling.FINISH
        values = {"replies_handling": handling, "track_opens": opens, "track_clicks": clicks}
        row = made(await sequences.create(home.owner.context, "Launch", values))
        ids = {}
        for name, kind in zip(STEPS, (StepKind.EMAIL, StepKind.CALL), strict=True):
            subject = "Hi" if kind is StepKind.EMAIL else None
            added = await sequences.add_step(
                home.owner.context, row.id, kind=kind, subject=subject, body="Hi"
            )
            ids[name] = made(added).step.id
        found[kept] = Place(row.id, ids)
    return found


async def put(world: World, home: Home, wanted: Sequence[Cell], where: dict[Kept, Place]) -> list[int]:
    """Write a contact for each cell, by SQL, as no use case reaches all of them cheaply; return their ids."""
    async with world.database.write(home.team_id) as session:
        connection = await raw(session)
        await connection.execute("set local statement_timeout = 0")  # what is tested is not how long it takes
        found = await connection.fetch(
            "insert into contact (team_id, email, owner_id, variables, statuses, version)"
            " select $1, gen_random_uuid() || '@team.example', $2, '{}', 0, 1 from generate_series(1, $3)"
            " returning id",
            *(home.team_id, home.owner.member_id, len(wanted)),
        )
        ids = [row[0] for row in found]
        stays = [
            (id_, place.sequence_id, now.emails, now.sms, completed(now, place), now.left, now.missing)
            for id_, now in zip(ids, (cell.now for cell in wanted), strict=True)
            if now.in_sequence and (place := where[settings_of(now)])
        ]
        await connection.execute(
            "insert into enrolment (team_id, contact_id, sequence_id, emails_received, sms_sent, completed,"
            " steps_left, missing_variables)"
            " select $1, id, sequence, emails, sms, completed::bigint[], steps,"
            " case when lacks then array['City'] else '{}' end from unnest($2::bigint[], $3::bigint[],"
            " $4::int[], $5::int[], $6::text[], $7::int[], $8::bool[])"
            " as n (id, sequence, emails, sms, completed, steps, lacks)",
            *(home.team_id, *(list(column) for column in zip(*stays, strict=True))),
        )
        await connection.execute(
            "update contact set statuses = n.bits, enrolment_id = e.id, sequence_id = e.sequence_id,"
            " decided_at = case when n.late then now() end"
            " from unnest($2::bigint[], $3::int[], $4::bool[]) as n (id, bits, late)"
            " left join enrolment e on e.team_id = $1 and e.contact_id = n.id"
            " where contact.team_id = $1 and contact.id = n.id",
            *(home.team_id, ids, [to_bits(cell.statuses) for cell in wanted]),
            [cell.now.late for cell in wanted],
        )
    return ids


def completed(now: Standing, place: Place) -> str:
    return f"{{{','.join(str(place.step_ids[name]) for name in sorted(now.done))}}}"


def written(number: int, contact_id: int, told: Told, place: Place | None) -> dict[str, Any]:
    """Return an event as a caller writes it."""
    more = {"stepId": to_id("Step", place.step_ids[told.step])} if told.step and place else {}
    more |= {"channel": "SMS"} if told.sms else {}
    contact = {"contactId": to_id("Contact", contact_id)}
    return {"source": "t", "id": str(number), "kind": told.kind, "occurredAt": AT} | contact | more


async def facts_stored(world: World, home: Home) -> dict[int, tuple[StatusSet, int, int, int]]:
    """Read what lies in the tables of each contact: set, emails, SMS, steps left."""
    async with world.database.read(home.team_id) as session:
        rows = await (await raw(session)).fetch(
            "select c.id, c.statuses, coalesce(e.emails_received, 0) emails, coalesce(e.sms_sent, 0) sms,"
            " coalesce(e.steps_left, 0) steps from contact c left join enrolment e"
            " on e.team_id = c.team_id and e.id = c.enrolment_id where c.team_id = $1",
            home.team_id,
        )
    return {id_: (to_set(bits), *facts) for id_, bits, *facts in rows}


def fault(cell: Cell, says: Says, answer: dict[str, Any], lying: tuple[StatusSet, int, int, int]) -> object:
    """Return in what an answer differs from what the specification says; None if in nothing."""
    left = says.now.left if says.now.in_sequence else 0
    should = (says.after, says.now.emails, says.now.sms, left)
    if lying != should:
        return "stored", should, lying
    if says.after == cell.statuses and says.now == cell.now:
        codes = {reason["code"] for reason in answer.get("reasons", ())}
        logged = set(answer["activity"].get("ignoredBecause", ()))
        return None if codes == logged == says.reasons else ("reasons", says.reasons, answer)
    shown = (answer.get("before"), answer.get("after"))
    names = tuple([status.name for status in in_order(each)] for each in (cell.statuses, says.after))
    return None if shown == names else ("answer", names, answer)


async def test_every_event_of_every_contact(world: World) -> None:
    home = await world.team()
    wanted = list(cells())
    where = await places(home, wanted)
    ids = [
        id_
        for at in range(0, len(wanted), AT_ONCE)
        for id_ in await put(world, home, wanted[at : at + AT_ONCE], where)
    ]
    events = [
        written(number, id_, cell.told, where.get(settings_of(cell.now)))
        for number, (id_, cell) in enumerate(zip(ids, wanted, strict=True))
    ]
    answers: list[dict[str, Any]] = []
    for at in range(0, len(events), AT_ONCE):
        data = await world.ask(home.system, RECORD, events=events[at : at + AT_ONCE])
        answers += data["recordEvents"]["results"]
    assert [number_of("Contact", answer["contact"]["id"]) for answer in answers] == ids
    lying = await facts_stored(world, home)
    wrong = [
        (cell, found)
        for id_, cell, answer in zip(ids, wanted, answers, strict=True)
        if (found := fault(cell, comes_of(cell.statuses, cell.told, cell.now), answer, lying[id_]))
    ]
    assert not wrong, (len(wrong), wrong[:3])
    used = {rule for answer in answers for rule in answer["activity"].get("rules", ())}
    reported = [row.sentence for row in BY_THE_SYSTEM if row.change.status not in ELSEWHERE]
    assert [sentence for sentence in reported if sentence not in used] == []
    codes = {reason["code"] for answer in answers for reason in answer.get("reasons", ())}
    provisos = {proviso.unmet.name for row in BY_THE_SYSTEM for proviso in row.provided}
    assert provisos - codes == {"NOTHING_MISSING"}  # which no reported event asks
