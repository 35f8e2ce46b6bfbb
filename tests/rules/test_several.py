"""Several changes in one request: folded, and all or nothing."""

from dataclasses import replace

import pytest

from rules.decide import Allowed, Refused, decide_all, fold
from rules.facts import Facts, Who
from rules.statuses import Change, Status
from rules.vocabulary import ReasonCode

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip

MAILED = Facts(emails_received=1)
NONE_LEFT = replace(MAILED, steps_left=0)


@pytest.mark.parametrize(
    ("contact", "changes", "after"),
    [
        ({BOUNCED, CONTACTED}, [-BOUNCED, +ACTIVE], {ACTIVE, CONTACTED}),  # S19 in one call
        ({BOUNCED, CONTACTED}, [+ACTIVE, -BOUNCED], {ACTIVE, CONTACTED}),  # removes come first
        ({OPTED_OUT}, [+ACTIVE, -OPTED_OUT], {ACTIVE}),
        ({ACTIVE}, [+TO_CALL, +PAUSED], {PAUSED, TO_CALL}),
        ({ACTIVE}, [+REPLIED, +ACTIVE], {ACTIVE, REPLIED}),  # adds keep their order: on after a reply
        ({BOUNCED, CALLED}, [-CALLED, +ACTIVE, +TO_CALL, -BOUNCED], {ACTIVE, TO_CALL}),
        ({OUT_OF_OFFICE}, [-OUT_OF_OFFICE, +PAUSED], {PAUSED}),
        ({ACTIVE}, [], {ACTIVE}),
    ],
)
def test_each_is_decided_against_the_result_of_the_one_before(
    contact: set[Status], changes: list[Change], after: set[Status]
) -> None:
    decision = decide_all(frozenset(contact), changes, MAILED)
    assert isinstance(decision, Allowed)
    assert decision.before == contact
    assert decision.after == after
    assert sorted(row.change for row in decision.rows) == sorted(changes)


@pytest.mark.parametrize(
    ("contact", "changes", "expected"),
    [
        # A refused one in the middle: what follows is decided as if it had not been asked.
        ({ACTIVE}, [+PAUSED, +OPENED, +ACTIVE], [(+OPENED, ReasonCode.SYSTEM_ONLY)]),
        (
            {ACTIVE},
            [+PAUSED, +FINISHED, +REPLIED],
            [(+FINISHED, ReasonCode.NO_TRANSITION), (+REPLIED, ReasonCode.NO_TRANSITION)],
        ),
        # Every refused one is answered for, in the order of the fold.
        (
            {BOUNCED},
            [+OPENED, +ACTIVE, -CALLED, -CONTACTED],
            [
                (-CALLED, ReasonCode.NOT_SET),
                (-CONTACTED, ReasonCode.PERMANENT),
                (+OPENED, ReasonCode.SYSTEM_ONLY),
                (+ACTIVE, ReasonCode.INCOMPATIBLE),
            ],
        ),
        # The refused remove has not happened for the add that follows, nor has it undone the allowed one.
        ({BOUNCED}, [-BOUNCED, -BOUNCED, +ACTIVE], [(-BOUNCED, ReasonCode.NOT_SET)]),
        ({ACTIVE}, [+PAUSED, +PAUSED], [(+PAUSED, ReasonCode.ALREADY_SET)]),
        ({ACTIVE}, [+REPLIED, +BOUNCED, +REPLIED], [(+REPLIED, ReasonCode.ALREADY_SET)]),
    ],
)
def test_one_refused_refuses_all_with_the_reasons_of_each(
    contact: set[Status], changes: list[Change], expected: list[tuple[Change, ReasonCode]]
) -> None:
    decision = decide_all(frozenset(contact), changes, MAILED)
    assert isinstance(decision, Refused)
    assert [(reason.change, reason.code) for reason in decision.reasons] == expected


def test_s19_in_one_call_with_every_step_completed_says_what_to_do() -> None:
    decision = decide_all(frozenset({BOUNCED}), [-BOUNCED, +ACTIVE], NONE_LEFT)
    assert isinstance(decision, Refused)
    assert [(reason.change, reason.code) for reason in decision.reasons] == [
        (+ACTIVE, ReasonCode.NO_STEPS_LEFT)
    ]


def test_a_teammate_may_not_hide_a_change_behind_opting_out() -> None:
    facts = replace(MAILED, who=Who.TEAMMATE)
    decision = decide_all(frozenset({ACTIVE}), [+OPTED_OUT, +TO_CALL], facts)
    assert isinstance(decision, Refused)
    assert {reason.change for reason in decision.reasons} == {+TO_CALL}


def test_a_fold_keeps_what_was_allowed_beside_what_was_not() -> None:
    """What an event's changes come to: made where they can be, the reasons of the others kept."""
    folded = fold(frozenset({ACTIVE}), [+PAUSED, +FINISHED, +TO_CALL], MAILED)
    assert folded.after == {PAUSED, TO_CALL}
    assert [row.change for row in folded.rows] == [+PAUSED, +TO_CALL]
    assert [reason.change for reason in folded.reasons] == [+FINISHED]


@pytest.mark.parametrize("asked", [[+PAUSED], [+BOUNCED], [-BOUNCED, +ACTIVE], [+REPLIED], [+CALLED]])
@pytest.mark.parametrize("contact", [{ACTIVE}, {BOUNCED}, {PAUSED}])
def test_what_was_decided_before_in_the_same_case_is_decided_so_again(
    contact: set[Status], asked: list[Change]
) -> None:
    """However many emails were received or steps are left; but none is another case, and names are told."""
    for received, left, names in (
        (1, 1, ()),
        (9, 5, ()),
        (0, 5, ()),
        (9, 0, ()),
        (9, 5, ("a",)),
        (9, 5, ("b",)),
    ):
        facts = replace(MAILED, emails_received=received, steps_left=left, missing_variables=names)
        folded = fold(frozenset(contact), asked, facts)
        decision = decide_all(frozenset(contact), asked, facts)
        if isinstance(decision, Refused):
            assert decision.reasons == folded.reasons
        else:
            assert (decision.after, decision.rows, folded.reasons) == (folded.after, folded.rows, ())
