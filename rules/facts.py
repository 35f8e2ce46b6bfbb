"""What a decision depends on besides the set itself: who asks, and how things stand in the sequence."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rules.statuses import Status, StatusSet


class Who(StrEnum):
    """Who asks. With Team Edition off every member counts as the owner (S1, S52)."""

    OWNER = "owner"
    TEAMMATE = "teammate"
    SYSTEM = "system"


class Channel(StrEnum):
    """How a message went: by email or by SMS (S39)."""

    EMAIL = "email"
    SMS = "SMS"


class RepliesHandling(StrEnum):
    """What a reply does to the sequence for the contact that replied (S40)."""

    FINISH = "finish"
    CONTINUE = "continue"


class OutOfOfficeProcessing(StrEnum):
    """Who ends Out of office: a person, or the system when the absence is over (S25)."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a sequence that a decision depends on."""

    replies_handling: RepliesHandling = RepliesHandling.FINISH
    track_opens: bool = True
    track_clicks: bool = True
    text_opt_out: bool = True
    out_of_office: OutOfOfficeProcessing = OutOfOfficeProcessing.MANUAL


@lru_cache(maxsize=64)
def settings(*each: RepliesHandling | bool | OutOfOfficeProcessing) -> Settings:
    """Return the settings with these values, in their order; one object for all sequences that have them."""
    return Settings(*each)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a decision depends on besides the set itself.

    `emails_received`, `sms_sent` and `steps_left` count in the current sequence; `missing_variables`
    are the names its templates use and the profile lacks; `channel` is how the event came.
    """

    who: Who = Who.OWNER
    in_sequence: bool = True
    emails_received: int = 0
    sms_sent: int = 0
    steps_left: int = 1
    missing_variables: tuple[str, ...] = ()
    settings: Settings = Settings()
    channel: Channel = Channel.EMAIL

    def shape(self) -> "Facts":
        """Return the same facts reduced to what the table asks: none or some, never how many."""
        return Facts(
            self.who,
            self.in_sequence,
            min(self.emails_received, 1),
            min(self.sms_sent, 1),
            min(self.steps_left, 1),
            ("",) if self.missing_variables else (),
            self.settings,
            self.channel,
        )


def replies_tracked(statuses: StatusSet, facts: Facts) -> bool:
    """Say whether a reply arriving now is looked at (S9, S11, S26, S29, S42).

    An SMS reply counts SMS sent where an email reply counts emails received (S38).
    """
    written_to = facts.sms_sent if facts.channel is Channel.SMS else facts.emails_received
    reachable = Status.ACTIVE in statuses or Status.OUT_OF_OFFICE in statuses
    return reachable and written_to > 0 and Status.REPLIED not in statuses
