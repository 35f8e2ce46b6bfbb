"""The command line: `python -m server`."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import Annotated

import strawberry
import typer

from models.engine import DatabaseProblem, NotMigrated, migrate
from server import (
    accounts,
    commands,
    export_command,
    import_command,
    inbound_command,
    logs,
    webhook_commands,
)
from server.process import CannotListen
from server.settings import BadSettings, describe, load

Host = Annotated[str | None, typer.Option(help="The address to listen on; wins over HOST.")]
Port = Annotated[int | None, typer.Option(min=0, max=65_535, help="The port to listen on; wins over PORT.")]
Workers = Annotated[
    int | None, typer.Option(min=1, max=64, help="How many processes serve; wins over WORKERS.")
]
Worker = Annotated[
    bool | None,
    typer.Option(
        "--worker/--no-worker",
        help="Whether to do what is due later, too; wins over WORKER.",
        show_default=False,
    ),
]

app = typer.Typer(
    name="python -m server",
    help="The server that owns the statuses of contacts in outreach sequences.",
    epilog="\b\n" + describe(),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(accounts.app)
app.add_typer(import_command.app)
app.add_typer(export_command.app)
app.add_typer(inbound_command.app)
app.add_typer(webhook_commands.app)


@app.command()
def demo(host: Host = None, port: Port = None) -> None:
    """Serve a demo team; without DATABASE_URL, on a PostgreSQL of its own."""
    commands.demo(load(host=host, port=port))


@app.command()
def serve(host: Host = None, port: Port = None, workers: Workers = None, worker: Worker = None) -> None:
    """Serve until SIGTERM, and do what is due later."""
    commands.serve(load(host=host, port=port, workers=workers, worker=worker))


@app.command("worker")
def work() -> None:
    """Do what is due later, and do not serve; until SIGTERM. For those who serve with --no-worker."""
    commands.worker(load())


@app.command("migrate")
def upgrade() -> None:
    """Bring the database to the shape this version needs."""
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    with commands.postgres(settings) as url:
        asyncio.run(migrate(url))
    commands.say("The database is up to date.")


@app.command("export-schema")
def export_schema() -> None:
    """Print the GraphQL schema, sorted."""
    api = commands.part("schema.api")
    sys.stdout.write(api.export_sdl(api.build(strawberry.Schema)))


def main() -> None:
    """Run a command; what a person has to put right is one line on stderr and an exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)  # rather than dying at once: an embedded PostgreSQL wants to be stopped
    try:
        app()
    except (DatabaseProblem, CannotListen, BadSettings, accounts.Refused) as problem:
        commands.say(str(problem))
        codes = {NotMigrated: 3, BadSettings: 2}
        sys.exit(codes.get(type(problem), 1))


def _leave(number: int, _frame: object) -> None:
    """Unwind, with the exit code that shells give to a signal."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
