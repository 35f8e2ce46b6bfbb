"""Section 5: what each event comes to, for a contact in each stage."""

from dataclasses import replace

import pytest

from rules.decide import Folded
from rules.events import LEADS_TO, REACTIONS, Event
from rules.facts import Channel, Facts, OutOfOfficeProcessing, RepliesHandling, Who
from rules.statuses import Change, ChangeKind, Status
from rules.stay import react, unheeded
from rules.vocabulary import ReasonCode

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
STAGES = (ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT)

MAILED = Facts(who=Who.SYSTEM, emails_received=1)
LAST = replace(MAILED, steps_left=0)
NEVER_MAILED = replace(MAILED, emails_received=0)
LACKING = replace(MAILED, missing_variables=("City",))
NOWHERE = replace(NEVER_MAILED, in_sequence=False)


def having(facts: Facts, **settings: object) -> Facts:
    return replace(facts, settings=replace(facts.settings, **settings))  # type: ignore[arg-type]


AUTOMATIC = having(MAILED, out_of_office=OutOfOfficeProcessing.AUTOMATIC)
CONTINUE = having(MAILED, replies_handling=RepliesHandling.CONTINUE)
UNSEEN = replace(CONTINUE, emails_received=0)
BY_SMS = replace(NEVER_MAILED, channel=Channel.SMS)


@pytest.mark.parametrize(
    ("event", "facts", "before", "after"),
    [
        (Event.EMAIL_SENT, MAILED, {ACTIVE}, {ACTIVE, CONTACTED}),
        (Event.EMAIL_SENT, LAST, {ACTIVE}, {FINISHED, CONTACTED}),
        (Event.EMAIL_SENT, LAST, {ACTIVE, CONTACTED}, {FINISHED, CONTACTED}),
        (Event.EMAIL_BOUNCED, MAILED, {ACTIVE}, {BOUNCED}),
        (Event.EMAIL_BOUNCED, MAILED, {OUT_OF_OFFICE}, {BOUNCED}),
        (Event.EMAIL_OPENED, MAILED, {BOUNCED}, {BOUNCED, OPENED}),
        (Event.LINK_CLICKED, MAILED, {FINISHED}, {FINISHED, CLICKED}),
        (Event.REPLY_RECEIVED, MAILED, {ACTIVE}, {FINISHED, REPLIED}),
        (Event.REPLY_RECEIVED, MAILED, {OUT_OF_OFFICE}, {FINISHED, REPLIED}),
        (Event.REPLY_RECEIVED, CONTINUE, {ACTIVE}, {ACTIVE, REPLIED}),
        (Event.REPLY_RECEIVED, CONTINUE, {OUT_OF_OFFICE}, {ACTIVE, REPLIED}),
        (Event.REPLY_RECEIVED, replace(BY_SMS, sms_sent=1), {ACTIVE}, {FINISHED, REPLIED}),
        (Event.AUTO_REPLY_RECEIVED, MAILED, {ACTIVE}, {FINISHED, AUTO_REPLIED}),
        (Event.OUT_OF_OFFICE_RECEIVED, MAILED, {ACTIVE}, {OUT_OF_OFFICE}),
        (Event.STEP_REACHED, MAILED, {ACTIVE}, {ACTIVE, TO_CALL}),
        (Event.STEP_COMPLETED, LAST, {ACTIVE}, {FINISHED}),
        (Event.SMS_SENT, replace(LAST, sms_sent=1), {ACTIVE}, {FINISHED}),
        (Event.CALL_MADE, MAILED, {ACTIVE, TO_CALL}, {ACTIVE, CALLED}),
        (Event.VARIABLE_MISSING, LACKING, {ACTIVE}, {MISSING_DATA}),
        (Event.STEPS_CHANGED, LAST, {ACTIVE}, {FINISHED}),
        (Event.OUT_OF_OFFICE_OVER, AUTOMATIC, {OUT_OF_OFFICE}, {ACTIVE}),
        (Event.OPT_OUT_CLICKED, NOWHERE, set(), {OPTED_OUT}),
        (Event.COMPLAINT_RECEIVED, NOWHERE, set(), {OPTED_OUT}),
        (Event.DO_NOT_CONTACT_SET, NOWHERE, set(), {OPTED_OUT}),
    ],
)
def test_an_event_that_changes_something(
    event: Event, facts: Facts, before: set[Status], after: set[Status]
) -> None:
    assert react(event, frozenset(before), facts).after == after


