"""The commands that make a team, a member or a key, and that revoke one: each prints one JSON object."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar

import orjson
import typer

from models.accounts import members, newest_team_id
from models.engine import Database
from models.tables import Scope, Visibility
from resolvers import accounts
from resolvers.problems import Problem
from schema.ids import number_of, to_id
from server import commands, logs
from server.settings import load

app = typer.Typer()

Made = TypeVar("Made")


@app.command("create-team")
def create_team(
    name: Annotated[str, typer.Option(help="What the team is called.")],
    team_edition: Annotated[
        bool, typer.Option("--team-edition", help="Contacts and sequences have owners.")
    ] = False,
    visibility: Annotated[
        Literal["public", "private"],
        typer.Option(help="With Team Edition: whether teammates see each other's contacts."),
    ] = "public",
) -> None:
    """Make a team."""

    async def make(database: Database) -> dict[str, Any]:
        chosen = Visibility[visibility.upper()]
        team = done(await accounts.create_team(database, name, team_edition=team_edition, visibility=chosen))
        return {"id": to_id("Team", team.id), "name": team.name}

    run(make)


@app.command("create-member")
def create_member(
    team: Annotated[str, typer.Option(help="The team's id.")],
    email: Annotated[str, typer.Option(help="The member's address.")],
    name: Annotated[str, typer.Option(help="The member's name.")],
) -> None:
    """Make a member of a team."""
    team_id = number("Team", team)

    async def make(database: Database) -> dict[str, Any]:
        member = done(await accounts.create_member(database, team_id, email=email, name=name))
        return {"id": to_id("Member", member.id), "team": to_id("Team", team_id), "email": member.email}

    run(make)


@app.command("create-key")
def create_key(
    member: Annotated[str | None, typer.Option(help="The member the key acts as.")] = None,
    team: Annotated[str | None, typer.Option(help="The team whose system uses the key.")] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="What the key may do; repeatable; all that it can, if left out."),
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, max=36_500, help="Days until the key expires.")] = None,
) -> None:
    """Make an API key, for a member or for a team's system; it is shown this once."""
    if (member is None) == (team is None):
        raise typer.BadParameter("a key belongs to a member or to a team: give one", param_hint="--member")
    member_id = None if member is None else number("Member", member)
    if wrong := [each for each in scope or () if each.upper() not in Scope.__members__]:
        names = ", ".join(each.lower() for each in Scope.__members__)
        raise typer.BadParameter(f"{wrong[0]!r} is none of: {names}", param_hint="--scope")
    scopes = [Scope[each.upper()] for each in scope or ()]
    given_team = None if team is None else number("Team", team)

    async def make(database: Database) -> dict[str, Any]:
        team_id = given_team if member_id is None else await _team_of(database, member_id)
        made = done(
            await accounts.create_key(
                database,
                team_id or 0,
                member_id=member_id,
                scopes=scopes,
                lifetime=timedelta(days=days) if days else None,
            )
        )
        return {"id": to_id("ApiKey", made.row.id), "key": made.key, "scopes": made.row.scopes}

    run(make)


@app.command("revoke-key")
def revoke_key(
    key: Annotated[str, typer.Argument(help="The key's prefix, as in logs, or the key: cs_1_8fKx02Ab…")],
) -> None:
    """Take a key away for good: within a second nobody is let in with it."""

    async def make(database: Database) -> dict[str, Any]:
        prefix, since = done(await accounts.revoke_key(database, key))
        return {"prefix": prefix, "revokedAt": since}

    run(make)


async def _team_of(database: Database, member_id: int) -> int:
    """Find a member's team. No transaction sees two teams, so it is looked for in one after another."""
    async with database.read(None) as session:
        newest = await newest_team_id(session)
    for team_id in range(1, newest + 1):
        async with database.read(team_id) as session:
            if await members(session, team_id, [member_id]):
                return team_id
    raise Refused("There is no member with this id.")


class Refused(Exception):
    """What was asked for cannot be made; the message says why."""


def done(made: Made | list[Problem]) -> Made:
    """Return what was made, or refuse with every reason why it was not."""
    if isinstance(made, list):
        raise Refused(
            " ".join(f"{problem.field or problem.code.name}: {problem.message}" for problem in made)
        )
    return made


def number(kind: str, given: str) -> int:
    """Read an id as the API writes it."""
    found = number_of(kind, given)
    if found is None:
        raise typer.BadParameter(f"{given!r} is not the id of a {kind.lower()}")
    return found


def run(make: Callable[[Database], Awaitable[dict[str, Any]]]) -> None:
    """Do it on the database of the environment, and print what came of it."""
    settings = load()
    logs.configure("warning", settings.log_format)

    async def on(url: str) -> dict[str, Any]:
        database = commands.database(url, settings)
        try:
            await database.check()
            return await make(database)
        finally:
            await database.close()

    with commands.postgres(settings) as url:
        made = asyncio.run(on(url))
    sys.stdout.write(orjson.dumps(made).decode() + "\n")
