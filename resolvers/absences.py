"""Out of office is over (S25): what the system does when the time has come."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from models import absences, contacts
from models.contacts import View
from resolvers import events
from resolvers.context import Context
from resolvers.events import Fate, Happened, Outcome
from resolvers.reports import OURS
from rules.events import Event

SLICE = 1_000
"""How many absences are ended in one transaction."""


class Unfinished(Exception):
    """The process is on its way out, and not all is done: the rest is left to the next one."""


async def end(context: Context, by: datetime, stopping: Callable[[], bool] = bool) -> Mapping[str, int]:
    """End every absence of the team that is over by then, or by now; say what came of how many.

    The rules decide on each (S25). One that cannot end, because no step is left or a variable is missing,
    is logged with the reasons, and left to a person. Each ends once, whoever else is at it: an absence is
    looked at when its contact is locked, and the transaction that ends it leaves nothing to be ended.
    """
    ended = ignored = 0
    until = max(by, datetime.now(UTC))
    while True:
        outcomes, more = await _slice(context, until)
        ended += sum(outcome.fate is Fate.APPLIED for outcome in outcomes)
        ignored += sum(outcome.fate is not Fate.APPLIED for outcome in outcomes)
        if not more:
            return {"ended": ended, "ignored": ignored}
        if stopping():
            raise Unfinished


async def _slice(context: Context, until: datetime) -> tuple[list[Outcome], bool]:
    """End some absences; say what came of those that nobody else had ended, and whether there are more."""
    team_id = context.team_id
    async with context.write() as session:
        found = await absences.due(session, team_id, until, SLICE + 1)
        if not found:
            return [], False
        records = await contacts.locked(session, View(team_id), found[:SLICE])
        stays = {id_: record.enrolment for id_, record in records.items() if record.enrolment}
        over = {id_: stay for id_, stay in stays.items() if stay.away_until and stay.away_until <= until}
        happened = [
            Happened(
                Event.OUT_OF_OFFICE_OVER,
                contact_id,
                source=OURS,
                # The version tells the absences of a stay apart: the next one begins with a change.
                id=f"out-of-office:{stay.id}:{records[contact_id].contact.version}",
                noticed=True,
            )
            for contact_id, stay in over.items()
        ]
        answers = await events.record_in(session, team_id, happened)
        await absences.store(session, team_id, {stay.id: None for stay in over.values()})
        return [each for each in answers if isinstance(each, Outcome)], len(found) > SLICE