@pytest.mark.parametrize(
    ("event", "facts", "contact", "why"),
    [
        (Event.EMAIL_BOUNCED, MAILED, {PAUSED}, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.EMAIL_BOUNCED, NEVER_MAILED, {ACTIVE}, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.EMAIL_BOUNCED, MAILED, {ACTIVE, REPLIED}, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.EMAIL_BOUNCED, MAILED, {BOUNCED}, ReasonCode.ALREADY_SET),
        (Event.EMAIL_OPENED, having(MAILED, track_opens=False), {ACTIVE}, ReasonCode.OPENS_NOT_TRACKED),
        (Event.EMAIL_OPENED, NEVER_MAILED, {ACTIVE}, ReasonCode.NO_EMAIL_RECEIVED),
        (Event.EMAIL_OPENED, NOWHERE, set(), ReasonCode.NOT_IN_SEQUENCE),
        (Event.EMAIL_OPENED, MAILED, {ACTIVE, OPENED}, ReasonCode.ALREADY_SET),
        (Event.LINK_CLICKED, having(MAILED, track_clicks=False), {ACTIVE}, ReasonCode.CLICKS_NOT_TRACKED),
        (Event.LINK_CLICKED, NEVER_MAILED, {ACTIVE}, ReasonCode.NO_EMAIL_RECEIVED),
        (Event.REPLY_RECEIVED, MAILED, {PAUSED}, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.REPLY_RECEIVED, NEVER_MAILED, {ACTIVE}, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.REPLY_RECEIVED, UNSEEN, {ACTIVE}, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.REPLY_RECEIVED, MAILED, {OPTED_OUT}, ReasonCode.REPLIES_NOT_TRACKED),
        (
            Event.REPLY_RECEIVED,
            replace(MAILED, channel=Channel.SMS),
            {ACTIVE},
            ReasonCode.REPLIES_NOT_TRACKED,
        ),
        (Event.REPLY_RECEIVED, replace(BY_SMS, sms_sent=0), {ACTIVE}, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.REPLY_RECEIVED, replace(NEVER_MAILED, sms_sent=1), {ACTIVE}, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.AUTO_REPLY_RECEIVED, MAILED, {OUT_OF_OFFICE}, ReasonCode.NO_TRANSITION),
        (Event.OUT_OF_OFFICE_RECEIVED, MAILED, {FINISHED}, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.OUT_OF_OFFICE_RECEIVED, MAILED, {OUT_OF_OFFICE}, ReasonCode.ALREADY_SET),
        (Event.OPT_OUT_CLICKED, MAILED, {OPTED_OUT}, ReasonCode.ALREADY_SET),
        (Event.STEP_REACHED, MAILED, {OPTED_OUT}, ReasonCode.INCOMPATIBLE),
        (Event.STEP_COMPLETED, MAILED, {ACTIVE}, ReasonCode.STEPS_LEFT),
        (Event.STEPS_CHANGED, MAILED, {ACTIVE}, ReasonCode.STEPS_LEFT),
        (Event.STEPS_CHANGED, MAILED, {FINISHED}, ReasonCode.ALREADY_SET),
        (Event.VARIABLE_MISSING, MAILED, {ACTIVE}, ReasonCode.NOTHING_MISSING),
        (Event.VARIABLE_MISSING, LACKING, {PAUSED}, ReasonCode.NO_TRANSITION),
        (Event.OUT_OF_OFFICE_OVER, MAILED, {OUT_OF_OFFICE}, ReasonCode.NO_TRANSITION),
        (Event.OUT_OF_OFFICE_OVER, AUTOMATIC, {PAUSED}, ReasonCode.NO_TRANSITION),
        (
            Event.OUT_OF_OFFICE_OVER,
            replace(AUTOMATIC, steps_left=0),
            {OUT_OF_OFFICE},
            ReasonCode.NO_STEPS_LEFT,
        ),
    ],
)
def test_an_event_that_is_ignored_says_why(
    event: Event, facts: Facts, contact: set[Status], why: ReasonCode
) -> None:
    folded = react(event, frozenset(contact), facts)
    assert folded.after == contact
    assert not folded.rows
    assert [reason.code for reason in folded.reasons] == [why]


