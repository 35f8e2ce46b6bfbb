"""Mail from disk: `python -m server inbound` reads messages as `POST /inbound/mail` does."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from models import accounts as account_rows
from models.engine import Database
from resolvers.context import Caller, Context
from schema.ids import number_of
from server import commands, logs
from server.accounts import Refused
from server.errors import RefusedError
from server.settings import load

UNREADABLE = "UNREADABLE"
NOT_RECORDED = "not recorded"

app = typer.Typer()

Tally = Counter[tuple[str, str]]
"""How many messages of each kind had each fate."""


@app.command()
def inbound(
    path: Annotated[
        Path, typer.Argument(help="A message, an mbox, a Maildir, or a folder of these.", exists=True)
    ],
    team: Annotated[str | None, typer.Option(help="The id of the team whose contacts it is about.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what the messages are.")] = False,
) -> None:
    """Read mail from disk and record what it says of contacts; the same message counts once."""
    team_id = number_of("Team", team)
    if team_id is None and not dry_run:
        raise typer.BadParameter(f"{team!r} is not the id of a team", param_hint="--team")
    settings = load()
    logs.configure("warning", settings.log_format)
    if dry_run:
        tally = asyncio.run(_take(path, None))
    else:
        with commands.postgres(settings) as url:
            tally = asyncio.run(_record(commands.database(url, settings), team_id or 0, path))
    Console().print(table(tally))
    if any(kind == UNREADABLE for kind, _ in tally):
        raise typer.Exit(1)


async def _record(database: Database, team_id: int, path: Path) -> Tally:
    """Record what the messages say, on behalf of the team's system."""
    try:
        await database.check()
        async with database.read(team_id) as session:
            team = await account_rows.team(session, team_id)
        if team is None:
            raise Refused("There is no team with this id.")
        return await _take(path, Context(database, Caller.system(team)))
    finally:
        await database.close()


async def _take(path: Path, context: Context | None) -> Tally:
    """Read the messages one after the other; without a context, nothing is recorded."""
    mail, reader = commands.part("resolvers.mail"), commands.part("server.reader").Reader()
    messages = commands.part("server.mailboxes").messages
    count = sum(1 for _ in messages(path))
    tally: Tally = Counter()
    console = Console(stderr=True)
    with Progress(console=console) as bar:
        for each in bar.track(messages(path), total=count, description="Mail"):
            try:
                reading, name = await reader.read(each.read())
            except (RefusedError, OSError) as wrong:
                console.print(f"{each.name}: {wrong}", markup=False, highlight=False)
                tally[UNREADABLE, NOT_RECORDED] += 1
                continue
            fate = mail.fate(await mail.receive(context, reading, name)) if context else NOT_RECORDED
            tally[reading.kind.name, fate] += 1
    return tally


def table(tally: Tally) -> Table:
    """Return the kinds of messages and what became of them, as a table."""
    fates = sorted({fate for _, fate in tally})
    made = Table("kind", *fates, "all")
    for kind in sorted({kind for kind, _ in tally}):
        counts = [tally[kind, fate] for fate in fates]
        made.add_row(kind, *(str(count or "") for count in counts), str(sum(counts)))
    made.add_section()
    every = [sum(tally[key] for key in tally if key[1] == fate) for fate in fates]
    made.add_row("all", *map(str, every), str(sum(every)))
    return made
