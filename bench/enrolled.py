"""A team whose contacts are all in one long sequence, made by the use cases, for the bench of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.databases import Databases
from models.engine import Database
from models.tables import Scope, Sequence, StepKind, Visibility
from resolvers import accounts, contacts, enrolments, sequences
from resolvers.context import Caller, Context
from schema.ids import to_id

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Team:
    """The team: its one sequence of so many emails, and its contacts' global ids by their numbers."""

    url: str
    id: int
    member_id: int
    key: str
    """The key of the team's system, which records events."""
    sequence_id: int
    steps: int
    contacts: Mapping[int, str]


async def make(here: Databases, count: int, steps: int) -> Team:
    """Make the team, in a database of its own."""
    url = await here.empty()
    database = Database(url)
    try:
        team = _done(await accounts.create_team(database, "Events"), "team")
        member = _done(
            await accounts.create_member(database, team.id, email="a@b.example", name="A"), "member"
        )
        key = _done(await accounts.create_key(database, team.id), "key").key
        context = Context(database, Caller(team.id, False, Visibility.PUBLIC, member.id, frozenset(Scope)))
        sequence: Sequence = _done(await sequences.create(context, "Events", {}), "sequence")
        for _ in range(steps):
            _done(
                await sequences.add_step(
                    context, sequence.id, kind=StepKind.EMAIL, subject="Hi", body="Hi {FirstName}"
                ),
                "step",
            )
        found: dict[int, str] = {}
        for start in range(0, count, AT_ONCE):
            found |= await _contacts(context, sequence.id, range(start, min(start + AT_ONCE, count)))
        return Team(url, team.id, member.id, key, sequence.id, steps, found)
    finally:
        await database.close()


async def _contacts(context: Context, sequence_id: int, numbers: range) -> dict[int, str]:
    profiles = [contacts.Profile(f"c{number}@b.example", {"first_name": "C"}) for number in numbers]
    written: Any = await contacts.upsert(context, profiles)
    ids = [each.record.contact.id for each in written]
    _done(await enrolments.enroll(context, sequence_id, ids), "enrolment")
    return {contact_id: to_id("Contact", contact_id) for contact_id in ids}


def _done(outcome: Any, what: str) -> Any:
    """Return what was made; nothing of this is ever refused."""
    if hasattr(outcome, "reasons") or (isinstance(outcome, list) and what != "enrolment"):
        raise LookupError(f"the {what} was refused: {outcome}")
    return outcome
