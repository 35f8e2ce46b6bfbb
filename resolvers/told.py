"""Reasons as they are stored with the contact they are about, and as they were before: nothing is lost."""

from collections.abc import Mapping
from typing import Any

from resolvers.problems import Problem, ProblemCode
from rules.events import Event
from rules.reasons import Reason
from rules.statuses import Change, ChangeKind, Status
from rules.vocabulary import ReasonCode

Told = dict[str, Any]


def written(reason: Reason | Problem, owner_id: int) -> Told:
    """Return a reason as it is stored: what it carries by name; what is empty is left out.

    `owner_id` is whose the contact is: NOT_THE_OWNER carries it.
    """
    if isinstance(reason, Problem):
        line = {} if reason.line_id is None else {"line": reason.line_id}
        return {"code": reason.code.name, "message": reason.message} | line
    carried = {
        "code": reason.code.name,
        "change": _words(reason.change),
        "event": reason.event and reason.event.name,
        "stage": reason.stage and reason.stage.name,
        "allowed": [_words(each) for each in reason.allowed],
        "variables": list(reason.variables),
        "owner": owner_id if reason.code is ReasonCode.NOT_THE_OWNER else None,
    }
    return {name: value for name, value in carried.items() if value}


def read(told: Mapping[str, Any]) -> Reason | Problem:
    """Return a reason as it was before it was stored."""
    if "change" not in told:
        return Problem(ProblemCode[told["code"]], told["message"], line_id=told.get("line"))
    return Reason(
        ReasonCode[told["code"]],
        _change(told["change"]),
        event=Event[told["event"]] if "event" in told else None,
        stage=Status[told["stage"]] if "stage" in told else None,
        allowed=tuple(_change(each) for each in told.get("allowed", ())),
        variables=tuple(told.get("variables", ())),
    )


def owner_of(told: Mapping[str, Any]) -> int | None:
    """Return whose the contact was, of a reason that carries it."""
    owner_id: int | None = told.get("owner")
    return owner_id


def _words(change: Change) -> list[str]:
    return [change.kind.name, change.status.name]


def _change(words: list[str]) -> Change:
    kind, status = words
    return Change(ChangeKind[kind], Status[status])
