"""Section 3's chosen cells: where the source is silent, and what we decided instead."""

from dataclasses import replace

import pytest

from rules.decide import Allowed, decide
from rules.events import Event
from rules.facts import Channel, Facts, Who, replies_tracked
from rules.statuses import Change, Status, can_receive_email
from rules.stay import leave, react

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip

MAILED = Facts(emails_received=1)
NONE_LEFT = replace(MAILED, steps_left=0)
LACKING = replace(MAILED, missing_variables=("City",))


def after(contact: set[Status], change: Change, facts: Facts) -> set[Status]:
    match decide(frozenset(contact), change, facts):
        case Allowed(after=found):
            return set(found)
    return contact


@pytest.mark.parametrize("facts", [MAILED, LACKING])
@pytest.mark.parametrize("stop", [BOUNCED, OPTED_OUT])
def test_taking_off_a_stop_pauses_and_never_starts_sending_by_itself(stop: Status, facts: Facts) -> None:
    found = after({stop, CONTACTED}, -stop, facts)
    assert found == {PAUSED, CONTACTED}
    assert not can_receive_email(frozenset(found))


@pytest.mark.parametrize("stop", [BOUNCED, OPTED_OUT])
def test_taking_off_a_stop_with_no_steps_left_finishes(stop: Status) -> None:
    assert after({stop, CONTACTED}, -stop, NONE_LEFT) == {FINISHED, CONTACTED}


@pytest.mark.parametrize("stage", [PAUSED, MISSING_DATA, OUT_OF_OFFICE, FINISHED])
@pytest.mark.parametrize(
    ("facts", "becomes_active"),
    [
        (MAILED, True),
        (NONE_LEFT, False),
        (LACKING, False),
        (replace(NONE_LEFT, missing_variables=("City",)), False),
    ],
)
def test_back_to_active_only_when_there_is_something_to_send(
    stage: Status, facts: Facts, *, becomes_active: bool
) -> None:
    assert after({stage}, +ACTIVE, facts) == ({ACTIVE} if becomes_active else {stage})


@pytest.mark.parametrize("who", [Who.OWNER, Who.SYSTEM])
def test_nobody_is_to_call_who_opted_out(who: Who) -> None:
    assert after({OPTED_OUT}, +TO_CALL, replace(MAILED, who=who)) == {OPTED_OUT}


def test_a_call_made_is_no_longer_to_be_made_and_a_later_call_step_asks_again() -> None:
    called = react(Event.CALL_MADE, frozenset({ACTIVE, TO_CALL}), MAILED).after
    assert called == {ACTIVE, CALLED}
    assert react(Event.STEP_REACHED, called, MAILED).after == {ACTIVE, CALLED, TO_CALL}


def test_whoever_reports_spam_has_opted_out() -> None:
    assert react(Event.COMPLAINT_RECEIVED, frozenset({ACTIVE, OPENED}), MAILED).after == {OPTED_OUT, OPENED}


def test_called_is_permanent_for_the_stay_and_leaves_with_it() -> None:
    """S3 and S35 outweigh S50: in no sequence nothing but Opted out is kept."""
    assert leave(frozenset({ACTIVE, CALLED})) == set()


@pytest.mark.parametrize(
    ("contact", "facts", "tracked"),
    [
        ({ACTIVE}, MAILED, True),
        ({OUT_OF_OFFICE}, MAILED, True),
        ({ACTIVE, REPLIED}, MAILED, False),
        ({OUT_OF_OFFICE, REPLIED}, MAILED, False),
        ({ACTIVE, AUTO_REPLIED, CONTACTED}, MAILED, True),
        ({PAUSED}, MAILED, False),
        ({MISSING_DATA}, MAILED, False),
        ({BOUNCED}, MAILED, False),
        ({FINISHED}, MAILED, False),
        ({OPTED_OUT}, MAILED, False),
        (set(), MAILED, False),
        ({ACTIVE}, Facts(sms_sent=1), False),
        ({ACTIVE}, Facts(sms_sent=1, channel=Channel.SMS), True),
        ({ACTIVE}, replace(MAILED, channel=Channel.SMS), False),
    ],
)
def test_whose_replies_are_tracked(contact: set[Status], facts: Facts, *, tracked: bool) -> None:
    assert replies_tracked(frozenset(contact), facts) is tracked
