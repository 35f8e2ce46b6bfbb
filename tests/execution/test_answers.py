"""What is compiled answers what the reference answers."""

from __future__ import annotations

from typing import Any

import pytest

from execution import Outcome
from tests.execution.both import compare
from tests.execution.documents import COMPILED, FALLBACK, REFUSED


@pytest.mark.parametrize(("query", "variables"), COMPILED)
async def test_answers_are_equal_and_compiled(query: str, variables: dict[str, Any]) -> None:
    outcome, seen = await compare(query, variables)
    assert (outcome, seen.errors) == (Outcome.COMPILED, [])


@pytest.mark.parametrize(("query", "variables"), FALLBACK)
async def test_answers_are_equal_where_the_reference_gives_them(
    query: str, variables: dict[str, Any]
) -> None:
    outcome, _ = await compare(query, variables)
    assert outcome is Outcome.FALLBACK


@pytest.mark.parametrize(("query", "variables"), REFUSED)
async def test_refusals_are_equal(query: str, variables: dict[str, Any]) -> None:
    outcome, seen = await compare(query, variables)
    assert outcome is Outcome.REFUSED
    assert seen.errors
