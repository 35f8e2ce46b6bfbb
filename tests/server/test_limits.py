"""The limits, each at its edge; and that measuring a query is never what makes it costly."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from graphql import build_schema, get_introspection_query, parse, specified_rules, validate
from strawberry.extensions import ValidationCache

from server.limits import Limits, rule
from tests.server import toy

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = toy.schema._schema
DEFAULTS = Limits()

PAGE = """
query Page($first: Int!, $after: String) {
  contacts(first: $first, after: $after) {
    totalCount
    edges {
      cursor
      node {
        __typename id email
        owner { id name }
        sequence { id name owner { id name } }
        activity(first: 20) { nodes { __typename id contact { id email } } }
        transitions { allowed reasons { __typename code message } }
      }
    }
  }
}
"""


def refusals(query: str, limits: Limits = DEFAULTS) -> list[dict[str, Any]]:
    """Validate as the server does, and give the errors' extensions with their messages."""
    errors = validate(SCHEMA, parse(query), [*specified_rules, rule(limits)])
    return [{"message": error.message} | (error.extensions or {}) for error in errors]


def codes(query: str, **limits: int) -> list[str]:
    return [refusal.get("code", refusal["message"]) for refusal in refusals(query, Limits(**limits))]


def bomb(spread: str = "...F{next} ...F{next}") -> str:
    """Forty fragments, each spreading the next twice: 2^40 fields in 411 words."""
    fragments = [f"fragment F{n} on Query {{ {spread.format(next=n + 1)} }}" for n in range(40)]
    return "{ ...F0 } " + " ".join(fragments) + " fragment F40 on Query { fails }"


