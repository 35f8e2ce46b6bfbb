"""What providers tell of contacts: a delivery recorded whole and once; and whose word is believed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.exc import IntegrityError

from inbound.reading import Reading
from models import accounts, contacts, phones, webhooks
from models.engine import Database
from resolvers import mail, replies
from resolvers.context import Caller, Context
from resolvers.events import Fate, Happened, Rejected, record_in
from resolvers.problems import Problem, ProblemCode, invalid
from rules.events import Event


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a provider tells it, with all that may name the contact.

    The first that names one of the team's counts: `contact_id`, then what `happened` itself names, then
    `phone`. Several contacts may have one phone number: it stands for the one that an SMS went to last, but
    who opts out by it opts all of them out.
    """

    happened: Happened
    contact_id: int | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that a provider passes on, as it was read; `source` and `id` say which."""

    reading: Reading
    source: str
    id: str
    contact_id: int | None = None


@dataclass(slots=True)
class Counts:
    """What became of the events of a delivery; `unknown` were of nobody we know, `rejected` unusable."""

    applied: int = 0
    ignored: int = 0
    duplicate: int = 0
    unknown: int = 0
    rejected: int = 0
    repeated: bool = False
    """The delivery was accepted before, and is not looked at again."""


async def account(database: Database, team_id: int, provider: str) -> tuple[Context, dict[str, Any]] | None:
    """Return as whom a provider's deliveries to a team are recorded, and what they are verified with.

    None: the team accepts none of this provider.
    """
    async with database.read(team_id) as session:
        secrets = await webhooks.secrets(session, team_id, provider)
        team = await accounts.team(session, team_id) if secrets is not None else None
    return (Context(database, Caller.system(team)), secrets) if team and secrets is not None else None


async def providers(database: Database, team_id: int) -> tuple[str, ...] | list[Problem]:
    """Return the names of the providers whose deliveries a team accepts."""
    async with database.read(team_id) as session:
        if await accounts.team(session, team_id) is None:
            return [invalid("team", "There is no team with this id.")]
        return tuple(await webhooks.providers(session, team_id))


async def set_secrets(
    database: Database, team_id: int, provider: str, secrets: Mapping[str, Any]
) -> list[Problem] | None:
    """Accept a provider's deliveries to a team from now on, verified with these."""
    async with database.write(team_id) as session:
        if await accounts.team(session, team_id) is None:
            return [invalid("team", "There is no team with this id.")]
        await webhooks.store_secrets(session, team_id, provider, secrets)
        return None


async def record(
    context: Context, provider: str, told: Sequence[Told], letters: Sequence[Letter] = (), *, once: str | None
) -> Counts:
    """Record a verified delivery, whole or not at all; with `once`, a single time.

    Events are known by source and id: those of a repeated delivery are
    duplicates, also if it comes twice at the same moment.
    """
    try:
        return await _record(context, provider, told, letters, once)
    except IntegrityError:  # another caller recorded one of them for another contact: now it is seen
        return await _record(context, provider, told, letters, once)


async def _record(
    context: Context, provider: str, told: Sequence[Told], letters: Sequence[Letter], once: str | None
) -> Counts:
    of_each = await _named(context, told, letters)
    nothing = sum(letter.reading.event is None for letter in letters)
    counts = Counts(ignored=nothing, unknown=sum(not events for events in of_each) - nothing)
    happened = [event for events in of_each for event in events]
    found = await replies.sort(happened)
    async with context.write() as session:
        if once is not None and not await webhooks.accept(session, context.team_id, provider, once):
            return Counts(repeated=True)
        answers = await record_in(session, context.team_id, happened, found)
    for answer in answers:
        if isinstance(answer, Rejected):
            nobody = all(problem.code is ProblemCode.CONTACT_NOT_FOUND for problem in answer.problems)
            counts.unknown += nobody
            counts.rejected += not nobody
        else:
            counts.applied += answer.fate is Fate.APPLIED
            counts.ignored += answer.fate is Fate.IGNORED
            counts.duplicate += answer.fate is Fate.DUPLICATE
    return counts


async def _named(context: Context, told: Sequence[Told], letters: Sequence[Letter]) -> list[list[Happened]]:
    """Return each event, then each letter, as events of those it is about; of nobody if nobody is named."""
    named = {each.contact_id for each in told} | {each.contact_id for each in letters}
    ids = {each for each in named if each}
    numbers = {phones.digits(each.phone) for each in told if each.phone}
    async with context.read() as session:
        known = await contacts.known(session, context.team_id, ids) if ids else set()
        by_phone = await phones.ids_by_phone(session, context.team_id, numbers) if numbers else {}
    happened = [list(_of_contacts(each, known, by_phone)) for each in told]
    for letter in letters:  # a delivery has one at most
        contact_id = letter.contact_id if letter.contact_id in known else None
        happened.append(await mail.events_of(context, letter.reading, letter.id, letter.source, contact_id))
    return happened


def _of_contacts(told: Told, known: set[int], by_phone: Mapping[str, list[int]]) -> Iterator[Happened]:
    happened = told.happened
    if told.contact_id in known:
        yield replace(happened, contact_id=told.contact_id, email=None)
    elif happened.email or (happened.message and not happened.sends):
        yield happened
    elif owners := by_phone.get(phones.digits(told.phone or ""), []):
        yield replace(happened, contact_id=owners[0])
        for also in owners[1:] if happened.event is Event.OPT_OUT_CLICKED else ():
            yield replace(happened, contact_id=also, id=f"{happened.id}:{also}")
