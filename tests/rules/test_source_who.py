"""The source, S1 to S5 and S52: who may change what, of which contacts."""

from dataclasses import replace

import pytest

from rules.facts import Facts, Who
from rules.statuses import CHANGES, Change, ChangeKind, Status
from rules.vocabulary import ReasonCode
from tests.rules.outcome import MAILED, outcome

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
STAGES = (ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT)

TEAMMATE = replace(MAILED, who=Who.TEAMMATE)
NOWHERE = replace(MAILED, emails_received=0, in_sequence=False)
ONLY_THE_OWNER = [
    (ACTIVE, +PAUSED, {PAUSED}),
    (ACTIVE, +FINISHED, {FINISHED}),
    (ACTIVE, +OUT_OF_OFFICE, {OUT_OF_OFFICE}),
    (ACTIVE, +BOUNCED, {BOUNCED}),
    (ACTIVE, +REPLIED, {FINISHED, REPLIED}),
    (ACTIVE, +TO_CALL, {ACTIVE, TO_CALL}),
    (PAUSED, +ACTIVE, {ACTIVE}),
    (MISSING_DATA, -MISSING_DATA, {ACTIVE}),
    (OUT_OF_OFFICE, -OUT_OF_OFFICE, {ACTIVE}),
    (BOUNCED, -BOUNCED, {PAUSED}),
    (OPTED_OUT, -OPTED_OUT, {PAUSED}),
]


@pytest.mark.parametrize(("stage", "change", "after"), ONLY_THE_OWNER)
def test_s1_only_the_owner_of_the_sequence_changes_statuses(
    stage: Status, change: Change, after: set[Status]
) -> None:
    assert outcome({stage}, change) == after
    assert outcome({stage}, change, TEAMMATE) == [ReasonCode.NOT_THE_OWNER]


@pytest.mark.parametrize("who", [Who.OWNER, Who.TEAMMATE])
@pytest.mark.parametrize(
    ("contact", "facts", "expected"),
    [
        ({ACTIVE}, MAILED, {OPTED_OUT}),
        ({PAUSED}, MAILED, {OPTED_OUT}),
        ({MISSING_DATA}, MAILED, {OPTED_OUT}),
        ({OUT_OF_OFFICE}, MAILED, {OPTED_OUT}),
        ({BOUNCED}, MAILED, {OPTED_OUT}),
        ({FINISHED}, MAILED, {OPTED_OUT}),
        ({OPTED_OUT}, MAILED, [ReasonCode.ALREADY_SET]),
        (set(), NOWHERE, {OPTED_OUT}),
        ({OPTED_OUT}, NOWHERE, [ReasonCode.ALREADY_SET]),
    ],
)
def test_s2_any_member_may_opt_a_contact_out(
    contact: set[Status], facts: Facts, expected: object, who: Who
) -> None:
    assert outcome(contact, +OPTED_OUT, replace(facts, who=who)) == expected


@pytest.mark.parametrize("change", [change for change in CHANGES if change.status is not OPTED_OUT])
@pytest.mark.parametrize("who", [Who.OWNER, Who.SYSTEM])
def test_s3_statuses_belong_to_contacts_in_a_sequence(change: Change, who: Who) -> None:
    for contact in (set[Status](), {OPTED_OUT}):
        assert outcome(contact, change, replace(NOWHERE, who=who)) == [ReasonCode.NOT_IN_SEQUENCE]


@pytest.mark.parametrize(("stage", "change", "after"), ONLY_THE_OWNER)
def test_s4_statuses_of_which_one_excludes_the_other(
    stage: Status, change: Change, after: set[Status]
) -> None:
    """Two stages never stand together; the marks stay with either."""
    assert len(after & set(STAGES)) == 1
    assert outcome({stage, CONTACTED, OPENED, CLICKED}, change) == after | {CONTACTED, OPENED, CLICKED}


@pytest.mark.parametrize("status", list(Status))
def test_s5_plus_and_minus_status_are_the_changes_there_are(status: Status) -> None:
    assert +status == Change(ChangeKind.ADD, status)
    assert -status == Change(ChangeKind.REMOVE, status)
    assert [change for change in CHANGES if change.status is status] == [+status, -status]


@pytest.mark.parametrize("change", [change for change in CHANGES if change != +OPTED_OUT])
@pytest.mark.parametrize("stage", STAGES)
def test_s52_a_change_by_someone_else_fails(stage: Status, change: Change) -> None:
    """Whatever else stands in the way, it is said first; and the rest is said as to the owner."""
    refused = outcome({stage}, change, TEAMMATE)
    assert isinstance(refused, list)
    assert refused[0] is ReasonCode.NOT_THE_OWNER
    to_the_owner = outcome({stage}, change)
    assert refused[1:] == (to_the_owner if isinstance(to_the_owner, list) else [])
