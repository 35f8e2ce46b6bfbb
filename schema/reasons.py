"""Why not: one type per code, all of them a Reason, so that a client can stay open to new ones."""

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.utils.str_converters import to_camel_case

from resolvers.problems import Problem, ProblemCode
from rules.events import Event
from rules.reasons import Reason as RulesReason
from rules.statuses import Status
from rules.vocabulary import ReasonCode as RulesCode
from schema.changes import StatusChange, changes
from schema.context import Info
from schema.enums import CODES, ReasonCode
from schema.members import Member, member

if TYPE_CHECKING:
    from schema.activity import Activity

Line = Annotated["Activity", strawberry.lazy("schema.activity")]


@strawberry.interface(description="One reason why something was refused.")
class Reason:
    """One reason why something was refused."""

    code: ReasonCode = strawberry.field(description="What stands in the way, for programs.")
    message: str = strawberry.field(description="What stands in the way and what to do about it, for people.")
    change: StatusChange | None = strawberry.field(
        description="The asked-for change that is refused, if one is."
    )


@strawberry.type(description=RulesCode.NOT_THE_OWNER.value)
class NotTheOwner(Reason):
    """Someone else's."""

    owner_id: strawberry.Private[int]

    @strawberry.field(description="Who may do it.")
    async def owner(self, info: Info) -> Member:
        """Return the owner."""
        return await member(info, self.owner_id)


@strawberry.type(description=RulesCode.SYSTEM_ONLY.value)
class SystemOnly(Reason):
    """Not by hand."""

    event: Event = strawberry.field(description="What leads to the status.")


@strawberry.type(description=RulesCode.INCOMPATIBLE.value)
class Incompatible(Reason):
    """A stop is in the way."""

    stage: Status = strawberry.field(description="The stage in the way.")


@strawberry.type(description=RulesCode.NO_TRANSITION.value)
class NoTransition(Reason):
    """No row leads there."""

    allowed: list[StatusChange] = strawberry.field(description="What is allowed now.")


@strawberry.type(description=RulesCode.DATA_MISSING.value)
class DataMissing(Reason):
    """Variables are missing."""

    variables: list[str] = strawberry.field(description="The names of the missing variables.")


@strawberry.type(description=ProblemCode.VERSION_CONFLICT.value)
class VersionConflict(Reason):
    """Changed meanwhile."""

    expected: int = strawberry.field(description="The version the request was made for.")
    actual: int = strawberry.field(description="The version the contact is at.")


@strawberry.type(description=ProblemCode.SELECTION_CHANGED.value)
class SelectionChanged(Reason):
    """Others than were previewed."""

    expected: int = strawberry.field(description="How many contacts were previewed.")
    actual: int = strawberry.field(description="How many the filter lets through now.")


@strawberry.type(description=ProblemCode.INVALID_INPUT.value)
class InvalidInput(Reason):
    """A value that cannot be used."""

    field: str = strawberry.field(description="Where in the input, as a path: `contacts.3.email`.")


@strawberry.type(description=ProblemCode.ALREADY_UNDONE.value)
class AlreadyUndone(Reason):
    """Undone before."""

    line_id: strawberry.Private[int]

    @strawberry.field(description="The line that undid it; null if it is not for you.")
    async def activity(self, info: Info) -> Line | None:
        """Return the line."""
        return await _line(info, self.line_id)


@strawberry.type(description=ProblemCode.CHANGED_SINCE.value)
class ChangedSince(Reason):
    """Changed later."""

    line_id: strawberry.Private[int]

    @strawberry.field(description="The latest line that depends on it; null if it is not for you.")
    async def activity(self, info: Info) -> Line | None:
        """Return the line."""
        return await _line(info, self.line_id)


async def _line(info: Info, line_id: int) -> "Activity | None":
    row = await info.context.loaders.lines.load(line_id)
    found: Activity | None = import_module("schema.activity").Activity.of(row) if row else None
    return found


def _path(field: str) -> str:
    """Return a path as the API spells it; the name of a variable is the caller's own."""
    place, of, variable = field.partition(".variables.")
    return to_camel_case(place) + of + variable


def _name(code: str) -> str:
    return "".join(word.capitalize() for word in code.split("_"))


_CARRYING = {
    each.__name__: each
    for each in (
        NotTheOwner,
        SystemOnly,
        Incompatible,
        NoTransition,
        DataMissing,
        VersionConflict,
        SelectionChanged,
        InvalidInput,
        AlreadyUndone,
        ChangedSince,
    )
}
_PLAIN: dict[str, type[Reason]] = {
    _name(code.name): strawberry.type(
        type(_name(code.name), (Reason,), {"__doc__": code.value}), description=code.value
    )
    for code in (*RulesCode, *ProblemCode)
    if _name(code.name) not in _CARRYING
}
REASON_TYPES: list[type[Reason]] = [*_CARRYING.values(), *_PLAIN.values()]
"""Every type of reason; the schema must be told of them, because fields name the interface."""


def reason_of(  # noqa: PLR0911 - a case for each type that carries something
    found: RulesReason | Problem, owner_id: int | None = None
) -> Reason:
    """Return a reason as the API shows it; `owner_id` is whose the contact is."""
    code = CODES[found.code.name]
    change = StatusChange.of(found.change) if isinstance(found, RulesReason) else None
    match found:
        case RulesReason(code=RulesCode.NOT_THE_OWNER):
            return NotTheOwner(code=code, message=found.message, change=change, owner_id=owner_id or 0)
        case Problem(code=RulesCode.NOT_THE_OWNER):
            return NotTheOwner(code=code, message=found.message, change=None, owner_id=found.owner_id or 0)
        case RulesReason(event=Event() as event):
            return SystemOnly(code=code, message=found.message, change=change, event=event)
        case RulesReason(stage=Status() as stage):
            return Incompatible(code=code, message=found.message, change=change, stage=stage)
        case RulesReason(code=RulesCode.NO_TRANSITION):
            return NoTransition(
                code=code, message=found.message, change=change, allowed=changes(found.allowed)
            )
        case RulesReason(code=RulesCode.DATA_MISSING):
            missing = list(found.variables)
            return DataMissing(code=code, message=found.message, change=change, variables=missing)
        case Problem(expected=int() as expected, actual=int() as actual):
            conflict = VersionConflict if found.code is ProblemCode.VERSION_CONFLICT else SelectionChanged
            return conflict(code=code, message=found.message, change=None, expected=expected, actual=actual)
        case Problem(line_id=int() as line_id):
            kind = AlreadyUndone if found.code is ProblemCode.ALREADY_UNDONE else ChangedSince
            return kind(code=code, message=found.message, change=None, line_id=line_id)
        case Problem(field=str() as field):
            return InvalidInput(code=code, message=found.message, change=None, field=_path(field))
        case _:
            return _PLAIN[_name(found.code.name)](code=code, message=found.message, change=change)


def reasons_of(found: Iterable[RulesReason | Problem], owner_id: int | None = None) -> list[Reason]:
    """Return reasons as the API shows them."""
    return [reason_of(each, owner_id) for each in found]
