"""Rows of big teams, stamped from the pattern one after the other: memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from bench.pattern import Pattern, Person, Values

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = 300 * 86_400
PER_COPY = 10_000
MOST_COPIES = 100

Row = tuple[Any, ...]

COMPUTED: Mapping[str, tuple[str, ...]] = {
    "team": ("id", "name", "team_edition", "link_secret"),
    "member": ("team_id", "id", "email", "created_at"),
    "sequence": ("team_id", "id", "owner_id", "created_at"),
    "step": ("team_id", "id", "sequence_id"),
    "contact": (
        *("team_id", "id", "owner_id", "sequence_id", "enrolment_id", "email"),
        *("created_at", "updated_at", "decided_at"),
    ),
    "enrolment": ("team_id", "id", "contact_id", "sequence_id", "started_at", "completed"),
    "activity": (*("team_id", "id", "contact_id", "sequence_id", "member_id", "happened_at", "recorded_at"),),
}
"""What each row has of its own; every other column is as in the pattern."""

LEFT_OUT = frozenset({"email_key", "first_name_key", "last_name_key", "company_key", "phone_key", "reply_id"})
"""What PostgreSQL generates, and ids that no line of the pattern has."""


@dataclass(frozen=True, slots=True)
class Bases:
    """The ids before a team's first row, table by table."""

    team: int
    member: int
    sequence: int
    step: int
    contact: int
    enrolment: int
    activity: int


