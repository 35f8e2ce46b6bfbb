"""The source, S18 to S22: Bounced."""

from dataclasses import replace

import pytest

from rules.decide import Allowed, decide_all
from rules.events import Event
from rules.facts import Facts, replies_tracked
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


@pytest.mark.parametrize(
    ("stage", "becomes"),
    [
        (ACTIVE, BOUNCED),
        (PAUSED, PAUSED),
        (MISSING_DATA, MISSING_DATA),
        (OUT_OF_OFFICE, BOUNCED),
        (BOUNCED, BOUNCED),
        (FINISHED, FINISHED),
        (OPTED_OUT, OPTED_OUT),
    ],
)
def test_s18_the_system_sets_bounced(stage: Status, becomes: Status) -> None:
    assert react(Event.EMAIL_BOUNCED, frozenset({stage, CONTACTED}), MAILED).after == {becomes, CONTACTED}


def test_s19_after_a_bounce_the_sequence_goes_on() -> None:
    """Remove Bounced, set Active, and the contact is mailed again; in two requests or in one."""
    bounced = {BOUNCED, CONTACTED}
    assert outcome(bounced, -BOUNCED) == {PAUSED, CONTACTED}
    assert outcome({PAUSED, CONTACTED}, +ACTIVE) == {ACTIVE, CONTACTED}
    at_once = decide_all(frozenset(bounced), [+ACTIVE, -BOUNCED], MAILED)
    assert isinstance(at_once, Allowed)
    assert can_receive_email(at_once.after)


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (ACTIVE, {BOUNCED}),
        (PAUSED, {BOUNCED}),
        (MISSING_DATA, {BOUNCED}),
        (OUT_OF_OFFICE, {BOUNCED}),
        (BOUNCED, [ReasonCode.ALREADY_SET]),
        (FINISHED, {BOUNCED}),
        (OPTED_OUT, [ReasonCode.INCOMPATIBLE]),
    ],
)
def test_s20_bounced_can_be_put_by_hand_if_an_email_was_sent(stage: Status, expected: object) -> None:
    assert outcome({stage}, +BOUNCED, MAILED) == expected
    without = [ReasonCode.NO_EMAIL_RECEIVED] if expected == {BOUNCED} else expected
    assert outcome({stage}, +BOUNCED, NEVER_MAILED) == without


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("marks", [set(), {CONTACTED}, {CONTACTED, REPLIED}, {AUTO_REPLIED}])
@pytest.mark.parametrize("facts", [MAILED, NEVER_MAILED, replace(NEVER_MAILED, sms_sent=1)])
def test_s21_bounces_are_detected_as_replies_are(stage: Status, marks: set[Status], facts: Facts) -> None:
    contact = frozenset({stage, *marks})
    noticed = react(Event.EMAIL_BOUNCED, contact, facts).after != contact
    assert noticed == replies_tracked(contact, facts)


def test_s22_a_bounced_contact_may_also_be_opened() -> None:
    bounced = frozenset({BOUNCED, CONTACTED})
    assert react(Event.EMAIL_OPENED, bounced, MAILED).after == {BOUNCED, CONTACTED, OPENED}
    opened = frozenset({ACTIVE, CONTACTED, OPENED})
    assert react(Event.EMAIL_BOUNCED, opened, MAILED).after == {BOUNCED, CONTACTED, OPENED}
