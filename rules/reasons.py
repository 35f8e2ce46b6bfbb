"""Why not: one reason of a refusal, what it carries, and its sentence."""

from dataclasses import dataclass

from rules.events import Event
from rules.statuses import Change, Status
from rules.vocabulary import ReasonCode


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why one change is refused. What a code carries stands in the field named for it."""

    code: ReasonCode
    change: Change
    event: Event | None = None  # SYSTEM_ONLY: what leads to the status
    stage: Status | None = None  # INCOMPATIBLE: the stage in the way
    allowed: tuple[Change, ...] = ()  # NO_TRANSITION: what is allowed now
    variables: tuple[str, ...] = ()  # DATA_MISSING: their names

    @property
    def message(self) -> str:
        """Return one sentence that tells a person what stands in the way, and what to do about it."""
        return _SENTENCES[self.code].format(
            status=self.change.status.value,
            change=str(self.change),
            event=self.event.value if self.event else "",
            stage=self.stage.value if self.stage else "",
            allowed=", ".join(map(str, self.allowed)) or "nothing",
            variables=", ".join(f"{{{name}}}" for name in self.variables),
        )


_SENTENCES: dict[ReasonCode, str] = {
    ReasonCode.NOT_THE_OWNER: "With Team Edition on, only the owner may {change} here.",
    ReasonCode.NOT_IN_SEQUENCE: (
        "The contact is in no sequence, where only Opted out can be set: enroll it before you {change}."
    ),
    ReasonCode.SYSTEM_ONLY: "{status} is set by the system alone, when {event}.",
    ReasonCode.PERMANENT: "{status} says what happened and stays: nobody takes it off by hand.",
    ReasonCode.ALREADY_SET: "The contact is {status} already.",
    ReasonCode.NOT_SET: "The contact is not {status}, so there is nothing to take off.",
    ReasonCode.INCOMPATIBLE: "The contact is {stage}: take that off before you {change}.",
    ReasonCode.NO_TRANSITION: "From here you cannot {change}; allowed now: {allowed}.",
    ReasonCode.NO_EMAIL_RECEIVED: "To {change}, the contact must have received an email of this sequence.",
    ReasonCode.NO_STEPS_LEFT: "Every step is completed: add steps to the sequence before you {change}.",
    ReasonCode.DATA_MISSING: (
        "The profile lacks {variables}: fill in what is missing, or take it out of the templates."
    ),
    ReasonCode.NOTHING_MISSING: "No variable is missing.",
    ReasonCode.STEPS_LEFT: "Steps are left in the sequence.",
    ReasonCode.REPLIES_NOT_TRACKED: "Replies of this contact are not tracked now.",
    ReasonCode.NOT_ACTIVE: "The contact is not Active, so the sequence sends it no email: it is not counted.",
    ReasonCode.DECIDED_SINCE: "A person changed the statuses after this happened, and that stands.",
    ReasonCode.EARLIER_SEQUENCE: "It is about another sequence than the contact is in: this one goes on.",
    ReasonCode.OPENS_NOT_TRACKED: "Open tracking is off for this sequence.",
    ReasonCode.CLICKS_NOT_TRACKED: "Link tracking is off for this sequence.",
    ReasonCode.TEXT_OPT_OUT_OFF: "Text opt-out is off for this sequence.",
}
