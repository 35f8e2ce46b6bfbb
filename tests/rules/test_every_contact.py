"""Every contact there can be: walk the table from where contacts start, and look at every answer on the way.

Nothing here repeats the table: these are the promises that hold whatever its rows are. Only the facts a
decision reads are varied for it, since a fact that is not read cannot matter; those stay at their worst.
"""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple

import pytest

from rules.decide import Allowed, Refused, decide
from rules.events import REACTIONS, Event
from rules.facts import Channel, Facts, OutOfOfficeProcessing, RepliesHandling, Settings, Who
from rules.statuses import CHANGES, STAGES, Change, ChangeKind, Status, StatusSet, stage_of
from rules.stay import leave, react, unheeded
from rules.table import TABLE
from rules.vocabulary import By, ReasonCode, Row

OF_THE_SETTINGS: dict[str, tuple[object, ...]] = {
    "replies_handling": tuple(RepliesHandling),
    "track_opens": (False, True),
    "track_clicks": (False, True),
    "text_opt_out": (False, True),
    "out_of_office": tuple(OutOfOfficeProcessing),
}
OF_THE_CONTACT: dict[str, tuple[object, ...]] = {
    "who": tuple(Who),
    "emails_received": (0, 1),
    "sms_sent": (0, 1),
    "steps_left": (0, 1),
    "missing_variables": (("City",), ()),
    "channel": tuple(Channel),
}
QUESTIONS = OF_THE_SETTINGS | OF_THE_CONTACT  # the first value of each is the worst
Known = dict[str, Any]


class Contact(NamedTuple):
    """Where a contact stands: what it carries, and whether in a sequence."""

    statuses: StatusSet
    in_sequence: bool


class Answer(NamedTuple):
    """What one decision came to. `after` is None where it was refused."""

    contact: Contact
    change: Change
    facts: Facts
    after: StatusSet | None
    codes: tuple[ReasonCode, ...]


class Walk(NamedTuple):
    """All there is to see: every contact that can be, every answer, every row that led somewhere."""

    contacts: set[Contact]
    answers: list[Answer]
    rows: set[int]


class AskedSettings(Settings):
    """Settings that note which of them were read."""

    def __getattribute__(self, name: str) -> Any:
        if name in OF_THE_SETTINGS:
            _asked.setdefault(name)
        return super().__getattribute__(name)


class AskedFacts(Facts):
    """Facts that note which of them were read."""

    def __getattribute__(self, name: str) -> Any:
        if name in OF_THE_CONTACT:
            _asked.setdefault(name)
        return super().__getattribute__(name)


_asked: dict[str, None] = {}


def facts_of(known: Known, *, in_sequence: bool, noting: bool) -> Facts:
    values: Known = {name: worst[0] for name, worst in QUESTIONS.items()} | known
    facts_type, settings_type = (AskedFacts, AskedSettings) if noting else (Facts, Settings)
    settings = settings_type(**{name: values[name] for name in OF_THE_SETTINGS})
    contact = {name: values[name] for name in OF_THE_CONTACT}
    return facts_type(in_sequence=in_sequence, settings=settings, **contact)


@cache
def both(known: tuple[tuple[str, Any], ...], *, in_sequence: bool) -> tuple[Facts, Facts]:
    """Return the facts that note what is read of them, and the same as plain facts."""
    return (
        facts_of(dict(known), in_sequence=in_sequence, noting=True),
        facts_of(dict(known), in_sequence=in_sequence, noting=False),
    )


def every_answer(contact: Contact, change: Change) -> Iterator[tuple[Facts, Allowed | Refused]]:
    """Yield the decision for all facts it could depend on."""
    unseen: list[tuple[tuple[str, Any], ...]] = [()]
    while unseen:
        known = unseen.pop()
        noting, plain = both(known, in_sequence=contact.in_sequence)
        _asked.clear()
        decision = decide(contact.statuses, change, noting)
        yield plain, decision
        fixed = dict(known)
        for name in [name for name in _asked if name not in fixed]:
            worst, *others = QUESTIONS[name]
            unseen += [(*fixed.items(), (name, other)) for other in others]
            fixed[name] = worst


STARTS = (
    Contact(frozenset({Status.ACTIVE}), in_sequence=True),
    Contact(frozenset({Status.MISSING_DATA}), in_sequence=True),
    Contact(frozenset(), in_sequence=False),
)


@pytest.fixture(scope="module")
def walk() -> Walk:
    """Follow every allowed change, and every leaving, until no new contact turns up."""
    found = Walk(set(STARTS), [], set())
    unseen = list(STARTS)
    with pytest.MonkeyPatch.context() as patch:
        # What a NO_TRANSITION carries asks every row again, half of all the time: see test_allowed_now.py.
        patch.setattr("rules.decide.allowed_now", lambda *_: ())
        while unseen:
            contact = unseen.pop()
            following = {Contact(leave(contact.statuses), in_sequence=False)}
            for change in CHANGES:
                for facts, decision in every_answer(contact, change):
                    match decision:
                        case Allowed(after=after, rows=rows):
                            found.answers.append(Answer(contact, change, facts, after, ()))
                            found.rows.update(id(row) for row in rows)
                            following.add(Contact(after, contact.in_sequence))
                        case Refused(reasons=reasons):
                            assert all(reason.change == change for reason in reasons)
                            codes = tuple(reason.code for reason in reasons)
                            found.answers.append(Answer(contact, change, facts, None, codes))
            unseen += following - found.contacts
            found.contacts.update(following)
    return found