class Stamp:
    """A team of so many contacts: the pattern's people over and over, in copies of its sequences."""

    def __init__(self, pattern: Pattern, contacts: int) -> None:
        self.pattern, self.contacts = pattern, contacts
        self.columns = {table: (*own, *self._copied(table)) for table, own in COMPUTED.items()}
        self.copies = max(1, min(MOST_COPIES, contacts // PER_COPY))
        self._before = [0]  # lines of those before, within one round of the pattern
        for person in pattern.people:
            self._before.append(self._before[-1] + len(person.lines))

    def _copied(self, table: str) -> list[str]:
        """Return the columns whose values are the pattern's."""
        names = self.pattern.columns[table]
        return [name for name in names if name not in LEFT_OUT and name not in COMPUTED[table]]

    def _rest(self, table: str, rows: Iterable[Values]) -> list[Row]:
        """Return what is copied of each row."""
        names = self._copied(table)
        return [tuple(row[name] for name in names) for row in rows]

    def counts(self) -> dict[str, int]:
        """Return how many ids a team takes of each table."""
        rounds, rest = divmod(self.contacts, len(self.pattern.people))
        return {
            "team": 1,
            "member": self.copies * len(self.pattern.members),
            "sequence": self.copies * len(self.pattern.sequences),
            "step": self.copies * len(self.pattern.steps),
            "contact": self.contacts,
            "enrolment": self.contacts,
            "activity": rounds * self._before[-1] + self._before[rest],
        }

    def rows(self, table: str, at: Bases) -> Iterator[Row]:
        """Yield the team's rows of a table."""
        made: Iterator[Row] = getattr(self, f"_{table}")(at)
        return made

    def _team(self, at: Bases) -> Iterator[Row]:
        (rest,) = self._rest("team", [self.pattern.team])
        yield (at.team + 1, f"Team of {self.contacts:,}", False, token_urlsafe(32), *rest)

    def _member(self, at: Bases) -> Iterator[Row]:
        rest = self._rest("member", self.pattern.members)
        for copy in range(self.copies):
            for place, row in enumerate(self.pattern.members):
                email = f"{copy}.{row['email']}"
                yield (at.team + 1, self._member_id(at, copy, place), email, BEGIN, *rest[place])

    def _sequence(self, at: Bases) -> Iterator[Row]:
        rest = self._rest("sequence", self.pattern.sequences)
        for copy in range(self.copies):
            for place, owner in enumerate(self.pattern.sequence_owners):
                owner_id = self._member_id(at, copy, owner)
                yield (at.team + 1, self._sequence_id(at, copy, place), owner_id, BEGIN, *rest[place])

    def _step(self, at: Bases) -> Iterator[Row]:
        rest = self._rest("step", self.pattern.steps)
        for copy in range(self.copies):
            for place, sequence in enumerate(self.pattern.step_sequences):
                sequence_id = self._sequence_id(at, copy, sequence)
                yield (at.team + 1, self._step_id(at, copy, place), sequence_id, *rest[place])

    def _contact(self, at: Bases) -> Iterator[Row]:
        size = len(self.pattern.people)
        rest = self._rest("contact", (each.values for each in self.pattern.people))
        addresses = [_address(each) for each in self.pattern.people]
        for number in range(self.contacts):
            person, (name, domain) = self.pattern.people[number % size], addresses[number % size]
            copy, created = self._copy(number), self._created(number)
            yield (
                at.team + 1,
                at.contact + number + 1,
                self._member_id(at, copy, person.owner),
                None if person.sequence is None else self._sequence_id(at, copy, person.sequence),
                None if person.sequence is None else at.enrolment + number + 1,
                f"{name}.{number}@{domain}",
                created,
                created + timedelta(minutes=len(person.lines)),
                created + timedelta(minutes=len(person.lines)) if person.values["decided_at"] else None,
                *rest[number % size],
            )

    def _enrolment(self, at: Bases) -> Iterator[Row]:
        size = len(self.pattern.people)
        rest = [self._rest("enrolment", [each.stay] if each.stay else []) for each in self.pattern.people]
        for number in range(self.contacts):
            person, copy = self.pattern.people[number % size], self._copy(number)
            if person.sequence is None:
                continue
            yield (
                at.team + 1,
                at.enrolment + number + 1,
                at.contact + number + 1,
                self._sequence_id(at, copy, person.sequence),
                self._created(number) + timedelta(minutes=2),
                [self._step_id(at, copy, place) for place in person.completed],
                *rest[number % size][0],
            )

    def _activity(self, at: Bases) -> Iterator[Row]:
        size = len(self.pattern.people)
        rest = [self._rest("activity", (line.values for line in each.lines)) for each in self.pattern.people]
        for number in range(self.contacts):
            turn, place = divmod(number, size)
            person, copy, created = self.pattern.people[place], self._copy(number), self._created(number)
            line_id = at.activity + turn * self._before[-1] + self._before[place]
            sequence_id = None if person.sequence is None else self._sequence_id(at, copy, person.sequence)
            for minute, line in enumerate(person.lines, 1):
                happened = created + timedelta(minutes=minute)
                yield (
                    at.team + 1,
                    line_id + minute,
                    at.contact + number + 1,
                    sequence_id if line.in_sequence else None,
                    None if line.member is None else self._member_id(at, copy, line.member),
                    happened,
                    happened,
                    *rest[place][minute - 1],
                )

    def _copy(self, number: int) -> int:
        """Choose the copy of the sequences that a contact is in: neighbours are in different ones."""
        return (number * 37 + number // len(self.pattern.people)) % self.copies

    def _created(self, number: int) -> datetime:
        return BEGIN + timedelta(seconds=number * YEAR // self.contacts)

    def _member_id(self, at: Bases, copy: int, place: int) -> int:
        return at.member + copy * len(self.pattern.members) + place + 1

    def _sequence_id(self, at: Bases, copy: int, place: int) -> int:
        return at.sequence + copy * len(self.pattern.sequences) + place + 1

    def _step_id(self, at: Bases, copy: int, place: int) -> int:
        return at.step + copy * len(self.pattern.steps) + place + 1


def _address(person: Person) -> tuple[str, str]:
    """Split an address, without the number that the demo gave it."""
    local, _, domain = str(person.values["email"]).partition("@")
    return local.rpartition(".")[0], domain
