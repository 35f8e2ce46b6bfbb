"""What the cells of one row say of a contact's statuses, before anyone asks whether it can be."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from resolvers.imports.words import apart, channel_of, status_of, truth
from rules.facts import Channel
from rules.statuses import STAGES, Status, StatusSet, in_order

STOPS: Final = (Status.OPTED_OUT, Status.BOUNCED)
"""Of several stages these win, the first first: who opted out is not written to, whatever else is said."""


class Cells(NamedTuple):
    """The cells that speak of statuses, as they stand there."""

    statuses: str = ""
    in_sequence: str = ""
    calls: str = ""
    replied_by: str = ""
    flags: tuple[tuple[Status, str], ...] = ()


class Said(NamedTuple):
    """At most one stage, marks, how the reply came; words that were mapped, and what cannot be understood."""

    stage: Status | None
    marks: StatusSet
    channel: Channel | None
    mapped: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, str], ...]


@lru_cache(maxsize=8_192)
def said(cells: Cells) -> Said:
    """Read the cells; problems name the column and say what to write instead."""
    reading = _Reading()
    reading.words("statuses", cells.statuses)
    reading.words("statusInSequence", cells.in_sequence)
    reading.words("callStatus", cells.calls)
    for status, text in cells.flags:
        reading.flag(status, text)
    reading.reply(cells.replied_by.strip())
    return reading.result()


@dataclass(slots=True)
class _Reading:
    """What was understood so far."""

    found: set[Status] = field(default_factory=set)
    flagged: set[Status] = field(default_factory=set)
    channel: Channel | None = None
    mapped: list[tuple[str, str]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def words(self, column: str, text: str) -> None:
        for word in apart(text):
            try:
                status = status_of(word, of_calls=column == "callStatus")
            except KeyError:
                self.problems.append((column, f"“{word[:80]}” is no status: docs/import.md has the words."))
                continue
            self.channel = self.channel or channel_of(word)
            if status is not None:
                self.found.add(status)
            if status is None or word not in {status.value, status.name}:
                self.mapped.append((word, status.value if status else "no status"))

    def flag(self, status: Status, text: str) -> None:
        try:
            if truth(text):
                self.flagged.add(status)
        except KeyError:
            self.problems.append((f"is {status.value}", f"“{text[:80]}” is neither yes nor no."))

    def reply(self, word: str) -> None:
        if word.upper() in Channel.__members__:
            self.channel = Channel[word.upper()]
        elif word:
            self.problems.append(("repliedBy", f"“{word[:80]}” is neither EMAIL nor SMS."))

    def result(self) -> Said:
        stage, others = _one_stage(self.found & STAGES, self.flagged & STAGES)
        if stage is None and others:
            words = " and ".join(each.value for each in in_order(others))
            why = f"{words} exclude each other: a contact has one stage. Keep one."
            self.problems.append(("statuses", why))
        elif stage:
            self.mapped += [(f"{each.value} beside {stage.value}", stage.value) for each in in_order(others)]
        marks = (self.found | self.flagged) - STAGES
        if self.channel and Status.REPLIED not in marks:
            why = "How the reply came is said, but not that there was one: add Replied."
            self.problems.append(("repliedBy", why))
        return Said(stage, frozenset(marks), self.channel, tuple(self.mapped), tuple(self.problems))


def _one_stage(words: set[Status], flags: set[Status]) -> tuple[Status | None, set[Status]]:
    """Return the stage that holds, and those that give way; with no stage, those that exclude each other."""
    every = words | flags
    for status in STOPS:
        if status in every:
            return status, every - {status}
    for group in (flags, words):
        if len(group) == 1:
            [status] = group
            return status, every - {status}
        if group:
            return None, group
    return None, set()
