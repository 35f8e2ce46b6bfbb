"""The enums of the API. What a value means is said where it is defined."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, TypeVar, cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from models.contact_lists import ContactOrderField
from models.tables import ActivityKind, DeliveryState, Scope, StepKind, Visibility
from resolvers.problems import ProblemCode
from rules.events import Category, Event
from rules.facts import Channel, OutOfOfficeProcessing, RepliesHandling
from rules.statuses import MARKS, MEANING, ChangeKind, Status
from rules.vocabulary import By
from rules.vocabulary import ReasonCode as RulesCode

Kind = TypeVar("Kind", bound=type[Enum])


def describe(kind: Kind, description: str, values: Mapping[str, str], name: str | None = None) -> Kind:
    """Make an enum one of the API's, with a description of it and of each of its values, by name."""
    made = strawberry.enum(kind, name=name, description=description)
    definition = cast("StrawberryEnumDefinition", made.__strawberry_definition__)  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
    return made


def meanings(kind: type[Enum]) -> dict[str, str]:
    """Return what each value says of itself, as a sentence."""
    return {each.name: f"{str(each.value)[0].upper()}{str(each.value)[1:].rstrip('.')}." for each in kind}


describe(
    Status,
    "One status. The first seven are stages: a contact in a sequence has exactly one. The others are marks:"
    " any number, kept while the contact is in the sequence.",
    {status.name: f"{'Mark' if status in MARKS else 'Stage'}. {MEANING[status]}" for status in Status},
)
describe(
    ChangeKind,
    "What is asked of a status (S5).",
    {"ADD": "Put the status on.", "REMOVE": "Take the status off."},
)
describe(Event, "Something that happens to a contact and makes the system act.", meanings(Event), "EventKind")
describe(
    Channel,
    "How a message went (S39).",
    {"EMAIL": "By email.", "SMS": "By SMS."},
)
describe(
    Category,
    "The inbox category of a reply (S33).",
    {
        "INTERESTED": "Wants to hear more.",
        "NOT_INTERESTED": "Does not want what is offered.",
        "NOT_NOW": "May want it at another time.",
        "DO_NOT_CONTACT": "Asks not to be written to: with text opt-out, the contact is Opted out.",
        "OTHER": "None of these.",
    },
)
describe(
    RepliesHandling,
    "What a reply does to the sequence for the contact that replied (S40).",
    {"FINISH": "The contact is finished.", "CONTINUE": "The contact goes on receiving steps."},
)
describe(
    OutOfOfficeProcessing,
    "Who ends Out of office (S25).",
    {"MANUAL": "A person.", "AUTOMATIC": "The system, when the absence is over."},
)
describe(
    StepKind, "What a step of a sequence is.", {"EMAIL": "An email.", "CALL": "A call.", "SMS": "An SMS."}
)
describe(ActivityKind, "What a line of the log tells.", meanings(ActivityKind))
describe(DeliveryState, "How far a delivery has come.", meanings(DeliveryState))
describe(Visibility, "What teammates see of each other with Team Edition on.", meanings(Visibility))
describe(Scope, "What an API key may do.", meanings(Scope))
describe(
    By,
    "Whom a row of the table admits.",
    {
        "OWNER": "The owner alone: of the sequence or, in no sequence, of the contact.",
        "ANYONE": "Any member of the team.",
        "SYSTEM": "The system alone, when something happens.",
    },
    "RuleActor",
)
describe(ContactOrderField, "What contacts can be ordered by.", meanings(ContactOrderField))

if TYPE_CHECKING:
    ReasonCode = RulesCode
else:
    _CODES = {code.name: code.value for codes in (RulesCode, ProblemCode) for code in codes}
    ReasonCode = describe(
        Enum("ReasonCode", _CODES),
        "Why something is refused. Clients should expect codes they do not know yet.",
        _CODES,
    )

CODES: dict[str, ReasonCode] = {code.name: code for code in ReasonCode}
"""The API's codes by name: those of the rules and those of storage and input are one enum here."""


class OrderDirection(StrEnum):
    """Which way a list goes."""

    ASC = "the smallest or oldest first"
    DESC = "the greatest or newest first"


describe(OrderDirection, "Which way a list goes.", meanings(OrderDirection))
