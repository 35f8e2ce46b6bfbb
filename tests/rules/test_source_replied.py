"""The source, S37 to S42: Replied."""

from dataclasses import replace

import pytest

from rules.events import Event
from rules.facts import Channel, Facts, RepliesHandling, Settings, replies_tracked
from rules.statuses import Status, can_receive_email
from rules.stay import react
from rules.vocabulary import ReasonCode
from tests.rules.outcome import MAILED, outcome

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
STAGES = (ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT)

TEXTED = Facts(sms_sent=1, channel=Channel.SMS)
CONTINUE = Settings(RepliesHandling.CONTINUE)


@pytest.mark.parametrize(
    ("stage", "after"),
    [
        (ACTIVE, {FINISHED, REPLIED}),
        (PAUSED, {PAUSED}),
        (MISSING_DATA, {MISSING_DATA}),
        (OUT_OF_OFFICE, {FINISHED, REPLIED}),
        (BOUNCED, {BOUNCED}),
        (FINISHED, {FINISHED}),
        (OPTED_OUT, {OPTED_OUT}),
    ],
)
@pytest.mark.parametrize("facts", [MAILED, TEXTED])
def test_s37_a_reply_sets_replied(stage: Status, after: set[Status], facts: Facts) -> None:
    """Whose address a reply came from is for the matching of messages to contacts, before the rules."""
    assert react(Event.REPLY_RECEIVED, frozenset({stage}), facts).after == after


@pytest.mark.parametrize(
    ("emails", "sms", "channel", "seen"),
    [
        (0, 1, Channel.SMS, True),
        (1, 1, Channel.SMS, True),
        (1, 0, Channel.SMS, False),
        (0, 0, Channel.SMS, False),
        (0, 1, Channel.EMAIL, False),
        (1, 0, Channel.EMAIL, True),
    ],
)
def test_s38_an_sms_answers_an_sms(emails: int, sms: int, channel: Channel, *, seen: bool) -> None:
    facts = Facts(emails_received=emails, sms_sent=sms, channel=channel)
    after = react(Event.REPLY_RECEIVED, frozenset({ACTIVE}), facts).after
    assert after == ({FINISHED, REPLIED} if seen else {ACTIVE})


def test_s39_replied_is_one_status_and_the_channel_is_told_beside_it() -> None:
    """The log and the three filters are storage and API, tested there. Here: one status, two channels."""
    assert [channel.value for channel in Channel] == ["email", "SMS"]
    by_email = react(Event.REPLY_RECEIVED, frozenset({ACTIVE}), MAILED)
    by_sms = react(Event.REPLY_RECEIVED, frozenset({ACTIVE}), TEXTED)
    assert by_email == by_sms


@pytest.mark.parametrize("handling", list(RepliesHandling))
@pytest.mark.parametrize("by_hand", [True, False])
def test_s40_a_reply_stops_the_sequence_unless_it_says_continue(
    handling: RepliesHandling, *, by_hand: bool
) -> None:
    facts, contact = replace(MAILED, settings=Settings(handling)), {ACTIVE, CONTACTED}
    if by_hand:
        after = outcome(contact, +REPLIED, facts)
    else:
        after = react(Event.REPLY_RECEIVED, frozenset(contact), facts).after
    assert isinstance(after, frozenset)
    assert REPLIED in after
    assert can_receive_email(after) == (handling is RepliesHandling.CONTINUE)


def test_s41_replied_usually_comes_with_finished() -> None:
    assert Settings().replies_handling is RepliesHandling.FINISH
    assert outcome({ACTIVE}, +REPLIED) == {FINISHED, REPLIED}
    assert react(Event.REPLY_RECEIVED, frozenset({ACTIVE}), MAILED).after == {FINISHED, REPLIED}


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize(
    ("event", "why"),
    [
        (Event.REPLY_RECEIVED, ReasonCode.ALREADY_SET),
        (Event.AUTO_REPLY_RECEIVED, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.OUT_OF_OFFICE_RECEIVED, ReasonCode.REPLIES_NOT_TRACKED),
        (Event.EMAIL_BOUNCED, ReasonCode.REPLIES_NOT_TRACKED),
    ],
)
def test_s42_replies_after_a_reply_are_not_tracked(event: Event, why: ReasonCode, *, by_hand: bool) -> None:
    facts = replace(MAILED, settings=CONTINUE)
    if by_hand:
        replied = outcome({ACTIVE}, +REPLIED, facts)
    else:
        replied = react(Event.REPLY_RECEIVED, frozenset({ACTIVE}), facts).after
    assert replied == {ACTIVE, REPLIED}
    again = react(event, frozenset({ACTIVE, REPLIED}), facts)
    assert again.after == {ACTIVE, REPLIED}
    assert [reason.code for reason in again.reasons] == [why]
    assert not replies_tracked(again.after, facts)
