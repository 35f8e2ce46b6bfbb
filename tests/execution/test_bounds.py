"""What is kept compiled is bounded, in number and in size, and so are the ways one operation is compiled."""

from __future__ import annotations

import pytest

from execution import Executor, Outcome, operation, operations, source
from tests.execution import toy
from tests.execution.toy_types import Context


async def run(executor: Executor, query: str, **variables: object) -> Outcome:
    answer = await executor.execute(query, context_value=Context(), variable_values=variables)
    assert not answer.result.errors
    return answer.outcome


async def test_the_least_recently_used_is_forgotten() -> None:
    executor = Executor(toy.schema, most=2)
    for query in ("{ a: plain }", "{ b: plain }", "{ a: plain }", "{ c: plain }", "{ a: plain }"):
        assert await run(executor, query) is Outcome.COMPILED
    assert executor.compilations == 3
    await run(executor, "{ b: plain }")
    assert executor.compilations == 4


async def test_long_sources_are_forgotten_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_SOURCE", 1)
    executor = Executor(toy.schema)
    for query in ("{ a: plain }", "{ b: plain }", "{ a: plain }"):
        assert await run(executor, query) is Outcome.COMPILED
    assert executor.compilations == 3


@pytest.mark.parametrize(("module", "name"), [(source, "LONGEST"), (operations, "LONGEST")])
async def test_what_is_too_long_is_left_to_the_reference(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    monkeypatch.setattr(module, name, 10)
    assert await run(Executor(toy.schema), "{ node { number } }") is Outcome.FALLBACK


async def test_ways_of_directives_are_compiled_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operation, "MOST_VARIANTS", 2)
    executor = Executor(toy.schema)
    query = "query ($a: Boolean!, $b: Boolean!) { plain @include(if: $a) x: plain @skip(if: $b) }"
    outcomes = [await run(executor, query, a=a, b=b) for a in (True, False) for b in (True, False)]
    assert outcomes == [Outcome.COMPILED] * 2 + [Outcome.FALLBACK] * 2
    assert await run(executor, query, a=True, b=False) is Outcome.COMPILED


async def test_more_directive_variables_than_that_are_left_to_the_reference() -> None:
    names = [f"v{number}" for number in range(operation.MOST_SWITCHES + 1)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: plain @skip(if: ${name})" for name in names)
    query = f"query ({declared}) {{ {fields} }}"
    assert await run(Executor(toy.schema), query, **dict.fromkeys(names, False)) is Outcome.FALLBACK
