"""The columns that an import understands: ours, those of comparable products, and a contact's variables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from resolvers.imports.words import squeezed
from resolvers.input import VARIABLE
from rules.statuses import Status

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "email": ("Email Address", "e-mail", "e-mail address", "mail", "work email", "contact email"),
    "firstName": ("First Name", "given name", "forename"),
    "lastName": ("Last Name", "surname", "family name"),
    "company": ("Company Name", "organization", "organisation", "account", "account name"),
    "phone": ("Phone Number", "mobile", "mobile phone", "telephone", "tel", "work phone"),
    "owner": ("Owner Email", "contact owner", "assigned to"),
    "sequence": ("Sequence Name", "sequence id", "campaign", "campaign name", "cadence"),
    "statuses": ("Status", "contact status", "contact statuses", "email status", "lead status"),
    "statusInSequence": ("Sequence Status", "campaign status", "status in campaign", "stage"),
    "callStatus": ("Call Status", "call result"),
    "repliedBy": ("Replied By", "reply channel"),
    "emailsReceived": ("Emails Received", "emails sent", "email count", "delivered count"),
    "smsSent": ("SMS Sent", "sms count", "texts sent"),
    "stepsCompleted": ("Steps Completed", "completed steps", "current step completed"),
    "variables": ("Custom Fields",),
}
"""Each column, and what else it may be called."""

FLAGS: Final[dict[Status, tuple[str, ...]]] = {
    Status.CONTACTED: ("isContacted", "isDelivered"),
    Status.OPENED: ("isOpened",),
    Status.CLICKED: ("isClicked",),
    Status.REPLIED: ("isReplied", "hasReplied"),
    Status.AUTO_REPLIED: ("isAutoReplied",),
    Status.BOUNCED: ("isBounced", "hasBounced"),
    Status.OUT_OF_OFFICE: ("isOutOfOffice", "isOOO"),
    Status.PAUSED: ("isPaused",),
    Status.FINISHED: ("isFinished",),
    Status.TO_CALL: ("isToCall",),
    Status.CALLED: ("isCalled",),
    Status.OPTED_OUT: (
        "isOptedOut", "optedOut", "isUnsubscribed", "unsubscribed", "doNotContact", "doNotEmail",
    ),
}  # fmt: skip
"""Columns of yes and no, by the status that a yes stands for."""

VARIABLE_PREFIX: Final = "variable:"

_NAMED: Final = {squeezed(word): name for name, others in NAMES.items() for word in (name, *others)}
_FLAG: Final = {squeezed(word): status for status, words in FLAGS.items() for word in words}
_PIECES: Final = re.compile(r"[A-Za-z0-9_]+")


@dataclass(slots=True)
class Columns:
    """What each column of a file is, by its place; and what was said of those that were called otherwise."""

    titles: list[str] = field(default_factory=list)
    fields: dict[str, int] = field(default_factory=dict)
    flags: dict[Status, list[int]] = field(default_factory=dict)
    variables: dict[str, int] = field(default_factory=dict)
    mapped: list[tuple[str, str]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, titles: Sequence[str]) -> "Columns":
        """Say what columns of these titles are; `problems` has what cannot be, by title."""
        made = cls(list(titles))
        for place, title in enumerate(titles):
            made._add(place, title)
        if "email" not in made.fields:
            made.problems.append(("", "No column holds the email address: call one “email”."))
        return made

    def _add(self, place: int, title: str) -> None:
        clean = title.strip()
        if not clean:
            self.mapped.append((f"column {place + 1}, without a title", "left out"))
        elif (name := known(clean)) is not None:
            self._put(self.fields, name, place, title)
        elif (status := _FLAG.get(squeezed(clean))) is not None:
            self.flags.setdefault(status, []).append(place)
            self.mapped.append((title, f"yes means {status.value}"))
        else:
            self._variable(place, title, clean)

    def _variable(self, place: int, title: str, clean: str) -> None:
        wanted = clean.removeprefix(VARIABLE_PREFIX)
        name = wanted if VARIABLE.fullmatch(wanted) else "".join(_capital(p) for p in _PIECES.findall(wanted))
        if not VARIABLE.fullmatch(name) or len(name) > 80:
            why = "This is no variable's name: a letter, then letters, digits or _. Rename the column."
            self.problems.append((title[:80], why))
            return
        self._put(self.variables, name, place, title, what="the variable ")

    def _put(self, into: dict[str, int], name: str, place: int, title: str, what: str = "") -> None:
        if name in into:
            other = self.titles[into[name]]
            why = f"“{other[:80]}” and “{title[:80]}” both are {what}{name}: keep one."
            self.problems.append((title[:80], why))
            return
        into[name] = place
        if title != name or what:
            self.mapped.append((title, f"{what}{name}"))


def known(title: str) -> str | None:
    """Return the column that a title stands for; None for a variable, a flag, or nothing."""
    return _NAMED.get(squeezed(title)) if not title.startswith(VARIABLE_PREFIX) else None


def title_of(variable: str) -> str:
    """Return the title under which an import finds this variable again."""
    taken = squeezed(variable) in _NAMED or squeezed(variable) in _FLAG
    return f"{VARIABLE_PREFIX}{variable}" if taken else variable


def _capital(piece: str) -> str:
    return piece[:1].upper() + piece[1:]
