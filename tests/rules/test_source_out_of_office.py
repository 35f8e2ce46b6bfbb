"""The source, S23 to S26: Out of office."""

from dataclasses import replace

import pytest

from rules.events import Event
from rules.facts import Facts, OutOfOfficeProcessing, RepliesHandling, Settings, replies_tracked
from rules.statuses import Status, can_receive_email
from rules.stay import react
from rules.vocabulary import ReasonCode
from tests.rules.outcome import MAILED, outcome

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
STAGES = (ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT)

NEVER_MAILED = Facts()
AUTOMATIC = replace(MAILED, settings=Settings(out_of_office=OutOfOfficeProcessing.AUTOMATIC))
CONTINUE = replace(MAILED, settings=Settings(RepliesHandling.CONTINUE))
AWAY = frozenset({OUT_OF_OFFICE, CONTACTED})


@pytest.mark.parametrize(
    ("stage", "becomes"),
    [
        (ACTIVE, OUT_OF_OFFICE),
        (PAUSED, PAUSED),
        (MISSING_DATA, MISSING_DATA),
        (OUT_OF_OFFICE, OUT_OF_OFFICE),
        (BOUNCED, BOUNCED),
        (FINISHED, FINISHED),
        (OPTED_OUT, OPTED_OUT),
    ],
)
def test_s23_the_system_sets_out_of_office(stage: Status, becomes: Status) -> None:
    assert react(Event.OUT_OF_OFFICE_RECEIVED, frozenset({stage}), MAILED).after == {becomes}
    assert react(Event.OUT_OF_OFFICE_RECEIVED, frozenset({stage}), NEVER_MAILED).after == {stage}


@pytest.mark.parametrize(
    "event",
    [
        Event.EMAIL_SENT,
        Event.SMS_SENT,
        Event.STEP_COMPLETED,
        Event.STEPS_CHANGED,
        Event.VARIABLE_MISSING,
        Event.AUTO_REPLY_RECEIVED,
        Event.OUT_OF_OFFICE_RECEIVED,
        Event.OUT_OF_OFFICE_OVER,
    ],
)
def test_s24_out_of_office_stops_further_steps_until_a_person_removes_it(event: Event) -> None:
    assert not can_receive_email(AWAY)
    assert react(event, AWAY, MAILED).after == AWAY
    assert outcome(set(AWAY), -OUT_OF_OFFICE) == {ACTIVE, CONTACTED}


@pytest.mark.parametrize(
    ("facts", "by_hand", "by_the_system"),
    [
        (MAILED, {ACTIVE}, {OUT_OF_OFFICE}),
        (AUTOMATIC, {ACTIVE}, {ACTIVE}),
        (replace(AUTOMATIC, steps_left=0), [ReasonCode.NO_STEPS_LEFT], {OUT_OF_OFFICE}),
        (replace(AUTOMATIC, missing_variables=("City",)), [ReasonCode.DATA_MISSING], {OUT_OF_OFFICE}),
    ],
)
def test_s25_out_of_office_ends_by_hand_or_automatically(
    facts: Facts, by_hand: object, by_the_system: set[Status]
) -> None:
    assert outcome({OUT_OF_OFFICE}, +ACTIVE, facts) == by_hand
    assert react(Event.OUT_OF_OFFICE_OVER, frozenset({OUT_OF_OFFICE}), facts).after == by_the_system


@pytest.mark.parametrize(
    ("facts", "after"),
    [
        (MAILED, {FINISHED, REPLIED}),
        (replace(MAILED, steps_left=0), {FINISHED, REPLIED}),
        (CONTINUE, {ACTIVE, REPLIED}),
        (replace(CONTINUE, steps_left=0), {OUT_OF_OFFICE}),
        (replace(CONTINUE, missing_variables=("City",)), {OUT_OF_OFFICE}),
        (NEVER_MAILED, {OUT_OF_OFFICE}),
    ],
)
def test_s26_a_real_reply_of_an_out_of_office_contact_is_detected(facts: Facts, after: set[Status]) -> None:
    away = frozenset({OUT_OF_OFFICE})
    assert replies_tracked(away, facts) == (facts.emails_received > 0)
    assert react(Event.REPLY_RECEIVED, away, facts).after == after
