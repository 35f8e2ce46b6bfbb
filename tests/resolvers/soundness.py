"""What holds of every stored contact whatever was done to it; called at the end of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select, text
from sqlmodel import SQLModel

from models.engine import Database
from models.tables import Activity, ActivityKind, Contact, Enrolment, Step
from resolvers.upkeep import used_variables
from rules.statuses import MARKS, STAGES, Status
from rules.templates import missing

Row = TypeVar("Row", bound=SQLModel)


async def assert_sound(database: Database, team_id: int) -> None:
    """Check every contact of a team: its set, the facts of its stays, and its log, replayed."""
    contacts = await _all(database, team_id, Contact)
    lines = await _all(database, team_id, Activity)
    stays = await _all(database, team_id, Enrolment)
    steps = await _all(database, team_id, Step)
    by_sequence: dict[int, list[Step]] = {}
    for step in sorted(steps, key=lambda each: each.position):
        by_sequence.setdefault(step.sequence_id, []).append(step)
    for theirs in by_sequence.values():
        assert [step.position for step in theirs] == list(range(1, len(theirs) + 1))
    stays_of: dict[int, list[Enrolment]] = {}
    for stay in stays:
        stays_of.setdefault(stay.contact_id, []).append(stay)
    lines_of: dict[int, list[Activity]] = {}
    for line in lines:
        lines_of.setdefault(line.contact_id, []).append(line)
    for contact in contacts:
        _set_fits(contact)
        _stays_fit(contact, stays_of.get(contact.id, []), by_sequence)
        _log_replays(contact, lines_of.get(contact.id, []))


async def _all(database: Database, team_id: int, table: type[Row]) -> Sequence[Row]:
    """Return the team's rows of a table, the oldest first."""
    async with database.read(team_id) as session:
        return (await session.execute(select(table).order_by(text("id")))).scalars().all()


def _set_fits(contact: Contact) -> None:
    """One stage in a sequence, outside of one nothing but Opted out (S3, S35)."""
    stages, where = contact.statuses & STAGES, contact.email
    if contact.sequence_id is None:
        assert contact.statuses <= {Status.OPTED_OUT}, where
    else:
        assert len(stages) == 1, where
        assert contact.statuses - stages <= MARKS, where
    if contact.replied_by:
        assert Status.REPLIED in contact.statuses, where


def _stays_fit(contact: Contact, stays: Sequence[Enrolment], steps: dict[int, list[Step]]) -> None:
    """The present stay is the contact's, its facts are those of its steps and profile; Active can go on."""
    where = contact.email
    present = [stay for stay in stays if stay.ended_at is None]
    assert [stay.id for stay in present] == ([contact.enrolment_id] if contact.enrolment_id else []), where
    for stay in stays:
        if stay.away_until:  # what the system is to end is there to be ended
            assert stay.ended_at is None, where
            assert Status.OUT_OF_OFFICE in contact.statuses, where
        if stay.ended_at:
            assert stay.ended_at >= stay.started_at, where
            assert len((stay.final_statuses or frozenset()) & STAGES) == 1, where
    if Status.ACTIVE in contact.statuses:
        assert present, where
        assert present[0].steps_left > 0, where
        assert not present[0].missing_variables, where
    for stay in present:
        theirs = steps.get(stay.sequence_id, [])
        assert stay.sequence_id == contact.sequence_id, where
        assert len(stay.completed) == len(set(stay.completed)), where
        assert stay.steps_left == sum(step.id not in stay.completed for step in theirs), where
        assert tuple(stay.missing_variables) == missing(used_variables(theirs), contact.profile()), where
        if Status.CONTACTED in contact.statuses:
            assert stay.emails_received > 0, where


def _log_replays(contact: Contact, lines: Sequence[Activity]) -> None:
    """The lines lead from nothing to the contact's set; each version left one of them."""
    where = contact.email
    assert lines, where
    assert lines[0].kind is ActivityKind.CREATED, where
    statuses = lines[0].before
    assert not statuses, where
    for line in lines:
        assert line.before == statuses, (where, line)
        if line.version is None:
            assert line.after == line.before, (where, line)
        statuses = line.after
    assert statuses == contact.statuses, where
    versions = [line.version for line in lines if line.version is not None]
    assert versions == list(range(1, contact.version + 1)), where
