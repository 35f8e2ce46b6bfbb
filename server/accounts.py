"""The commands that make a team, a member or a key: each prints one JSON object, with the API's ids."""

from __future__ import annotations

import asyncio
import sys
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from server import commands, logs
from server.settings import load

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from models.engine import Database

app = typer.Typer()


@app.command("create-team")
def create_team(
    name: Annotated[str, typer.Option(help="What the team is called.")],
    team_edition: Annotated[bool, typer.Option("--team-edition", help="Members share sequences.")] = False,
    visibility: Annotated[
        str, typer.Option(help="Whether members see each other's contacts: public, private.")
    ] = "public",
) -> None:
    """Make a team."""
    if visibility not in {"public", "private"}:
        raise typer.BadParameter("it is public or private", param_hint="--visibility")

    async def make(database: Database) -> dict[str, Any]:
        team = await commands.part("resolvers.accounts").create_team(
            database, name=name, team_edition=team_edition, visibility=visibility
        )
        return {"id": encode("Team", team.id), "name": team.name}

    _run(make)


@app.command("create-member")
def create_member(
    team: Annotated[str, typer.Option(help="The team's id.")],
    email: Annotated[str, typer.Option(help="The member's address.")],
    name: Annotated[str, typer.Option(help="The member's name.")],
) -> None:
    """Make a member of a team."""
    team_id = decode("Team", team)

    async def make(database: Database) -> dict[str, Any]:
        member = await commands.part("resolvers.accounts").create_member(
            database, team_id=team_id, email=email, name=name
        )
        return {"id": encode("Member", member.id), "team": encode("Team", team_id), "email": member.email}

    _run(make)


@app.command("create-key")
def create_key(
    member: Annotated[str | None, typer.Option(help="The member the key acts as.")] = None,
    team: Annotated[str | None, typer.Option(help="The team whose system uses the key.")] = None,
    scope: Annotated[list[str] | None, typer.Option(help="What the key may do; may be repeated.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until the key expires.")] = None,
) -> None:
    """Make an API key; it is shown this once."""
    if (member is None) == (team is None):
        raise typer.BadParameter(
            "a key belongs to a member or to a team: give one of them", param_hint="--member"
        )
    member_id = None if member is None else decode("Member", member)
    team_id = None if team is None else decode("Team", team)

    async def make(database: Database) -> dict[str, Any]:
        made = await commands.part("resolvers.accounts").create_key(
            database, member_id=member_id, team_id=team_id, scopes=scope or [], days=days
        )
        return {"id": encode("ApiKey", made.id), "key": made.key, "scopes": list(made.scopes)}

    _run(make)


def encode(kind: str, number: int) -> str:
    """Write an id as the API does."""
    return b64encode(f"{kind}:{number}".encode()).decode()


def decode(kind: str, text: str) -> int:
    """Read an id as the API writes it."""
    try:
        found, _, number = b64decode(text, validate=True).decode().partition(":")
        if found == kind:
            return int(number)
    except ValueError:
        pass
    raise typer.BadParameter(f"{text!r} is not the id of a {kind.lower()}")


def _run(make: Callable[[Database], Awaitable[dict[str, Any]]]) -> None:
    """Do it on the database of the environment, and print what came of it."""
    settings = load()
    logs.configure("warning", settings.log_format)

    async def run(url: str) -> dict[str, Any]:
        database = commands.database(url, settings)
        try:
            await database.check()
            return await make(database)
        finally:
            await database.close()

    with commands.postgres(settings) as url:
        made = asyncio.run(run(url))
    sys.stdout.write(orjson.dumps(made).decode() + "\n")
