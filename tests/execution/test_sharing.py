"""What is rendered once though it stands in several places: equal to the reference, and only where it may."""

from __future__ import annotations

from typing import Any

import orjson
import strawberry

from execution import Executor, Lasting, Outcome, last


@strawberry.type
class Author:
    name: str


@strawberry.type
class Book:
    title: str
    author: Author | None

    @strawberry.field
    def edition(self) -> int:
        """Change the author, as no resolver should."""
        if self.author:
            self.author.name += "!"
        return 1


@strawberry.type
class Shelf:
    books: list[Book]
    more: list[Book]


ADA = Author(name="Ada")
FIRST = Lasting((Book(title="first", author=ADA), Book(title="second", author=ADA)))


EVE = Author(name="Eve")
last(EVE)


@strawberry.type
class Query:
    @strawberry.field
    async def shop(self) -> Shelf:
        return Shelf(books=[Book(title="new", author=EVE)], more=[])

    @strawberry.field
    async def shelf(self) -> Shelf:
        ada, bob = Author(name="Ada"), Author(name="Bob")
        books = [Book(title=f"{number}", author=ada if number % 2 else bob) for number in range(4)]
        return Shelf(books=[*books, Book(title="none", author=None)], more=books)

    @strawberry.field
    def lasting(self) -> list[Book]:
        return FIRST  # type: ignore[return-value]

    @strawberry.field
    async def later(self) -> list[Book] | None:
        return FIRST  # type: ignore[return-value]


schema = strawberry.Schema(Query)
executor = Executor(schema)


async def both(query: str) -> Any:
    """Execute it twice compiled and once by the reference; return the data of the compiled execution."""
    expected = await schema.execute(query)
    assert expected.errors is None
    for _ in range(2):
        answer = await executor.execute(query)
        assert answer.outcome is Outcome.COMPILED
        assert orjson.dumps(answer.result.data) == orjson.dumps(expected.data)
    return answer.result.data


async def test_an_object_that_stands_twice_in_a_list_is_rendered_once() -> None:
    data = await both("{ shelf { books { title author { name } } more { title author { name } } } }")
    authors = [book["author"] for book in data["shelf"]["books"]]
    assert authors[0] is authors[2]
    assert authors[1] is authors[3]
    assert authors[4] is None
    assert data["shelf"]["more"][0]["author"] is not authors[0]


async def test_where_a_resolver_runs_nothing_is_shared() -> None:
    query = "{ shelf { books { edition author { name } } } }"
    data = await both(query)
    assert [book["author"] and book["author"]["name"] for book in data["shelf"]["books"]] == [
        "Bob!",
        "Ada!",
        "Bob!!",
        "Ada!!",
        None,
    ]


async def test_a_list_that_lasts_is_written_once_for_each_selection() -> None:
    for field in ("lasting", "later"):
        first = await both(f"{{ {field} {{ title author {{ name }} }} }}")
        again = await both(f"{{ {field} {{ title author {{ name }} }} }}")
        assert isinstance(first[field], orjson.Fragment)
        assert first[field] is again[field]
        other = await both(f"{{ {field} {{ title }} }}")
        assert other[field] is not first[field]


async def test_a_list_that_lasts_is_rendered_anew_where_resolvers_run() -> None:
    before = ADA.name
    data = await executor.execute("{ lasting { edition author { name } } }")
    assert [book["author"]["name"] for book in data.result.data["lasting"]] == [before + "!", before + "!!"]
    ADA.name = before


async def test_an_object_that_lasts_is_written_once_for_all_requests() -> None:
    data = [await both("{ shop { books { title author { name } } } }") for _ in range(2)]
    [first, second] = [each["shop"]["books"][0]["author"] for each in data]
    assert isinstance(first, orjson.Fragment)
    assert first is second
