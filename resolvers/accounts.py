"""Teams, members and keys: made from the command line; and whom a key stands for."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import accounts
from models.engine import Database, DatabaseUnavailable
from models.tables import ApiKey, Member, Scope, Team, Visibility
from resolvers.context import Caller
from resolvers.input import email_problems, text_problems
from resolvers.problems import Problem, ProblemCode, invalid, not_found

_KEY = re.compile(r"(cs_(\d{1,18})_[A-Za-z0-9]{8})_[A-Za-z0-9]{32}")
_NAMED = re.compile(r"(cs_(\d{1,18})_[A-Za-z0-9]{8})(?:_[A-Za-z0-9]{32})?")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

MEMBER_SCOPES = frozenset({Scope.READ, Scope.WRITE})
SYSTEM_SCOPES = frozenset({Scope.EVENTS})


@dataclass(frozen=True, slots=True)
class NewKey:
    """A new key: the only time the secret itself can be seen."""

    row: ApiKey
    key: str


async def create_team(
    database: Database, name: str, *, team_edition: bool = False, visibility: Visibility = Visibility.PUBLIC
) -> Team | list[Problem]:
    """Create a team; with Team Edition off, every member counts as the owner of everything."""
    if problems := list(text_problems("name", name, most=200, blank=False)):
        return problems
    async with database.write(None) as session:
        team_id = await accounts.next_team_id(session)
    async with database.write(team_id) as session:
        team = Team(id=team_id, name=name, team_edition=team_edition, visibility=visibility)
        session.add(team)
        await session.flush()
        return team


async def create_member(database: Database, team_id: int, *, email: str, name: str) -> Member | list[Problem]:
    """Create a member of a team; an address is used once in a team."""
    problems = [*email_problems("email", email), *text_problems("name", name, most=200, blank=False)]
    async with database.write(team_id) as session:
        if await accounts.team(session, team_id) is None:
            problems.append(invalid("team", "There is no team with this id."))
        elif await accounts.member_by_email(session, team_id, email):
            problems.append(invalid("email", "A member of the team has this address already."))
        if problems:
            return problems
        member = Member(team_id=team_id, email=email, name=name)
        session.add(member)
        await session.flush()
        return member


async def create_key(
    database: Database,
    team_id: int,
    *,
    member_id: int | None = None,
    scopes: Iterable[Scope] = (),
    lifetime: timedelta | None = None,
) -> NewKey | list[Problem]:
    """Create a key for a member or, with none, for the team's system; only its hash is stored."""
    whose = SYSTEM_SCOPES if member_id is None else MEMBER_SCOPES
    granted = frozenset(scopes) or whose
    async with database.write(team_id) as session:
        problems = []
        if not granted <= whose:
            names = ", ".join(sorted(scope.name.lower() for scope in whose))
            problems.append(invalid("scope", f"This key can have: {names}."))
        if await accounts.team(session, team_id) is None:
            problems.append(invalid("team", "There is no team with this id."))
        elif member_id is not None and not await accounts.members(session, team_id, [member_id]):
            problems.append(not_found(ProblemCode.MEMBER_NOT_FOUND))
        if problems:
            return problems
        prefix = f"cs_{team_id}_{_random(8)}"
        key = f"{prefix}_{_random(32)}"
        row = ApiKey(
            team_id=team_id,
            member_id=member_id,
            prefix=prefix,
            hash=_hash(key),
            scopes=sorted(scope.name for scope in granted),
            expires_at=datetime.now(UTC) + lifetime if lifetime else None,
        )
        session.add(row)
        await session.flush()
        return NewKey(row, key)


async def revoke_key(database: Database, given: str) -> tuple[str, datetime] | list[Problem]:
    """Revoke a key, which is named by its prefix or by itself; return the prefix, and since when it is.

    One that is revoked already stays so. Within a second no process takes it any more (`resolvers.keyring`).
    """
    named = _NAMED.fullmatch(given)
    if named is None:
        return [invalid("key", "This is no key's prefix: one looks like cs_1_8fKx02Ab.")]
    team_id = int(named[2])
    async with database.write(team_id) as session:
        since = await accounts.revoke(session, team_id, named[1])
    return (named[1], since) if since else [invalid("key", f"There is no key {named[1]}.")]


@dataclass(frozen=True, slots=True)
class Verified:
    """Whom a valid key stands for, and when it ends if it does."""

    caller: Caller
    expires_at: datetime | None


async def authenticate(database: Database, key: str) -> Caller | None:
    """Return whom a key stands for; None if it is malformed, unknown, expired or revoked."""
    found = await verified(database, key)
    return found.caller if found else None


async def verified(database: Database, key: str) -> Verified | None:
    """Return whom a key stands for and until when; None if it is malformed, unknown, expired or revoked.

    The key names its team, so that it is looked up among that team's keys only. Its secret is 190 random
    bits: a plain hash of it cannot be guessed back.
    """
    form = _KEY.fullmatch(key)
    if form is None:
        return None
    team_id, now = int(form[2]), datetime.now(UTC)
    row = await accounts.key_with_team(database.reader, team_id, form[1])
    if row is None or not hmac.compare_digest(row["hash"], _hash(key)):
        return None
    if row["revoked_at"] or (row["expires_at"] or now) < now:
        return None
    if row["last_used_at"] is None or row["last_used_at"] < now - accounts.USED_WITHIN:
        with suppress(DatabaseUnavailable):  # the key is as good, and the next request notes it
            await accounts.touch(database.writer, team_id, row["id"], now)
    scopes = frozenset(Scope[name] for name in row["scopes"])
    caller = Caller(team_id, row["team_edition"], Visibility[row["visibility"]], row["member_id"], scopes)
    return Verified(caller, row["expires_at"])


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
