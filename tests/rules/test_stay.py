"""A contact's stay in a sequence: entering, what events count, marks in any order, leaving."""

from dataclasses import replace

import pytest

from rules.events import OF_ITS_SEQUENCE, REACTIONS, Event
from rules.facts import Facts, RepliesHandling, Settings, Who
from rules.statuses import Status, StatusSet
from rules.stay import enter, leave, react, unheeded
from rules.vocabulary import ReasonCode

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
STAGES = (ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT)

MAILED = Facts(who=Who.SYSTEM, emails_received=1)
NEVER_MAILED = replace(MAILED, emails_received=0)
LACKING = replace(MAILED, missing_variables=("City",))


@pytest.mark.parametrize("event", list(Event))
def test_what_an_event_counts(event: Event) -> None:
    assert REACTIONS[event].emails == (event is Event.EMAIL_SENT)
    assert REACTIONS[event].sms == (event is Event.SMS_SENT)
    completes = {Event.EMAIL_SENT, Event.SMS_SENT, Event.STEP_COMPLETED}
    assert REACTIONS[event].completes_step == (event in completes)


@pytest.mark.parametrize("stage", [None, *STAGES])
def test_marks_may_arrive_in_any_order_with_the_same_result(stage: Status | None) -> None:
    before: StatusSet = frozenset({stage} if stage else ())
    facts = replace(MAILED, in_sequence=stage is not None)
    for one in (Event.EMAIL_OPENED, Event.LINK_CLICKED, Event.CALL_MADE, Event.EMAIL_SENT):
        for other in (Event.EMAIL_OPENED, Event.LINK_CLICKED, Event.CALL_MADE, Event.EMAIL_SENT):
            this_way = react(other, react(one, before, facts).after, facts).after
            assert react(one, react(other, before, facts).after, facts).after == this_way


def test_a_contact_enters_active_or_with_missing_data() -> None:
    assert enter(MAILED) == {ACTIVE}
    assert enter(LACKING) == {MISSING_DATA}


@pytest.mark.parametrize("stage", STAGES)
def test_a_contact_that_leaves_keeps_opted_out_alone(stage: Status) -> None:
    kept = {OPTED_OUT} if stage is OPTED_OUT else set()
    assert leave(frozenset({stage, CONTACTED, OPENED, REPLIED, CALLED})) == kept


def test_settings_start_with_tracking_on_and_a_reply_finishing() -> None:
    assert Settings() == Settings(
        RepliesHandling.FINISH, track_opens=True, track_clicks=True, text_opt_out=True
    )


@pytest.mark.parametrize(
    ("event", "facts", "after"),
    [
        (Event.EMAIL_BOUNCED, MAILED, {ACTIVE}),
        (Event.REPLY_RECEIVED, MAILED, {ACTIVE}),
        (Event.OUT_OF_OFFICE_RECEIVED, MAILED, {ACTIVE}),
        (Event.EMAIL_OPENED, MAILED, {ACTIVE, OPENED}),
        (Event.CALL_MADE, MAILED, {ACTIVE, CALLED}),
        (Event.OPT_OUT_CLICKED, MAILED, {OPTED_OUT}),
        (Event.VARIABLE_MISSING, LACKING, {MISSING_DATA}),
        (Event.EMAIL_SENT, replace(MAILED, steps_left=0), {FINISHED, CONTACTED}),
    ],
)
def test_what_happened_before_a_person_decided_moves_no_stage_but_an_opt_out_and_how_things_stand(
    event: Event, facts: Facts, after: set[Status]
) -> None:
    folded = react(event, frozenset({ACTIVE}), facts, late=True)
    assert folded.after == after
    decided_since = [reason.code for reason in folded.reasons] == [ReasonCode.DECIDED_SINCE]
    assert decided_since == (after == {ACTIVE})


def test_what_is_about_an_email_of_an_earlier_sequence_says_nothing_about_the_present_one() -> None:
    unheard = {event for event in Event if unheeded(event, frozenset({ACTIVE}), MAILED, earlier=True)}
    assert unheard == OF_ITS_SEQUENCE
    nowhere = replace(MAILED, in_sequence=False, emails_received=0)
    for event in OF_ITS_SEQUENCE:  # an email sent to who is not Active is refused, wherever it belongs
        assert unheeded(event, frozenset(), nowhere, earlier=True) == unheeded(event, frozenset(), nowhere)
