"""What became of an operation."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any, NamedTuple

from strawberry.types.graphql import OperationType


class Outcome(StrEnum):
    """Who answered."""

    COMPILED = "compiled"
    """The compiled code."""
    FALLBACK = "fallback"
    """Strawberry's execution, as the operation cannot be compiled or something went wrong in it."""
    REFUSED = "refused"
    """Nobody: the document, its variables or the kind of operation were refused before anything ran."""


class Answer(NamedTuple):
    """The result of an operation, and who gave it.

    `result` is Strawberry's `ExecutionResult`. Its data is for orjson: date-times, dates, times and UUIDs may
    be left in it where orjson writes the same text as the reference.
    """

    result: Any
    outcome: Outcome


class Request(NamedTuple):
    """An operation to execute: its document, and what `strawberry.Schema.execute` takes with it."""

    text: str
    variables: dict[str, Any] | None
    context: Any
    root: Any
    name: str | None
    allowed: Collection[OperationType]
    extensions: dict[str, Any] | None


class Bail(Exception):
    """The compiled code met what only the reference can answer; nothing of its work is kept."""


class Unsupported(Exception):
    """An operation that is not compiled, and why."""
