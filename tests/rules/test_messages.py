"""Every reason is a sentence a person can act on."""

import re

import pytest

from rules.events import Event
from rules.reasons import Reason
from rules.statuses import CHANGES, MEANING, Change, Status
from rules.table import TABLE
from rules.vocabulary import ReasonCode


def reason(code: ReasonCode, change: Change) -> Reason:
    return Reason(
        code,
        change,
        event=Event.EMAIL_OPENED,
        stage=Status.BOUNCED,
        allowed=(+Status.OPTED_OUT, +Status.TO_CALL),
        variables=("City",) if code is ReasonCode.DATA_MISSING else (),
    )


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_message_is_a_sentence(code: ReasonCode) -> None:
    for change in CHANGES:
        message = reason(code, change).message
        assert re.fullmatch(r"[A-Z].*[^ .]\.", message), message
        assert "  " not in message
        braces = re.findall(r"\{\w*\}|[{}]", message)
        assert braces == (["{City}"] if code is ReasonCode.DATA_MISSING else []), message
        assert "Status." not in message
        assert "None" not in message


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_code_has_a_meaning(code: ReasonCode) -> None:
    assert re.fullmatch(r"[A-Z].*\.", code.value)


@pytest.mark.parametrize(
    ("of", "message"),
    [
        (
            Reason(ReasonCode.SYSTEM_ONLY, +Status.OPENED, event=Event.EMAIL_OPENED),
            "Opened is set by the system alone, when an email was opened.",
        ),
        (
            Reason(ReasonCode.INCOMPATIBLE, +Status.ACTIVE, stage=Status.BOUNCED),
            "The contact is Bounced: take that off before you add Active.",
        ),
        (
            Reason(ReasonCode.NO_TRANSITION, +Status.PAUSED, allowed=(+Status.OPTED_OUT, -Status.CALLED)),
            "From here you cannot add Paused; allowed now: add Opted out, remove Called.",
        ),
        (
            Reason(ReasonCode.NO_TRANSITION, +Status.PAUSED),
            "From here you cannot add Paused; allowed now: nothing.",
        ),
        (
            Reason(ReasonCode.DATA_MISSING, +Status.ACTIVE, variables=("City", "odd {0}")),
            "The profile lacks {City}, {odd {0}}: fill in what is missing, or take it out of the templates.",
        ),
    ],
)
def test_what_a_reason_carries_is_in_its_message(of: Reason, message: str) -> None:
    assert of.message == message


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_meaning(status: Status) -> None:
    assert re.fullmatch(r"[A-Z].*\(S\d.*\)\.", MEANING[status])


@pytest.mark.parametrize("event", list(Event))
def test_every_event_continues_the_sentence_it_is_put_into(event: Event) -> None:
    """ "... is set by the system alone, when {event}."."""
    assert event.value[0].islower()
    assert not event.value.endswith(".")


def test_every_row_reads_as_a_sentence() -> None:
    sentences = [row.sentence for row in TABLE]
    assert len(set(sentences)) == len(TABLE)
    assert (
        "add Replied: Active becomes Finished + Replied, by the owner, when replies handling = finish, "
        "provided emails \N{GREATER-THAN OR EQUAL TO} 1 (S7 S40 S41)"
    ) in sentences
    assert "add Opted out: any stage, or in no sequence becomes Opted out, by anyone (S2 S6 S34)" in sentences
