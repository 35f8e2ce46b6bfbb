"""The change of one contact in one statement: unless anything it was decided on has changed since."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from models import contact_reads
from models.columns import BETWEEN, to_bits
from models.contact_lists import ContactRecord
from models.parts import Parts
from models.statements import KEPT
from models.tables import Contact, Enrolment, Sequence
from models.values import Loaded

if TYPE_CHECKING:
    from models.contacts import View
    from models.pool import Pool, Row
    from models.tables import Activity

SETTINGS: Final = ("replies_handling", "track_opens", "track_clicks", "text_opt_out", "out_of_office")
NEEDED: Final = Parts(
    ("id", "team_id", "owner_id", "sequence_id", "statuses", "replied_by", "decided_at", "version", "stamp"),
    ("id", "emails_received", "sms_sent", "steps_left", "missing_variables", "away_until"),
    ("id", "owner_id", *SETTINGS, "days_away"),
)
"""The columns that a change is decided on, and those that it goes on from."""
NOTHING: Final = Parts()

# Both rows are locked before they are compared, the contact first, as everywhere. A row that another
# transaction has changed is then compared as it is now: a mere snapshot would show it as it was. Lists travel
# as text: asyncpg asks of each member of an array whether it is an array itself.
_IN_SEQUENCE: Final = """
    select from contact
    join enrolment on enrolment.team_id = $1 and enrolment.id = contact.enrolment_id
    where contact.team_id = $1 and contact.id = $2 and contact.version = $3
      and (emails_received, sms_sent, steps_left, missing_variables)
        = ($15, $16, $17, string_to_array($18::text, '{between}'))
    for no key update of contact, enrolment
"""
_IN_NO_SEQUENCE: Final = """
    select from contact
    where team_id = $1 and id = $2 and version = $3 and enrolment_id is null
    for no key update
"""
_STORE: Final = """
    with stands as materialized ({stands}), changed as (
        update contact set statuses = $4, replied_by = $5, decided_at = $6, version = $7,
            updated_at = statement_timestamp(), stamp = greatest(stamp, stamp_of(pg_current_xact_id()))
        where team_id = $1 and id = $2 and exists (select from stands)
        returning updated_at, stamp
    ), line as (
        insert into activity (team_id, contact_id, sequence_id, kind, member_id, before, after, rules, note,
            version, stamp)
        select $1, $2, $8::bigint, $9::text, $10::bigint, $11::smallint, $12::smallint,
            string_to_array($13::text, '{between}'), $14::text, $7, stamp from changed
        returning id, happened_at, recorded_at
    )
    select updated_at, stamp, id, happened_at, recorded_at from changed, line
"""
_STATEMENT: Final = {
    stays: _STORE.replace("{stands}", stands).replace("{between}", BETWEEN)
    for stays, stands in ((True, _IN_SEQUENCE), (False, _IN_NO_SEQUENCE))
}


async def read(pool: Pool, view: View, contact_id: int, shown: Parts = NOTHING) -> ContactRecord | None:
    """Return a contact as it stands, not locked; None if there is none.

    It has the columns that a change needs and those that are to be shown, and no others.
    """
    reading = _reading(shown)
    row = await contact_reads.by_id(pool, view, contact_id, reading.parts)
    return reading.record(row) if row else None


class _Reading:
    """How a contact is read: which columns, and how a row of them becomes a record."""

    def __init__(self, shown: Parts) -> None:
        self._contact, self._stay, self._sequence = (
            Loaded(table, dict.fromkeys((*needed, *others)))
            for table, needed, others in (
                (Contact, NEEDED.contact, shown.contact),
                (Enrolment, NEEDED.enrolment, shown.enrolment),
                (Sequence, NEEDED.sequence, shown.sequence),
            )
        )
        names = self._contact.names, self._stay.names, self._sequence.names
        self.parts = Parts(*names, team=shown.team)
        self._stay_at, self._sequence_at, self._team_at = accumulate(map(len, names))

    def record(self, row: Row) -> ContactRecord:
        """Return the record that a row makes."""
        stay_at, sequence_at, team_at = self._stay_at, self._sequence_at, self._team_at
        contact, stay = self._contact.of(row[:stay_at]), self._stay.of(row[stay_at:sequence_at])
        sequence, team = self._sequence.of(row[sequence_at:team_at]), row[team_at:]
        return ContactRecord(contact, stay, sequence, team[0] if team else None)


_reading = lru_cache(maxsize=KEPT)(_Reading)


async def store(pool: Pool, record: ContactRecord, line: Activity) -> bool:
    """Write a contact's new set and the line that says why; say whether it still stood as it was read.

    If its version or the facts of its stay are other ones by now, nothing is written.
    """
    contact, stay = record.contact, record.enrolment
    values: tuple[Any, ...] = (
        contact.team_id,
        contact.id,
        contact.version - 1,
        to_bits(contact.statuses),
        contact.replied_by.name if contact.replied_by else None,
        contact.decided_at,
        contact.version,
        line.sequence_id,
        line.kind.name,
        line.member_id,
        to_bits(line.before),
        to_bits(line.after),
        BETWEEN.join(line.rules),
        line.note,
    )
    if stay:
        values += (stay.emails_received, stay.sms_sent, stay.steps_left, BETWEEN.join(stay.missing_variables))
    found = await pool.write(contact.team_id, _STATEMENT[stay is not None], *values)
    for contact.updated_at, contact.stamp, line.id, line.happened_at, line.recorded_at in found:
        line.stamp = contact.stamp
    return bool(found)
