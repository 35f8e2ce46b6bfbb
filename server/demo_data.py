"""What the demo tells: its members, sequences and people, and the lives that contacts lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from models.tables import StepKind
from resolvers.contacts import Profile
from rules.events import Event
from rules.facts import Channel, OutOfOfficeProcessing, RepliesHandling
from rules.statuses import Change, Status

TEAM: Final = "Northwind Sales (demo)"
MEMBERS: Final = (
    ("Anna Berg", "anna@northwind.example"),
    ("Ben Okafor", "ben@northwind.example"),
    ("Chloe Martin", "chloe@northwind.example"),
)
CONTACTS: Final = 2_000
IN_NO_SEQUENCE: Final = 170  # of them

_EMAIL, _CALL, _SMS = StepKind.EMAIL, StepKind.CALL, StepKind.SMS


@dataclass(frozen=True, slots=True)
class Plan:
    """A sequence: its name, the place of its owner among the members, its steps and its settings."""

    name: str
    owner: int
    steps: tuple[tuple[StepKind, str | None, str], ...]
    settings: dict[str, Any] = field(default_factory=dict)


PLANS: Final = (
    Plan(
        "Product launch",
        0,
        (
            (
                _EMAIL,
                "{FirstName}, a question about {Company}",
                "Hi {FirstName}, how does {Company} do it today?",
            ),
            (_CALL, None, "Ask {FirstName} whether the email arrived."),
            (_EMAIL, "Three minutes?", "Hi {FirstName}, here is what others in {City} found."),
            (_SMS, None, "Hi {FirstName}, shall we talk on Thursday?"),
        ),
    ),
    Plan(
        "Trial follow-up",
        0,
        (
            (_EMAIL, "How is the trial going, {FirstName}?", "Hi {FirstName}, is there anything you miss?"),
            (_EMAIL, "Before the trial ends", "Hi {FirstName}, your trial ends on Friday."),
            (_CALL, None, "Offer {FirstName} two more weeks."),
        ),
        {"replies_handling": RepliesHandling.CONTINUE},
    ),
    Plan(
        "Conference leads",
        1,
        (
            (_EMAIL, "Good to meet you, {FirstName}", "Hi {FirstName}, it was good to meet you."),
            (_SMS, None, "Hi {FirstName}, this is Ben from the conference."),
            (_CALL, None, "Ask {FirstName} for a date."),
        ),
        {"out_of_office": OutOfOfficeProcessing.AUTOMATIC},
    ),
    Plan(
        "Renewals",
        1,
        (
            (_EMAIL, "Your plan renews soon", "Hi {FirstName}, your plan renews next month."),
            (_EMAIL, "Last call", "Hi {FirstName}, shall we keep {Company} on the same plan?"),
        ),
    ),
    Plan(
        "Win-back",
        2,
        (
            (_EMAIL, "We miss {Company}", "Hi {FirstName}, much has changed since you left."),
            (_CALL, None, "Ask {FirstName} why they left."),
            (_EMAIL, "One more thing", "Hi {FirstName}, may I show you what is new?"),
        ),
        {"text_opt_out": False},
    ),
    Plan(
        "Partner newsletter",
        2,
        (
            (_EMAIL, "News for partners", "Hi {FirstName}, here is what is new."),
            (_EMAIL, "More news for partners", "Hi {FirstName}, here is more."),
        ),
        {"track_opens": False},
    ),
)


@dataclass(frozen=True, slots=True)
class Life:
    """What happens to a contact, one event after the other, and then by hand; its share of all."""

    share: int
    events: tuple[Event, ...] = ()
    by_hand: tuple[Change, ...] = ()
    channel: Channel = Channel.EMAIL


SENT, OPENED, CLICKED = Event.EMAIL_SENT, Event.EMAIL_OPENED, Event.LINK_CLICKED

# An event of a step is about the first one of its kind that the contact has not completed.
LIVES: Final = (
    Life(24),
    Life(20, (SENT,)),
    Life(16, (SENT, OPENED)),
    Life(8, (SENT, OPENED, CLICKED)),
    Life(9, (SENT, OPENED, Event.REPLY_RECEIVED)),
    Life(3, (SENT, Event.SMS_SENT, Event.REPLY_RECEIVED), channel=Channel.SMS),
    Life(3, (SENT, Event.AUTO_REPLY_RECEIVED)),
    Life(4, (SENT, Event.OUT_OF_OFFICE_RECEIVED)),
    Life(4, (SENT, Event.EMAIL_BOUNCED)),
    Life(1, (SENT, OPENED, Event.EMAIL_BOUNCED)),
    Life(3, (SENT, OPENED, Event.OPT_OUT_CLICKED)),
    Life(1, (SENT, Event.COMPLAINT_RECEIVED)),
    Life(7, (SENT, SENT, Event.STEP_REACHED)),
    Life(5, (SENT, OPENED, Event.STEP_REACHED, Event.CALL_MADE, Event.STEP_COMPLETED)),
    Life(6, (SENT, SENT, Event.STEP_COMPLETED, Event.SMS_SENT, OPENED)),
    Life(2, (SENT, OPENED), (+Status.PAUSED,)),
    Life(1, (SENT,), (+Status.TO_CALL,)),
    Life(1, (), (+Status.OPTED_OUT,)),
    Life(1, (SENT, Event.EMAIL_BOUNCED), (-Status.BOUNCED, +Status.ACTIVE)),
)

_FIRST = "Ada Bela Carla Dmitri Emre Femi Greta Hiro Ines Jonas Kofi Lena Mateo Nora Omar Petra Quentin Rosa"
_LAST = "Abe Brandt Costa Dahl Evans Fischer Garcia Haddad Ito Jansen Kowalski Larsen Moreau Novak Osei Popov"
_COMPANIES = "Acorn Birch Cedar Dune Ember Fjord Grove Harbor Iris Juniper Kestrel Lumen Maple Nimbus Orchid"
_CITIES = "Accra Bergen Cork Dresden Evora Faro Ghent Haifa Izmir Jena Kyoto Lyon Milan Nantes Oslo Porto"


def profiles() -> list[Profile]:
    """Return the 2,000 people; one in eleven has no city, one in fifty no company."""
    random = Random(2_000)  # noqa: S311 - the same people every time is the point
    people = []
    for number in range(CONTACTS):
        first, last = random.choice(_FIRST.split()), random.choice(_LAST.split())
        company, city = random.choice(_COMPANIES.split()), random.choice(_CITIES.split())
        people.append(
            Profile(
                email=f"{first}.{last}.{number + 1}@{company}.example".lower(),
                fields={
                    "first_name": first,
                    "last_name": last,
                    "company": None if number % 50 == 49 else f"{company} Ltd",
                    "phone": f"+44 20 7946 {number:04}",
                },
                variables=[] if number % 11 == 10 else [("City", city)],
            )
        )
    return people


def lives(count: int) -> list[Life]:
    """Return a life for each contact, in the shares of `LIVES`, well mixed."""
    random = Random(14)  # noqa: S311 - the same lives every time is the point
    dealt = [life for life in LIVES for _ in range(life.share)]
    chosen = [dealt[place % len(dealt)] for place in range(count)]
    random.shuffle(chosen)
    return chosen
