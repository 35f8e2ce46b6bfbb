"""The demo: a team with six sequences and 2,000 contacts that show all fourteen statuses.

Everything goes through the use cases that the API uses, so no contact is in a state that the product could
not have led to. The same every time, but for ids, keys and times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import update
from sqlmodel import col

from models import accounts as account_rows
from models.contact_lists import ContactFilter, ContactOrderField, order
from models.engine import Database
from models.paging import Window
from models.parts import Parts
from models.tables import Member, Scope, StepKind, Team, Visibility
from resolvers import accounts, contacts, enrolments, events, reading, sequences, statuses
from resolvers.context import Caller, Context
from resolvers.problems import Failure, Problem
from rules.events import Event
from rules.reasons import Reason
from rules.statuses import ChangeKind, Status
from schema.ids import to_id
from server import demo_data
from server.demo_data import Life, Plan

KEY_DAYS: Final = 7
BATCH: Final = 1_000
Show = Callable[[int, int], None]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Demo:
    """What whoever starts the demo is told: a key for each member, and two contacts to try things on."""

    keys: dict[str, str]
    contact_id: str | None
    refused_contact_id: str | None

    def filled(self) -> dict[str, Any]:
        """Return what the page is filled in with: the first member's key, and the contacts."""
        return {
            "key": next(iter(self.keys.values())),
            "contact_id": self.contact_id,
            "refused_contact_id": self.refused_contact_id,
        }

    def lines(self) -> list[str]:
        """Return what is printed: whose key is which."""
        return [f"{name}'s key, valid for {KEY_DAYS} days: {key}" for name, key in self.keys.items()]


async def load(database: Database, show: Show) -> Demo:
    """Make the demo data unless they are there; new keys each time, for only their hashes are kept."""
    team = await _find(database)
    if team is None:
        team = await _make(database, show)
    members = await _members(database, team)
    keys = {}
    for member in members:
        lifetime = timedelta(days=KEY_DAYS)
        keys[member.name] = _done(
            await accounts.create_key(database, team.id, member_id=member.id, lifetime=lifetime)
        ).key
    context = _as(database, team, members[0])
    paused, bounced = await _example(context, Status.ACTIVE), await _example(context, Status.BOUNCED)
    return Demo(keys, paused, bounced)


async def _find(database: Database) -> Team | None:
    """Return the demo's team. Its name is set last: what a killed start left behind is not taken for it."""
    async with database.read(None) as session:
        newest = await account_rows.newest_team_id(session)
    for team_id in range(1, min(newest, 50) + 1):
        async with database.read(team_id) as session:
            team = await account_rows.team(session, team_id)
        if team and team.name == demo_data.TEAM:
            return team
    return None


async def _members(database: Database, team: Team) -> list[Member]:
    async with database.read(team.id) as session:
        found = [
            await account_rows.member_by_email(session, team.id, email) for _, email in demo_data.MEMBERS
        ]
    return [member for member in found if member]


def _as(database: Database, team: Team, member: Member | None) -> Context:
    """Return the context of a member, or of the team's system."""
    caller = Caller(
        team.id,
        team.team_edition,
        Visibility(team.visibility),
        member.id if member else None,
        frozenset(Scope),
    )
    return Context(database, caller)


async def _example(context: Context, stage: Status) -> str | None:
    """Return a contact in this stage that its first member owns and that has received an email."""
    wanted = ContactFilter(
        owner_id=context.caller.member_id, all_of=frozenset({stage, Status.CONTACTED}), in_sequence=True
    )
    parts = Parts(contact=("id",), enrolment=("missing_variables",))
    by_age = order(ContactOrderField.CREATED_AT)
    found = await reading.contact_page(context, wanted, by_age, Window(20), parts)
    ready = [contact_id for contact_id, missing in found.records if not missing]
    return to_id("Contact", ready[0]) if ready else None