def test_in_a_sequence_there_is_exactly_one_stage(walk: Walk) -> None:
    inside = {contact.statuses for contact in walk.contacts if contact.in_sequence}
    assert {len(statuses & STAGES) for statuses in inside} == {1}
    assert {stage_of(statuses) for statuses in inside} == STAGES


def test_in_no_sequence_there_is_nothing_or_opted_out(walk: Walk) -> None:
    outside = {contact.statuses for contact in walk.contacts if not contact.in_sequence}
    assert outside == {frozenset(), frozenset({Status.OPTED_OUT})}


def test_every_mark_can_stand_beside_every_stage_except_what_a_rule_keeps_apart(walk: Walk) -> None:
    """Seven stages with any of seven marks: if a set stops being possible, a rule has changed."""
    assert sum(contact.in_sequence for contact in walk.contacts) == 7 * 2**7


def test_an_allowed_add_puts_the_status_on_and_an_allowed_remove_takes_it_off(walk: Walk) -> None:
    wrong = [
        answer
        for answer in walk.answers
        if answer.after is not None
        and (answer.change.status in answer.after) != (answer.change.kind is ChangeKind.ADD)
    ]
    assert not wrong, f"{len(wrong)} answers, such as {wrong[0]}"


def test_an_allowed_change_changes_something(walk: Walk) -> None:
    assert all(answer.after != answer.contact.statuses for answer in walk.answers)


def test_a_change_moves_the_stage_and_its_own_mark_and_leaves_the_other_marks(walk: Walk) -> None:
    """The one exception is To call, which a call takes off."""
    for answer in walk.answers:
        if answer.after is not None:
            touched = (answer.after ^ answer.contact.statuses) - STAGES - {answer.change.status}
            called = answer.change == +Status.CALLED and touched == {Status.TO_CALL}
            assert not touched or called, answer


def test_a_refusal_has_reasons_each_once_and_in_order(walk: Walk) -> None:
    place = {code: number for number, code in enumerate(ReasonCode)}
    for codes in {answer.codes for answer in walk.answers if answer.after is None}:
        assert codes, "a refusal without a reason"
        assert all(place[one] < place[next_] for one, next_ in pairwise(codes)), codes


def test_nothing_makes_a_contact_active_with_nothing_to_send(walk: Walk) -> None:
    """Active: in a sequence, steps left, no variable missing, not opted out."""
    for answer in walk.answers:
        made = answer.after or frozenset()
        if Status.ACTIVE in made - answer.contact.statuses:
            assert answer.contact.in_sequence, answer
            assert answer.facts.steps_left > 0, answer
            assert not answer.facts.missing_variables, answer
        assert not {Status.ACTIVE, Status.OPTED_OUT} <= made, answer


def test_a_teammate_can_do_nothing_but_opt_a_contact_out(walk: Walk) -> None:
    done = {a.change for a in walk.answers if a.facts.who is Who.TEAMMATE and a.after is not None}
    assert done == {+Status.OPTED_OUT}


def test_the_system_takes_no_status_off_by_name(walk: Walk) -> None:
    done = {a.change.kind for a in walk.answers if a.facts.who is Who.SYSTEM and a.after is not None}
    assert done == {ChangeKind.ADD}


def test_every_row_is_used(walk: Walk) -> None:
    unused = [f"{row.change} ({row.source})" for row in TABLE if id(row) not in walk.rows]
    assert not unused


def test_every_reason_is_used(walk: Walk) -> None:
    used = {code for answer in walk.answers for code in answer.codes}
    used |= {proviso.unmet for reaction in REACTIONS.values() for proviso in reaction.provided}
    late = react(Event.EMAIL_BOUNCED, frozenset({Status.ACTIVE}), Facts(emails_received=1), late=True)
    used |= {reason.code for reason in late.reasons}
    earlier = unheeded(Event.EMAIL_BOUNCED, frozenset({Status.ACTIVE}), Facts(), earlier=True)
    used |= {reason.code for reason in earlier}
    assert used == set(ReasonCode)


def all_facts() -> list[Facts]:
    return [
        facts_of(dict(zip(QUESTIONS, values, strict=True)), in_sequence=in_sequence, noting=False)
        for in_sequence in (True, False)
        for values in product(*QUESTIONS.values())
    ]


def test_at_most_one_row_leads_from_each_cell(walk: Walk) -> None:
    """Rows for the same change never meet: no contact is both, or no facts pick both."""
    everything = all_facts()
    for one, other in combinations(TABLE, 2):
        if one.change == other.change and (one.by is By.SYSTEM) == (other.by is By.SYSTEM):
            meet = any(is_one_of(contact, one) and is_one_of(contact, other) for contact in walk.contacts)
            assert not meet or not any(one.when.holds(f) and other.when.holds(f) for f in everything), (
                f"Both lead: {one} and {other}"
            )


def is_one_of(contact: Contact, row: Row) -> bool:
    return bool(row.contact_is & contact.statuses) or (None in row.contact_is and not contact.statuses)
