"""Contacts into a file: `python -m server export`, which `python -m server import` takes."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schema.ids import number_of
from server import commands, logs
from server.accounts import Refused
from server.import_command import form_of, system_of
from server.settings import load

if TYPE_CHECKING:
    from models.engine import Database

app = typer.Typer()


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="A .csv or .ndjson file to write.", dir_okay=False)],
    team: Annotated[str, typer.Option(help="The id of the team.")],
    sequence: Annotated[str | None, typer.Option(help="The id of a sequence: only who is in it.")] = None,
) -> None:
    """Write the team's contacts with their statuses into a file, which must not be there yet."""
    team_id = number_of("Team", team)
    if team_id is None:
        raise typer.BadParameter(f"{team!r} is not the id of a team", param_hint="--team")
    sequence_id = number_of("Sequence", sequence)
    if sequence and sequence_id is None:
        raise typer.BadParameter(f"{sequence!r} is not the id of a sequence", param_hint="--sequence")
    form, settings = form_of(file), load()
    if file.exists():
        raise Refused(f"{file} is there already: it is not written over.")
    logs.configure("warning", settings.log_format)
    with commands.postgres(settings) as url:
        asyncio.run(_write(commands.database(url, settings), team_id, file, form, sequence_id))


async def _write(database: Database, team_id: int, file: Path, form: Any, sequence_id: int | None) -> None:
    """Write into a file beside, which gets its name when it is whole."""
    exports = commands.part("resolvers.exports")
    beside = file.with_name(f".{file.name}.part")
    try:
        context = await system_of(database, team_id)
        size = 0
        with beside.open("wb") as opened:
            async for piece in exports.export(context, form, sequence_id=sequence_id):
                size += opened.write(piece)
                if sys.stderr.isatty():
                    sys.stderr.write(f"\r{size / 1e6:,.1f} MB")
        beside.rename(file)
    except exports.TooManyVariables as problem:
        raise Refused(str(problem)) from None
    finally:
        beside.unlink(missing_ok=True)
        await database.close()
    commands.say(f"\r{file}: {size / 1e6:,.1f} MB.")
