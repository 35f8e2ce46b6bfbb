"""Contacts: looked up, listed, and written by their email address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from models import accounts, contacts
from models.contact_lists import ContactRecord
from models.tables import BUILT_IN_VARIABLES, ActivityKind, Contact
from resolvers.context import Context
from resolvers.input import email_problems, text_problems, variable_problems
from resolvers.journal import Journal
from resolvers.problems import Failure, Problem, ProblemCode, invalid, not_found
from resolvers.upkeep import after_change
from rules.events import Event

MOST = 1_000
MOST_VARIABLES = 100


@dataclass(frozen=True, slots=True)
class Profile:
    """What a caller writes of one contact: fields left out stay, None empties; variables are merged."""

    email: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
    variables: Sequence[tuple[str, str | None]] = ()
    new_email: str | None = None  # the address an existing contact gets instead (S19)
    owner_id: int | None = None  # of a new contact; None: the caller


@dataclass(frozen=True, slots=True)
class Upserted:
    """The contact is as asked: created, changed, or already so."""

    record: ContactRecord
    created: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class NotUpserted:
    """The contact was left as it is: every reason why."""

    index: int
    reasons: Sequence[Problem]


Answers = list[Upserted | NotUpserted]


async def upsert(context: Context, profiles: Sequence[Profile]) -> Answers | Failure:
    """Create or change contacts by their address, 1 to 1,000 in a call; each has its own answer.

    A changed profile may lack a variable that it had: an Active contact then becomes Missing data (S13).
    Filling one in does not make it Active: a person says so (S14, S16).
    """
    if not 1 <= len(profiles) <= MOST:
        message = f"Give 1 to {MOST:,} contacts in a call; these are {len(profiles):,}."
        return Failure([invalid("contacts", message)])
    try:
        return await _upsert(context, profiles)
    except IntegrityError:  # another caller took one of the new addresses meanwhile: now it is seen
        return await _upsert(context, profiles)


async def _upsert(context: Context, profiles: Sequence[Profile]) -> Answers:
    async with context.write() as session:
        answers: dict[int, Upserted | NotUpserted] = {}
        good: dict[int, Profile] = {}
        members = await _owners(session, context, profiles)
        named: set[str] = set()
        for index, profile in enumerate(profiles):
            problems = list(_problems(context, profile, f"contacts.{index}", members))
            if profile.email.lower() in named:
                problems.append(invalid(f"contacts.{index}.email", "This address stands in the list twice."))
            named.add(profile.email.lower())
            if problems:
                answers[index] = NotUpserted(index, problems)
            else:
                good[index] = profile
        answers |= await _write(session, context, good)
        return [answers[index] for index in range(len(profiles))]


async def _write(
    session: AsyncSession, context: Context, profiles: Mapping[int, Profile]
) -> dict[int, Upserted | NotUpserted]:
    emails = [profile.email.lower() for profile in profiles.values()]
    creatable = [profile for profile in profiles.values() if profile.new_email is None]
    owners = {each.email: each.owner_id or context.caller.member_id or 0 for each in creatable}
    new = await contacts.insert_new(session, context.team_id, owners)
    records = await contacts.locked_by_email(session, context.caller.view, emails)
    wanted = [profile.new_email.lower() for profile in profiles.values() if profile.new_email]
    taken = await contacts.addresses(session, context.team_id, wanted) if wanted else set()
    answers: dict[int, Upserted | NotUpserted] = {}
    journal = Journal(context.team_id, context.caller.member_id)
    changed: list[ContactRecord] = []
    for index, profile in profiles.items():
        record = records.get(profile.email.lower())
        if problem := _cannot(profile, f"contacts.{index}", record, taken):
            answers[index] = NotUpserted(index, [problem])
        if record is None or problem:
            continue
        if profile.new_email:
            taken.add(profile.new_email.lower())
        created, differs = record.contact.id in new, _apply(record.contact, profile)
        if differs:
            changed.append(record)
        if created:
            journal.created(record)
        elif differs:
            journal.change(record, record.contact.statuses, ActivityKind.PROFILE_CHANGED)
        answers[index] = Upserted(record, created, differs and not created)
    await contacts.store_profiles(session, context.team_id, [record.contact for record in changed])
    await journal.store(session)
    await after_change(session, context.team_id, changed, Event.VARIABLE_MISSING)
    return answers


def _cannot(profile: Profile, path: str, record: ContactRecord | None, taken: set[str]) -> Problem | None:
    if record is None and profile.new_email:
        message = f"No contact has the address {profile.email}: leave newEmail out to create one."
        return Problem(ProblemCode.CONTACT_NOT_FOUND, message)
    if record is None:
        message = "A contact that you cannot see has this address: ask its owner."
        return Problem(ProblemCode.EMAIL_TAKEN, message)
    new = (profile.new_email or "").lower()
    if new in taken and new != profile.email.lower():
        return Problem(ProblemCode.EMAIL_TAKEN, f"Another contact has the address {profile.new_email}.")
    if profile.variables and len(_merged(record.contact, profile)) > MOST_VARIABLES:
        return _too_many_variables(path)
    return None


def _merged(contact: Contact, profile: Profile) -> dict[str, str]:
    """Return the contact's variables with the profile's written into them."""
    merged: dict[str, str | None] = {**contact.variables, **dict(profile.variables)}
    return {name: value for name, value in merged.items() if value is not None}


def _too_many_variables(path: str) -> Problem:
    return invalid(f"{path}.variables", f"A contact has at most {MOST_VARIABLES} variables of its own.")


def _apply(contact: Contact, profile: Profile) -> bool:
    """Write a profile into the contact; say whether anything differs now."""
    wanted: dict[str, Any] = {**profile.fields, "variables": _merged(contact, profile)}
    wanted["email"] = profile.new_email or contact.email
    differs = any(getattr(contact, name) != value for name, value in wanted.items())
    for name, value in wanted.items():
        setattr(contact, name, value)
    return differs


async def _owners(session: AsyncSession, context: Context, profiles: Sequence[Profile]) -> set[int]:
    named = {profile.owner_id for profile in profiles if profile.owner_id is not None}
    return set(await accounts.members(session, context.team_id, named)) if named else set()


def _problems(context: Context, profile: Profile, path: str, members: set[int]) -> Iterable[Problem]:
    yield from email_problems(f"{path}.email", profile.email)
    if profile.new_email is not None:
        yield from email_problems(f"{path}.newEmail", profile.new_email)
    for name, value in profile.fields.items():
        first, *others = name.split("_")  # a path is written as the API writes it
        yield from text_problems(f"{path}.{first}{''.join(map(str.capitalize, others))}", value, most=200)
    if len(profile.variables) > MOST_VARIABLES:
        yield _too_many_variables(path)
    yield from variable_problems(f"{path}.variables", profile.variables, BUILT_IN_VARIABLES)
    if profile.owner_id is not None and profile.owner_id not in members:
        yield not_found(ProblemCode.MEMBER_NOT_FOUND)
    if profile.owner_id is None and context.caller.member_id is None:
        yield invalid(f"{path}.ownerId", "Say who owns the contact: a key of the system is nobody's.")
