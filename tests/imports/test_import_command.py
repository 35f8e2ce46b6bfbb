"""`python -m server import`: bad rows on stdout or in a report; killed, it goes on and does no row twice."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.engine import Database
from models.tables import Contact, ImportRun
from schema.ids import to_id
from tests.resolvers.making import a_sequence
from tests.resolvers.soundness import assert_sound
from tests.world import Home, World

ROWS = 15_000


def command(url: str, home: Home, *arguments: str) -> tuple[list[str], dict[str, str]]:
    environment = os.environ | {"DATABASE_URL": url, "COLUMNS": "200", "NO_COLOR": "1"}
    team, owner = to_id("Team", home.team_id), f"Olga@team{home.team_id}.example"
    line = [sys.executable, "-m", "server", "import", *arguments, "--team", team, "--owner", owner]
    return line, environment


def run(url: str, home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    line, environment = command(url, home, *arguments)
    return subprocess.run(line, capture_output=True, text=True, check=False, env=environment, timeout=110)


async def run_of(home: Home) -> ImportRun | None:
    async with home.system.context.read() as session:
        return (await session.execute(select(ImportRun))).scalar_one_or_none()


async def emails_of(home: Home) -> list[str]:
    async with home.system.context.read() as session:
        return list((await session.execute(select(col(Contact.email)))).scalars())


async def test_bad_rows_go_to_stdout_or_a_report_and_the_exit_code_says_so(
    world: World, database_url: str, tmp_path: Path
) -> None:
    home = await world.team()
    file, report = tmp_path / "contacts.csv", tmp_path / "bad.ndjson"
    file.write_text("e-mail,Status\nada@example.com,Unsubscribed\nnobody,Snoozed\n")
    first = run(database_url, home, str(file))
    assert first.returncode == 1
    lines = first.stdout.splitlines()
    assert lines[0] == "line,column,reason"
    assert [line.split(",")[:2] for line in lines[1:]] == [["3", "e-mail"], ["3", "Status"]]
    assert "Nothing is stored: 2 bad." in first.stderr
    assert "“Unsubscribed” is taken as Opted out (1)" in first.stderr
    assert not await emails_of(home)
    second = run(database_url, home, str(file), "--skip-bad", "--report", str(report))
    assert "Stored 1 rows: 1 contacts new" in second.stderr, second.stderr
    told = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(each["line"], each["column"]) for each in told] == [(3, "e-mail"), (3, "Status")]
    assert await emails_of(home) == ["ada@example.com"]


@pytest.mark.timeout(240)
async def test_killed_in_the_middle_it_goes_on_and_does_no_row_twice(
    empty_database: Database, empty_database_url: str, home: Home, tmp_path: Path
) -> None:
    await a_sequence(home.owner.context, "Hi")
    file = tmp_path / "many.csv"
    rows = (f"c{number}@example.com,Launch,Paused\n" for number in range(ROWS))
    file.write_text("email,sequence,status\n" + "".join(rows))
    line, environment = command(empty_database_url, home, str(file))
    with subprocess.Popen(line, env=environment, stderr=subprocess.DEVNULL) as process:  # noqa: ASYNC220
        while not (begun := await run_of(home)) or not begun.done_line:
            assert process.poll() is None
            await asyncio.sleep(0.02)
        process.kill()
    stopped = await run_of(home)
    assert stopped
    assert not stopped.finished_at, "it was killed too late to say anything"
    assert len(await emails_of(home)) == stopped.created < ROWS
    again = run(empty_database_url, home, str(file))
    assert again.returncode == 0, again.stderr
    assert f"went on after line {stopped.done_line:,}" in again.stderr
    emails = await emails_of(home)
    assert len(emails) == len(set(emails)) == ROWS
    ended = await run_of(home)
    assert ended
    assert (ended.created, ended.merged) == (ROWS, 0)
    assert "was stored before" in run(empty_database_url, home, str(file)).stderr
    await assert_sound(empty_database, home.team_id)
