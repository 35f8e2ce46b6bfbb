"""Private mode: for a teammate, other people's contacts do not exist; with Team Edition off they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.tables import Visibility
from schema.ids import to_id
from tests.schema.test_isolation_cases import UNKNOWN, Path, cases, operation, places, put, snapshot, things

if TYPE_CHECKING:
    from tests.world import World

UPSERT = """mutation ($contacts: [ContactInput!]!) { upsertContacts(input: {contacts: $contacts}) {
  ... on UpsertContactsSuccess { results { __typename
    ... on ContactUpserted { created contact { email firstName } }
    ... on ContactRefused { reasons { code message } } } } } }"""
LISTS = """query ($filter: ContactFilter, $after: String, $before: String) {
  contacts(filter: $filter, after: $after, before: $before, orderBy: {field: EMAIL}) {
    totalCount edges { cursor node { email } } pageInfo { hasNextPage hasPreviousPage } } }"""


@pytest.mark.parametrize(
    ("kind", "name", "path"),
    [place for place in places("ID") if place[1] != "recordEvents"],  # the system's, which sees everyone
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else value,
)
async def test_a_teammates_contact_is_as_good_as_an_unknown_one(
    world: World, kind: str, name: str, path: Path
) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    mine, theirs = await things(home.mate.context, "mine"), await things(home.owner.context, "hidden")
    case, query = cases(mine)[name], operation(kind, name)
    before = await snapshot(world, home.team_id)
    for type_ in ("Contact", "Activity"):
        unknown = await world.ask(home.mate, query, **put(case, path, to_id(type_, UNKNOWN)))
        answer = await world.ask(home.mate, query, **put(case, path, theirs.ids[type_]))
        assert answer == unknown, type_
    assert await snapshot(world, home.team_id) == before
    assert await world.ask(home.mate, query, **case) != unknown


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("setStatus", "CONTACT_NOT_FOUND"),
        ("enrollContacts", "CONTACT_NOT_FOUND"),
        ("moveContacts", "CONTACT_NOT_FOUND"),
        ("removeContacts", "CONTACT_NOT_FOUND"),
    ],
)
async def test_a_mutation_says_that_there_is_no_such_contact(world: World, name: str, code: str) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    mine, theirs = await things(home.mate.context, "mine"), await things(home.owner.context, "hidden")
    path: Path = ("input", "contactId") if name == "setStatus" else ("input", "contactIds", 0)
    hidden = put(cases(mine)[name], path, theirs.ids["Contact"])
    answer = str(await world.ask(home.mate, operation("mutation", name), **hidden))
    assert code in answer
    assert "NOT_THE_OWNER" not in answer


async def test_even_opting_out_is_no_exception(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    theirs = await things(home.owner.context, "hidden")
    given = {"input": {"contactId": theirs.ids["Contact"], "add": ["OPTED_OUT"]}}
    answer = await world.ask(home.mate, operation("mutation", "setStatus"), **given)
    assert [reason["code"] for reason in answer["setStatus"]["reasons"]] == ["CONTACT_NOT_FOUND"]


async def test_it_is_in_no_list_no_count_no_filter_and_behind_no_cursor(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    theirs = await things(home.owner.context, "hidden")
    mine = await things(home.mate.context, "mine")
    full = (await world.ask(home.owner, LISTS))["contacts"]
    assert full["totalCount"] == 3
    cursors = [edge["cursor"] for edge in full["edges"]]
    seen = (await world.ask(home.mate, LISTS))["contacts"]
    shown = [edge["node"]["email"] for edge in seen["edges"]]
    assert shown == ["mine.loose@example.com", "mine.ready@example.com", mine.email]
    assert seen["totalCount"] == 3
    assert not seen["pageInfo"]["hasNextPage"]
    for wanted in (
        {"search": "hidden"},
        {"ownerId": home.owner.id},
        {"sequenceId": theirs.ids["Sequence"]},
        {"ownerId": home.owner.id, "inSequence": False},
    ):
        found = (await world.ask(home.mate, LISTS, filter=wanted))["contacts"]
        assert (found["edges"], found["totalCount"]) == ([], 0), wanted
    for where in ("after", "before"):
        for cursor in cursors:
            assert "hidden" not in str(await world.ask(home.mate, LISTS, **{where: cursor}))
    found = await world.ask(home.mate, "query ($e: String) { contact(email: $e) { id } }", e=theirs.email)
    assert found == {"contact": None}


async def test_its_log_and_its_preview_are_not_there_either(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    theirs = await things(home.owner.context, "hidden")
    ids = [theirs.ids[kind] for kind in ("Contact", "Activity", "Sequence", "Member", "Step")]
    nodes = (await world.ask(home.mate, operation("query", "nodes"), ids=ids))["nodes"]
    # The sequence, its steps and its owner are the team's: only contacts are private.
    assert [node and node["__typename"] for node in nodes] == [None, None, "Sequence", "Member", "Step"]
    query = "query ($s: ID!, $c: ID!) { sequence(id: $s) { preview(contactId: $c) { body } } }"
    found = await world.ask(home.mate, query, s=theirs.ids["Sequence"], c=theirs.ids["Contact"])
    assert found == {"sequence": {"preview": None}}


async def test_its_address_is_taken_and_nothing_of_it_changes(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    theirs = await things(home.owner.context, "hidden")
    await things(home.mate.context, "mine")
    before = await snapshot(world, home.team_id)
    given = [
        {"email": theirs.email, "firstName": "Stolen"},
        {"email": theirs.email.upper().replace("@EXAMPLE.COM", ".LOOSE@example.com"), "company": "Stolen"},
        {"email": "mine@example.com", "newEmail": theirs.email},
    ]
    answer = await world.ask(home.mate, UPSERT, contacts=given)
    results = answer["upsertContacts"]["results"]
    assert [[reason["code"] for reason in each["reasons"]] for each in results] == [["EMAIL_TAKEN"]] * 3
    assert "hidden first" not in str(answer)
    assert await snapshot(world, home.team_id) == before


async def test_who_owns_the_sequence_sees_the_contact_in_it(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    theirs = await things(home.owner.context, "theirs")
    query = "query ($id: ID!) { contact(id: $id) { email } }"
    moved = {"id": theirs.ids["Contact"]}
    assert (await world.ask(home.mate, query, **moved))["contact"] is None
    # The sequence goes to the mate, and the contacts in it with it (section 2: the owner is the sequence's).
    move = {"input": {"sequenceId": theirs.ids["Sequence"], "ownerId": home.mate.id}}
    await world.ask(home.owner, operation("mutation", "updateSequence"), **move)
    assert (await world.ask(home.mate, query, **moved))["contact"] == {"email": theirs.email}
    assert (await world.ask(home.owner, query, **moved))["contact"] is None


@pytest.mark.parametrize(
    ("team_edition", "visibility"),
    [(False, Visibility.PUBLIC), (False, Visibility.PRIVATE), (True, Visibility.PUBLIC)],
)
async def test_otherwise_teammates_see_each_others_contacts(
    world: World, *, team_edition: bool, visibility: Visibility
) -> None:
    home = await world.team(team_edition=team_edition, visibility=visibility)
    theirs = await things(home.owner.context, "theirs")
    found = (await world.ask(home.mate, LISTS))["contacts"]
    assert found["totalCount"] == 3
    nodes = await world.ask(home.mate, operation("query", "nodes"), ids=[theirs.ids["Activity"]])
    assert nodes["nodes"][0]["note"] == "theirs note"
