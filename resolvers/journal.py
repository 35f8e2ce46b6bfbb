"""The changes of one transaction: what contacts become, and the lines that say why. Written at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models import absences, activity, changes, contacts, enrolments
from models.contact_lists import ContactRecord
from models.engine import Database
from models.tables import Activity, ActivityKind
from models.values import Line
from resolvers.away import back, schedule
from rules.events import Event
from rules.facts import Channel, OutOfOfficeProcessing
from rules.statuses import Status, StatusSet
from rules.vocabulary import Row


@dataclass(slots=True)
class Journal:
    """Collects changes of locked contacts, then writes all of them in a few statements, however many.

    Each change takes the contact one version on and leaves one line: versions have no gap and no repeat, and
    the lines of a contact, replayed, give its set.
    """

    team_id: int
    member_id: int | None  # None: the system
    bulk_id: int | None = None  # of what changes many at once
    changed: dict[int, ContactRecord] = field(default_factory=dict)
    lines: list[Activity] = field(default_factory=list)
    returns: dict[int, date | None] = field(default_factory=dict)  # by stay
    away: dict[int, datetime | None] = field(default_factory=dict)  # until when, by stay

    def change(
        self,
        record: ContactRecord,
        after: StatusSet,
        kind: ActivityKind,
        *,
        rows: Sequence[Row] = (),
        cause: Event | None = None,
        channel: Channel | None = None,
        note: str | None = None,
        at: datetime | None = None,
        returns_on: date | None = None,
    ) -> Activity:
        """Note that a contact was changed; the record says so from now on. Returns the line of the log.

        Whoever becomes Out of office is back on `returns_on`; None: nobody knows, whatever an earlier absence
        said.
        """
        contact, stay = record.contact, record.enrolment
        if stay and Status.OUT_OF_OFFICE in after and Status.OUT_OF_OFFICE not in contact.statuses:
            self.returns[stay.id] = stay.returns_on = returns_on
            if cause and record.sequence and record.sequence.out_of_office is OutOfOfficeProcessing.AUTOMATIC:
                until = back(returns_on, at or datetime.now(UTC), record.sequence.days_away)
                self.away[stay.id] = stay.away_until = until
        if stay and stay.away_until and Status.OUT_OF_OFFICE not in after:
            self.away[stay.id] = stay.away_until = None  # however it came to end
        line = self.note(record, kind, after=after, rows=rows, cause=cause, channel=channel, note=note, at=at)
        if Status.REPLIED not in after:
            contact.replied_by = None
        elif Status.REPLIED not in contact.statuses:
            contact.replied_by = channel
        if self.member_id is not None and kind in {ActivityKind.STATUSES_CHANGED, ActivityKind.UNDONE}:
            contact.decided_at = datetime.now(UTC)
        contact.statuses = after
        contact.version += 1
        line.version = contact.version
        self.changed[contact.id] = record
        return line

    def created(self, record: ContactRecord) -> None:
        """Add the first line of a new contact, which is its version 1."""
        self.note(record, ActivityKind.CREATED).version = record.contact.version

    def note(
        self,
        record: ContactRecord,
        kind: ActivityKind,
        *,
        after: StatusSet | None = None,
        rows: Sequence[Row] = (),
        cause: Event | None = None,
        channel: Channel | None = None,
        note: str | None = None,
        at: datetime | None = None,
    ) -> Activity:
        """Add a line that does not change the contact. Returns it."""
        line = Line(
            team_id=self.team_id,
            contact_id=record.contact.id,
            sequence_id=record.contact.sequence_id,
            kind=kind,
            member_id=self.member_id,
            cause=cause,
            channel=channel,
            before=record.contact.statuses,
            after=record.contact.statuses if after is None else after,
            reasons=[],
            rules=[row.sentence for row in rows],
            note=note,
            bulk_id=self.bulk_id,
            stamp=record.contact.stamp,
        )
        if at:
            line.happened_at = at
        self.lines.append(line)
        return line

    async def store_alone(self, database: Database) -> bool:
        """Write the one change that was collected, if its contact still stands as it was read."""
        if self.returns or self.away:
            return False  # more is to be written than a contact and a line
        [record], [line] = self.changed.values(), self.lines
        return await changes.store(database, record, line)

    async def store(self, session: AsyncSession) -> None:
        """Write what was collected."""
        await contacts.store(session, self.team_id, list(self.changed.values()))
        await enrolments.store_returns(session, self.team_id, self.returns)
        await activity.add(session, self.lines)
        await absences.store(session, self.team_id, self.away)
        await schedule(session, self.team_id, self.away.values())
