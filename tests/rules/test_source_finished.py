"""The source, S27 to S31: Finished and Contacted."""

from dataclasses import replace

import pytest

from rules.events import REACTIONS, Event
from rules.facts import Facts, Who, replies_tracked
from rules.statuses import Status, can_receive_email
from rules.stay import react
from rules.vocabulary import ReasonCode
from tests.rules.outcome import MAILED, outcome

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
STAGES = (ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT)

LAST = replace(MAILED, steps_left=0)


@pytest.mark.parametrize(
    ("event", "facts", "after"),
    [
        (Event.REPLY_RECEIVED, MAILED, {FINISHED, REPLIED}),
        (Event.EMAIL_SENT, LAST, {FINISHED, CONTACTED}),
        (Event.SMS_SENT, LAST, {FINISHED}),
        (Event.STEP_COMPLETED, LAST, {FINISHED}),
        (Event.EMAIL_SENT, MAILED, {ACTIVE, CONTACTED}),
        (Event.SMS_SENT, MAILED, {ACTIVE}),
        (Event.STEP_COMPLETED, MAILED, {ACTIVE}),
    ],
)
def test_s27_the_system_sets_finished_on_a_reply_or_when_all_steps_were_sent(
    event: Event, facts: Facts, after: set[Status]
) -> None:
    assert react(event, frozenset({ACTIVE}), facts).after == after


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (MAILED, {ACTIVE}),
        (replace(MAILED, steps_left=5), {ACTIVE}),
        (LAST, [ReasonCode.NO_STEPS_LEFT]),
        (replace(MAILED, missing_variables=("City",)), [ReasonCode.DATA_MISSING]),
    ],
)
def test_s28_finished_to_active_only_with_steps_left(facts: Facts, expected: object) -> None:
    assert outcome({FINISHED}, +ACTIVE, facts) == expected


@pytest.mark.parametrize("event", list(Event))
def test_s28_the_system_never_makes_a_finished_contact_active(event: Event) -> None:
    assert ACTIVE not in react(event, frozenset({FINISHED}), MAILED).after


def test_s29_finished_contacts_get_no_emails_and_are_not_tracked() -> None:
    finished = frozenset({FINISHED, CONTACTED})
    assert not can_receive_email(finished)
    assert not replies_tracked(finished, MAILED)
    for event in (Event.REPLY_RECEIVED, Event.EMAIL_BOUNCED, Event.AUTO_REPLY_RECEIVED):
        assert react(event, finished, MAILED).after == finished


@pytest.mark.parametrize(
    ("emails", "after"), [(0, {ACTIVE}), (1, {ACTIVE, CONTACTED}), (2, {ACTIVE, CONTACTED})]
)
def test_s30_contacted_means_an_email_was_received(emails: int, after: set[Status]) -> None:
    assert (
        react(Event.EMAIL_SENT, frozenset({ACTIVE}), replace(MAILED, emails_received=emails)).after == after
    )
    assert REACTIONS[Event.EMAIL_SENT].emails == 1


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("marks", [set(), {CONTACTED}])
def test_s31_contacted_cannot_be_changed_by_hand(stage: Status, marks: set[Status]) -> None:
    assert outcome({stage, *marks}, +CONTACTED) == [ReasonCode.SYSTEM_ONLY]
    assert outcome({stage, *marks}, -CONTACTED) == [ReasonCode.PERMANENT]
    teammate = replace(MAILED, who=Who.TEAMMATE)
    assert outcome({stage, *marks}, +CONTACTED, teammate) == [
        ReasonCode.NOT_THE_OWNER,
        ReasonCode.SYSTEM_ONLY,
    ]
