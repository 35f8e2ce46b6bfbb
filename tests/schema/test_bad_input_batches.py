"""Batches: their sizes, and what is wrong with one of many; and whatever JSON there is, no bug."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.statuses import Status
from schema.ids import to_id
from tests.world import Home

if TYPE_CHECKING:
    from tests.world import World

SET = """mutation ($input: SetStatusInput!) { setStatus(input: $input) { __typename } }"""
UPSERT = """mutation ($input: UpsertContactsInput!) { upsertContacts(input: $input) {
  ... on UpsertContactsSuccess { results {
    ... on ContactUpserted { created changed contact { email variables { name value } } }
    ... on ContactRefused { index reasons { code message ... on InvalidInput { field } } } } }
  ... on Failure { reasons { code message ... on InvalidInput { field } } } } }"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(world: World) -> Home:
    """A team whose contacts no test of this module looks for."""
    return await world.team()


@pytest.mark.parametrize("size", [0, 1_001])
async def test_a_batch_of_none_or_too_many_is_refused(world: World, home: Home, size: int) -> None:
    contacts = [{"email": f"c{number}@example.com"} for number in range(size)]
    answer = (await world.ask(home.owner, UPSERT, input={"contacts": contacts}))["upsertContacts"]
    [reason] = answer["reasons"]
    assert (reason["code"], reason["field"]) == ("INVALID_INPUT", "contacts")
    assert "1 to 1,000" in reason["message"]


@pytest.mark.parametrize("mutation", ["enrollContacts", "moveContacts", "removeContacts"])
@pytest.mark.parametrize("size", [0, 1_001])
async def test_so_is_one_of_ids(world: World, home: Home, mutation: str, size: int) -> None:
    sequence = "" if mutation == "removeContacts" else 'sequenceId: "U2VxdWVuY2U6MQ", '
    query = f"""mutation ($ids: [ID!]!) {{ {mutation}(input: {{{sequence}contactIds: $ids}}) {{
        ... on Failure {{ reasons {{ code }} }} }} }}"""
    ids = [to_id("Contact", number + 1) for number in range(size)]
    answer = (await world.ask(home.owner, query, ids=ids))[mutation]
    assert "INVALID_INPUT" in [reason["code"] for reason in answer["reasons"]]


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a" * 250 + "@example.com"}, "email"),
        ({"email": "\u0130@example.com"}, "email"),
        ({"email": "a\n@example.com"}, "email"),
        ({"email": "ok@example.com", "newEmail": ""}, "newEmail"),
        ({"email": "ok@example.com", "firstName": "x" * 201}, "firstName"),
        ({"email": "ok@example.com", "lastName": "x" * 500_000}, "lastName"),
        ({"email": "ok@example.com", "variables": [{"name": "", "value": "x"}]}, "variables"),
        ({"email": "ok@example.com", "variables": [{"name": "1a", "value": "x"}]}, "variables"),
        ({"email": "ok@example.com", "variables": [{"name": "x" * 81, "value": "x"}]}, "variables"),
        ({"email": "ok@example.com", "variables": [{"name": "Email", "value": "x"}]}, "variables"),
        ({"email": "ok@example.com", "variables": [{"name": "A", "value": "x" * 2_001}]}, "variables.A"),
        ({"email": "ok@example.com", "variables": [{"name": "a_b", "value": "x" * 2_001}]}, "variables.a_b"),
        (
            {"email": "ok@example.com", "variables": [{"name": f"V{n}", "value": "x"} for n in range(101)]},
            "variables",
        ),
    ],
    ids=lambda value: repr(value)[:60],
)
async def test_one_bad_contact_is_named_and_the_others_are_written(
    world: World, home: Home, contact: dict[str, Any], field: str
) -> None:
    batch = [{"email": "first@example.com"}, contact, {"email": "last@example.com"}]
    results = (await world.ask(home.owner, UPSERT, input={"contacts": batch}))["upsertContacts"]["results"]
    assert [results[0]["contact"]["email"], results[2]["contact"]["email"]] == [
        "first@example.com",
        "last@example.com",
    ]
    assert results[1]["index"] == 1
    reasons = {reason.get("field"): reason for reason in results[1]["reasons"]}
    # The path is into the input as the caller wrote it.
    assert f"contacts.1.{field}" in reasons, reasons
    assert len(reasons[f"contacts.1.{field}"]["message"]) < 400


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
IDS = st.builds(to_id, st.sampled_from(["Contact", "Member", "Sequence"]), st.integers(1, 50)) | TEXT
STATUSES = st.lists(st.sampled_from([status.name for status in Status]), max_size=30)
SET_INPUT = st.fixed_dictionaries(
    {"contactId": IDS | JSON},
    optional={
        "add": STATUSES | JSON,
        "remove": STATUSES | JSON,
        "expectedVersion": st.none() | st.integers() | JSON,
        "note": TEXT | JSON,
    },
)
EMAIL = st.builds("{}@{}.example".format, TEXT, TEXT) | st.emails() | TEXT
NAME = st.none() | TEXT
CONTACT = st.fixed_dictionaries(
    {"email": EMAIL},
    optional={
        "newEmail": EMAIL,
        "firstName": NAME,
        "lastName": NAME,
        "company": NAME,
        "phone": NAME,
        "ownerId": IDS,
        "variables": st.lists(
            st.fixed_dictionaries({"name": st.from_regex(r"[A-Z][A-Za-z_0-9]{0,5}") | TEXT, "value": NAME})
        ),
    },
)
UPSERT_INPUT = st.fixed_dictionaries({"contacts": st.lists(CONTACT | JSON, max_size=5) | JSON})
CASES = (
    st.tuples(st.just(SET), st.fixed_dictionaries({"input": SET_INPUT | JSON}))
    | st.tuples(st.just(UPSERT), st.fixed_dictionaries({"input": UPSERT_INPUT | JSON}))
    | st.tuples(
        st.just(UPSERT),
        st.fixed_dictionaries(
            {"input": st.fixed_dictionaries({"contacts": st.lists(CONTACT, min_size=1, max_size=5)})}
        ),
    )
    | st.tuples(st.sampled_from([SET, UPSERT]), JSON)
)


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,  # a failure is the change's, not the day's
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(case=CASES)
async def test_no_json_is_answered_as_a_bug(world: World, home: Home, case: tuple[str, Any]) -> None:
    query, variables = case
    body = json.dumps({"query": query, "variables": variables})
    headers = {"Authorization": f"Bearer {home.owner.key}", "Content-Type": "application/json"}
    response = await world.client.post("/graphql", content=body, headers=headers)
    assert response.status_code in {200, 400}, response.text
    answer = response.json()
    assert {error["extensions"]["code"] for error in answer.get("errors", ())} <= {
        "BAD_INPUT",
        "BAD_REQUEST",
        "GRAPHQL_VALIDATION_FAILED",
    }, answer
