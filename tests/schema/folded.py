"""Contacts as they must be: what was done to them, folded through `rules/` with facts counted here anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.decide import Allowed, Folded, decide_all
from rules.events import Event
from rules.facts import Channel, Facts, Settings, Who
from rules.statuses import ChangeKind, Status, StatusSet, in_order
from rules.stay import enter, leave, react, unheeded

COUNTS = {Event.EMAIL_SENT: (1, 0), Event.SMS_SENT: (0, 1), Event.STEP_COMPLETED: (0, 0)}
COMPLETES = {
    Event.EMAIL_SENT: {"EMAIL"},
    Event.SMS_SENT: {"SMS"},
    Event.STEP_COMPLETED: {"CALL", "SMS"},
}


@dataclass
class Step:
    """A step: its kind, and whether its text uses the variable City."""

    id: str
    kind: str
    lacks: bool


@dataclass
class Place:
    """A sequence that contacts are in: its settings, and its steps in order."""

    id: str
    settings: Settings
    steps: list[Step] = field(default_factory=list)


Line = dict[str, Any]


@dataclass
class Contact:
    """A contact: its set, and the facts of its stay."""

    id: str
    city: bool = False
    statuses: StatusSet = frozenset()
    version: int = 1
    sequence: Place | None = None
    emails: int = 0
    sms: int = 0
    completed: set[str] = field(default_factory=set)
    decided: bool = False  # a person changed the statuses
    replied_by: Channel | None = None
    log: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.note("CREATED", self.statuses, version=1, by="Member")

    @property
    def left(self) -> int:
        return sum(step.id not in self.completed for step in self.sequence.steps) if self.sequence else 0

    @property
    def missing(self) -> tuple[str, ...]:
        steps = self.sequence.steps if self.sequence else []
        return ("City",) if not self.city and any(s.lacks and s.kind != "CALL" for s in steps) else ()

    def facts(self, who: Who, channel: Channel = Channel.EMAIL) -> Facts:
        """Return what a decision depends on."""
        if self.sequence is None:
            return Facts(who=who, in_sequence=False, steps_left=0, channel=channel)
        settings = self.sequence.settings
        return Facts(who, True, self.emails, self.sms, self.left, self.missing, settings, channel)

    def note(self, kind: str, after: StatusSet, *, by: str = "System", **more: Any) -> None:
        """Add a line to the log."""
        nothing: Line = {"cause": None, "channel": None, "version": None, "ignoredBecause": [], "rules": []}
        line = {"kind": kind, "before": names(self.statuses), "after": names(after), "sourceId": None}
        self.log.append(line | nothing | {"by": {"__typename": by}} | more)

    def change(self, kind: str, after: StatusSet, channel: Channel | None = None, **more: Any) -> None:
        """Take the contact one version on."""
        self.version += 1
        shown = channel.name if channel else None
        self.note(kind, after, version=self.version, channel=shown, **more)
        if Status.REPLIED not in after:
            self.replied_by = None
        elif Status.REPLIED not in self.statuses:
            self.replied_by = channel
        self.statuses = after

    def enrolled(self, sequence: Place | None, kind: str) -> None:
        """Enter a sequence, move to another, or leave the present one."""
        before, self.sequence = self.sequence, sequence
        self.emails, self.sms, self.completed = 0, 0, set()
        after = enter(self.facts(Who.OWNER)) if sequence else leave(self.statuses)
        self.change(kind, after, by="Member")
        assert before or sequence

    def by_hand(self, changes: Sequence[tuple[ChangeKind, Status]], who: Who) -> list[str]:
        """Change by hand; return the codes of the reasons why not."""
        asked = [+status if kind is ChangeKind.ADD else -status for kind, status in changes]
        made = decide_all(self.statuses, asked, self.facts(who))
        if not isinstance(made, Allowed):
            return [reason.code.name for reason in made.reasons]
        rules = [row.sentence for row in made.rows]
        self.change("STATUSES_CHANGED", made.after, by="Member", rules=rules)
        self.decided = True
        return []

    def happened(
        self, event: Event, id_: str, *, step: str | None = None, sms: bool = False, old: bool = False
    ) -> str:
        """Take an event; return what the API calls that which came of it."""
        channel = Channel.SMS if sms else Channel.EMAIL
        counted, facts = False, self.facts(Who.SYSTEM, channel)
        here = {each.id for each in self.sequence.steps} if self.sequence else set()
        elsewhere = step is not None and step not in here
        made = Folded(self.statuses, (), unheeded(event, self.statuses, facts, earlier=elsewhere))
        if not made.reasons:
            counted = self._count(event, step)
            late = old and self.decided
            made = react(event, self.statuses, self.facts(Who.SYSTEM, channel), late=late)
        shown = channel if event is Event.REPLY_RECEIVED else None
        more = {"cause": event.name, "sourceId": id_}
        if made.after != self.statuses:
            rules = [row.sentence for row in made.rows]
            self.change("STATUSES_CHANGED", made.after, shown, rules=rules, **more)
            return "EventApplied"
        because = [] if counted else [reason.code.name for reason in made.reasons]
        kind = "EVENT_COUNTED" if counted else "EVENT_IGNORED"
        self.note(kind, self.statuses, channel=shown.name if shown else None, ignoredBecause=because, **more)
        return "EventApplied" if counted else "EventIgnored"

    def _count(self, event: Event, named: str | None) -> bool:
        if event not in COUNTS or self.sequence is None:
            return False
        open_ = [each for each in self.sequence.steps if each.id not in self.completed]
        if named:
            done = [each.id for each in open_ if each.id == named]
        else:
            done = [each.id for each in open_ if each.kind in COMPLETES[event]][:1]
        self.completed.update(done)
        emails, sms = COUNTS[event]
        self.emails, self.sms = self.emails + emails, self.sms + sms
        return bool(emails or sms or done)

    def things_changed(self, *events: Event) -> None:
        """Let the system act on what its profile or its sequence has become."""
        for event in events:
            if Status.ACTIVE in self.statuses:
                made = react(event, self.statuses, self.facts(Who.SYSTEM))
                if made.rows:
                    rules = [row.sentence for row in made.rows]
                    self.change("STATUSES_CHANGED", made.after, rules=rules, cause=event.name)

    def shown(self) -> dict[str, Any]:
        """Return the contact as the API must show it."""
        replied = self.replied_by.name if self.replied_by else None
        facts = {
            "emailsReceived": self.emails,
            "smsSent": self.sms,
            "stepsCompleted": len(self.completed),
            "stepsLeft": self.left,
            "missingVariables": list(self.missing),
        }
        return {
            "statuses": names(self.statuses),
            "version": self.version,
            "sequence": {"id": self.sequence.id} if self.sequence else None,
            "enrolment": facts if self.sequence else None,
            "repliedBy": replied,
            "log": self.log,
        }


def names(statuses: StatusSet) -> list[str]:
    """Return a set as the API shows it."""
    return [status.name for status in in_order(statuses)]