def milliseconds(work: Callable[[], object]) -> float:
    """The best of several runs: what the work takes when nothing else disturbs it."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def test_a_full_page_of_contacts_passes() -> None:
    assert refusals(PAGE) == []


@pytest.mark.parametrize("descriptions", [True, False])
def test_introspection_passes(descriptions: bool) -> None:
    query = get_introspection_query(
        descriptions=descriptions,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    assert refusals(query) == []


def test_introspecting_again_and_again_is_costly() -> None:
    inner = get_introspection_query().partition("{")[2].partition("{")[2]
    body, _, fragments = inner.partition("fragment ")
    body = body.rpartition("}")[0].rpartition("}")[0]
    query = "{ " + " ".join(f"s{n}: __schema {{ {body} }}" for n in range(9)) + " } fragment " + fragments
    assert codes(query) == ["QUERY_TOO_LARGE", "QUERY_TOO_COSTLY"]


@pytest.mark.parametrize(
    ("query", "limits", "code"),
    [
        ("{ contact { same { same { id } } } }", {"depth": 3}, "QUERY_TOO_DEEP"),
        ("{ contact { id } contact { id } contact { id } }", {"roots": 2}, "QUERY_TOO_WIDE"),
        ("{ ...F ...F } fragment F on Query { fails contact { id } }", {"roots": 3}, "QUERY_TOO_WIDE"),
        ("{ contact { id email id email } }", {"fields": 4}, "QUERY_TOO_LARGE"),
        ("{ contact { ...F ...F } } fragment F on Contact { id email }", {"fields": 4}, "QUERY_TOO_LARGE"),
        (
            "{ contact { a: id ... { b: id } ...F } } fragment F on Contact { c: id }",
            {"aliases": 2},
            "QUERY_TOO_MANY_ALIASES",
        ),
        (
            """query @x(a: 1) { contact @x(a: 1) { ...F @x(a: 1) ... @x(a: 1) { id } } }
            fragment F on Contact { id @x(a: 1) }""",
            {"directives": 4},
            "QUERY_TOO_MANY_DIRECTIVES",
        ),
    ],
)
def test_one_more_than_the_limit_is_refused_and_the_limit_is_not(
    query: str, limits: dict[str, int], code: str
) -> None:
    assert code in codes(query, **limits)
    assert code not in codes(query, **{name: limit + 1 for name, limit in limits.items()})


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ contact { id } }", 2),
        ("{ contacts(first: 10) { nodes { id } } }", 1 + 10 * 2),
        ("{ contacts(last: 10) { nodes { id } } }", 1 + 10 * 2),
        ("{ contacts(first: 0) { nodes { id } } }", 1 + 2),
        ("{ contacts(first: 3, last: 7) { nodes { id } } }", 1 + 7 * 2),
        ("{ contacts { nodes { id } } }", 1 + 50 * 2),
        ("{ contacts(first: null) { nodes { id } } }", 1 + 50 * 2),
        ("query($n: Int) { contacts(first: $n) { nodes { id } } }", 1 + 100 * 2),
        # The default is chosen by who sends the query, and so is the value: it must not count.
        ("query($n: Int = 1) { contacts(first: $n) { nodes { id } } }", 1 + 100 * 2),
        ('{ nodes(ids: ["a", "b"]) { id } }', 1 + 2),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", 1 + 100),
        ("{ contact { transitions { allowed reasons { code } } } }", 2 + 5 * (2 + 5)),
        (
            "{ contacts(first: 10) { edges { node { activity(first: 10) { nodes { id } } } } } }",
            1 + 10 * (3 + 20),
        ),
        ("{ contacts(first: 10) { ...F } } fragment F on ContactConnection { nodes { id } }", 1 + 10 * 2),
        ("{ contacts(first: 99999999999999999999999) { nodes { id } } }", 10**9),
    ],
)
def test_the_cost_is_what_the_answer_may_hold(query: str, cost: int) -> None:
    assert not any(refusal.get("count") for refusal in refusals(query, Limits(cost=cost)))
    assert [refusal["count"] for refusal in refusals(query, Limits(cost=cost - 1)) if "count" in refusal] == [
        cost
    ]


def test_a_refusal_tells_what_is_too_much_and_what_to_do() -> None:
    inner = "activity(first: 100) { nodes { contact { activity { nodes { id } } } } }"
    query = f"query Deep {{ contacts(first: 100) {{ nodes {{ {inner} }} }} }}"
    (refusal,) = refusals(query)
    assert refusal == {
        "message": (
            "The query 'Deep' costs 1,030,201: its fields times the sizes of the pages they are on; "
            "the most is 150,000. Ask for smaller pages (`first`, written as a number) or fewer "
            "fields within them."
        ),
        "code": "QUERY_TOO_COSTLY",
        "limit": 150_000,
        "count": 1_030_201,
    }


def test_each_operation_is_measured() -> None:
    assert codes("query A { fails } query B { contact { same { id } } }", depth=2) == ["QUERY_TOO_DEEP"]


@pytest.mark.parametrize(
    "spread",
    [
        "...F{next} ...F{next}",
        "contact {{ same {{ id }} }} ...F{next} ...F{next}",
        "a: contact {{ id }} ...F{next} ...F{next}",
        "... @skip(if: false) {{ ...F{next} }} ... {{ ...F{next} }}",
        "contacts(first: 100) {{ nodes {{ id }} }} ...F{next} ...F{next}",
    ],
)
def test_a_bomb_of_fragments_is_refused_at_once(spread: str) -> None:
    query = bomb(spread)
    assert codes(query)[0].startswith("QUERY_TOO_")
    took = milliseconds(lambda: codes(query))
    trivial = milliseconds(lambda: codes("{ fails }"))
    assert took < max(50, 30 * trivial), f"{took:.1f} ms, a trivial query {trivial:.1f}"


def test_the_work_grows_with_the_document_and_not_faster() -> None:
    def chain(length: int) -> str:
        links = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(length)]
        return "{ ...F0 } " + " ".join(links) + f" fragment F{length} on Query {{ fails }}"

    short, long = (milliseconds(partial(codes, query)) for query in (chain(30), chain(240)))
    assert long < 30 * short, f"8 times the document: {short:.1f} ms, {long:.1f} ms"


def test_repeating_fields_under_one_name_is_not_a_bomb_either() -> None:
    query = "{ contact { " + "same { id } " * 490 + "} }"
    assert refusals(query)[0]["message"] == "Validation aborted."
    trivial = milliseconds(lambda: codes("{ fails }"))
    assert milliseconds(lambda: codes(query)) < max(200, 300 * trivial)


async def test_what_graphql_core_gives_up_to_check_is_explained() -> None:
    result = await toy.schema.execute("{ contact { " + "same { id } " * 490 + "} }")
    (error,) = result.errors or []
    assert error.message.startswith("The query repeats too many fields under one name")
    assert error.extensions == {"code": "QUERY_TOO_LARGE"}


async def test_a_refusal_is_one_error_and_executes_nothing() -> None:
    result = await toy.schema.execute("mutation { " + " ".join(f"m{n}: touch" for n in range(31)) + " }")
    assert result.data is None
    assert [(error.extensions or {})["code"] for error in result.errors or []] == ["QUERY_TOO_WIDE"]


def test_validated_documents_can_be_cached() -> None:
    checked: Any = ValidationCache().cached_validate_document
    before = checked.cache_info().hits
    for _ in range(2):
        checked(SCHEMA, parse("{ cachedOrNot: fails }"), (*specified_rules, rule(DEFAULTS)))
    assert checked.cache_info().hits == before + 1


@pytest.mark.parametrize("length", [1, 2, 3, 100])
def test_fragments_that_spread_themselves_end(length: int) -> None:
    links = [
        f"fragment F{n} on Query {{ ...F{(n + 1) % length} ...F{(n + 2) % length} }}" for n in range(length)
    ]
    (refusal,) = refusals("{ ...F0 } " + " ".join(links))
    assert refusal["message"].startswith("Fragments cannot spread themselves: 'F")
    assert refusal["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    "query",
    [
        "{ ...Missing }",
        "{ missing { id } }",
        "{ contact { ... on Missing { id } } }",
        "{ ...F } fragment F on Missing { id }",
        "{ ...F } fragment F on Query { fails } fragment F on Query { fails }",
        "{ fails { id } }",
        "{ contact }",
        "subscription { count }",
        "mutation { touch }",
    ],
)
def test_what_is_wrong_otherwise_is_left_to_the_other_rules(query: str) -> None:
    everything = validate(SCHEMA, parse(query), specified_rules)
    assert [r["message"] for r in refusals(query)] == [error.message for error in everything]


def test_a_schema_without_mutations_is_measured() -> None:
    errors = validate(build_schema("type Query { a: Int }"), parse("mutation { a }"), [rule(DEFAULTS)])
    assert errors == []


def test_limits_that_are_equal_share_one_rule() -> None:
    assert rule(Limits(depth=7)) is rule(Limits(depth=7))
    assert rule(Limits(depth=7)) is not rule(Limits(depth=8))


async def test_a_document_of_too_many_words_is_not_even_parsed() -> None:
    result = await toy.schema.execute("{ " + "fails " * 3_000 + "}")
    (error,) = result.errors or []
    assert (error.extensions or {})["code"] == "QUERY_TOO_LONG"
