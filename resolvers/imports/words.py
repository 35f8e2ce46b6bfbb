"""The words for statuses that an import understands: ours, and those that comparable products use.

Words are compared without case, blanks and punctuation: "Out of office" and OUT_OF_OFFICE are one.
"""

import re
from typing import Final

from rules.facts import Channel
from rules.statuses import Status

_BLANK: Final = re.compile(r"[\W_]+")
_BETWEEN: Final = re.compile(r"[;,|+\n]")

ALSO: Final[dict[Status, tuple[str, ...]]] = {
    Status.ACTIVE: ("In progress", "In sequence", "Running", "Sending"),
    Status.PAUSED: ("Pause", "On hold", "Stopped"),
    Status.MISSING_DATA: ("Inactive", "Missing variables", "Missing fields", "Incomplete"),
    Status.OUT_OF_OFFICE: ("OOO", "Away", "On vacation"),
    Status.BOUNCED: ("Bounce", "Hard bounce", "Hard bounced", "Email bounced", "Undeliverable"),
    Status.FINISHED: ("Completed", "Complete", "Done", "Ended"),
    Status.OPTED_OUT: (
        "Opt out", "Unsubscribed", "Unsubscribe", "Do not contact", "Do not email", "DNC",
        "Blacklisted", "Blocklisted", "Suppressed", "Complained", "Spam complaint",
    ),
    Status.CONTACTED: ("Delivered", "Sent", "Email sent", "Emailed"),
    Status.OPENED: ("Email opened",),
    Status.CLICKED: ("Link clicked", "Email clicked"),
    Status.REPLIED: ("Reply", "Responded", "Answered", "Replied by email", "Replied by SMS"),
    Status.AUTO_REPLIED: ("Auto reply", "Automatic reply", "Autoresponder"),
    Status.TO_CALL: ("Call pending", "Call due", "Call scheduled", "Needs call"),
    Status.CALLED: ("Call completed", "Call made", "Call logged"),
}  # fmt: skip
"""What other products call each status, beside our own word and the API's."""

NONE: Final = ("None", "New", "Not contacted", "Not started", "Never contacted", "Out of sequence")
"""Words that say a contact has no status."""

OF_CALLS: Final = {
    "Pending": Status.TO_CALL,
    "Scheduled": Status.TO_CALL,
    "To be called": Status.TO_CALL,
    "Completed": Status.CALLED,
    "Done": Status.CALLED,
    "Connected": Status.CALLED,
    "Voicemail": Status.CALLED,
    "No answer": Status.CALLED,
}
"""What these say in a column about calls (callStatus), where the words for calls above hold too."""

YES: Final = frozenset({"true", "yes", "y", "1", "x", "t"})
NO: Final = frozenset({"false", "no", "n", "0", "", "f", "null", "none"})


def squeezed(word: str) -> str:
    """Return what of a word is compared."""
    return _BLANK.sub("", word).lower()


def apart(text: str) -> list[str]:
    """Split a cell into its words; they stand between ; , | + or line ends."""
    return [word.strip() for word in _BETWEEN.split(text) if word.strip()]


_STATUS: Final = {
    squeezed(word): status for status in Status for word in (status.value, status.name, *ALSO[status])
}
_NONE: Final = frozenset(map(squeezed, NONE))
_CALL: Final = {squeezed(word): status for word, status in OF_CALLS.items()}
_CHANNEL: Final = {"repliedbyemail": Channel.EMAIL, "repliedbysms": Channel.SMS}


def status_of(word: str, *, of_calls: bool = False) -> Status | None:
    """Return the status that a word stands for; None for a word that stands for no status.

    Raises `KeyError` for a word that is not known.
    """
    key = squeezed(word)
    if of_calls and key in _CALL:
        return _CALL[key]
    return None if not key or key in _NONE else _STATUS[key]


def channel_of(word: str) -> Channel | None:
    """Return how a reply came, if the word says so."""
    return _CHANNEL.get(squeezed(word))


def truth(word: str) -> bool:
    """Return what a cell says of yes or no. Raises `KeyError` for what says neither."""
    key = word.strip().lower()
    if key in YES:
        return True
    if key in NO:
        return False
    raise KeyError(word)
