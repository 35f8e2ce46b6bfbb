"""The hooks of a schema's extensions run as they do around the reference, each time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import strawberry
from graphql import DocumentNode, GraphQLError, parse
from strawberry.extensions import MaxTokensLimiter, ParserCache, SchemaExtension, ValidationCache

from execution import Executor, Outcome
from tests.execution import toy
from tests.execution.toy_types import Context


class Tells(SchemaExtension):
    """Notes every hook, and what it can see there."""

    def _note(self, hook: str) -> None:
        context = self.execution_context
        seen = (bool(context.graphql_document), context.result and context.result.data)
        errors = [str(each) for each in context.pre_execution_errors or ()]
        context.context.log.append(f"{hook} {seen} {errors}")

    async def on_operation(self) -> AsyncIterator[None]:
        self._note("operation")
        yield
        self._note("operated")

    def on_parse(self) -> Iterator[None]:
        self._note("parse")
        yield
        self._note("parsed")

    def on_validate(self) -> Iterator[None]:
        self._note("validate")
        yield
        self._note("validated")

    async def on_execute(self) -> AsyncIterator[None]:
        self._note("execute")
        yield
        self._note("executed")

    def get_results(self) -> dict[str, Any]:
        return {"told": len(hooks(self.execution_context.context.log))}


class Resolves(SchemaExtension):
    """Is around each field: only the reference can do that."""

    def resolve(self, _next: Any, root: Any, info: Any, *args: str, **kwargs: Any) -> Any:
        info.context.log.append(info.field_name)
        return _next(root, info, *args, **kwargs)


class Answers(SchemaExtension):
    """Answers instead of the execution."""

    async def on_execute(self) -> AsyncIterator[None]:
        self.execution_context.result = strawberry.types.ExecutionResult({"plain": "cached"}, None)
        yield


class Rewrites(SchemaExtension):
    """Executes another document than the one that was sent."""

    def on_operation(self) -> Iterator[None]:
        self.execution_context.graphql_document = self.document
        yield

    @property
    def document(self) -> DocumentNode:
        return parse("{ other: plain }" if self.execution_context.context.batches else "{ plain }")


class Refuses(SchemaExtension):
    """Raises before anything runs."""

    def on_execute(self) -> Iterator[None]:
        if self.execution_context:
            raise GraphQLError("not today")
        yield


QUERIES = [
    "{ leaves { when uuid } }",
    "{ node(number: 2) { odd } }",
    "{ nope }",
    "{",
    "mutation { fail }",
]


def hooks(log: list[str]) -> list[str]:
    """Leave out the calls of resolvers, some of which the fallback makes twice."""
    return [line for line in log if not line.startswith("[")]


def made(*extensions: Any) -> strawberry.Schema:
    return strawberry.Schema(toy.Query, toy.Mutation, extensions=extensions)


async def both(schema: strawberry.Schema, query: str, times: int = 2) -> Outcome:
    """Run it both ways and compare all that an extension could have a hand in."""
    executor, outcome = Executor(schema), Outcome.REFUSED
    expected_context = Context()
    expected = await schema.execute(query, context_value=expected_context)
    for _ in range(times):
        context = Context()
        answer = await executor.execute(query, context_value=context)
        outcome = answer.outcome
        assert answer.result.data == expected.data, "such extensions see texts where the reference has texts"
        assert answer.result.extensions == expected.extensions
        assert [each.formatted for each in answer.result.errors or ()] == [
            each.formatted for each in expected.errors or ()
        ]
        assert hooks(context.log) == hooks(expected_context.log)
    return outcome


@pytest.mark.parametrize("caches", [(), (ParserCache, ValidationCache)], ids=["parsed anew", "cached"])
@pytest.mark.parametrize("query", QUERIES)
async def test_all_hooks_run_each_time(query: str, caches: tuple[Any, ...]) -> None:
    outcome = await both(made(Tells, *caches), query)
    assert (outcome is Outcome.COMPILED) == (query == QUERIES[0])


async def test_what_is_around_each_field_is_left_to_the_reference() -> None:
    assert await both(made(Resolves), "{ plain node { number } }") is Outcome.FALLBACK


async def test_an_extension_may_answer_itself() -> None:
    assert await both(made(Answers), "{ plain }") is not Outcome.COMPILED


async def test_an_extension_may_refuse() -> None:
    assert await both(made(Refuses), "{ plain }") is Outcome.REFUSED


async def test_the_document_that_is_executed_is_the_one_that_extensions_leave() -> None:
    executor = Executor(made(Rewrites))
    for batches, name in (([], "plain"), ([[1]], "other"), ([], "plain")):
        answer = await executor.execute("{ plain }", context_value=Context(batches=batches))
        assert answer.result.data == {name: "plain"}


async def test_limits_to_documents_are_kept() -> None:
    schema = made(lambda: MaxTokensLimiter(5))
    assert await both(schema, "{ plain }") is Outcome.COMPILED
    assert await both(schema, "{ plain a: plain }") is Outcome.REFUSED
