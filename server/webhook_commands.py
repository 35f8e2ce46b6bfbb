"""The commands that say whose webhooks a team accepts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from inbound.webhooks.receive import PROVIDERS
from resolvers import webhooks
from schema.ids import to_id
from server import webhook_secrets
from server.accounts import Refused, done, number, run

if TYPE_CHECKING:
    from models.engine import Database

app = typer.Typer()

Team = Annotated[str, typer.Option(help="The team's id.")]


@app.command("set-webhook")
def set_webhook(
    team: Team, provider: Annotated[str, typer.Option(help=f"One of {', '.join(PROVIDERS)}.")]
) -> None:
    """Accept a provider's webhooks, verified with the secrets on stdin: JSON, see docs/inbound.md."""
    if provider not in PROVIDERS:
        raise typer.BadParameter(f"one of {', '.join(PROVIDERS)}", param_hint="--provider")
    team_id = number("Team", team)
    try:
        secrets = orjson.loads(sys.stdin.buffer.read(100_000))
        webhook_secrets.read(provider, secrets)
    except (orjson.JSONDecodeError, webhook_secrets.BadSecrets) as problem:
        why = "they are not JSON" if isinstance(problem, orjson.JSONDecodeError) else str(problem)
        raise Refused(f"The secrets of {provider} cannot be used: {why}") from None

    async def make(database: Database) -> dict[str, Any]:
        done(await webhooks.set_secrets(database, team_id, provider, secrets))
        path = f"/webhooks/{provider}?team={to_id('Team', team_id)}"
        return {"team": to_id("Team", team_id), "provider": provider, "path": path}

    run(make)


@app.command("show-webhook")
def show_webhook(team: Team) -> None:
    """List the providers whose webhooks a team accepts; their secrets are never shown."""
    team_id = number("Team", team)

    async def look(database: Database) -> dict[str, Any]:
        return {
            "team": to_id("Team", team_id),
            "providers": done(await webhooks.providers(database, team_id)),
        }

    run(look)
