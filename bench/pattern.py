"""The pattern that big teams are stamped from: the demo's team, every contact of which the use cases made.

So no stamped contact is in a state that the product could not have led to, and its log replays to its set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import asyncpg  # type: ignore[import-untyped]

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a contact's log, without what names its contact."""

    values: Values
    in_sequence: bool
    member: int | None  # its place among the members


@dataclass(frozen=True, slots=True)
class Person:
    """A contact of the pattern with its stay and its log; places instead of ids."""

    values: Values
    owner: int
    sequence: int | None
    stay: Values | None
    completed: tuple[int, ...]
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Pattern:
    """The demo's team: its people well mixed, so that neighbours are in different sequences."""

    columns: Mapping[str, Sequence[str]]
    team: Values
    members: Sequence[Values]
    sequences: Sequence[Values]
    sequence_owners: Sequence[int]
    steps: Sequence[Values]
    step_sequences: Sequence[int]
    people: Sequence[Person]


async def read(connection: asyncpg.Connection, team_id: int) -> Pattern:
    """Read a small team as the pattern; as a role that row level security lets see it."""
    columns: dict[str, Sequence[str]] = {}

    async def rows(table: str, key: str = "team_id") -> list[Values]:
        found = await connection.fetch(f"select * from {table} where {key} = $1 order by id", team_id)
        columns[table] = list(found[0].keys())
        return [dict(row) for row in found]

    (team,) = await rows("team", "id")
    members, sequences, steps = await rows("member"), await rows("sequence"), await rows("step")
    place = {
        name: {row["id"]: number for number, row in enumerate(found)}
        for name, found in (("member", members), ("sequence", sequences), ("step", steps))
    }
    stays = {row["contact_id"]: row for row in await rows("enrolment")}
    lines: dict[int, list[Line]] = {}
    for row in await rows("activity"):
        of_member = place["member"][row["member_id"]] if row["member_id"] else None
        line = Line(row, row["sequence_id"] is not None, of_member)
        lines.setdefault(row["contact_id"], []).append(line)
    people = []
    for row in await rows("contact"):
        stay = stays.get(row["id"])
        people.append(
            Person(
                values=row,
                owner=place["member"][row["owner_id"]],
                sequence=place["sequence"][row["sequence_id"]] if row["sequence_id"] else None,
                stay=stay,
                completed=tuple(place["step"][step_id] for step_id in stay["completed"]) if stay else (),
                lines=lines[row["id"]],
            )
        )
    Random(1).shuffle(people)  # noqa: S311 - the same order every time is the point
    return Pattern(
        columns=columns,
        team=team,
        members=members,
        sequences=sequences,
        sequence_owners=[place["member"][row["owner_id"]] for row in sequences],
        steps=steps,
        step_sequences=[place["sequence"][row["sequence_id"]] for row in steps],
        people=people,
    )
