"""Lists given as rows: what is selected is rendered off them, as the reference renders their items."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any

import orjson
import pytest
import strawberry

from execution import Executor, Layout, Outcome, Rows

AT = "2026-01-31 09:00:00+00"


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.type
class Maker:
    name: str


@strawberry.type
class Toy:
    number: int
    name: str
    made_at: datetime
    colours: list[Colour]
    maker: Maker | None

    @strawberry.field
    def label(self) -> str:
        """Return what takes an object."""
        return f"{self.number} {self.name}"


MAKERS = {None: None, 1: Maker(name="Ada"), 2: Maker(name="Eve")}
MADE: list[int] = []
"""How many items were made each time that some were."""


def toys(rows: Any, makers: Any) -> list[Toy]:
    MADE.append(len(rows))
    return [
        Toy(
            number=number,
            name=name.upper(),
            made_at=datetime.fromisoformat(at),
            colours=COLOURS[colours],
            maker=makers[maker],
        )
        for number, name, at, colours, maker in rows
    ]


COLOURS = {0: [], 1: [Colour.RED], 2: [Colour.RED, Colour.BLUE]}
LAYOUT = Layout(
    kind=Toy,
    row="toy_number, toy_name, toy_at, toy_colours, toy_maker",
    attributes={
        "number": "toy_number",
        "name": "wrong",
        "made_at": "time_of(toy_at)",
        "colours": "colours[toy_colours]",
        "maker": "makers[toy_maker]",
    },
    written={"name": "toy_name.upper()"},
    given=["makers"],
    names={"wrong": "not to be asked for", "time_of": datetime.fromisoformat, "colours": COLOURS},
    made=toys,
)
ONLY_NUMBERS = Layout(Toy, LAYOUT.row, {"number": "toy_number"}, {}, ["makers"], {}, toys)
ROWS = [(1, "car", AT, 1, 1), (2, "doll", AT, 2, None), (3, "ball", AT, 0, 1), (2**40, "big", AT, 0, 2)]


@strawberry.type
class Query:
    @strawberry.field
    async def toys(self, few: bool = True) -> list[Toy]:
        return Rows(LAYOUT, ROWS[:3] if few else ROWS, [MAKERS])  # type: ignore[return-value]

    @strawberry.field
    async def none(self) -> list[Toy] | None:
        return Rows(LAYOUT, [], [MAKERS])  # type: ignore[return-value]

    @strawberry.field
    async def numbers(self) -> list[Toy]:
        return Rows(ONLY_NUMBERS, ROWS[:3], [MAKERS])  # type: ignore[return-value]


schema = strawberry.Schema(Query)
executor = Executor(schema)


async def both(query: str) -> tuple[Any, Outcome, list[int]]:
    """Return what an operation comes to, compiled if it can be, and how many items were made for that."""
    expected = await schema.execute(query)
    MADE.clear()
    answer = await executor.execute(query)
    made = MADE.copy()
    assert orjson.dumps(answer.result.data) == orjson.dumps(expected.data)
    assert str(answer.result.errors or []) == str(expected.errors or [])
    return answer.result.data, answer.outcome, made


@pytest.mark.parametrize(
    "selection",
    [
        "number name",
        "n: number m: number __typename",
        "madeAt colours",
        "maker { name } again: maker { __typename name }",
        "... on Toy { name } ...Rest",
    ],
)
async def test_what_only_reads_attributes_makes_no_items(selection: str) -> None:
    rest = " fragment Rest on Toy { colours }" if "Rest" in selection else ""
    data, outcome, made = await both(f"{{ toys {{ {selection} }} none {{ {selection} }} }}{rest}")
    assert len(data["toys"]) == 3
    assert (outcome, made) == (Outcome.COMPILED, [])


async def test_a_resolver_gets_an_item() -> None:
    data, outcome, made = await both("{ toys { label colours } }")
    assert data["toys"][0]["label"] == "1 CAR"
    assert (outcome, made) == (Outcome.COMPILED, [3])


async def test_an_attribute_that_the_rows_do_not_have_is_read_off_an_item() -> None:
    _, outcome, made = await both("{ numbers { number } }")
    assert (outcome, made) == (Outcome.COMPILED, [])
    data, outcome, made = await both("{ numbers { number name } }")
    assert data["numbers"][1] == {"number": 2, "name": "DOLL"}
    assert (outcome, made) == (Outcome.COMPILED, [3])


async def test_what_a_scalar_refuses_the_reference_says() -> None:
    data, outcome, _ = await both("{ toys(few: false) { name number } }")
    assert data is None
    assert outcome is Outcome.FALLBACK


async def test_rows_are_a_list_to_whoever_wants_one() -> None:
    rows: Rows[Toy] = Rows(LAYOUT, ROWS, [MAKERS])
    MADE.clear()
    assert (len(rows), rows[1].name, rows[-1].name) == (4, "DOLL", "BIG")
    assert MADE == [1, 1]  # one is made alone
    assert [each.number for each in rows[:2]] == [1, 2]
    assert [each.name for each in rows] == ["CAR", "DOLL", "BALL", "BIG"]
    assert rows[0] is rows[0]
    assert MADE == [1, 1, 4]  # and all of them once
    assert rows[0].made_at == datetime(2026, 1, 31, 9, tzinfo=UTC)
