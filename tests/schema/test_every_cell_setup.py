"""Contacts in every state there is, written by SQL: no use case could reach all of them cheaply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, product
from typing import TYPE_CHECKING

from models.columns import to_bits, to_set
from resolvers import sequences
from rules.facts import RepliesHandling
from rules.statuses import Status, StatusSet
from tests.schema.oracle import MARKS, Now
from tests.world import Home, Person, World, made

if TYPE_CHECKING:
    import asyncpg  # type: ignore[import-untyped]

CALLERS = ("owner", "teammate", "outsider")
LACKING = ("City", "Role")
_batches = count(1)


@dataclass(frozen=True)
class Cell:
    """A contact's set and facts, and who looks at it: owner, teammate, or a member of another team."""

    statuses: StatusSet
    now: Now
    caller: str


@dataclass(frozen=True)
class House:
    """The team whose contacts are changed, its sequence for each replies handling, and an outsider."""

    home: Home
    outsider: Person
    sequence_ids: dict[bool, int]

    def person(self, cell: Cell) -> Person:
        return {"owner": self.home.owner, "teammate": self.home.mate, "outsider": self.outsider}[cell.caller]


async def house(world: World) -> House:
    """Make a team with two sequences, and another team."""
    home, other = await world.team(), await world.team()
    ids = {}
    for handling in RepliesHandling:
        values = {"replies_handling": handling}
        row = made(await sequences.create(home.owner.context, handling.name, values))
        ids[handling is RepliesHandling.CONTINUE] = row.id
    return House(home, other.owner, ids)


def cells_outside(stage: Status | None) -> Iterator[Cell]:
    """Yield the contacts in no sequence: there are no facts, and no status but Opted out (S35)."""
    for caller in CALLERS:
        now = Now(caller == "teammate", in_sequence=False, steps_left=0)
        yield Cell(frozenset({stage} if stage else ()), now, caller)


def cells(stage: Status) -> Iterator[Cell]:
    """Yield the contacts of a stage in a sequence.

    Left out is what cannot be: Active without steps left or with variables missing (the invariant of section
    2), Contacted without an email or an email without Contacted (sending puts it on), and further marks
    without an email. Of the marks but Contacted there are none or all, as no row asks for two of them.
    """
    ready = stage is Status.ACTIVE
    lefts = (2,) if ready else (0, 2)
    lacks: tuple[tuple[str, ...], ...] = ((),) if ready else ((), LACKING)
    marks = ((0, frozenset[Status]()), (1, frozenset({Status.CONTACTED})), (1, frozenset(MARKS)))
    for caller, (emails, marked), left, lack, goes_on in product(CALLERS, marks, lefts, lacks, (False, True)):
        yield Cell(marked | {stage}, Now(caller == "teammate", True, emails, left, lack, goes_on), caller)


async def place(world: World, house: House, wanted: Sequence[Cell]) -> list[int]:
    """Write a contact for each cell, in three statements; return their ids.

    Contacts in a sequence are the teammate's own: it must not matter, as the sequence's owner decides.
    """
    team, batch = house.home.team_id, next(_batches)
    emails = [f"{batch}.{number}@team{team}.example" for number in range(len(wanted))]
    owners = [(house.home.mate if each.now.in_sequence else house.home.owner).member_id for each in wanted]
    async with world.database.write(team) as session:
        connection = await raw(session)
        found = await connection.fetch(
            "insert into contact (team_id, email, owner_id, variables, statuses, version)"
            " select $1, email, owner, '{}', 0, 1 from unnest($2::text[], $3::bigint[]) as n (email, owner)"
            " returning email, id",
            *(team, emails, owners),
        )
        id_of = dict(map(tuple, found))
        ids = [id_of[email] for email in emails]
        stays = [
            (id_, house.sequence_ids[now.replies_continue], now.emails, now.steps_left, ",".join(now.missing))
            for id_, now in zip(ids, (each.now for each in wanted), strict=True)
            if now.in_sequence
        ]
        columns = [list(column) for column in zip(*stays, strict=True)] or [[]] * 5
        await connection.execute(
            "insert into enrolment (team_id, contact_id, sequence_id, emails_received, sms_sent, completed,"
            " steps_left, missing_variables) select $1, id, sequence, emails, 0, '{}', steps,"
            " string_to_array(missing, ',') from unnest($2::bigint[], $3::bigint[], $4::int[], $5::int[],"
            " $6::text[]) as n (id, sequence, emails, steps, missing)",
            *(team, *columns),
        )
        await connection.execute(
            "update contact set statuses = n.bits, enrolment_id = e.id, sequence_id = e.sequence_id"
            " from unnest($2::bigint[], $3::int[]) as n (id, bits)"
            " left join enrolment e on e.team_id = $1 and e.contact_id = n.id"
            " where contact.team_id = $1 and contact.id = n.id",
            *(team, ids, [to_bits(each.statuses) for each in wanted]),
        )
    return ids


async def raw(session: object) -> asyncpg.Connection:
    """Return asyncpg's own connection under a session: it takes lists as they are."""
    connection = await session.connection()  # type: ignore[attr-defined]
    return (await connection.get_raw_connection()).driver_connection


@dataclass(frozen=True)
class Stored:
    """What the database holds of a contact; both rows also whole, to compare."""

    statuses: StatusSet
    version: int
    lines: int
    contact: str
    stay: str | None


async def stored(world: World, house: House) -> dict[int, Stored]:
    """Read all of the team's contacts as they lie in the tables, by id."""
    async with world.database.read(house.home.team_id) as session:
        rows = await (await raw(session)).fetch(
            "select c.id, c.statuses, c.version, (select count(*) from activity a"
            " where a.team_id = c.team_id and a.contact_id = c.id), c::text as contact, e::text as stay"
            " from contact c left join enrolment e on e.team_id = c.team_id and e.id = c.enrolment_id"
            " where c.team_id = $1",
            house.home.team_id,
        )
    return {id_: Stored(to_set(bits), *others) for id_, bits, *others in rows}


async def test_contacts_lie_in_the_tables_as_wanted(world: World) -> None:
    home = await house(world)
    wanted = [*cells(Status.PAUSED), *cells_outside(None), *cells_outside(Status.OPTED_OUT)]
    ids = await place(world, home, wanted)
    lying = await stored(world, home)
    assert [lying[id_].statuses for id_ in ids] == [each.statuses for each in wanted]
    assert [lying[id_].stay is not None for id_ in ids] == [each.now.in_sequence for each in wanted]
    assert {(each.version, each.lines) for each in lying.values()} == {(1, 0)}
