"""A schema of the types in `toy_types`: operations of every kind on them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from tests.execution.toy_types import (
    Aged,
    Cat,
    Change,
    Choice,
    Colour,
    Dog,
    Doubled,
    Grown,
    Info,
    Leaves,
    Named,
    Node,
    Page,
    Pet,
    Point,
    Robot,
    note,
)


@strawberry.type
class Query:
    @strawberry.field
    def plain(self) -> str:
        return "plain"

    @strawberry.field
    def leaves(self) -> Leaves:
        return Leaves()

    @strawberry.field
    def node(self, info: Info, number: int = 1) -> Node:
        note(info, number)
        return Node(number=number)

    @strawberry.field
    async def nodes(self, info: Info, numbers: list[int], factor: int | None = None) -> list[Node]:
        note(info, numbers, factor)
        numbers.append(99)
        return [Node(number=each * (factor or 1)) for each in numbers[:-1]]

    @strawberry.field
    def pets(self, info: Info, only: list[str] | None = None) -> list[Pet]:
        note(info, only)
        return [Cat(name="Tom"), Dog(name="Rex", age=4), Robot(model="R2")]

    @strawberry.field
    def named(self) -> Named:
        return Dog(name="Fido", breed="Pug")

    @strawberry.field
    async def aged(self) -> Aged | None:
        return Dog(name="Old", age=15)

    @strawberry.field
    def cats(self) -> Page[Cat]:
        return Page(items=[Cat(name="A"), Cat(name="B", lives=1)], total=2)

    @strawberry.field
    def words(self) -> Page[str]:
        return Page(items=["a", "b"], total=2)

    @strawberry.field
    def paths(self, info: Info, point: Point, more: list[Point] | None = None) -> str:
        note(info, point, more)
        return f"{point} {more}"

    @strawberry.field
    def change(self, info: Info, change: Change, choice: Choice | None = None) -> str:
        note(info, change, choice)
        return f"{change} {choice}"

    @strawberry.field
    def echo(  # noqa: PLR0917 -- called by name
        self,
        info: Info,
        text: str = "x",
        number: int | None = None,
        ratio: float = 0.5,
        yes: bool | None = None,
        colour: Colour = Colour.GREEN,
        id: strawberry.ID | None = None,  # noqa: A002
        when: datetime | None = None,
        anything: JSON | None = None,
        nested: list[list[int]] | None = None,
    ) -> str:
        said = (text, number, ratio, yes, colour, id, when, anything, nested)
        note(info, said)
        return f"{said}"

    @strawberry.field
    def seen(self, info: Info, number: int | None = None) -> list[str]:
        operation = info.operation.name.value if info.operation.name else "-"
        return [
            info.field_name,
            info.python_name,
            operation,
            str(sorted(info.variable_values.items())),
            str(info.selected_fields),
            str(info.root_value),
            str(info.path.as_list()),
            str(info.schema is schema),
            str(info._raw_info.parent_type),
            str(info._raw_info.return_type),
            str(sorted(info._raw_info.fragments)),
        ]

    @strawberry.field(permission_classes=[Grown])  # type: ignore[untyped-decorator]
    def secret(self, info: Info, please: bool = True) -> str:
        note(info, please)
        return "secret"

    @strawberry.field(permission_classes=[Grown])  # type: ignore[untyped-decorator]
    async def secret_later(self, please: bool = True) -> str | None:
        return "secret"

    @strawberry.field(extensions=[Doubled()])  # type: ignore[untyped-decorator]
    def doubled(self, number: int) -> int:
        return number

    @strawberry.field
    def generated(self) -> list[int]:
        def numbers() -> Iterator[int]:
            yield from range(3)

        return numbers()  # type: ignore[return-value]

    @strawberry.field
    def awaited_items(self) -> list[str]:
        async def item(number: int) -> str:
            return f"item {number}"

        return [item(1), item(2)]  # type: ignore[list-item]

    @strawberry.field
    def wrong(self, kind: str = "none") -> int:
        return {"none": None, "text": "text", "big": 2**40, "error": ValueError("returned")}[kind]  # type: ignore[return-value]

    @strawberry.field
    def wrong_pet(self) -> Pet | None:
        return Node(number=1)  # type: ignore[return-value]

    @strawberry.field
    def dict_pet(self) -> Pet | None:
        return {"model": "dict"}  # type: ignore[return-value]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def add(self, info: Info, number: int) -> Node:
        note(info, number)
        await asyncio.sleep(0)
        return Node(number=number)

    @strawberry.mutation
    def fail(self, info: Info) -> int | None:
        note(info)
        raise ValueError("failed")

    @strawberry.mutation(permission_classes=[Grown])  # type: ignore[untyped-decorator]
    def guarded(self, info: Info, please: bool = True) -> int:
        note(info, please)
        return 1

    @strawberry.mutation
    def numbers(self, info: Info) -> list[int]:
        note(info)
        return iter([1, 2])  # type: ignore[return-value]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self) -> AsyncIterator[int]:
        yield 1


schema = strawberry.Schema(Query, Mutation, Subscription)

LEFT_TO_THE_REFERENCE = frozenset({"generated", "awaitedItems", "numbers"})
"""Root fields that have no errors and are not compiled all the same."""
