"""Changing the statuses of many contacts in one call: one answer each, and what they come to in numbers."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from models import contacts
from models.contact_lists import ContactRecord
from resolvers.context import Context
from resolvers.journal import Journal
from resolvers.problems import Failure, Problem, ProblemCode, invalid, not_found
from resolvers.statuses import Asked, Changed, change, decide_on, problems_of
from rules.decide import Allowed
from rules.statuses import StatusSet

MOST = 1_000


class Mode(Enum):
    """What a refused change means for the others of the call."""

    EACH = auto()
    ALL = auto()


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of each change, in order. With no `id`, nothing was stored: `refusal` says why."""

    id: int | None
    answers: Sequence[Changed | Failure]
    refusal: Problem | None = None

    @property
    def changed(self) -> int:
        """Return how many changes were made."""
        return sum(isinstance(each, Changed) for each in self.answers)

    @property
    def reasons(self) -> Mapping[str, int]:
        """Return how many changes each reason stands in the way of, by code, the most frequent first."""
        refused = [each for each in self.answers if isinstance(each, Failure)]
        named = [{reason.code.name for reason in each.reasons} for each in refused]
        return dict(Counter(code for codes in named for code in sorted(codes)).most_common())


def new_id() -> int:
    """Return a new bulk's id: by chance, so that it costs no statement. Two of 4 * 10^18 never meet."""
    return secrets.randbelow(2**62) + 1


async def set_statuses(context: Context, asked: Sequence[Asked], mode: Mode = Mode.EACH) -> Bulk | Failure:
    """Change the statuses of 1 to 1,000 contacts; one answer each, in order.

    EACH is for itself; with ALL nothing is stored if one is refused. Of a contact that is named twice, the
    second change is decided on what the first one left.
    """
    if not 1 <= len(asked) <= MOST:
        message = f"Give 1 to {MOST:,} changes in a call; these are {len(asked):,}."
        return Failure([invalid("changes", message)])
    async with context.write() as session:
        ids = {each.contact_id for each in asked if each.contact_id}
        records = await contacts.locked(session, context.caller.view, ids)
        decided = _decide(context, asked, records)
        if mode is Mode.ALL and any(isinstance(each, Failure) for each in decided):
            return _refused(asked, decided, records)
        journal = Journal(context.team_id, context.caller.member_id, bulk_id=new_id())
        answers = [
            each
            if isinstance(each, Failure)
            else change(journal, records[one.contact_id or 0], each, one.note)
            for one, each in zip(asked, decided, strict=True)
        ]
        await journal.store(session)
        return Bulk(journal.bulk_id if journal.lines else None, answers)


def _decide(
    context: Context, asked: Sequence[Asked], records: Mapping[int, ContactRecord]
) -> list[Allowed | Failure]:
    """Decide each change on what the ones before it left of its contact."""
    left: dict[int, tuple[StatusSet, int]] = {
        id_: (record.contact.statuses, record.contact.version) for id_, record in records.items()
    }
    decided: list[Allowed | Failure] = []
    for index, one in enumerate(asked):
        record = records.get(one.contact_id or 0)
        problems = problems_of(one, f"changes.{index}.")
        if record is None:
            problems.append(not_found(ProblemCode.CONTACT_NOT_FOUND))
        if record is None or problems:
            decided.append(Failure(problems, record))
            continue
        statuses, version = left[record.contact.id]
        found = decide_on(record, statuses, version, one, context.caller.who(record.owner_id))
        if isinstance(found, Allowed):
            left[record.contact.id] = (found.after, version + 1)
        decided.append(found)
    return decided


def _refused(
    asked: Sequence[Asked], decided: Sequence[Allowed | Failure], records: Mapping[int, ContactRecord]
) -> Bulk:
    """Return the answers of a call of which nothing is stored because some changes are refused."""
    alone = "This change is allowed, but others are refused: correct those or leave them out."
    held_back = Problem(ProblemCode.OTHERS_REFUSED, alone)
    answers = [
        each if isinstance(each, Failure) else Failure([held_back], records.get(one.contact_id or 0))
        for one, each in zip(asked, decided, strict=True)
    ]
    refused = sum(isinstance(each, Failure) for each in decided)
    message = (
        f"Of {len(asked):,} changes {refused:,} are refused, so that none was made: their results say why."
    )
    return Bulk(None, answers, Problem(ProblemCode.OTHERS_REFUSED, message))
