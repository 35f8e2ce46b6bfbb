"""`python -m server inbound`: mail from disk, recorded once, with a table of what became of it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from rules.statuses import Status
from schema.ids import to_id
from tests.resolvers.making import statuses_of
from tests.server.test_inbound import mailed
from tests.server.test_mailboxes import lay

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world import World


def run(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a database."""
    environment = os.environ | {"DATABASE_URL": url, "COLUMNS": "120", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "server", "inbound", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=110)


def rows(output: str) -> dict[str, list[str]]:
    """Return the rows of the table, by their first cell."""
    lines = [
        line.strip("│┃ ").replace("┃", "│").split("│") for line in output.splitlines() if "─" not in line
    ]
    cells = [[cell.strip() for cell in line] for line in lines if len(line) > 1]
    return {first: rest for first, *rest in cells}


async def test_mail_on_disk_is_recorded_once_and_what_is_no_mail_is_said(
    world: World, database_url: str, tmp_path: Path
) -> None:
    home = await world.team()
    contact_id = await mailed(home)
    folder, team = lay(tmp_path), to_id("Team", home.team_id)
    first = run(database_url, str(folder), "--team", team)
    assert first.returncode == 0, first.stderr
    # The three copies of the bounce have one Message-ID; both replies have it too.
    assert rows(first.stdout) == {
        "kind": ["applied", "duplicate", "all"],
        "BOUNCE": ["", "3", "3"],
        "REPLY": ["1", "1", "2"],
        "all": ["1", "4", "5"],
    }
    assert "100%" in first.stderr
    assert await statuses_of(home.owner.context, [contact_id]) == [
        {Status.FINISHED, Status.CONTACTED, Status.REPLIED}
    ]
    (folder / "notes.txt").write_text("no mail at all\n")
    again = run(database_url, str(folder), "--team", team)
    assert again.returncode == 1
    assert rows(again.stdout)["UNREADABLE"] == ["", "1", "1"]
    assert rows(again.stdout)["all"] == ["5", "1", "6"]
    assert "notes.txt: There is no header field in it" in again.stderr


def test_a_dry_run_needs_no_team_and_a_team_must_be_there(tmp_path: Path, database_url: str) -> None:
    dry = run("postgresql://nobody@127.0.0.1:9/nowhere", str(lay(tmp_path)), "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert rows(dry.stdout)["all"] == ["5", "5"]
    for team, says in (("nonsense", "not the id of a team"), (to_id("Team", 10**9), "There is no team")):
        refused = run(database_url, str(tmp_path), "--team", team)
        assert refused.returncode in {1, 2}
        assert says in refused.stderr
