"""Types with all that GraphQL and Strawberry have, whose resolvers tell that they were called."""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry.dataloader import DataLoader
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.scalars import JSON
from strawberry.types.info import Info as AnyInfo

Item = TypeVar("Item")


@dataclass
class Context:
    """What a run has: the log of resolver calls, and a loader."""

    log: list[str] = field(default_factory=list)
    batches: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.loader: DataLoader[int, str] = DataLoader(self._load)

    async def _load(self, keys: list[int]) -> list[str]:
        self.batches.append(sorted(keys))
        await asyncio.sleep(0)
        return [f"loaded {key}" for key in keys]


Info = strawberry.Info[Context, Any]


def note(info: AnyInfo[Any, Any], *said: Any) -> None:
    """Write into the log: where, and what was given."""
    info.context.log.append(f"{info.path.as_list()} {info.field_name} {said!r}")


@strawberry.enum
class Colour(enum.Enum):
    RED = "red"
    GREEN = 2
    BLUE = (0, 0, 1)


@strawberry.enum(name="Size")
class Extent(enum.IntEnum):
    SMALL = 1
    LARGE = strawberry.enum_value(2, name="BIG")


@strawberry.input
class Point:
    x: int
    y: int = 0
    colours: list[Colour] = strawberry.field(default_factory=lambda: [Colour.RED])
    next: Point | None = None


@strawberry.input
class Change:
    name: strawberry.Maybe[str]
    note: strawberry.Maybe[str | None]
    size: Extent | None = strawberry.UNSET


@strawberry.input(one_of=True)
class Choice:
    a: strawberry.Maybe[int]
    b: strawberry.Maybe[str]


class Grown(BasePermission):
    message = "Not allowed to see it."
    error_extensions = {"code": "FORBIDDEN"}  # noqa: RUF012 -- as Strawberry writes it

    def has_permission(self, source: Any, info: AnyInfo[Any, Any], **given: Any) -> bool:
        note(info, "permission")
        return bool(given.get("please", True))


class Doubled(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: AnyInfo[Any, Any], **given: Any) -> Any:
        return 2 * next_(source, info, **given)


@strawberry.interface
class Named:
    name: str

    @strawberry.field
    def initial(self) -> str:
        return self.name[:1]


@strawberry.interface
class Aged(Named):
    age: int | None = None


@strawberry.type
class Cat(Named):
    lives: int = 9

    @strawberry.field
    def purrs(self, info: Info, loud: bool = False) -> str:
        note(info, loud)
        return "PURR" if loud else "purr"


@strawberry.type
class Dog(Aged):
    breed: str | None = None

    @strawberry.field
    async def barks(self, info: Info, times: int = 1) -> list[str]:
        note(info, times)
        await asyncio.sleep(0)
        return ["wuff"] * (times % 4)

    @strawberry.field
    async def friends(self, info: Info) -> list[Named | None]:
        note(info)
        return [Cat(name="Tom"), None, Dog(name="Rex", age=3)]


@strawberry.type
class Robot:
    model: str
    maker: str | None = "ACME"

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, Robot | dict)


@strawberry.type
class Page(Generic[Item]):
    items: list[Item]
    total: int

    @strawberry.field
    def first(self) -> Item | None:
        return self.items[0] if self.items else None


Pet = Annotated[Cat | Dog | Robot, strawberry.union("Pet")]


@strawberry.type
class Leaves:
    text: str = "text é \u2028 \U0001f600"
    id: strawberry.ID = strawberry.ID("1")
    number: int = -1
    ratio: float = 0.1
    yes: bool = True
    colour: Colour = Colour.BLUE
    size: Extent = Extent.LARGE
    when: datetime = datetime(2024, 2, 29, 12, 30, 1, 5, UTC)
    local: datetime = datetime(2024, 2, 29, 12, 30)  # noqa: DTZ001 -- what a caller may well have
    shifted: datetime = datetime(2024, 2, 29, 12, 30, tzinfo=timezone(timedelta(hours=-5, minutes=30)))
    day: date = date(1, 2, 3)
    clock: time = time(1, 2, 3, 4)
    uuid: UUID = UUID(int=7)
    amount: Decimal = Decimal("1.50")
    anything: JSON = field(default_factory=lambda: {"a": [1, None, {"b": "c"}]})  # type: ignore[assignment]
    nothing: str | None = None
    colours: list[Colour] = field(default_factory=lambda: [Colour.RED, Colour.GREEN])
    grid: list[list[int | None]] = field(default_factory=lambda: [[1, None], [], [2]])
    texts: list[str] | None = field(default_factory=lambda: ["a", "b"])


@strawberry.type
class Node:
    """A tree of nodes, some of which are awaited."""

    number: int

    @strawberry.field
    def child(self, info: Info, step: int = 1) -> Node:
        note(info, step)
        return Node(number=self.number + step)

    @strawberry.field
    async def later(self, info: Info, step: int = 1) -> Node:
        note(info, step)
        await asyncio.sleep(0)
        return Node(number=self.number * 10 + step)

    @strawberry.field
    async def loaded(self, info: Info) -> str:
        note(info)
        return await info.context.loader.load(self.number)

    @strawberry.field
    def maybe(self, info: Info) -> Node | None:
        note(info)
        return Node(number=0) if self.number % 2 else None

    @strawberry.field
    def children(self, info: Info, count: int = 2) -> list[Node]:
        note(info, count)
        return [Node(number=self.number + each) for each in range(count % 4)]

    @strawberry.field
    def odd(self, info: Info) -> int:
        note(info)
        if self.number % 2 == 0:
            raise ValueError(f"{self.number} is even")
        return self.number

    @strawberry.field
    async def odd_later(self, info: Info) -> int:
        note(info)
        await asyncio.sleep(0)
        if self.number % 2 == 0:
            raise GraphQLError(f"{self.number} is even", extensions={"code": "EVEN"})
        return self.number