@pytest.mark.parametrize("event", [Event.OPT_OUT_CLICKED, Event.COMPLAINT_RECEIVED, Event.DO_NOT_CONTACT_SET])
@pytest.mark.parametrize("stage", STAGES[:-1])
def test_opting_out_works_from_every_stage_and_keeps_the_marks(event: Event, stage: Status) -> None:
    assert react(event, frozenset({stage, REPLIED}), MAILED).after == {OPTED_OUT, REPLIED}


@pytest.mark.parametrize("contact", [{ACTIVE}, {PAUSED}, {OUT_OF_OFFICE}])
def test_do_not_contact_counts_only_with_text_opt_out_on(contact: set[Status]) -> None:
    folded = react(Event.DO_NOT_CONTACT_SET, frozenset(contact), having(MAILED, text_opt_out=False))
    assert folded == Folded(frozenset(contact), (), folded.reasons)
    assert [reason.code for reason in folded.reasons] == [ReasonCode.TEXT_OPT_OUT_OFF]


def test_the_reasons_of_a_reply_that_is_ignored_come_in_the_order_of_the_codes() -> None:
    """Out of office, a second reply, no step left: two provisos are unmet at once."""
    facts = replace(CONTINUE, steps_left=0, missing_variables=("City",))
    folded = react(Event.REPLY_RECEIVED, frozenset({OUT_OF_OFFICE, REPLIED}), facts)
    assert_in_order(
        folded, {ReasonCode.REPLIES_NOT_TRACKED, ReasonCode.NO_STEPS_LEFT, ReasonCode.DATA_MISSING}
    )


@pytest.mark.parametrize(
    ("event", "tracking_off", "code"),
    [
        (Event.EMAIL_OPENED, having(NEVER_MAILED, track_opens=False), ReasonCode.OPENS_NOT_TRACKED),
        (Event.LINK_CLICKED, having(NEVER_MAILED, track_clicks=False), ReasonCode.CLICKS_NOT_TRACKED),
    ],
)
def test_the_reasons_of_an_open_or_click_that_is_ignored_come_in_order(
    event: Event, tracking_off: Facts, code: ReasonCode
) -> None:
    assert_in_order(react(event, frozenset({ACTIVE}), tracking_off), {code, ReasonCode.NO_EMAIL_RECEIVED})


def assert_in_order(folded: Folded, expected: set[ReasonCode]) -> None:
    found = [reason.code for reason in folded.reasons]
    assert found == [code for code in ReasonCode if code in expected]


@pytest.mark.parametrize("stage", STAGES[1:])
def test_an_email_sent_changes_nothing_for_a_contact_that_is_not_active(stage: Status) -> None:
    assert react(Event.EMAIL_SENT, frozenset({stage}), LAST).after == {stage}
    unheard = unheeded(Event.EMAIL_SENT, frozenset({stage}), LAST)
    assert {reason.code for reason in unheard} == {ReasonCode.NOT_ACTIVE}


def test_the_event_named_for_each_status_of_the_system_leads_to_it() -> None:
    for status, event in LEADS_TO.items():
        assert Change(ChangeKind.ADD, status) in REACTIONS[event].tries


def test_an_event_acts_as_the_system_whoever_reported_it() -> None:
    for who in Who:
        assert react(Event.CALL_MADE, frozenset({ACTIVE}), replace(MAILED, who=who)).after == {ACTIVE, CALLED}
