"""The source, S6 to S12: Active and Paused."""

from dataclasses import replace

import pytest

from rules.events import Event
from rules.facts import Facts, RepliesHandling, Settings, Who, replies_tracked
from rules.statuses import Change, Status, can_receive_email
from rules.stay import react
from rules.vocabulary import ReasonCode
from tests.rules.outcome import MAILED, outcome

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
STAGES = (ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT)

NEVER_MAILED = Facts()
CONTINUE = replace(MAILED, settings=Settings(RepliesHandling.CONTINUE))


@pytest.mark.parametrize("facts", [MAILED, NEVER_MAILED, replace(MAILED, steps_left=0)])
@pytest.mark.parametrize("status", [PAUSED, FINISHED, OUT_OF_OFFICE, OPTED_OUT])
def test_s6_active_can_be_changed_by_hand(status: Status, facts: Facts) -> None:
    assert outcome({ACTIVE}, +status, facts) == {status}
    assert outcome({ACTIVE, CONTACTED, OPENED}, +status, facts) == {status, CONTACTED, OPENED}


@pytest.mark.parametrize(
    ("change", "facts", "expected"),
    [
        (+BOUNCED, MAILED, {BOUNCED}),
        (+BOUNCED, NEVER_MAILED, [ReasonCode.NO_EMAIL_RECEIVED]),
        (+BOUNCED, replace(NEVER_MAILED, sms_sent=1), [ReasonCode.NO_EMAIL_RECEIVED]),
        (+REPLIED, MAILED, {FINISHED, REPLIED}),
        (+REPLIED, CONTINUE, {ACTIVE, REPLIED}),
        (+REPLIED, NEVER_MAILED, [ReasonCode.NO_EMAIL_RECEIVED]),
        (+REPLIED, replace(CONTINUE, emails_received=0), [ReasonCode.NO_EMAIL_RECEIVED]),
        (+REPLIED, replace(NEVER_MAILED, sms_sent=1), [ReasonCode.NO_EMAIL_RECEIVED]),
    ],
)
def test_s7_active_to_bounced_or_replied_needs_an_email(
    change: Change, facts: Facts, expected: object
) -> None:
    assert outcome({ACTIVE}, change, facts) == expected


@pytest.mark.parametrize("stage", STAGES)
def test_s8_active_contacts_receive_emails(stage: Status) -> None:
    assert can_receive_email(frozenset({stage, REPLIED, CONTACTED})) == (stage is ACTIVE)


@pytest.mark.parametrize(
    ("facts", "tracked"), [(NEVER_MAILED, False), (MAILED, True), (replace(MAILED, emails_received=7), True)]
)
def test_s9_active_contacts_are_tracked_once_an_email_was_received(facts: Facts, *, tracked: bool) -> None:
    assert replies_tracked(frozenset({ACTIVE}), facts) is tracked
    assert (REPLIED in react(Event.REPLY_RECEIVED, frozenset({ACTIVE}), facts).after) is tracked


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (ACTIVE, {PAUSED}),
        (PAUSED, [ReasonCode.ALREADY_SET]),
        (MISSING_DATA, [ReasonCode.NO_TRANSITION]),
        (OUT_OF_OFFICE, [ReasonCode.NO_TRANSITION]),
        (BOUNCED, [ReasonCode.INCOMPATIBLE]),
        (FINISHED, [ReasonCode.NO_TRANSITION]),
        (OPTED_OUT, [ReasonCode.INCOMPATIBLE]),
    ],
)
def test_s10_paused_was_set_by_hand_on_an_active_contact(stage: Status, expected: object) -> None:
    assert outcome({stage}, +PAUSED) == expected
    assert isinstance(outcome({stage}, +PAUSED, replace(MAILED, who=Who.SYSTEM)), list)
    assert not can_receive_email(frozenset({PAUSED}))


def test_s11_replies_of_paused_contacts_are_not_tracked() -> None:
    paused = frozenset({PAUSED, CONTACTED})
    assert not replies_tracked(paused, MAILED)
    for event in (Event.REPLY_RECEIVED, Event.AUTO_REPLY_RECEIVED, Event.OUT_OF_OFFICE_RECEIVED):
        assert react(event, paused, MAILED).after == paused


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (MAILED, {ACTIVE}),
        (NEVER_MAILED, {ACTIVE}),
        (replace(MAILED, steps_left=0), [ReasonCode.NO_STEPS_LEFT]),
        (replace(MAILED, missing_variables=("City",)), [ReasonCode.DATA_MISSING]),
    ],
)
def test_s12_paused_can_be_changed_by_hand_to_active(facts: Facts, expected: object) -> None:
    assert outcome({PAUSED}, +ACTIVE, facts) == expected
