"""Fixtures: the real application on a real port over a real database, and teams to call it for.

pyproject.toml loads this module as a plugin. Each test makes its own team: `home = await world.team()`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from models.engine import Database
from models.tables import Scope, Visibility
from resolvers import accounts
from resolvers.context import Caller, Context
from resolvers.problems import Problem
from schema.ids import to_id
from server.app import create_app
from server.settings import Settings
from tests.server.endpoint import served


@dataclass(frozen=True)
class Person:
    """A member and its key; with `member_id` None, the team's system."""

    member_id: int | None
    key: str
    context: Context

    @property
    def id(self) -> str:
        return to_id("Member", self.member_id or 0)


@dataclass
class Home:
    """A team: its owner, a teammate, and its system."""

    team_id: int
    owner: Person
    mate: Person
    system: Person


@dataclass
class World:
    """The running application, and the database below it."""

    url: str
    database: Database
    client: httpx.AsyncClient

    async def team(self, *, team_edition: bool = True, visibility: Visibility = Visibility.PUBLIC) -> Home:
        """Make a team with two members."""
        team = await accounts.create_team(
            self.database, "Test", team_edition=team_edition, visibility=visibility
        )
        assert not isinstance(team, list), team
        people = [
            await self._person(team.id, name, team_edition, visibility) for name in ("Olga", "Max", None)
        ]
        return Home(team.id, *people)

    async def _person(
        self, team_id: int, name: str | None, team_edition: bool, visibility: Visibility
    ) -> Person:
        member_id = None
        if name:
            member = await accounts.create_member(
                self.database, team_id, email=f"{name}@team{team_id}.example", name=name
            )
            assert not isinstance(member, list), member
            member_id = member.id
        made = await accounts.create_key(self.database, team_id, member_id=member_id)
        assert not isinstance(made, list), made
        scopes = frozenset(Scope[scope] for scope in made.row.scopes)
        caller = Caller(team_id, team_edition, visibility, member_id, scopes)
        return Person(member_id, made.key, Context(self.database, caller))

    async def post(
        self, query: str, variables: dict[str, Any] | None = None, *, key: str | None = None, **more: Any
    ) -> httpx.Response:
        """Send an operation."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        body = {"query": query, "variables": variables or {}}
        return await self.client.post("/graphql", json=body, headers=headers, **more)

    async def ask(self, person: Person, query: str, **variables: Any) -> dict[str, Any]:
        """Send an operation that must have no error, and return its data."""
        response = await self.post(query, variables, key=person.key)
        answer = response.json()
        assert response.status_code == 200 and "errors" not in answer, answer  # noqa: PT018
        data: dict[str, Any] = answer["data"]
        return data


def made(outcome: Any) -> Any:
    """Return what a use case made; fail with its reasons if it was refused."""
    reasons = getattr(outcome, "reasons", outcome if isinstance(outcome, Sequence) else ())
    problems = [each for each in reasons if isinstance(each, Problem)]
    assert not problems, problems
    return outcome


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of a module that says BOTH_WAYS over compiled operations and over the reference."""
    if "world" in metafunc.fixturenames and getattr(metafunc.module, "BOTH_WAYS", False):
        ids = ["compiled", "reference"]
        metafunc.parametrize("compiled", [True, False], indirect=True, ids=ids, scope="session")


@pytest.fixture(scope="session")
def compiled(request: pytest.FixtureRequest) -> bool:
    """Whether the application compiles operations, as it does unless a test wants it both ways."""
    return bool(getattr(request, "param", True))


@pytest.fixture(scope="session")
def application_url(database_url: str, compiled: bool) -> Iterator[str]:
    """The address of the application, served by uvicorn in a thread of its own."""
    settings = Settings(database_url=database_url, worker=False)  # tests say when what is due is done
    with served(create_app(settings, Database(database_url), compiled=compiled)) as address:
        yield address


@pytest_asyncio.fixture(scope="session")
async def world(application_url: str, database: Database) -> AsyncIterator[World]:
    """The running application."""
    async with httpx.AsyncClient(base_url=application_url, timeout=30) as client:
        yield World(application_url, database, client)


@pytest_asyncio.fixture
async def home(empty_database: Database) -> AsyncIterator[Home]:
    """A team in a database that is this test's alone; nothing serves it."""
    async with httpx.AsyncClient() as client:
        yield await World("", empty_database, client).team()
