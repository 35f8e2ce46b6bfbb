"""Runs operations made at random both ways and says how many were compiled and how many differ.

`python -m tests.execution.equivalence --cases 5000` runs so many on the toy schema, and as many on our own
schema over the demo's data on an embedded PostgreSQL. It exits with 1 if any differ.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import strawberry

from execution import Executor
from models.connection import Address
from models.engine import Database, migrate
from models.tables import Scope
from resolvers.context import Caller, Context
from schema.ids import to_id
from server import demo
from server.postgres import EmbeddedPostgres
from server.postgres_home import find
from tests.conftest import database_at
from tests.execution import real, toy
from tests.execution.both import compare, of_toy
from tests.execution.cases import Tally, explore
from tests.execution.mutator import Case


@dataclass
class Subject:
    """A schema, what its operations are run with, and what became of them."""

    schema: strawberry.Schema
    ids: list[str]
    context: Callable[[], tuple[Any, list[str]]]
    loop: asyncio.AbstractEventLoop
    without: frozenset[str] = frozenset()
    loud: bool = False
    tally: Tally = field(default_factory=Tally)
    different: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._executor = Executor(self.schema, most=50)

    def check(self, case: Case) -> None:
        """Run one operation both ways; what differs is kept."""
        query, variables, name = case
        compared = compare(
            query,
            variables,
            operation_name=name,
            executor=self._executor,
            schema=self.schema,
            context=self.context,
        )
        try:
            self.tally.add(*self.loop.run_until_complete(compared))
        except (AssertionError, TimeoutError) as error:
            self.tally["different"] += 1
            self.different.append(f"{type(error).__name__}: {str(error)[:3_000]}")
        if self.loud and self.tally["cases"] % 250 == 0:
            print(f"… {self.tally}; {len(self.different)} differ", file=sys.stderr, flush=True)  # noqa: T201

    def explore(self, count: int, *, number: int, with_mutations: bool = False) -> None:
        """Make so many operations and run each."""
        explore(
            self.schema._schema,
            self.ids,
            count,
            self.check,
            number=number,
            with_mutations=with_mutations,
            without=self.without,
        )


@contextmanager
def a_toy() -> Iterator[Subject]:
    """Give the toy schema, whose mutations change nothing."""
    loop = asyncio.new_event_loop()
    try:
        yield Subject(toy.schema, ["1", "x"], of_toy, loop, toy.LEFT_TO_THE_REFERENCE)
    finally:
        loop.close()


@contextmanager
def ours(url: str, caller: Caller | None = None) -> Iterator[Subject]:
    """Give our schema over a database; without a caller, over the demo's data, made there first."""
    loop = asyncio.new_event_loop()
    database = Database(url)
    try:
        of = Context(database, caller or loop.run_until_complete(_demo(database)))

        def context() -> tuple[Any, list[str]]:
            calls: list[str] = []
            real.CALLS.set(calls)
            return real.context(of), calls

        with real.logged() as schema:
            ids = loop.run_until_complete(_ids(schema, context()[0]))
            yield Subject(schema, ids, context, loop)
    finally:
        loop.run_until_complete(database.close())
        loop.close()


async def _demo(database: Database) -> Caller:
    await demo.load(database, lambda _done, _total: None)
    team = await demo._find(database)
    assert team
    return Caller(team.id, team.team_edition, team.visibility, 1, frozenset(Scope))


async def _ids(schema: strawberry.Schema, context: Any) -> list[str]:
    """Return ids of what there is, and of what there is not."""
    query = """{
        viewer { team { id } } sequences { nodes { id owner { id } steps { id } } }
        contacts(first: 20) { nodes { id activity(first: 2) { nodes { id } } } }
    }"""
    result = await schema.execute(query, context_value=context)
    assert not result.errors, result.errors
    found = re.findall(r"'id': '(\w+)'", str(result.data))
    return [*dict.fromkeys(found), to_id("Contact", 10**12), "nonsense"]


@contextmanager
def _database() -> Iterator[str]:
    """Make a database for the run, and drop it."""
    name = f"equivalence_{secrets.token_hex(4)}"
    with EmbeddedPostgres(find("tests"), durable=False, max_connections=300) as server:

        async def admin(statement: str) -> None:
            connection = await asyncpg.connect(Address.parse(server.url).dsn)
            await connection.execute(statement)
            await connection.close()

        asyncio.run(admin(f"create database {name}"))
        url = database_at(server.url, name)
        try:
            asyncio.run(migrate(url))
            yield url
        finally:
            asyncio.run(admin(f"drop database {name} with (force)"))


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--number", type=int, default=0, help="which cases: another number, others")
    parser.add_argument("--only", choices=["toy", "ours"])
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    subjects: list[Subject] = []
    if asked.only != "ours":
        with a_toy() as subject:
            _report("toy", subject, asked.cases, asked.number, with_mutations=True)
            subjects.append(subject)
    if asked.only != "toy":
        with _database() as url, ours(url) as subject:
            _report("ours", subject, asked.cases, asked.number, with_mutations=False)
            subjects.append(subject)
    for each in (case for subject in subjects for case in subject.different[:5]):
        print(each, end="\n\n")  # noqa: T201 -- a command
    return 1 if any(subject.different for subject in subjects) else 0


def _report(name: str, subject: Subject, cases: int, number: int, *, with_mutations: bool) -> None:
    began = time.perf_counter()
    subject.loud = True
    subject.explore(cases, number=number, with_mutations=with_mutations)
    seconds = time.perf_counter() - began
    said = f"{name}: {subject.tally}; {len(subject.different)} differ ({seconds:.0f} s)"
    print(said, flush=True)  # noqa: T201 -- a command


if __name__ == "__main__":
    sys.exit(main())
