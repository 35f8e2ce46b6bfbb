"""updatedSince: a time must say its offset, and be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.world import World

FIND = "query ($filter: ContactFilter) { contacts(filter: $filter) { totalCount } }"


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("2026-01-01T00:00:00", "BAD_INPUT"),
        ("2026-01-01", "BAD_INPUT"),
        ("0001-01-01T00:00:00+14:00", "BAD_INPUT"),
        ("9999-12-31T23:59:59-14:00", "BAD_INPUT"),
        ("10000-01-01T00:00:00Z", "GRAPHQL_VALIDATION_FAILED"),
        ("2026-02-30T00:00:00Z", "GRAPHQL_VALIDATION_FAILED"),
        ("yesterday", "GRAPHQL_VALIDATION_FAILED"),
        ("", "GRAPHQL_VALIDATION_FAILED"),
        (5, "GRAPHQL_VALIDATION_FAILED"),
        (10**18, "GRAPHQL_VALIDATION_FAILED"),
        ({}, "GRAPHQL_VALIDATION_FAILED"),
        ("2026-01-01T00:00:00+99:99", "GRAPHQL_VALIDATION_FAILED"),
        ("9" * 100_000, "GRAPHQL_VALIDATION_FAILED"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_times_that_are_none(world: World, time: Any, code: str) -> None:
    home = await world.team()
    response = await world.post(FIND, {"filter": {"updatedSince": time}}, key=home.owner.key)
    answer = response.json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code], answer
    assert "updatedSince" in answer["errors"][0]["message"]
    value = str(time) if isinstance(time, int | dict) else f'"{time}"'
    literal = f"{{ contacts(filter: {{updatedSince: {value}}}) {{ totalCount }} }}"
    answer = (await world.post(literal, key=home.owner.key)).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code], answer
