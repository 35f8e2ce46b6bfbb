"""What goes wrong in compiled operations: the reference answers, nothing hangs, nothing is done twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import strawberry

from execution import Executor, Outcome
from tests.execution.both import compare
from tests.execution.toy_types import Context, Info


@strawberry.type
class Part:
    @strawberry.field
    async def slow(self, info: Info) -> str:
        """Take a while, and tell whether it was let finish."""
        try:
            await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            info.context.log.append("cancelled")
            raise
        info.context.log.append("finished")
        return "slow"

    @strawberry.field
    async def fails(self) -> str | None:
        await asyncio.sleep(0)
        raise ValueError("no")

    @strawberry.field
    async def fails_late(self, info: Info) -> str | None:
        info.context.log.append("asked")
        await asyncio.sleep(0)
        raise ValueError("no")

    @strawberry.field
    async def loaded(self, info: Info, key: int) -> str:
        return await info.context.loader.load(key)

    @strawberry.field
    async def cancels_itself(self) -> str | None:
        raise asyncio.CancelledError

    @strawberry.field
    def parts(self) -> list[Part]:
        return [Part(), Part()]

    @strawberry.field
    def fails_at_once(self) -> str | None:
        raise ValueError("no")


@strawberry.type
class Query(Part):
    pass


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def write(self, info: Info, fails: bool = False) -> Part | None:
        info.context.log.append("written")
        await asyncio.sleep(0)
        if fails:
            raise ValueError("not written")
        return Part()


SCHEMA = strawberry.Schema(Query, Mutation)


async def run(query: str, context: Context, executor: Executor) -> tuple[Outcome, Any]:
    answer = await asyncio.wait_for(executor.execute(query, context_value=context), 5)
    return answer.outcome, answer.result.data


@pytest.fixture
def executor() -> Executor:
    return Executor(SCHEMA)


@pytest.mark.parametrize("met", [False, True], ids=["first", "again"])
async def test_siblings_finish_before_the_reference_begins(executor: Executor, met: bool) -> None:
    query = "{ slow fails parts { slow } }"
    for _ in range(1 + met):
        context = Context()
        outcome, data = await run(query, context, executor)
    assert (outcome, data["slow"], data["fails"]) == (Outcome.FALLBACK, "slow", None)
    assert context.log == ["finished"] * 6


async def test_what_had_not_begun_is_not_begun(executor: Executor) -> None:
    context = Context()
    outcome, data = await run("{ slow failsAtOnce }", context, executor)
    assert (outcome, data) == (Outcome.FALLBACK, {"slow": "slow", "failsAtOnce": None})
    assert context.log == ["finished"]


async def test_a_loader_goes_on_after_a_bail(executor: Executor) -> None:
    query = "{ a: loaded(key: 1) fails parts { loaded(key: 2) } b: loaded(key: 1) }"
    context = Context()
    outcome, data = await run(query, context, executor)
    assert outcome is Outcome.FALLBACK
    assert data["parts"] == [{"loaded": "loaded 2"}] * 2
    assert context.batches == [[1, 2]], "the second run finds what the first has loaded"
    assert await asyncio.wait_for(context.loader.load(3), 1) == "loaded 3"


async def test_a_cancelled_request_cancels_all_it_waits_for(executor: Executor) -> None:
    context = Context()
    task = asyncio.create_task(
        executor.execute("{ slow parts { slow parts { slow } } }", context_value=context)
    )
    await asyncio.sleep(0.005)
    before = asyncio.all_tasks()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert context.log == ["cancelled"] * 7
    assert not [each for each in before & asyncio.all_tasks() if each is not asyncio.current_task()]
    assert executor.outcomes[Outcome.FALLBACK] == 0


async def test_a_cancelled_mutation_is_not_run_again(executor: Executor) -> None:
    context = Context()
    task = asyncio.create_task(executor.execute("mutation { write { slow } }", context_value=context))
    await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert context.log == ["written", "cancelled"]


async def test_a_resolver_that_cancels_itself_is_left_to_the_reference(executor: Executor) -> None:
    for query in ("{ cancelsItself slow }", "{ cancelsItself }"):
        with pytest.raises(asyncio.CancelledError):
            await run(query, Context(), executor)
        with pytest.raises(asyncio.CancelledError):
            await SCHEMA.execute(query, context_value=Context())


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("mutation { write { fails } }", 1),
        ("mutation { a: write { slow fails } b: write { failsAtOnce } c: write { slow } }", 3),
        ("mutation { a: write(fails: true) { slow } b: write { slow } }", 2),
        ("mutation { a: write { slow } b: write(fails: true) { slow } }", 2),
    ],
)
@pytest.mark.parametrize("met", [False, True], ids=["first", "again"])
async def test_a_mutation_is_done_once(executor: Executor, query: str, written: int, met: bool) -> None:
    expected = await SCHEMA.execute(query, context_value=Context())
    for _ in range(1 + met):
        context = Context()
        answer = await executor.execute(query, context_value=context)
    assert answer.outcome is Outcome.FALLBACK
    assert context.log.count("written") == written
    assert answer.result.data == expected.data
    assert [each.formatted for each in answer.result.errors or ()] == [
        each.formatted for each in expected.errors or ()
    ]


async def test_null_bubbles_as_in_the_reference() -> None:
    for query in (
        "{ node(number: 1) { child { odd } maybe { number } } plain }",
        "{ nodes(numbers: [1, 2]) { children { oddLater } } }",
        "{ node(number: 1) { maybe { odd number } children { number maybe { oddLater } } } }",
    ):
        outcome, seen = await compare(query)
        assert outcome is Outcome.FALLBACK
        assert seen.errors


async def test_a_root_field_that_failed_is_not_asked_again(executor: Executor) -> None:
    context = Context()
    outcome, data = await run("{ slow failsLate slower: slow }", context, executor)
    assert (outcome, data) == (Outcome.FALLBACK, {"slow": "slow", "failsLate": None, "slower": "slow"})
    assert context.log.count("asked") == 1
