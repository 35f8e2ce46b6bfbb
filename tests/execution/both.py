"""Runs an operation both ways, compiled and by the reference, and compares what can be seen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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


def of_toy() -> tuple[Any, list[str]]:
    """Return a context of the toy schema, and its log."""
    made = Context()
    return made, made.log


async def compare(
    query: str,
    variables: dict[str, Any] | None = None,
    *,
    executor: Executor | None = None,
    schema: strawberry.Schema = toy.schema,
    context: Callable[[], tuple[Any, list[str]]] = of_toy,
    times: int = 2,
    seconds: float = 10,
    **given: Any,
) -> tuple[Outcome, Seen]:
    """Run it compiled, as often as said, and by the reference; fail on any difference.

    The calls of resolvers are compared if the compiled code answered: the fallback makes some twice.
    """
    executor = executor or Executor(schema)
    context_value, log = context()
    async with asyncio.timeout(seconds):
        reference = await schema.execute(
            query, variable_values=variables, context_value=context_value, **given
        )
    expected = shown(reference, log)
    outcome = Outcome.REFUSED
    for _ in range(times):
        context_value, log = context()
        async with asyncio.timeout(seconds):
            answer = await executor.execute(
                query, variable_values=variables, context_value=context_value, **given
            )
        seen, outcome = shown(answer.result, log), answer.outcome
        if outcome is Outcome.FALLBACK:
            seen.calls = expected.calls
        assert seen == expected, f"{query}\n{variables}\n{seen}\n{expected}"
    return outcome, expected
