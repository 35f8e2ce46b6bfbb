"""Outcomes of use cases as JSON and back: what an answer that is given again is made of.

A value of a class is written with the class's name, and only the classes listed here are read: JSON from the
table makes nothing else. What a later version adds gets its default, what it took away is left out.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

import orjson
from sqlmodel import SQLModel

from models.contact_lists import ContactRecord
from models.tables import (
    Activity,
    ActivityKind,
    BulkChange,
    BulkState,
    Contact,
    DeliveryState,
    Enrolment,
    Sequence,
    Step,
    StepKind,
    Webhook,
    WebhookDelivery,
)
from models.values import Line
from resolvers import bulk, categories, contacts, enrolments, happened, sequences, statuses, webhooks_out
from resolvers.problems import Failure, Problem, ProblemCode
from rules import reasons
from rules.events import Category, Event
from rules.facts import Channel, OutOfOfficeProcessing, RepliesHandling
from rules.statuses import Change, ChangeKind, Status
from rules.vocabulary import ReasonCode

_OUTCOMES: Final = (
    *(Failure, Problem, reasons.Reason, ContactRecord, statuses.Changed, bulk.Bulk, sequences.StepChanged),
    *(enrolments.Done, enrolments.NotDone, contacts.Upserted, contacts.NotUpserted, categories.Sorted),
    *(happened.Outcome, happened.Rejected, webhooks_out.NewSecret),
)
_ROWS: Final = (Line, BulkChange, Contact, Enrolment, Sequence, Step, Webhook, WebhookDelivery)
_WORDS: Final = (
    *(ActivityKind, StepKind, ProblemCode, ReasonCode, Category, Event, Channel, Status, ChangeKind),
    *(BulkState, OutOfOfficeProcessing, RepliesHandling, happened.Fate, DeliveryState),
)
_CLASSES: Final[Mapping[str, Any]] = {
    each.__name__: each for each in (*_OUTCOMES, *_ROWS, *_WORDS, Change, datetime, date)
}
_WRITTEN: Final = {*_CLASSES.values(), Activity}  # a line that was there before comes back as one of ours
_LISTS: Final = {"frozenset": frozenset, "tuple": tuple, "set": set}
_IS: Final = "is"
_OF: Final = "of"


def written(outcome: Any) -> str:
    """Write an outcome; raises `TypeError` for one of a class that is not listed here."""
    return orjson.dumps(_plain(outcome)).decode()


def read(text: str) -> Any:
    """Read an outcome as it was written."""
    return _made(orjson.loads(text))


def _plain(value: Any) -> Any:
    if value is None or type(value) in {str, int, float, bool}:
        return value
    if type(value) is list:
        return [_plain(each) for each in value]
    if type(value) is dict:
        return {_IS: "dict", _OF: {name: _plain(each) for name, each in value.items()}}
    name = type(value).__name__
    if name in _LISTS:
        return {_IS: name, _OF: [_plain(each) for each in value]}
    if type(value) not in _WRITTEN:
        raise TypeError(f"{type(value)} is not among the classes of kept answers")
    return {_IS: name, _OF: _parts(value)}


def _parts(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Change):
        return [_plain(each) for each in value]
    names = value.__table__.columns.keys() if isinstance(value, SQLModel) else _names(value)  # type: ignore[attr-defined]
    return {name: _plain(getattr(value, name)) for name in names}


def _made(value: Any) -> Any:  # noqa: PLR0911 - a case for each form
    if isinstance(value, list):
        return [_made(each) for each in value]
    if not isinstance(value, dict):
        return value
    name, parts = value[_IS], value[_OF]
    if name == "dict":
        return {key: _made(each) for key, each in parts.items()}
    if name in _LISTS:
        return _LISTS[name](map(_made, parts))
    kind = _CLASSES[name]
    if isinstance(parts, str):
        return kind[parts] if issubclass(kind, Enum) else kind.fromisoformat(parts)
    if isinstance(parts, list):
        return kind(*map(_made, parts))
    known = kind.model_fields if issubclass(kind, SQLModel) else _names(kind)
    return kind(**{key: _made(each) for key, each in parts.items() if key in known})


def _names(of: Any) -> list[str]:
    return [each.name for each in fields(of)] if is_dataclass(of) else []
