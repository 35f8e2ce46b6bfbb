"""Changes of contacts, one by one decided, in one statement: unless what they were decided on has changed."""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import asyncpg  # type: ignore[import-untyped]
import orjson

from models import contact_reads
from models.columns import BETWEEN, to_bits
from models.contact_lists import ContactRecord
from models.parts import Parts
from models.statements import KEPT
from models.tables import Contact, Enrolment, Sequence
from models.values import Loaded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.contacts import View
    from models.engine import Database
    from models.pool import Pool, Row
    from models.tables import Activity

    _Given: TypeAlias = dict[str, Any]

SETTINGS: Final = ("replies_handling", "track_opens", "track_clicks", "text_opt_out", "out_of_office")
NEEDED: Final = Parts(
    ("id", "team_id", "owner_id", "sequence_id", "statuses", "replied_by", "decided_at", "version", "stamp"),
    ("id", "emails_received", "sms_sent", "steps_left", "missing_variables", "away_until"),
    ("id", "owner_id", *SETTINGS, "days_away"),
)
"""The columns that a change is decided on, and those that it goes on from."""
NOTHING: Final = Parts()

MOST: Final = 50
"""How many changes one statement writes."""

# What is to be written comes as JSON. Both rows are locked before they are compared, the contact first, as
# everywhere. A row that another transaction has changed is then compared as it is now: a mere snapshot would
# show it as it was. Who is held by another is left out, so nobody waits here, and nobody waits for them.
_IN_SEQUENCE: Final = """
    select given.* from given
    join contact on contact.team_id = $1 and contact.id = given.id and contact.version = given.version - 1
    join enrolment on enrolment.team_id = $1 and enrolment.id = contact.enrolment_id
      and (emails_received, sms_sent, steps_left, missing_variables)
        = (given.emails, given.sms, given.steps, string_to_array(given.missing, '{between}'))
    for no key update of contact, enrolment skip locked
"""
_IN_NO_SEQUENCE: Final = """
    select given.* from given
    join contact on contact.team_id = $1 and contact.id = given.id and contact.version = given.version - 1
      and enrolment_id is null
    for no key update of contact skip locked
"""
_STORE: Final = """
    with given as materialized (
        select * from json_to_recordset($2::json) as given (
            id bigint, version int, statuses smallint, replied_by text, decided_at timestamptz,
            sequence_id bigint, kind text, member_id bigint, before smallint, rules text, note text,
            emails int, sms int, steps int, missing text
        )
    ), stands as materialized ({stands}), changed as (
        update contact set statuses = stands.statuses, replied_by = stands.replied_by,
            decided_at = stands.decided_at, version = stands.version, updated_at = statement_timestamp(),
            stamp = greatest(contact.stamp, stamp_of(pg_current_xact_id()))
        from stands where contact.team_id = $1 and contact.id = stands.id
        returning contact.id, contact.updated_at, contact.stamp
    ), line as (
        insert into activity (team_id, contact_id, sequence_id, kind, member_id, before, after, rules, note,
            version, stamp)
        select $1, id, sequence_id, kind, member_id, before, statuses, string_to_array(rules, '{between}'),
            note, version, stamp
        from stands join changed using (id)
        returning contact_id, id, happened_at, recorded_at
    )
    select contact_id, updated_at, stamp, line.id, happened_at, recorded_at
    from changed join line on contact_id = changed.id
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


async def store(database: Database, record: ContactRecord, line: Activity) -> bool:
    """Write a contact's new set and the line that says why; say whether it still stood as it was read.

    If its version or the facts of its stay are other ones by now, or may be, as another transaction has it
    locked, nothing is written. Changes that come at once are written at once. Whoever is cancelled meanwhile
    does not know: it may be written.
    """
    contact, stay = record.contact, record.enrolment
    team_id = contact.team_id
    given: _Given = {
        "id": contact.id,
        "version": contact.version,
        "statuses": to_bits(contact.statuses),
        "replied_by": contact.replied_by.name if contact.replied_by else None,
        "decided_at": contact.decided_at,
        "sequence_id": line.sequence_id,
        "kind": line.kind.name,
        "member_id": line.member_id,
        "before": to_bits(line.before),
        "rules": BETWEEN.join(line.rules),
        "note": line.note,
    }
    if stay:
        given["emails"], given["sms"], given["steps"] = stay.emails_received, stay.sms_sent, stay.steps_left
        given["missing"] = BETWEEN.join(stay.missing_variables)
    write = partial(_written, database, team_id, _STATEMENT[stay is not None])
    found = await database.writer.together.write((team_id, stay is None), contact.id, given, write, MOST)
    if found:
        _, contact.updated_at, contact.stamp, line.id, line.happened_at, line.recorded_at = found
        line.stamp = contact.stamp
    return found is not None


async def _written(
    database: Database, team_id: int, statement: str, asked: Mapping[int, _Given]
) -> Mapping[int, Row]:
    """Write the changes of these contacts; return what was stored, by contact.

    If what one of several says cannot be stored, none is: each is then decided again by itself.
    """
    given = orjson.dumps([*asked.values()]).decode()
    try:
        rows = await database.writer.write(team_id, statement, team_id, given)
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError):
        if len(asked) == 1:
            raise
        return {}
    if rows:
        database.bell.ring(team_id)
    return {row[0]: row for row in rows}
