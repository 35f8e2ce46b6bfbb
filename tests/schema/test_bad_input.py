"""No request is answered with a 500: bodies that are no operation, and inputs that are no use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from resolvers import contacts
from rules.statuses import Status
from schema.ids import to_id
from tests.world import Home, made

if TYPE_CHECKING:
    from tests.world import World

BOTH_WAYS = True

SET = """mutation ($input: SetStatusInput!) { setStatus(input: $input) {
  ... on SetStatusSuccess { after }
  ... on SetStatusFailure { reasons { code message ... on InvalidInput { field } } }
} }"""
ALL = [status.name for status in Status]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(world: World) -> Home:
    """A team whose contacts no test of this module looks for."""
    return await world.team()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def contact_id(world: World, home: Home) -> str:
    """A contact in no sequence."""
    return await contact(world, home)


async def contact(world: World, home: Home, email: str = "ada@example.com") -> str:
    """Make a contact, and return its id."""
    [written] = made(await contacts.upsert(home.owner.context, [contacts.Profile(email)]))
    return to_id("Contact", written.record.contact.id)


def codes(answer: dict[str, Any]) -> list[str]:
    """Return the codes of the errors."""
    return [error["extensions"]["code"] for error in answer.get("errors", ())]


NO_OPERATIONS = [
    b"5",
    b"null",
    b"true",
    b'"x"',
    b"[]",
    b"{}",
    b"",
    b"{",
    b'{"query": "{ viewer { __typename } }"',
    b'{"query": 5}',
    b'{"query": ""}',
    b'{"query": " "}',
    b'{"query": null}',
    b'{"query": ["{ __typename }"]}',
    b'[{"query": "{ __typename }"}]',
    b'{"query": "{ __typename }", "variables": 5}',
    b'{"query": "{ __typename }", "variables": "{}"}',
    b'{"query": "{ __typename }", "variables": []}',
    b'{"query": "{ __typename }", "operationName": 5}',
    b'{"query": "{ __typename }", "extensions": 5}',
    b'{"query": "{ __typename }", "extensions": []}',
    b'{"query": "{ \xff }"}',
    b"\xff\xfe{\x00}\x00",
    b'{"query": "{ __typename \xed\xa0\x80 }"}',
    b'{"query": "\\ud800"}',
    b"[" * 500_000,
    b'{"a":' * 100_000,
    b'{"query": "{ __typename }", "variables": ' + b'{"a":' * 2_000 + b"1" + b"}" * 2_000 + b"}",
    b'{"query": "{ __typename }", "variables": {"a": NaN}}',
    b'{"query": "{ __typename }"} trailing',
    b"\x00",
]


@pytest.mark.parametrize("body", NO_OPERATIONS, ids=[repr(body[:50]) for body in NO_OPERATIONS])
async def test_a_body_that_is_no_operation_is_a_400(world: World, home: Home, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {home.owner.key}", "Content-Type": "application/json"}
    response = await world.client.post("/graphql", content=body, headers=headers)
    assert response.status_code == 400, response.text
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert error["message"]


async def test_twenty_megabytes_are_a_413(world: World, home: Home) -> None:
    headers = {"Authorization": f"Bearer {home.owner.key}", "Content-Type": "application/json"}
    body = json.dumps({"query": "{ __typename }", "variables": {"a": "x" * 20_000_000}})
    response = await world.client.post("/graphql", content=body, headers=headers)
    assert response.status_code == 413
    assert codes(response.json()) == ["BODY_TOO_LARGE"]
    assert (await world.ask(home.owner, "{ __typename }")) == {"__typename": "Query"}


@pytest.mark.parametrize(
    "given",
    [
        {"add": ["NOPE"]},
        {"add": [None]},
        {"add": None},
        {"add": 5},
        {"add": [["PAUSED"]]},
        {"add": {"a": 1}},
        {"expectedVersion": 2**31},
        {"expectedVersion": -(2**31) - 1},
        {"expectedVersion": 10**400},
        {"expectedVersion": 1.5},
        {"expectedVersion": "1"},
        {"expectedVersion": True},
        {"note": 5},
        {"note": ["x"]},
        {"contactId": None},
        {"contactId": 1.5},
        {"contactId": {"a": "b"}},
        {"unknown": 1},
    ],
    ids=repr,
)
async def test_a_value_of_another_type_is_named(
    world: World, home: Home, contact_id: str, given: dict[str, Any]
) -> None:
    variables = {"input": {"contactId": contact_id, "add": ["OPTED_OUT"], **given}}
    answer = (await world.post(SET, variables, key=home.owner.key)).json()
    # 10**400 is no number of orjson's: the body is not JSON then.
    assert set(codes(answer)) in ({"GRAPHQL_VALIDATION_FAILED"}, {"BAD_REQUEST"}), answer
    assert next(iter(given)) in answer["errors"][0]["message"] or codes(answer) == ["BAD_REQUEST"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "INVALID_INPUT", "add"),
        ({"add": [], "remove": []}, "INVALID_INPUT", "add"),
        ({"add": ALL + ALL + ["PAUSED"]}, "INVALID_INPUT", "add"),
        ({"add": ALL, "remove": [*ALL, "ACTIVE"]}, "INVALID_INPUT", "add"),
        ({"add": ["OPTED_OUT"], "note": "n" * 2_001}, "INVALID_INPUT", "note"),
        ({"add": ["OPTED_OUT"], "note": "n" * 500_000}, "INVALID_INPUT", "note"),
        ({"add": ["OPTED_OUT", "OPTED_OUT"]}, "ALREADY_SET", None),
        ({"add": ["OPTED_OUT"], "remove": ["OPTED_OUT"]}, "NOT_SET", None),
        ({"add": ["OPTED_OUT"], "expectedVersion": 0}, "VERSION_CONFLICT", None),
        ({"add": ["OPTED_OUT"], "expectedVersion": -(2**31)}, "VERSION_CONFLICT", None),
        ({"add": ["OPTED_OUT"], "expectedVersion": 2**31 - 1}, "VERSION_CONFLICT", None),
        ({"add": ["OPTED_OUT"], "contactId": ""}, "CONTACT_NOT_FOUND", None),
        ({"add": ["OPTED_OUT"], "contactId": 5}, "CONTACT_NOT_FOUND", None),
        ({"add": ["OPTED_OUT"], "contactId": 10**18}, "CONTACT_NOT_FOUND", None),
    ],
    ids=lambda value: repr(value)[:60],
)
async def test_an_input_of_no_use_is_refused_as_data(  # noqa: PLR0917 - fixtures, by name
    world: World, home: Home, contact_id: str, given: dict[str, Any], code: str, field: str | None
) -> None:
    answer = await world.ask(home.owner, SET, input={"contactId": contact_id, **given})
    reasons = answer["setStatus"]["reasons"]
    assert code in [reason["code"] for reason in reasons], reasons
    assert [reason["field"] for reason in reasons if "field" in reason] == ([field] if field else [])
    assert all(reason["message"] for reason in reasons)


async def test_twenty_eight_changes_are_decided(world: World, home: Home, contact_id: str) -> None:
    answer = await world.ask(home.owner, SET, input={"contactId": contact_id, "add": ALL, "remove": ALL})
    assert answer["setStatus"]["reasons"][0]["code"] == "NOT_IN_SEQUENCE"


async def test_the_longest_note_is_kept(world: World, home: Home) -> None:
    given = {"contactId": await contact(world, home, "note@example.com"), "add": ["OPTED_OUT"]}
    answer = await world.ask(home.owner, SET, input={**given, "note": "\U0001f600" * 2_000})
    assert answer["setStatus"] == {"after": ["OPTED_OUT"]}
