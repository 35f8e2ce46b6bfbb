"""Operations made at random for any schema, and what became of each of them in both ways to execute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, Final

from graphql import GraphQLSchema
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries

from execution import Outcome
from tests.execution.both import Seen
from tests.execution.mutator import Case, Mutator

Compare = Callable[[Case], Awaitable[tuple[Outcome, Seen]]]

SCALARS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "DateTime": st.sampled_from(["2024-02-29T12:00:00Z", "2024-01-01T00:00:00.5+02:00"]).map(nodes.String),
    "Date": st.dates().map(lambda day: nodes.String(day.isoformat())),
    "Time": st.just(nodes.String("10:20:30")),
    "UUID": st.uuids().map(lambda each: nodes.String(str(each))),
    "Decimal": st.just(nodes.String("1.50")),
    "JSON": st.one_of(st.integers(0, 9).map(nodes.Int), st.just(nodes.String("json"))),
}


class Tally(Counter[str]):
    """How many cases came to what."""

    def add(self, outcome: Outcome, seen: Seen) -> None:
        """Count one case."""
        self["cases"] += 1
        self[outcome] += 1
        if not seen.errors:
            self["without errors"] += 1
            self["compiled without errors"] += outcome is Outcome.COMPILED

    @property
    def share(self) -> float:
        """The share of valid operations without errors that the compiled code answered."""
        return self["compiled without errors"] / max(1, self["without errors"])

    def __str__(self) -> str:
        counts = ", ".join(f"{self[each]:,} {each}" for each in (*Outcome, "without errors"))
        return f"{self['cases']:,} cases: {counts}; {self.share:.1%} of those without errors compiled"


def explore(
    schema: GraphQLSchema,
    ids: list[str],
    count: int,
    check: Callable[[Case], None],
    *,
    number: int = 0,
    with_mutations: bool = False,
    without: frozenset[str] = frozenset(),
) -> None:
    """Make so many operations, the same ones for the same number, and check each.

    Half of them ask for few of the query's fields, so that these are asked for much.
    """
    names, changes = (
        [each for each in type_.fields if each not in without] if type_ else []
        for type_ in (schema.query_type, schema.mutation_type)
    )
    few = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)

    def of(fields: list[str]) -> st.SearchStrategy[str]:
        return queries(schema, fields=fields, custom_scalars=SCALARS, allow_x00=False)

    made = st.one_of(of(names), few.flatmap(of))
    if with_mutations:
        made = st.one_of(
            made, made, mutations(schema, fields=changes, custom_scalars=SCALARS, allow_x00=False)
        )

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(text=made, chance=st.integers(0, 2**32))
    def each(text: str, chance: int) -> None:
        check(Mutator(schema, Random(chance), ids).mutated(text))  # noqa: S311 -- nothing is secret

    each()
