"""Runs an operation through both, the compiled executor and the reference, and compares what can be seen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import orjson
import strawberry

from execution import Executor, Outcome
from tests.execution import toy
from tests.execution.toy_types import Context


@dataclass
class Seen:
    """What can be seen of one run."""

    data: bytes
    errors: list[dict[str, Any]]
    calls: list[str]
    extensions: dict[str, Any] = field(default_factory=dict)


def shown(result: Any, calls: list[str]) -> Seen:
    """Return what can be seen of a result: the text of its data, so that the order of keys counts."""
    errors = sorted((dict(error.formatted) for error in result.errors or ()), key=str)
    return Seen(orjson.dumps(result.data), errors, sorted(calls), result.extensions or {})


async def compare(
    query: str,
    variables: dict[str, Any] | None = None,
    *,
    executor: Executor | None = None,
    schema: strawberry.Schema = toy.schema,
    times: int = 2,
    seconds: float = 5,
    **given: Any,
) -> tuple[Outcome, Seen]:
    """Run it compiled, as often as said, and by the reference; fail on any difference.

    The calls of resolvers are compared if the compiled code answered: the fallback makes some twice.
    """
    executor = executor or Executor(schema)
    expected_context = Context()
    async with asyncio.timeout(seconds):
        reference = await schema.execute(
            query, variable_values=variables, context_value=expected_context, **given
        )
    expected = shown(reference, expected_context.log)
    outcome = Outcome.REFUSED
    for _ in range(times):
        context = Context()
        async with asyncio.timeout(seconds):
            answer = await executor.execute(query, variable_values=variables, context_value=context, **given)
        seen, outcome = shown(answer.result, context.log), answer.outcome
        if outcome is Outcome.FALLBACK:
            seen.calls = expected.calls
        assert seen == expected, f"{query}\n{variables}\n{seen}\n{expected}"
    return outcome, expected
