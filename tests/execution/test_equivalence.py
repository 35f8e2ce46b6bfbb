"""Operations made at random come to the same both ways; `python -m tests.execution.equivalence` runs more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest_asyncio

from models.tables import Scope
from resolvers.context import Caller
from tests.execution.equivalence import Subject, a_toy, ours
from tests.schema.test_isolation_cases import things

if TYPE_CHECKING:
    from tests.world import World


def show(subject: Subject) -> None:
    """Fail with the first difference, or if too little was compiled to mean anything."""
    assert not subject.different, subject.different[0]
    assert subject.tally["without errors"] > 20, subject.tally
    assert subject.tally.share >= 0.9, subject.tally


def test_a_schema_with_everything() -> None:
    with a_toy() as subject:
        subject.explore(70, number=1, with_mutations=True)
        show(subject)


@pytest_asyncio.fixture
async def home(world: World) -> Caller:
    """A team with something of each kind."""
    made = await world.team()
    await things(made.owner.context, "some")
    return replace(made.owner.context.caller, scopes=frozenset(Scope))


def test_our_own_schema(home: Caller, database_url: str) -> None:
    with ours(database_url, home) as subject:
        subject.explore(50, number=2)
        show(subject)
