"""Contacts that are there when a file names them: profiles are merged, and who opted out there, opts out."""

from collections.abc import Sequence

import orjson

from models import contacts as contact_rows
from models.imports import There
from models.tables import ActivityKind
from resolvers import contacts
from resolvers.context import Context, facts_of
from resolvers.imports.rows import BadRow
from resolvers.journal import Journal
from rules.decide import Allowed, decide
from rules.facts import Who
from rules.statuses import Status


async def merge(context: Context, rows: Sequence[There], note: str) -> tuple[int, list[BadRow]]:
    """Merge the profiles of contacts that are there; a blank cell leaves what is there.

    Their statuses and sequences stay, but for Opted out: whoever asked not to be written to is not written
    to. Done again, nothing changes. Returns how many opted out, and the rows that could not be merged.
    """
    opted_out, refused = 0, []
    for start in range(0, len(rows), contacts.MOST):
        some = rows[start : start + contacts.MOST]
        profiles = [
            contacts.Profile(
                row.email,
                row.fields,
                tuple(orjson.loads(row.variables).items()),
                owner_id=row.owner_id,
            )
            for row in some
        ]
        answers = await contacts.upsert(context, profiles)
        for row, answer in zip(some, answers if isinstance(answers, list) else (), strict=True):
            if isinstance(answer, contacts.NotUpserted):
                refused += [BadRow(row.line, "", reason.message) for reason in answer.reasons]
        leaving = {row.email.lower(): row.line for row in some if row.opted_out}
        if leaving:
            opted_out += await _opt_out(context, leaving, note)
    return opted_out, refused


async def _opt_out(context: Context, lines: dict[str, int], note: str) -> int:
    """Put Opted out on the contacts with these addresses that do not carry it; return how many."""
    async with context.write() as session:
        records = await contact_rows.locked_by_email(session, context.caller.view, lines)
        journal = Journal(context.team_id, context.caller.member_id)
        for email, record in records.items():
            owner_id = record.sequence.owner_id if record.sequence else record.contact.owner_id
            who = Who.SYSTEM if context.caller.member_id is None else context.caller.who(owner_id)
            outcome = decide(record.contact.statuses, +Status.OPTED_OUT, facts_of(record, who))
            if isinstance(outcome, Allowed):
                kind, said = ActivityKind.STATUSES_CHANGED, f"{note}{lines[email]}"
                journal.change(record, outcome.after, kind, rows=outcome.rows, note=said)
        await journal.store(session)
        return len(journal.changed)
