"""What was made of sequences and members is kept while their team's revision stands, and no longer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import pytest

from models.directory import Directory
from models.engine import Database
from tests.resolvers.making import a_sequence

if TYPE_CHECKING:
    from tests.world import World


NONE: Final[frozenset[int | None]] = frozenset()


def test_what_was_read_at_a_revision_does_for_it_alone() -> None:
    directory = Directory()
    directory.keep("names", 1, 5, {None: None, 7: "seven"})
    assert directory.find("names", 1, 5, {7, None}) == {None: None, 7: "seven"}
    for other in (directory.find("names", 1, 4, NONE), directory.find("names", 1, 6, NONE)):
        assert other is None
    assert directory.find("names", 2, 5, NONE) is None
    assert directory.find("owners", 1, 5, NONE) is None


def test_all_must_be_kept_that_are_looked_up() -> None:
    directory = Directory()
    directory.keep("names", 1, 5, {7: "seven"})
    assert directory.find("names", 1, 5, {7, 8}) is None
    directory.keep("names", 1, 5, {8: "eight"})
    assert directory.find("names", 1, 5, {7, 8}) == {7: "seven", 8: "eight"}


def test_nothing_is_kept_for_who_does_not_know_the_revision() -> None:
    directory = Directory()
    directory.keep("names", 1, 5, {7: "seven"})
    assert directory.find("names", 1, None, {7}) is None


def test_another_revision_drops_what_was_read_before() -> None:
    directory = Directory()
    directory.keep("names", 1, 5, {7: "seven", 8: "eight"})
    begun = directory.find("names", 1, 5, NONE)
    directory.keep("names", 1, 6, {7: "new"})
    assert directory.find("names", 1, 6, NONE) == {7: "new"}
    assert begun == {7: "seven", 8: "eight"}  # whoever has begun goes on with what it had
    directory.keep("names", 1, 4, {7: "restored"})  # a backup has taken the place of the database
    assert directory.find("names", 1, 4, NONE) == {7: "restored"}
    assert directory.find("names", 1, 6, NONE) is None


def test_what_nobody_asked_for_longest_gives_way() -> None:
    directory = Directory(most=6)
    for team in range(1, 9):
        directory.keep("names", team, 1, {1: team, 2: team})
        directory.find("names", 1, 1, NONE)
    assert [team for team in range(1, 9) if directory.find("names", team, 1, {1, 2})] == [1, 7, 8]
    directory.keep("names", 9, 1, dict.fromkeys(range(100)))  # more than all: still worth it for this one
    assert directory.find("names", 9, 1, {*range(100)})


@pytest.mark.parametrize("seconds", [0, 0.05], ids=["not noticed yet", "noticed"])
async def test_nothing_is_kept_once_a_connection_was_lost(database_url: str, seconds: float) -> None:
    database = Database(database_url)
    await database.reader.read(None, "select 1")
    database.directory.keep("names", 1, 0, {1: "one"})
    for link in database.reader._idle:
        link.connection._transport.abort()
    await asyncio.sleep(seconds)
    assert await database.reader.read(None, "select 1")
    assert database.directory.find("names", 1, 0, {1}) is None
    await database.close()


async def revision(database: Database, team_id: int) -> int:
    [row] = await database.reader.read(team_id, "select revision from team where id = $1", team_id)
    return int(row[0])


@pytest.mark.parametrize("table", ["sequence", "member"])
async def test_each_change_of_a_sequence_or_member_raises_the_revision_of_its_team(
    world: World, database: Database, table: str
) -> None:
    home, other = await world.team(), await world.team()
    if table == "sequence":
        for name in ("One", "Two"):
            await a_sequence(home.owner.context, "Hello", name=name)
    team_id = home.team_id
    before, others = await revision(database, team_id), await revision(database, other.team_id)
    for change, raised in (("name = name || '!'", True), ("name = name", False)):
        statement = f"update {table} set {change} where team_id = $1 returning id"
        rows = await database.writer.write(team_id, statement, team_id)
        assert len(rows) > 1
        after = await revision(database, team_id)
        assert (after > before) is raised
        before = after
    assert await revision(database, other.team_id) == others
