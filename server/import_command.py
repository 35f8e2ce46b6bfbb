"""Contacts from a file: `python -m server import`. Bad rows go to stdout or a report, the rest to stderr."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from models import accounts as account_rows
from resolvers.context import Caller, Context
from schema.ids import number_of, to_id
from server import commands, logs
from server.accounts import Refused
from server.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.engine import Database

app = typer.Typer()

File = Annotated[Path, typer.Argument(help="A .csv or .ndjson file.", exists=True, dir_okay=False)]
Team = Annotated[str, typer.Option(help="The id of the team.")]


@app.command("import")
def import_(
    file: File,
    *,
    team: Team,
    owner: Annotated[
        str | None, typer.Option(help="The address of the member who owns contacts whose row names no owner.")
    ] = None,
    sequence: Annotated[
        str | None, typer.Option(help="The name or id of the sequence that rows enter which name none.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Where bad rows are listed: .csv or .ndjson. Without it, CSV on stdout."),
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the good rows even if there are bad ones.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, store nothing.")] = False,
    name: Annotated[
        str | None,
        typer.Option("--id", help="What the import is called; without it, the file's content names it."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="The file's encoding, if it is not told rightly.")
    ] = None,
) -> None:
    """Import contacts with their statuses; cut off, the same command goes on where it stopped."""
    told = commands.part("resolvers.imports.messages")
    team_id = number_of("Team", team)
    if team_id is None:
        raise typer.BadParameter(f"{team!r} is not the id of a team", param_hint="--team")
    asked = {
        "name": file.name,
        "form": form_of(file),
        "encoding": encoding,
        "sequence": sequence,
        "key": name,
        "skip_bad": skip_bad,
        "dry_run": dry_run,
    }
    settings = load()
    logs.configure("warning", settings.log_format)
    with commands.postgres(settings) as url, reported(report) as write:
        try:
            ended = asyncio.run(
                _run(commands.database(url, settings), team_id, file, owner=owner, asked=asked, write=write)
            )
        except told.Refused as refused:
            raise Refused(str(refused)) from None
    if ended.outcome == "refused" or ended.bad:
        raise typer.Exit(1)


def form_of(file: Path) -> Any:
    """Return how a file is written, by its name."""
    forms = commands.part("resolvers.imports.files").Format
    found = {".csv": forms.CSV, ".tsv": forms.CSV, ".ndjson": forms.NDJSON, ".jsonl": forms.NDJSON}
    if file.suffix.lower() not in found:
        raise typer.BadParameter(f"{file.name} is neither .csv nor .ndjson", param_hint="FILE")
    return found[file.suffix.lower()]


async def _run(
    database: Database,
    team_id: int,
    file: Path,
    *,
    owner: str | None,
    asked: dict[str, Any],
    write: Writer,
) -> Any:
    """Import on behalf of the team's system; return the summary."""
    runs, told = commands.part("resolvers.imports.run"), commands.part("resolvers.imports.messages")
    try:
        context = await system_of(database, team_id)
        owner_id = None
        if owner:
            async with context.read() as session:
                member = await account_rows.member_by_email(session, team_id, owner)
            if member is None:
                raise Refused(f"No member of the team has the address {owner}.")
            owner_id = member.id
        with file.open("rb") as opened:
            wanted = told.Asked(owner_id=owner_id, **asked)
            messages = runs.run(context, opened, wanted, lambda number: to_id("Sequence", number))
            return await _show(messages, write)
    finally:
        await database.close()


async def system_of(database: Database, team_id: int) -> Context:
    """Return a context of the team's system; raises `Refused` if there is no such team."""
    await database.check()
    async with database.read(team_id) as session:
        team = await account_rows.team(session, team_id)
    if team is None:
        raise Refused("There is no team with this id.")
    return Context(database, Caller.system(team))


async def _show(messages: AsyncIterator[Any], write: Writer) -> Any:
    """Show how far it is, write bad rows down, and say at the end what was mapped and what came of it."""
    told = commands.part("resolvers.imports.messages")
    console = Console(stderr=True)
    summary = None
    with Progress(console=console) as bar:
        tasks: dict[str, Any] = {}
        async for each in messages:
            if isinstance(each, told.Progress):
                task = tasks.get(each.stage)
                if task is None:
                    task = tasks[each.stage] = bar.add_task(each.stage.capitalize(), total=each.total)
                bar.update(task, completed=each.done, total=each.total)
            elif isinstance(each, told.BadRow):
                write(each.line, each.column, each.reason)
            elif isinstance(each, told.Mapped):
                said = f"“{each.found}” is taken as {each.taken_as} ({each.rows:,})"
                console.print(said, markup=False, highlight=False)
            else:
                summary = each
    console.print(sentence(summary), markup=False, highlight=False)
    return summary


def sentence(summary: Any) -> str:
    """Say how an import ended."""
    bad = f"{summary.bad:,} bad" if summary.bad else "no bad rows"
    counts = f"{summary.created:,} contacts new, {summary.merged:,} there already"
    if summary.outcome == "stored":
        went_on = f"; went on after line {summary.went_on_after:,}" if summary.went_on_after else ""
        opted = f" ({summary.opted_out:,} of these opted out)" if summary.opted_out else ""
        return f"Stored {summary.rows:,} rows: {counts}{opted}; {bad}{went_on}."
    if summary.outcome == "stored before":
        return f"This import was stored before: {counts}. Nothing was done now."
    if summary.outcome == "checked":
        return f"Nothing is stored. {summary.rows:,} rows are good: {counts}; {bad}."
    return f"Nothing is stored: {bad}. Put them right, or leave them out with --skip-bad."


Writer = Callable[[int, str, str], None]


@contextmanager
def reported(path: Path | None) -> Iterator[Writer]:
    """Give what writes a bad row down: as CSV or NDJSON into a file, or as CSV on stdout."""
    opened: Any = path.open("w", encoding="utf-8", newline="") if path else nullcontext(sys.stdout)
    with opened as stream:
        if path and path.suffix.lower() in {".ndjson", ".jsonl"}:
            yield lambda line, column, reason: _json(stream, line, column, reason)
            return
        writer = csv.writer(stream, lineterminator="\n")
        begun = False

        def write(line: int, column: str, reason: str) -> None:
            nonlocal begun
            if not begun:
                writer.writerow(("line", "column", "reason"))
                begun = True
            writer.writerow((line, column, reason))

        yield write


def _json(stream: IO[str], line: int, column: str, reason: str) -> None:
    stream.write(orjson.dumps({"line": line, "column": column, "reason": reason}).decode() + "\n")
