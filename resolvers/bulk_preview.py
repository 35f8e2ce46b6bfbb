"""What a change of many contacts would come to, counted without looking at any one of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models import accounts, selections
from models.selections import Group, Pin
from models.tables import Team
from resolvers import bulk_token
from resolvers.bulk import new_id
from resolvers.bulk_token import Asked, Promise
from resolvers.context import Context
from resolvers.input import text_problems
from resolvers.problems import Failure, Problem, invalid
from rules.decide import Allowed, Refused, decide_all
from rules.facts import Facts, Settings, Who, settings
from rules.statuses import Status, StatusSet

MOST: Final = 1_000_000
"""As many contacts as one bulk change may have."""


@dataclass(frozen=True, slots=True)
class Preview:
    """How many contacts would get which set, how many each reason stands in the way of, and the token."""

    total: int
    becomes: Mapping[StatusSet, int]
    reasons: Mapping[str, int]  # by code, the most frequent first
    token: str
    expires_at: datetime

    @property
    def changed(self) -> int:
        """Return how many contacts would be changed."""
        return sum(self.becomes.values())


async def preview(context: Context, asked: Asked) -> Preview | Failure:
    """Count what the change would come to for every contact that the filter lets through. Stores nothing.

    One statement groups the contacts by what a decision depends on; each group is decided once.
    """
    if problems := [*_asks_for(asked), *text_problems("note", asked.note, most=2_000)]:
        return Failure(problems)
    caller = context.caller
    other_than = caller.member_id if caller.team_edition else None
    async with context.read() as session:
        team = await accounts.team(session, context.team_id)
        found, pin = await selections.groups(session, caller.view, asked.filter, other_than)
    if pin.count > MOST:
        return Failure([invalid("filter", f"It selects {pin.count:,} contacts; {MOST:,} is the most.")])
    return _preview(asked, found, pin, team, caller.member_id or 0)


def _preview(asked: Asked, found: list[Group], pin: Pin, team: Team | None, member_id: int) -> Preview:
    becomes: Counter[StatusSet] = Counter()
    reasons: Counter[str] = Counter()
    changes = asked.changes
    for group in found:
        match decide_all(group.statuses, changes, _facts(group)):
            case Allowed(after=after):
                becomes[after] += group.count
            case Refused(reasons=refused):
                for code in {reason.code.name for reason in refused}:
                    reasons[code] += group.count
    if team is None:
        raise LookupError("the team of a valid key is not there")
    promise = Promise(new_id(), member_id, asked, pin)
    token = bulk_token.token(team.link_secret, promise)
    return Preview(
        total=pin.count,
        becomes=dict(becomes.most_common()),
        reasons=dict(sorted(reasons.items(), key=lambda each: (-each[1], each[0]))),
        token=token,
        expires_at=bulk_token.expires_at(team.link_secret, token),
    )


def _facts(group: Group) -> Facts:
    """Return facts that every decision about a contact of the group comes to the same on."""
    who = Who.TEAMMATE if group.theirs else Who.OWNER
    if group.facts is None:
        return Facts(who=who, in_sequence=False, steps_left=0, settings=Settings())
    emails, sms, steps, missing = group.facts
    return Facts(
        who=who,
        emails_received=emails,
        sms_sent=sms,
        steps_left=steps,
        missing_variables=("",) if missing else (),
        settings=settings(*group.settings),
    )


def _asks_for(asked: Asked) -> list[Problem]:
    count = len(asked.add) + len(asked.remove)
    if not count:
        return [invalid("add", "Ask for at least one change: a status to add or to remove.")]
    if count > 2 * len(Status):
        return [invalid("add", f"Ask for at most {2 * len(Status)} changes at once.")]
    return []
