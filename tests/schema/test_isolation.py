"""Nothing of another team can be reached or told from nothing: by any field, argument, filter or cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schema.ids import to_id
from tests.schema.test_bad_input_text import SCHEMA
from tests.schema.test_isolation_cases import (
    KINDS,
    UNKNOWN,
    Path,
    Things,
    caller,
    cases,
    operation,
    places,
    put,
    snapshot,
    things,
)

if TYPE_CHECKING:
    from tests.world import World

BOTH_WAYS = True

IDS, TEXTS = places("ID"), places("String")
NESTED = {
    ("BulkChange", "results"),
    ("Contact", "activity"),
    ("Contact", "repliesTracked"),
    ("Contact", "statusesAt"),
    ("Contact", "timeInStatus"),
    ("Contact", "transitions"),
    ("Sequence", "preview"),
}


def name_of(value: object) -> str:
    return ".".join(map(str, value)) if isinstance(value, tuple) else str(value)


def test_every_root_field_has_a_case() -> None:
    assert SCHEMA.query_type
    assert SCHEMA.mutation_type
    fields = {*SCHEMA.query_type.fields, *SCHEMA.mutation_type.fields}
    nothing = Things(dict.fromkeys(KINDS, ""), "", "", "")
    assert fields == set(cases(nothing)), "give each root field a case in test_isolation_cases.py"


def test_every_field_below_that_takes_arguments_is_known() -> None:
    found = {
        (kind.name, name)
        for kind in SCHEMA.type_map.values()
        if kind not in {SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type}
        and not kind.name.startswith("__")
        for name, field in getattr(kind, "fields", {}).items()
        if getattr(field, "args", None)
    }
    assert found == NESTED, "look whether these can reach another team, then name them"


@pytest.mark.parametrize(("kind", "name", "path"), IDS, ids=name_of)
async def test_anothers_id_is_as_good_as_an_unknown_one(
    world: World, kind: str, name: str, path: Path
) -> None:
    home, other = await world.team(), await world.team()
    mine, theirs = await things(home.owner.context, "mine"), await things(other.owner.context, "hidden")
    case, query = cases(mine)[name], operation(kind, name)
    before = await snapshot(world, other.team_id)
    for type_, hidden in theirs.ids.items():
        unknown = await world.ask(caller(home, name), query, **put(case, path, to_id(type_, UNKNOWN)))
        answer = await world.ask(caller(home, name), query, **put(case, path, hidden))
        assert answer == unknown, type_
        assert "hidden" not in str(answer)
    assert await snapshot(world, other.team_id) == before
    # And the case means something: one's own id is found.
    assert await world.ask(caller(home, name), query, **case) != unknown


@pytest.mark.parametrize(("kind", "name", "path"), TEXTS, ids=name_of)
async def test_anothers_texts_find_nothing_of_theirs(world: World, kind: str, name: str, path: Path) -> None:
    home, other = await world.team(), await world.team()
    mine, theirs = await things(home.owner.context, "mine"), await things(other.owner.context, "hidden")
    before = await snapshot(world, other.team_id)
    case = cases(mine)[name]
    for text in (theirs.email, "hidden", *theirs.ids.values()):
        answer = (
            await world.post(operation(kind, name), put(case, path, text), key=caller(home, name).key)
        ).json()
        for private in ("hidden first", "hidden company", "hidden sequence", "hidden body", "hidden note"):
            assert private not in str(answer)
    assert await snapshot(world, other.team_id) == before


async def test_node_finds_each_of_ones_own_and_none_of_anothers(world: World) -> None:
    home, other = await world.team(), await world.team()
    mine, theirs = await things(home.owner.context, "mine"), await things(other.owner.context, "hidden")
    for type_ in KINDS:
        found = await world.ask(home.owner, operation("query", "node"), id=mine.ids[type_])
        assert found["node"]["__typename"] == type_
        assert found["node"]["id"] == mine.ids[type_]
    mixed = [id_ for type_ in KINDS for id_ in (mine.ids[type_], theirs.ids[type_])]
    found = await world.ask(home.owner, operation("query", "nodes"), ids=mixed)
    assert [node and node["id"] for node in found["nodes"]] == [
        id_ if index % 2 == 0 else None for index, id_ in enumerate(mixed)
    ]


async def test_a_preview_shows_no_contact_of_another_team(world: World) -> None:
    home, other = await world.team(), await world.team()
    mine, theirs = await things(home.owner.context, "mine"), await things(other.owner.context, "hidden")
    query = "query ($s: ID!, $c: ID!) { sequence(id: $s) { preview(contactId: $c) { body subject } } }"
    own = await world.ask(home.owner, query, s=mine.ids["Sequence"], c=mine.ids["Contact"])
    assert own["sequence"]["preview"]
    hidden = await world.ask(home.owner, query, s=mine.ids["Sequence"], c=theirs.ids["Contact"])
    assert hidden == {"sequence": {"preview": None}}


async def test_lists_counts_and_cursors_are_of_ones_own_team(world: World) -> None:
    home, other = await world.team(), await world.team()
    mine = await things(home.owner.context, "mine")
    await things(other.owner.context, "hidden")
    query = """query ($after: String, $before: String) {
      contacts(after: $after, before: $before) { totalCount edges { cursor node { email } } }
      sequences { totalCount edges { cursor node { name } } } }"""
    theirs = await world.ask(other.owner, query)
    cursors = [edge["cursor"] for edge in theirs["contacts"]["edges"]]
    everything = await world.ask(home.owner, query)
    assert (everything["contacts"]["totalCount"], everything["sequences"]["totalCount"]) == (3, 2)
    assert mine.email in [edge["node"]["email"] for edge in everything["contacts"]["edges"]]
    for cursor in cursors:
        for where in ("after", "before"):
            assert "hidden" not in str(await world.ask(home.owner, query, **{where: cursor}))
