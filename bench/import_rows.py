"""A million rows through `python -m server import`, next to bare COPY: `python -m bench.import_rows`.

Prints rows a second of each, their ratio, and the most memory that the importing process held.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import asyncpg  # type: ignore[import-untyped]
from rich.console import Console

from bench.databases import Databases, server
from bench.enrolled import make
from models.connection import Address
from schema.ids import to_id

TITLES: Final = (
    *("Email Address", "First Name", "Last Name", "Company", "Phone", "Sequence", "statusInSequence"),
    *("isReplied", "isBounced", "City"),
)
STAGES: Final = ("Active", "Paused", "Finished", "Inactive", "OOO")
LIMIT: Final = 300
"""Megabytes that an import may hold."""


def write(path: Path, rows: int) -> None:
    """Write a file as comparable products do."""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(TITLES) + "\n")
        for number in range(rows):
            stage, replied = STAGES[number % 5], "true" if number % 10 == 2 else "false"
            name = f"First{number},Last{number},Firm {number % 1000},+49 151 {number:08d}"
            address = f"c{number}@firm{number % 1000}.example"
            file.write(f"{address},{name},Events,{stage},{replied},false,Berlin\n")


async def copy(url: str, path: Path) -> float:
    """Copy the file into a table of texts; return the seconds it took."""
    connection = await asyncpg.connect(Address.parse(url).dsn)
    try:
        columns = ", ".join(f'"{title}" text' for title in TITLES)
        await connection.execute(f"create table bare ({columns})")
        begun = time.perf_counter()
        await connection.copy_to_table("bare", source=path, format="csv", header=True)
        return time.perf_counter() - begun
    finally:
        await connection.close()


def run(url: str, team_id: int, path: Path) -> tuple[float, float]:
    """Run the command; return its seconds and the most megabytes it held."""
    command = [sys.executable, "-m", "server", "import", str(path), "--team", to_id("Team", team_id)]
    command += ["--owner", "a@b.example"]
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url})
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"The import ended with {os.waitstatus_to_exitcode(status)}.")
    return time.perf_counter() - begun, used.ru_maxrss / 1024


async def measure(here: Databases, rows: int, console: Console) -> None:
    """Import and copy the same file, and print both."""
    team = await make(here, 0, 3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contacts.csv"
        write(path, rows)
        size = path.stat().st_size / 1e6
        bare = await copy(team.url, path)
        took, held = await asyncio.to_thread(run, team.url, team.id, path)
    connection = await asyncpg.connect(Address.parse(team.url).dsn)
    try:
        stored = await connection.fetchval("select count(*) from contact where team_id = $1", team.id)
    finally:
        await connection.close()
    if stored != rows:
        raise RuntimeError(f"{stored:,} contacts are stored, of {rows:,} rows.")
    console.print(f"{rows:,} rows, {size:,.0f} MB")
    console.print(f"bare COPY: {bare:.1f} s, {rows / bare:,.0f} rows/s")
    console.print(f"import:    {took:.1f} s, {rows / took:,.0f} rows/s, {took / bare:.0f} times as long")
    judged = "ok" if held < LIMIT else "TOO MUCH"
    console.print(f"memory:    {held:.0f} MB at most, of {LIMIT} allowed: {judged}")


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with server() as here:
        asyncio.run(measure(here, rows, Console()))


if __name__ == "__main__":
    main()