async def _make(database: Database, show: Show) -> Team:
    """Make the team and everything in it."""
    team = _done(await accounts.create_team(database, f"{demo_data.TEAM}, unfinished", team_edition=True))
    members = [
        _done(await accounts.create_member(database, team.id, email=email, name=name))
        for name, email in demo_data.MEMBERS
    ]
    people, per_plan = demo_data.profiles(), -(-demo_data.CONTACTS // len(demo_data.PLANS))
    for number, plan in enumerate(demo_data.PLANS):
        context = _as(database, team, members[plan.owner])
        theirs = people[number * per_plan : (number + 1) * per_plan]
        outside = demo_data.IN_NO_SEQUENCE // len(demo_data.PLANS)
        await _sequence(context, _as(database, team, None), plan, theirs, outside)
        show((number + 1) * per_plan, demo_data.CONTACTS)
    async with database.write(team.id) as session:
        await session.execute(update(Team).where(col(Team.id) == team.id).values(name=demo_data.TEAM))
    team.name = demo_data.TEAM
    return team


async def _sequence(
    context: Context, system: Context, plan: Plan, people: Sequence[contacts.Profile], outside: int
) -> None:
    """Make one sequence with its contacts, all but a few enrolled, and let them live."""
    sequence = _done(await sequences.create(context, plan.name, plan.settings))
    steps = [
        _done(await sequences.add_step(context, sequence.id, kind=kind, subject=subject, body=body)).step
        for kind, subject, body in plan.steps
    ]
    written: contacts.Answers = _done(await contacts.upsert(context, people))
    ids = [each.record.contact.id for each in written if isinstance(each, contacts.Upserted)]
    _done(await enrolments.enroll(context, sequence.id, ids[outside:]))
    lived = list(zip(ids[outside:], demo_data.lives(len(ids) - outside), strict=True))
    kinds = [(step.id, step.kind) for step in steps]
    for batch in _batches(_happenings(lived, kinds)):
        await events.record(system, batch)
    for contact_id, life in lived:
        if life.by_hand:
            await _by_hand(context, contact_id, life)
    for contact_id in ids[:3]:  # in no sequence, and yet not to be written to (S35)
        await statuses.set_status(context, contact_id, add=[Status.OPTED_OUT], note="Asked us on the phone.")


def _happenings(
    lived: Sequence[tuple[int, Life]], steps: Sequence[tuple[int, StepKind]]
) -> list[events.Happened]:
    """Return what happens, round by round: everyone's first event, then everyone's second."""
    rounds: list[list[events.Happened]] = []
    for contact_id, life in lived:
        left = list(steps)
        for turn, event in enumerate(life.events):
            if turn == len(rounds):
                rounds.append([])
            step_id = _step(left, event)
            rounds[turn].append(events.Happened(event, contact_id, step_id=step_id, channel=life.channel))
    return [happened for turn in rounds for happened in turn]


_ABOUT: Final = {
    Event.EMAIL_SENT: StepKind.EMAIL,
    Event.SMS_SENT: StepKind.SMS,
    Event.STEP_COMPLETED: StepKind.CALL,
}


def _step(left: list[tuple[int, StepKind]], event: Event) -> int | None:
    """Take the first step left that the event can be about."""
    for place, (step_id, kind) in enumerate(left):
        if kind is _ABOUT.get(event):
            del left[place]
            return step_id
    return None


async def _by_hand(context: Context, contact_id: int, life: Life) -> None:
    add = [change.status for change in life.by_hand if change.kind is ChangeKind.ADD]
    remove = [change.status for change in life.by_hand if change.kind is ChangeKind.REMOVE]
    await statuses.set_status(context, contact_id, add=add, remove=remove)


def _batches(happened: list[events.Happened]) -> list[list[events.Happened]]:
    return [happened[start : start + BATCH] for start in range(0, len(happened), BATCH)]


def _done(outcome: Made | Failure | list[Problem]) -> Made:
    """Return what was made: the demo's own data are never refused."""
    refused = (
        outcome.reasons if isinstance(outcome, Failure) else outcome if isinstance(outcome, list) else ()
    )
    if any(isinstance(each, (Problem, Reason)) for each in refused):
        raise LookupError(f"the demo data were refused: {[each.message for each in refused]}")
    return outcome  # type: ignore[return-value]
